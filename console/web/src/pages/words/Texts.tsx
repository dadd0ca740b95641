// The translator's view: each text beside its source, with what is missing, drafted or not read yet.
import { Anchor, Group, Select, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { DataTable, Empty, Link, Mark, Page, Problem, useGet, useList, usePulse, useSearchParams, useText, type Answer, type Item } from '@/parts';
import { useState } from 'react';
import { Ways } from './shared';

type Row = Item<'/words/texts'>;
const states = ['all', 'missing', 'drafted', 'unread', 'conflict'] as const;

export default function Texts() {
  const { t, number } = useText();
  const [asked, setAsked] = useSearchParams();
  const [typed, setTyped] = useState('');
  const [query] = useDebouncedValue(typed, 300);
  usePulse('words');
  const about = useGet('/words');
  const languages = about.data?.languages ?? [];
  const language = asked.get('language') ?? languages[1]?.code ?? languages[0]?.code ?? '';
  const state = states.find((each) => each === asked.get('state')) ?? 'all';
  const spoken = languages.find((each) => each.code === language);
  const list = useList('/words/texts', { params: { query: { language, state, query, limit: 50 } } }, { enabled: language !== '', keep: true });
  const set = (name: string, value: string | null) =>
    setAsked((now) => {
      const next = new URLSearchParams(now);
      if (value) next.set(name, value);
      else next.delete(name);
      return next;
    }, { replace: true });
  const total = (list.first as Answer<'/words/texts'> | undefined)?.total;
  const sourceName = languages[0]?.own_name ?? '';
  return (
    <Page title={t('words.title')} note={t('words.note')}>
      <Ways />
      {about.error && <Problem error={about.error} onRetry={() => void about.refetch()} />}
      <div className="filters">
        <Select label={t('words.language')} data={languages.map((each) => ({ value: each.code, label: `${each.own_name} (${each.code})` }))} value={language} onChange={(value) => set('language', value)} allowDeselect={false} />
        <Select label={t('words.show')} data={states.map((each) => ({ value: each, label: t(`words.state.${each}`) }))} value={state} onChange={(value) => set('state', value)} allowDeselect={false} />
        <TextInput label={t('words.find')} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} maxLength={60} type="search" />
      </div>
      {total !== undefined && (
        <Text size="sm" c="dimmed" mb="xs" role="status">
          {t('words.found', { n: total })}
        </Text>
      )}
      <DataTable<Row>
        label={t('words.title')}
        {...list}
        rowKey={(row) => row.key}
        onMore={list.more}
        onRetry={list.again}
        empty={<Empty>{t('words.none')}</Empty>}
        columns={[
          {
            key: 'key', header: t('words.key'), title: true,
            cell: (row) => <Anchor component={Link} to={`/words/texts/${language}/${row.key}`} className="ltr">{row.key}</Anchor>,
          },
          { key: 'source', header: sourceName, cell: (row) => <Words of={row.source} language={languages[0]?.code ?? 'en'} /> },
          ...(language === languages[0]?.code ? [] : [{
            key: 'words', header: spoken?.own_name ?? language,
            cell: (row: Row) => (row.words === null ? <Text c="dimmed" size="sm">{t('words.missing')}</Text> : <Words of={row.words} language={language} />),
          }]),
          { key: 'room', header: t('words.room'), numeric: true, cell: (row) => (row.room ? number(row.room) : '') },
          { key: 'state', header: t('words.marks'), cell: (row) => <Marks row={row} /> },
        ]}
      />
    </Page>
  );
}

function Words({ of, language }: { of: string; language: string }) {
  const { t } = useText();
  if (of === '') return <Text c="dimmed" size="sm">{t('words.is_empty')}</Text>;
  return (
    <span lang={language} dir={language === 'ar' ? 'rtl' : 'ltr'} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', display: 'block', maxInlineSize: '26rem' }}>
      {of}
    </span>
  );
}

function Marks({ row }: { row: Row }) {
  const { t } = useText();
  return (
    <Group gap={4} style={{ minInlineSize: '7.5rem' }}>
      {row.missing && <Mark tone="bad">{t('words.mark.missing')}</Mark>}
      {row.draft?.conflict && <Mark tone="late">{t('words.mark.conflict')}</Mark>}
      {row.draft && <Mark tone="busy">{t('words.mark.draft')}</Mark>}
      {row.unread && <Mark tone="waiting">{t('words.mark.unread')}</Mark>}
      {row.read && <Mark tone="good">{t('words.mark.read')}</Mark>}
    </Group>
  );
}
