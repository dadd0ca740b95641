// The queue: what waits, by due time. Filters stand in the address; whose a request is, only in initials.
import { Button, Group, Select, SegmentedControl, Text, TextInput, VisuallyHidden } from '@mantine/core';
import { useState } from 'react';
import { DataTable, Due, Empty, Link, Mark, Page, When, useGet, useList, useMay, usePulse, useSearchParams, useNames, useText } from '@/parts';
import { Bulk } from './Bulk';
import { kinds, standing, type Row } from './words';

const turns = ['open', 'first', 'second', 'conflict', 'asked', 'answered', 'decided'] as const;
const names = ['state', 'kind', 'due', 'channel', 'trust', 'older_than'] as const;
type Filter = Partial<Record<(typeof names)[number] | 'reference', string>>;

export function filterOf(search: URLSearchParams): Filter {
  const filter: Filter = {};
  for (const name of names) {
    const value = search.get(name);
    if (value) filter[name] = name === 'state' && value === 'confirm' ? 'second' : value;
  }
  return filter;
}

export default function Queue() {
  const { t, number } = useText();
  const [search, setSearch] = useSearchParams();
  const [reference, setReference] = useState('');
  const [bulk, setBulk] = useState(false);
  const place = useNames();
  const mayBulk = useMay('cases.bulk');
  usePulse('cases');
  const filter = filterOf(search);
  // A reference is of a person: it stands in no address.
  const whole: Filter = reference.trim().length === 4 ? { ...filter, reference: reference.trim().toUpperCase() } : filter;
  const list = useList('/cases', { params: { query: whole as never } }, { keep: true });
  const counts = useGet('/cases/counts', { params: { query: { ...filter, state: 'open' } as never } }, { keep: true }).data;
  const set = (name: string, value: string | null) => {
    const next = new URLSearchParams(search);
    if (value) next.set(name, value);
    else next.delete(name);
    setSearch(next, { replace: true });
  };
  const state = filter.state ?? 'open';
  const count = (turn: string) => (counts && turn in counts ? (counts as unknown as Record<string, number>)[turn] : null);
  const name = (row: Row) => t('cases.row_name', { kind: t(`cases.kind.${row.kind}`), reference: row.reference });
  return (
    <Page
      title={t('cases.title')}
      note={counts && counts.late > 0 ? <Mark tone="late">{t('cases.late', { n: counts.late })}</Mark> : t('cases.note')}
      actions={mayBulk && state !== 'decided' && <Button variant="default" onClick={() => setBulk(true)} disabled={!list.rows.length}>{t('cases.bulk.open')}</Button>}
    >
      <div className="scroll-strip" style={{ overflowX: 'auto', marginBlockEnd: '.75rem' }}>
        <SegmentedControl
          aria-label={t('cases.turn')}
          value={turns.includes(state as never) ? state : 'open'}
          onChange={(value) => set('state', value === 'open' ? null : value)}
          data={turns.map((turn) => ({ value: turn, label: count(turn) === null ? t(`cases.turns.${turn}`) : `${t(`cases.turns.${turn}`)} · ${number(count(turn) ?? 0)}` }))}
        />
      </div>
      <div className="filters">
        <Select label={t('cases.kind')} placeholder={t('cases.all')} clearable value={filter.kind ?? null} onChange={(value) => set('kind', value)} data={kinds.map((kind) => ({ value: kind, label: t(`cases.kind.${kind}`) }))} clearButtonProps={{ 'aria-label': t('cases.clear') }} />
        <Select label={t('cases.due')} placeholder={t('cases.all')} clearable value={filter.due ?? null} onChange={(value) => set('due', value)} data={['late', 'soon'].map((due) => ({ value: due, label: t(`cases.due.${due}`) }))} clearButtonProps={{ 'aria-label': t('cases.clear') }} />
        <Select label={t('cases.trust')} placeholder={t('cases.all')} clearable value={filter.trust ?? null} onChange={(value) => set('trust', value)} data={['1', '2', '3'].map((trust) => ({ value: trust, label: t('cases.trust_at_least', { n: Number(trust) }) }))} clearButtonProps={{ 'aria-label': t('cases.clear') }} />
        <Select label={t('cases.age')} placeholder={t('cases.all')} clearable value={filter.older_than ?? null} onChange={(value) => set('older_than', value)} data={['1', '7', '30'].map((days) => ({ value: days, label: t('cases.older', { n: Number(days) }) }))} clearButtonProps={{ 'aria-label': t('cases.clear') }} />
        <TextInput label={t('cases.reference')} maxLength={4} value={reference} onChange={(event) => setReference(event.currentTarget.value)} dir="ltr" autoComplete="off" />
      </div>
      <DataTable<Row>
        label={t('cases.title')}
        {...list}
        onRetry={list.again}
        onMore={list.more}
        rowKey={(row) => row.id}
        rowName={name}
        empty={<Empty>{t('cases.none')}</Empty>}
        columns={[
          { key: 'what', header: t('cases.what'), title: true, cell: (row) => <Link to={`/cases/${row.id}`}>{t(`cases.kind.${row.kind}`)} <span className="ltr">{row.reference}</span></Link> },
          { key: 'who', header: t('cases.who'), cell: (row) => (row.initials ? <><span aria-hidden="true">{row.initials}</span><VisuallyHidden>{t('cases.initials', { letters: row.initials })}</VisuallyHidden></> : <Text span c="dimmed">{t('cases.nobody')}</Text>) },
          { key: 'place', header: t('cases.place'), cell: (row) => place(row.place) },
          { key: 'state', header: t('cases.state'), cell: (row) => <Group gap={6}><Mark tone={standing(row).tone}>{t(standing(row).key)}</Mark>{row.question && !row.decided_at && <Mark tone={row.question === 'answered' ? 'good' : 'quiet'}>{t(`cases.question_${row.question}`)}</Mark>}{row.mine && !row.decided_at && <Mark tone="quiet">{t('cases.mine')}</Mark>}</Group> },
          { key: 'from', header: t('cases.from'), cell: (row) => t('cases.from_text', { channel: row.channel, trust: row.trust }) },
          { key: 'asked', header: t('cases.asked'), cell: (row) => <When at={row.asked_at} /> },
          { key: 'due', header: state === 'decided' ? t('cases.decided') : t('cases.due'), cell: (row) => (row.decided_at ? <When at={row.decided_at} /> : <Due at={row.due_at} />) },
        ]}
      />
      <Bulk opened={bulk} onClose={() => setBulk(false)} filter={whole} />
    </Page>
  );
}
