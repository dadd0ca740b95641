// What was published when, what differs between two versions, and going back.
import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { Confirm, DataTable, Empty, Mark, Page, Sheet, useChange, useGet, useMay, useText, useToast, When, type Item } from '@/parts';
import { useState } from 'react';
import { Ways } from './shared';

export default function Versions() {
  const { t, number } = useText();
  const { tell } = useToast();
  const may = useMay('words.publish');
  const versions = useGet('/words/versions');
  const [from, setFrom] = useState<string | null>(null);
  const [to, setTo] = useState<string | null>(null);
  const [back, setBack] = useState<{ to: number } | null>(null);
  const rollBack = useChange('post', '/words/rollback', 'words');
  const items = versions.data?.items ?? [];
  const current = versions.data?.current ?? 0;
  const name = (version: number) => (version === 0 ? t('words.the_files') : t('words.version', { n: version }));
  const choices = [{ value: 'draft', label: t('words.draft') }, ...items.map((each) => ({ value: String(each.version), label: name(each.version) })), { value: '0', label: t('words.the_files') }];
  const before = from ?? String(current), after = to ?? 'draft';
  return (
    <Page title={t('words.versions')} note={t('words.versions_note')}>
      <Ways />
      <Stack gap="lg">
        <DataTable
          label={t('words.versions')}
          rows={items}
          rowKey={(row) => row.version}
          loading={versions.isPending}
          error={versions.error}
          onRetry={() => void versions.refetch()}
          empty={<Empty>{t('words.never_published')}</Empty>}
          columns={[
            { key: 'version', header: t('words.version_word'), title: true, cell: (row) => <>{name(row.version)} {row.current && <Mark tone="good">{t('words.current')}</Mark>}</> },
            { key: 'at', header: t('words.when'), cell: (row) => <When at={row.published_at} exact /> },
            { key: 'by', header: t('words.by'), cell: (row) => <span className="ltr">{row.by}</span> },
            { key: 'note', header: t('words.version_note'), cell: (row) => <span dir="auto">{row.note}</span> },
            { key: 'texts', header: t('words.texts'), numeric: true, cell: (row) => number(row.texts) },
            { key: 'do', header: t('words.go_back'), cell: (row) => (row.current ? '' : <Button size="sm" variant="default" disabled={!may} onClick={() => setBack({ to: row.version })}>{t('words.make_current')}</Button>) },
          ]}
        />
        {current !== 0 && <Group><Button variant="default" disabled={!may} onClick={() => setBack({ to: 0 })}>{t('words.back_to_files')}</Button></Group>}
        <Sheet title={t('words.difference')}>
          <Group align="end" mb="md">
            <Select label={t('words.from')} data={choices} value={before} onChange={setFrom} allowDeselect={false} />
            <Select label={t('words.to')} data={choices} value={after} onChange={setTo} allowDeselect={false} />
          </Group>
          <Difference from={before} to={after} />
        </Sheet>
        <Sheet title={t('words.history')} padded={false}>
          <DataTable
            label={t('words.history')}
            rows={versions.data?.history ?? []}
            rowKey={(row) => `${row.at} ${row.version} ${row.action}`}
            empty={<Empty>{t('words.history_empty')}</Empty>}
            columns={[
              { key: 'what', header: t('words.what'), title: true, cell: (row) => t(`words.action.${row.action}`, { version: name(row.version) }) },
              { key: 'at', header: t('words.when'), cell: (row) => <When at={row.at} exact /> },
              { key: 'by', header: t('words.by'), cell: (row) => <span className="ltr">{row.by}</span> },
            ]}
          />
        </Sheet>
      </Stack>
      <Confirm opened={back !== null} onClose={() => setBack(null)} title={t('words.go_back_title', { version: name(back?.to ?? 0) })} action={t('words.make_current')} danger
        onConfirm={async () => { await rollBack.mutateAsync({ body: { to: back?.to ?? 0, current } }); tell(t('words.went_back')); }}>
        <Text>{t('words.go_back_text')}</Text>
      </Confirm>
    </Page>
  );
}

type Change = Item<'/words/difference'>;
const tones = { added: 'good', removed: 'bad', changed: 'busy' } as const;

function Difference({ from, to }: { from: string; to: string }) {
  const { t } = useText();
  const found = useGet('/words/difference', { params: { query: { from, to } } });
  return (
    <DataTable<Change>
      label={t('words.difference')}
      rows={found.data?.items ?? []}
      rowKey={(row) => row.what}
      loading={found.isPending}
      error={found.error}
      onRetry={() => void found.refetch()}
      empty={<Empty>{t('words.same')}</Empty>}
      columns={[
        { key: 'what', header: t('words.what'), title: true, cell: (row) => <><Mark tone={tones[row.kind]}>{t(`words.change.${row.kind}`)}</Mark> <span className="ltr">{row.what}</span></> },
        { key: 'was', header: t('words.was'), cell: (row) => <span dir="auto" style={{ overflowWrap: 'anywhere' }}>{row.was}</span> },
        { key: 'is', header: t('words.is'), cell: (row) => <span dir="auto" style={{ overflowWrap: 'anywhere' }}>{row.is}</span> },
      ]}
    />
  );
}
