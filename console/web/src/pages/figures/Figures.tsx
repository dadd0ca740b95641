// How the service is used and what waits: counts only, of nobody.
import { Group, Select, SimpleGrid, Stack } from '@mantine/core';
import { Empty, Page, useGet, useOperationName, useSearchParams, useText, type Answer, type Column } from '@/parts';
import { Bars, colours, Columns, Legend, type Part } from './charts';
import { Figure } from './Figure';
import { MenuMap } from './MenuMap';
import './figures.css';

const spans = ['1', '7', '31', '90'] as const;
const day = (before: number) => new Date(Date.now() - before * 86_400_000).toISOString().slice(0, 10);
type Query = { from: string; to: string };
function daysOf({ from, to }: Query) {
  const days: string[] = [];
  for (let at = new Date(`${from}T00:00:00Z`); at.toISOString().slice(0, 10) <= to; at = new Date(at.getTime() + 86_400_000)) days.push(at.toISOString().slice(0, 10));
  return days;
}
const hoursOf = (of: string) => Array.from({ length: 24 }, (_, n) => `${of}T${String(n).padStart(2, '0')}`);
// As JSON; the same address answers CSV, too.
type Table<P extends Parameters<typeof useGet>[0]> = Exclude<Answer<P>, string>;
type RowOf<P extends Parameters<typeof useGet>[0]> = Table<P> extends { items: (infer Row)[] } ? Row : never;

export default function Figures() {
  const { t } = useText();
  const [asked, setAsked] = useSearchParams();
  const span = spans.find((each) => each === asked.get('days')) ?? '7';
  const query = { from: day(Number(span) - 1), to: day(0) };
  return (
    <Page title={t('figures.title')} note={t('figures.note')}>
      <Group mb="md">
        <Select label={t('figures.span')} data={spans.map((each) => ({ value: each, label: t('figures.days', { n: Number(each) }) }))} value={span} onChange={(value) => setAsked(value ? { days: value } : {}, { replace: true })} allowDeselect={false} />
      </Group>
      <Stack gap="lg">
        <Sessions query={query} />
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
          <Counts name="languages" of="language" count="screens" query={query} />
          <Counts name="gateways" of="gateway" count="sessions" query={query} />
        </SimpleGrid>
        <Screens query={query} />
        <Queues query={query} />
        <Deliveries query={query} />
        <Entitlements query={query} />
      </Stack>
    </Page>
  );
}

// Columns of numbers by their names.
function useNumbers<Row>() {
  const { t, number } = useText();
  return (names: (keyof Row & string)[]): Column<Row>[] =>
    names.map((name) => ({ key: name, header: t(`figures.${name}`), numeric: true, cell: (row: Row) => (row[name] === null ? '' : number(Number(row[name]))) }));
}
const values = (row: object) => row as Record<string, number>;

