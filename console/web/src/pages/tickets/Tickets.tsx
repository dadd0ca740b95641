// The queues, in the order in which tickets are to be answered.
import { Button, Group, SegmentedControl, Select, Stack, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { DataTable, Due, Empty, Link, Page, Problem, When, call, useGet, useList, useMay, useNarrow, useNavigate, useOperationName, usePulse, useSearchParams, useText } from '@/parts';
import { TicketMarks, useTicketWords, type Line } from './words';

const queues = ['open', 'mine', 'free', 'overdue', 'calls', 'escalated', 'sensitive', 'closed'] as const;
type Queue = (typeof queues)[number];

// Addresses of the home page name queues in their own way.
function queueOf(asked: URLSearchParams): Queue {
  const named = asked.get('queue');
  if (asked.get('sensitive')) return 'sensitive';
  if (asked.get('kind') === 'callback') return 'calls';
  return queues.find((each) => each === named) ?? 'open';
}

export default function Tickets() {
  const { t, number } = useText();
  const { word, named, about } = useTicketWords();
  const operationName = useOperationName();
  const mayAnswer = useMay('tickets.answer');
  const mayGuard = useMay('tickets.sensitive');
  const narrow = useNarrow();
  const [asked, setAsked] = useSearchParams();
  usePulse('tickets');
  const queue = queueOf(asked);
  const filter = { category: asked.get('category') ?? undefined, operation: asked.get('operation') ?? undefined, office: Number(asked.get('office')) || undefined };
  const list = useList('/tickets', { params: { query: { queue, ...filter } } }, { keep: true });
  const summary = useGet('/tickets/summary');
  const choices = useGet('/tickets/choices', undefined, { staleTime: 600_000 });
  const set = (name: string, value: string | null) => {
    const next = new URLSearchParams(asked);
    next.delete('sensitive');
    next.delete('kind');
    if (name !== 'queue') next.set('queue', queue);
    if (value) next.set(name, value);
    else next.delete(name);
    setAsked(next, { replace: true });
  };
  const shown = queues.filter((each) => each !== 'sensitive' || mayGuard);
  const counts = summary.data as Record<string, unknown> | undefined;
  const label = (each: Queue) => (typeof counts?.[each] === 'number' ? t('tickets.queue_count', { queue: t(`tickets.queue.${each}`), n: number(counts[each]) }) : t(`tickets.queue.${each}`));
  return (
    <Page title={t('tickets.title')} note={t('tickets.note')} actions={mayAnswer ? <Button component={Link} to="/tickets/new">{t('tickets.take_down')}</Button> : undefined}>
      <Stack gap="md">
        {narrow ? (
          <Select label={t('tickets.queue_label')} allowDeselect={false} value={queue} onChange={(value) => set('queue', value)} data={shown.map((each) => ({ value: each, label: label(each) }))} />
        ) : (
          <SegmentedControl aria-label={t('tickets.queue_label')} value={queue} onChange={(value) => set('queue', value)} data={shown.map((each) => ({ value: each, label: label(each) }))} />
        )}
        <div className="filters">
          <Select clearable label={t('tickets.kind')} placeholder={t('tickets.every')} value={filter.category ?? null} onChange={(value) => set('category', value)}
            data={(choices.data?.kinds ?? []).map((each) => ({ value: each, label: word('category', each) }))} />
          <Select clearable searchable label={t('tickets.office')} placeholder={t('tickets.every')} value={filter.office ? String(filter.office) : null} onChange={(value) => set('office', value)}
            data={(choices.data?.offices ?? []).map((each) => ({ value: String(each.id), label: named(each.name) }))} />
          {(choices.data?.operations.length ?? 0) > 1 && (
            <Select clearable label={t('tickets.operation')} placeholder={t('tickets.every')} value={filter.operation ?? null} onChange={(value) => set('operation', value)}
              data={(choices.data?.operations ?? []).map((each) => ({ value: each.code, label: named(each.name) }))} />
          )}
          <ByReference />
        </div>
        <DataTable<Line>
          label={t(`tickets.queue.${queue}`)}
          {...list}
          onMore={list.more}
          onRetry={list.again}
          rowKey={(line) => line.id}
          empty={<Empty>{t('tickets.none')}</Empty>}
          columns={[
            { key: 'about', header: t('tickets.about'), title: true, cell: (line) => <Link to={`/tickets/${line.id}`}><span className="ltr numeric">{line.reference}</span> {about(line)}</Link> },
            { key: 'state', header: t('tickets.how'), cell: (line) => <TicketMarks line={line} /> },
            { key: 'priority', header: t('tickets.priority'), cell: (line) => word('priority', String(line.priority)) },
            queue === 'closed'
              ? { key: 'due', header: t('tickets.closed_at'), cell: (line) => <When at={line.closed_at} /> }
              : { key: 'due', header: t('tickets.due'), cell: (line) => <Due at={line.due_at} /> },
            { key: 'asked', header: t('tickets.asked'), cell: (line) => <When at={line.asked_at} /> },
            { key: 'place', header: t('tickets.place'), cell: (line) => named(line.place) || (line.operation ? operationName(line.operation) : t('tickets.nowhere')) },
            { key: 'who', header: t('tickets.with'), cell: (line) => line.assigned_to?.name ?? t('tickets.nobody') },
          ]}
        />
      </Stack>
    </Page>
  );
}

// What she says on the telephone: four letters or digits.
function ByReference() {
  const { t } = useText();
  const go = useNavigate();
  const [typed, setTyped] = useState('');
  const [none, setNone] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const find = async (event: FormEvent) => {
    event.preventDefault();
    setError(null);
    try {
      const found = await call('post', '/tickets/search', { body: { reference: typed.trim() } } as never);
      const [first] = (found as { items: Line[] }).items;
      setNone(!first);
      if (first) void go(`/tickets/${first.id}`);
    } catch (problem) {
      setError(problem);
    }
  };
  return (
    <form onSubmit={(event) => void find(event)}>
      <Group align="end" gap="xs" wrap="nowrap">
        <TextInput label={t('tickets.reference')} minLength={4} maxLength={4} required withAsterisk={false} value={typed} error={none ? t('tickets.no_such_reference') : undefined}
          onChange={(event) => { setTyped(event.currentTarget.value); setNone(false); }} autoComplete="off" />
        <Button type="submit" variant="default">{t('tickets.find')}</Button>
      </Group>
      {error ? <Problem error={error} /> : null}
    </form>
  );
}
