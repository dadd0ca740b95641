// The lists of a record: what is hers, what she asked, agreed to and did, who looked. More of each comes on asking.
import { Stack, Title } from '@mantine/core';
import { useState } from 'react';
import { call, DataTable, Empty, Mark, useMay, useText, useToast, When, Link, type Column, type Tone } from '@/parts';
import { runsOf, useLogWords } from '../audit/words';
import type { PersonRecord } from './Person';
import { Named, useWord } from './words';

type PartName = 'entitlements' | 'requests' | 'tickets' | 'consents' | 'shown' | 'looks' | 'conversations' | 'checks';
type RowOf<N extends PartName> = PersonRecord[N]['items'][number] & { times?: number };

function Part<N extends PartName>({ record, name, columns, fold }: { record: PersonRecord; name: N; columns: Column<RowOf<N>>[]; fold?: (rows: RowOf<N>[]) => RowOf<N>[] }) {
  const { t } = useText();
  const { complain } = useToast();
  const [further, setFurther] = useState<RowOf<N>[]>([]);
  const [next, setNext] = useState(record[name].next);
  const [busy, setBusy] = useState(false);
  const rows = [...(record[name].items as RowOf<N>[]), ...further];
  const more = async () => {
    setBusy(true);
    try {
      const page = (await call('get', `/people/{id}/${name}` as '/people/{id}/looks', { params: { path: { id: record.id }, query: { after: next ?? undefined } } })) as unknown as { items: RowOf<N>[]; next: string | null };
      setFurther((all) => [...all, ...page.items]);
      setNext(page.next);
    } catch (error) {
      complain(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Stack gap="xs" component="section" aria-label={t(`people.part.${name}`)}>
      <Title order={2} mt="xs">{t(`people.part.${name}`)}</Title>
      <DataTable<RowOf<N>>
        label={t(`people.part.${name}`)}
        rows={fold ? fold(rows) : rows}
        rowKey={(row) => (row as { id: number }).id}
        columns={columns}
        empty={<Empty>{t(`people.none.${name}`)}</Empty>}
        hasMore={next !== null}
        loadingMore={busy}
        onMore={() => void more()}
      />
    </Stack>
  );
}

const entitlementTones: Record<string, Tone> = { redeemed: 'good', available: 'busy', sent: 'busy', pending: 'waiting', partial: 'late', not_collected: 'late', error: 'bad', cancelled: 'quiet', expired: 'quiet' };
export function Assistance({ record }: { record: PersonRecord }) {
  const { t, money, number, date } = useText();
  const word = useWord();
  const what = (row: RowOf<'entitlements'>) => {
    if (row.amount_minor !== null && row.currency) {
      const digits = new Intl.NumberFormat('en', { style: 'currency', currency: row.currency }).resolvedOptions().maximumFractionDigits ?? 2;
      return <span className="ltr">{money(row.amount_minor / 10 ** digits, row.currency)}</span>;
    }
    return row.items?.map((item) => <div key={item.item.en}><Named of={item.item} /> <span className="numeric">{number(item.quantity)}</span> {word('unit', item.unit)}</div>);
  };
  return (
    <Part
      record={record}
      name="entitlements"
      columns={[
        { key: 'programme', header: t('people.programme'), title: true, cell: (row) => <Named of={row.programme} /> },
        { key: 'what', header: t('people.what'), cell: what },
        { key: 'state', header: t('people.state'), cell: (row) => <Mark tone={entitlementTones[row.state] ?? 'quiet'}>{word('entitlement', row.state)}</Mark> },
        { key: 'where', header: t('people.where'), cell: (row) => (row.place || row.day ? <><Named of={row.place} />{row.place && row.day && ' · '}<When at={row.day} /></> : null) },
        { key: 'valid', header: t('people.valid'), cell: (row) => t('people.from_to', { since: date(row.valid_from), until: date(row.valid_to) }) },
        { key: 'collector', header: t('people.collector'), cell: (row) => (row.collector_id === record.id ? <bdi>{row.collector}</bdi> : <Link to={`/people/${row.collector_id}`}><bdi>{row.collector}</bdi></Link>) },
        { key: 'answer', header: t('people.her_word'), cell: (row) => row.answer && <Mark tone={row.answer.answer === 'received' ? 'good' : 'late'}>{word('answer', row.answer.answer)}</Mark> },
      ]}
    />
  );
}

const shownValue = (values: Record<string, unknown>) => Object.values(values).filter((each) => typeof each === 'string' || typeof each === 'number').join(', ');
export function Asked({ record }: { record: PersonRecord }) {
  const { t } = useText();
  const seesCases = useMay('cases.view');
  const seesTickets = useMay('tickets.view');
  const word = useWord();
  const tones: Record<string, Tone> = { applied: 'good', rejected: 'bad', cancelled: 'quiet', conflict: 'late', closed: 'quiet' };
  return (
    <Stack gap="md">
      <Part
        record={record}
        name="requests"
        columns={[
          { key: 'kind', header: t('people.what'), title: true, cell: (row) => (seesCases ? <Link to={`/cases/${row.id}`}>{word('request', row.kind)}</Link> : word('request', row.kind)) },
          { key: 'reference', header: t('people.reference'), cell: (row) => <span className="ltr">{row.reference}</span> },
          { key: 'before', header: t('people.before'), cell: (row) => <bdi>{shownValue(row.before)}</bdi> },
          { key: 'after', header: t('people.after'), cell: (row) => <bdi>{shownValue(row.after)}</bdi> },
          { key: 'state', header: t('people.state'), cell: (row) => <Mark tone={tones[row.state] ?? 'waiting'}>{word('request_state', row.state)}</Mark> },
          { key: 'asked', header: t('people.asked_at'), cell: (row) => <When at={row.asked_at} /> },
          { key: 'decided', header: t('people.decided_at'), cell: (row) => <When at={row.decided_at} /> },
        ]}
      />
      <Part
        record={record}
        name="tickets"
        columns={[
          { key: 'category', header: t('people.what'), title: true, cell: (row) => (seesTickets ? <Link to={`/tickets/${row.id}`}>{word('ticket', row.category)}</Link> : word('ticket', row.category)) },
          { key: 'reference', header: t('people.reference'), cell: (row) => <span className="ltr">{row.reference}</span> },
          { key: 'state', header: t('people.state'), cell: (row) => <Mark tone={tones[row.state] ?? 'waiting'}>{word('ticket_state', row.state)}</Mark> },
          { key: 'asked', header: t('people.asked_at'), cell: (row) => <When at={row.asked_at} /> },
          { key: 'due', header: t('people.due_at'), cell: (row) => <When at={row.due_at} /> },
        ]}
      />
    </Stack>
  );
}

export function Shown({ record }: { record: PersonRecord }) {
  const { t, list } = useText();
  const word = useWord();
  return (
    <Stack gap="md">
      <Part
        record={record}
        name="consents"
        columns={[
          { key: 'kind', header: t('people.what'), title: true, cell: (row) => word('consent', row.kind) },
          { key: 'verifier', header: t('people.verifier'), cell: (row) => <Named of={row.verifier} /> },
          { key: 'facts', header: t('people.facts'), cell: (row) => row.facts && list(row.facts.map((fact) => word('fact', fact))) },
          { key: 'at', header: t('people.when'), cell: (row) => <When at={row.at} /> },
          { key: 'used', header: t('people.used_at'), cell: (row) => <When at={row.used_at} /> },
          { key: 'ended', header: t('people.ended_at'), cell: (row) => <When at={row.ended_at} /> },
        ]}
      />
      <Part
        record={record}
        name="shown"
        columns={[
          { key: 'what', header: t('people.what'), title: true, cell: (row) => word('look', row.what) },
          { key: 'verifier', header: t('people.verifier'), cell: (row) => <Named of={row.verifier} /> },
          { key: 'channel', header: t('people.channel'), cell: (row) => word('channel', row.channel) },
          { key: 'at', header: t('people.when'), cell: (row) => <When at={row.at} exact /> },
        ]}
      />
    </Stack>
  );
}

export function Activity({ record }: { record: PersonRecord }) {
  const { t, has } = useText();
  const word = useWord();
  const log = useLogWords();
  const step = (kind: string) => (has(`people.step.${kind.replaceAll('.', '_')}`) ? word('step', kind) : log.kind(kind) ?? word('step', kind));
  const detail = (row: { kind: string; detail: string | null }) => row.detail && (log.detail(row.kind, row.detail) ?? word('detail', row.detail));
  return (
    <Stack gap="md">
      <Part
        record={record}
        name="conversations"
        columns={[
          { key: 'kind', header: t('people.what'), title: true, cell: (row) => step(row.kind) },
          { key: 'detail', header: t('people.detail'), cell: detail },
          { key: 'channel', header: t('people.channel'), cell: (row) => word('channel', row.channel) },
          { key: 'at', header: t('people.when'), cell: (row) => <When at={row.at} exact /> },
        ]}
      />
      <Part
        record={record}
        name="looks"
        fold={(rows) => runsOf(rows, (row) => `${row.by} ${row.detail}`)}
        columns={[
          { key: 'by', header: t('people.by'), title: true, cell: (row) => <bdi>{row.by}</bdi> },
          { key: 'kind', header: t('people.what'), cell: (row) => step(row.kind) },
          { key: 'detail', header: t('people.detail'), cell: detail },
          { key: 'at', header: t('people.when'), cell: (row) => (row.times && row.times > 1 ? <>{t('audit.times', { n: row.times })} <When at={row.at} exact /></> : <When at={row.at} exact />) },
        ]}
      />
      <Part
        record={record}
        name="checks"
        columns={[
          { key: 'method', header: t('people.what'), title: true, cell: (row) => word('method', row.method) },
          { key: 'reference', header: t('people.check_reference'), cell: (row) => <span className="ltr">{row.reference}</span> },
          { key: 'by', header: t('people.by'), cell: (row) => <bdi>{[row.seen_by, row.second_by].filter(Boolean).join(', ')}</bdi> },
          { key: 'at', header: t('people.when'), cell: (row) => <When at={row.at} /> },
          { key: 'until', header: t('people.valid_until'), cell: (row) => <When at={row.ended_at ?? row.valid_until} /> },
        ]}
      />
    </Stack>
  );
}