function Sessions({ query }: { query: Query }) {
  const { t, date, time, locale } = useText();
  type Row = RowOf<'/figures/hours'>;
  const found = useGet('/figures/hours', { params: { query } }, { keep: true, refetchInterval: 30_000 });
  const rows = (found.data as Table<'/figures/hours'> | undefined)?.items ?? [];
  const numbers = useNumbers<Row>();
  // By hour where there are few days, by day where there are many: a column must be wide enough to be seen.
  const hourly = query.from === query.to;
  const by = new Map<string, Record<string, number>>();
  // What nobody dialled in is shown as that.
  for (const at of hourly ? hoursOf(query.to) : daysOf(query)) by.set(at, {});
  for (const row of rows) {
    const at = row.hour.slice(0, hourly ? 13 : 10);
    const all = by.get(at) ?? {};
    for (const name of ['sessions', 'screens', 'ended', 'apologies'] as const) all[name] = (all[name] ?? 0) + (row[name] ?? 0);
    by.set(at, all);
  }
  const parts: Part[] = [{ key: 'sessions', name: t('figures.sessions'), colour: colours.strong }];
  return (
    <Figure<Row> name="hours" title={t('figures.hours_title')} query={query} rows={rows} rowKey={(row) => row.hour} loading={found.isPending} error={found.error} onRetry={() => void found.refetch()}
      columns={[{ key: 'hour', header: t('figures.hour'), title: true, cell: (row) => time(row.hour) }, ...numbers(['sessions', 'screens', 'ended', 'apologies'])]}
      chart={<Columns label={t('figures.hours_title')} rows={[...by].map(([at, all]) => ({ at: hourly ? new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' }).format(new Date(`${at}:00:00Z`)) : date(at, { day: 'numeric', month: 'short' }), values: all }))} parts={parts} />} />
  );
}

// Firms' own names, the same in every language; of another gateway the name that the settings give it.
const gatewayNames: Record<string, string> = { africastalking: 'Africa’s Talking', arkesel: 'Arkesel', hubtel: 'Hubtel', infobip: 'Infobip', kannel: 'Kannel', nalo: 'Nalo', twilio: 'Twilio' };

function Counts({ name, of, count, query }: { name: 'languages' | 'gateways'; of: string; count: string; query: Query }) {
  const { t, number, locale } = useText();
  const spoken = new Intl.DisplayNames(locale, { type: 'language', fallback: 'code' });
  const named = (code: string) => (of === 'language' && /^[a-z]{2,3}$/.test(code) ? (spoken.of(code) ?? code) : (gatewayNames[code] ?? code));
  type Row = Record<string, string | number | null>;
  const found = useGet(`/figures/${name}` as '/figures/languages', { params: { query } }, { keep: true, refetchInterval: 30_000 });
  const rows = ((found.data as Table<'/figures/languages'> | undefined)?.items ?? []) as unknown as Row[];
  return (
    <Figure<Row> name={name} title={t(`figures.${name}_title`)} query={query} rows={rows} rowKey={(row) => String(row[of])} loading={found.isPending} error={found.error} onRetry={() => void found.refetch()}
      columns={[{ key: of, header: t(`figures.${of}`), title: true, cell: (row) => <bdi>{named(String(row[of]))}</bdi> }, { key: count, header: t(`figures.${count}`), numeric: true, cell: (row) => number(Number(row[count])) }]}
      chart={<Bars label={t(`figures.${name}_title`)} rows={rows.map((row) => ({ name: named(String(row[of])), values: row as Record<string, number>, ltr: of !== 'language' }))} parts={[{ key: count, name: t(`figures.${count}`), colour: colours.strong }]} />} />
  );
}

// What the screen asks or shows. The menu is edited apart from these words: of a screen without one, its id alone.
function Screen({ id }: { id: string }) {
  const { t, has } = useText();
  const code = <code dir="ltr">{id}</code>;
  return has(`figures.screen.${id}`) ? <>{t(`figures.screen.${id}`)} <small>{code}</small></> : code;
}

function Screens({ query }: { query: Query }) {
  const { t, number } = useText();
  type Row = RowOf<'/figures/screens'>;
  const found = useGet('/figures/screens', { params: { query } }, { keep: true, refetchInterval: 30_000 });
  const rows = (found.data as Table<'/figures/screens'> | undefined)?.items ?? [];
  const numbers = useNumbers<Row>();
  const lost = rows.filter((row) => row.goal !== 'yes' && (row.left ?? 0) > 0).sort((a, b) => (b.left ?? 0) - (a.left ?? 0)).slice(0, 12);
  const parts: Part[] = [{ key: 'answered', name: t('figures.went_on'), colour: colours.pale }, { key: 'left', name: t('figures.left'), colour: colours.bad }];
  return (
    <Figure<Row> name="screens" title={t('figures.screens_title')} note={t('figures.screens_note')} query={query} rows={rows} rowKey={(row) => row.screen} loading={found.isPending} error={found.error} onRetry={() => void found.refetch()}
      columns={[
        { key: 'screen', header: t('figures.screen'), title: true, cell: (row) => <Screen id={row.screen} /> },
        { key: 'goal', header: t('figures.goal'), cell: (row) => (row.goal === 'yes' ? t('figures.yes') : '') },
        ...numbers(['shown', 'answered', 'ended', 'left']),
        { key: 'share', header: t('figures.share'), numeric: true, cell: (row) => number((row.left ?? 0) / Math.max(row.shown ?? 0, 1), { style: 'percent' }) },
      ]}
      chart={
        <Stack>
          {lost.length === 0 ? <Empty>{t('figures.nobody_left')}</Empty> : <div><Legend parts={parts} /><Bars label={t('figures.screens_title')} rows={lost.map((row) => ({ name: <Screen id={row.screen} />, values: values(row) }))} parts={parts} /></div>}
          <MenuMap query={query} />
        </Stack>
      } />
  );
}

function Queues({ query }: { query: Query }) {
  const { t, has, number } = useText();
  const operationName = useOperationName();
  type Row = RowOf<'/figures/queues'>;
  const found = useGet('/figures/queues', {}, { keep: true, refetchInterval: 30_000 });
  const rows = (found.data as Table<'/figures/queues'> | undefined)?.items ?? [];
  const numbers = useNumbers<Row>();
  const name = (row: Row) => (has(`figures.kind.${row.kind}`) ? t(`figures.kind.${row.kind}`) : row.kind);
  const parts: Part[] = [
    { key: 'under_a_day', name: t('figures.under_a_day'), colour: colours.pale },
    { key: 'to_three_days', name: t('figures.to_three_days'), colour: colours.middle },
    { key: 'to_a_week', name: t('figures.to_a_week'), colour: colours.late },
    { key: 'over_a_week', name: t('figures.over_a_week'), colour: colours.bad },
  ];
  return (
    <Figure<Row> name="queues" title={t('figures.queues_title')} note={t('figures.queues_note')} query={query} rows={rows} rowKey={(row) => `${row.operation} ${row.kind}`} loading={found.isPending} error={found.error} onRetry={() => void found.refetch()}
      columns={[
        { key: 'kind', header: t('figures.kind_word'), title: true, cell: name },
        { key: 'operation', header: t('figures.operation'), cell: (row) => operationName(row.operation) },
        ...numbers(['waiting', 'under_a_day', 'to_three_days', 'to_a_week', 'over_a_week', 'overdue']),
        { key: 'oldest', header: t('figures.oldest'), numeric: true, cell: (row) => t('figures.days_old', { n: number(Math.floor((row.oldest_hours ?? 0) / 24)) }) },
      ]}
      chart={<><Legend parts={parts} /><Bars label={t('figures.queues_title')} rows={rows.map((row) => ({ name: rows.some((each) => each.operation !== row.operation) ? `${name(row)} (${operationName(row.operation)})` : name(row), values: values(row) }))} parts={parts} /></>} />
  );
}

function Deliveries({ query }: { query: Query }) {
  const { t, date } = useText();
  type Row = RowOf<'/figures/deliveries'>;
  const found = useGet('/figures/deliveries', { params: { query } }, { keep: true, refetchInterval: 30_000 });
  const rows = (found.data as Table<'/figures/deliveries'> | undefined)?.items ?? [];
  const numbers = useNumbers<Row>();
  const parts: Part[] = [
    { key: 'delivered', name: t('figures.delivered'), colour: colours.good },
    { key: 'sent', name: t('figures.sent'), colour: colours.middle },
    { key: 'waiting', name: t('figures.waiting'), colour: colours.pale },
    { key: 'unknown', name: t('figures.unknown'), colour: colours.late },
    { key: 'failed', name: t('figures.failed'), colour: colours.bad },
    { key: 'stopped', name: t('figures.stopped'), colour: colours.quiet },
  ];
  return (
    <Figure<Row> name="deliveries" title={t('figures.deliveries_title')} query={query} rows={rows} rowKey={(row) => row.day} loading={found.isPending} error={found.error} onRetry={() => void found.refetch()}
      columns={[{ key: 'day', header: t('figures.day'), title: true, cell: (row) => date(row.day) }, ...numbers(['messages', 'delivered', 'sent', 'waiting', 'unknown', 'failed', 'stopped'])]}
      chart={<><Legend parts={parts} /><Columns label={t('figures.deliveries_title')} rows={daysOf(query).map((at) => ({ at: date(at, { day: 'numeric', month: 'short' }), values: values(rows.find((row) => row.day === at) ?? {}) }))} parts={parts} /></>} />
  );
}

function Entitlements({ query }: { query: Query }) {
  const { t, number } = useText();
  const operationName = useOperationName();
  type Row = RowOf<'/figures/entitlements'>;
  const found = useGet('/figures/entitlements', { params: { query } }, { keep: true });
  const rows = (found.data as Table<'/figures/entitlements'> | undefined)?.items ?? [];
  const numbers = useNumbers<Row>();
  const states: Part[] = [
    { key: 'handed_out', name: t('figures.handed_out'), colour: colours.strong },
    { key: 'ready', name: t('figures.ready'), colour: colours.middle },
    { key: 'prepared', name: t('figures.prepared'), colour: colours.pale },
    { key: 'not_collected', name: t('figures.not_collected'), colour: colours.late },
    { key: 'failed', name: t('figures.not_valid'), colour: colours.bad },
  ];
  const words: Part[] = [
    { key: 'confirmed', name: t('figures.confirmed'), colour: colours.good },
    { key: 'disputed', name: t('figures.disputed'), colour: colours.bad },
  ];
  const several = rows.some((each) => each.operation !== rows[0].operation);
  const name = (row: Row) => `${row.programme} ${row.cycle}${several ? ` (${operationName(row.operation)})` : ''}`;
  // Lists of one programme and cycle are told apart by their order; the newest comes first.
  const named = (row: Row, at: number) => {
    const alike = rows.filter((each) => name(each) === name(row)).length;
    const before = rows.slice(0, at).filter((each) => name(each) === name(row)).length;
    return { name: alike > 1 ? t('figures.list_n', { name: name(row), n: number(alike - before) }) : name(row), values: values(row) };
  };
  return (
    <Figure<Row> name="entitlements" title={t('figures.entitlements_title')} note={t('figures.entitlements_note')} query={query} rows={rows} rowKey={(row) => `${row.programme} ${row.cycle} ${row.kind} ${row.operation} ${row.entitlements} ${row.ready}`} loading={found.isPending} error={found.error} onRetry={() => void found.refetch()}
      columns={[
        { key: 'programme', header: t('figures.programme'), title: true, cell: (row) => `${row.programme} ${row.cycle}` },
        { key: 'operation', header: t('figures.operation'), cell: (row) => operationName(row.operation) },
        ...numbers(['entitlements', 'prepared', 'ready', 'handed_out', 'not_collected', 'failed', 'confirmed', 'disputed']),
      ]}
      chart={
        <div className="figure-part">
          <div><Legend parts={states} /><Bars label={t('figures.entitlements_title')} rows={rows.map(named)} parts={states} /></div>
          <div><Legend parts={words} /><Bars label={t('figures.words_title')} rows={rows.map(named)} parts={words} /></div>
        </div>
      } />
  );
}
