// One ticket: what she said, what was done, and what may be done now.
import { Alert, Button, Group, Select, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Confirm, DataTable, Due, Empty, Facts, Link, Mark, Masked, Page, Problem, Sheet, When, call, isProblem, refresh, useGet, useHeld, useOperationName, useParams, useText, useToast, type Answer } from '@/parts';
import { AnswerForm, CallForm, NoteForm } from './forms';
import { CloseForm, MarkForm, MoveForm } from './ends';
import { TicketMarks, useTicketWords, type Line } from './words';

export type TicketRecord = Answer<'/tickets/{id}'>;
export type Turn = (what: string, body: object) => Promise<void>;

export default function Ticket() {
  const { id } = useParams();
  const { t } = useText();
  // Opening it is written down each time: it is fetched again when she did something, not with every news of others.
  const answer = useQuery<TicketRecord>({
    queryKey: ['/ticket', id],
    queryFn: () => call('get', '/tickets/{id}', { params: { path: { id: +(id ?? 0) } } }),
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });
  // What was shown before is hers no more to read once the registry says that it is not there.
  if (!answer.data || isProblem(answer.error, 'not_found')) return <Page title={t('tickets.one')} back={{ to: '/tickets', label: t('tickets.title') }}>{answer.error ? <Problem error={answer.error} onRetry={() => void answer.refetch()} /> : null}</Page>;
  return <Record ticket={answer.data} />;
}

function Record({ ticket }: { ticket: TicketRecord }) {
  const { t, date, number } = useText();
  const { about, named, word } = useTicketWords();
  const operationName = useOperationName();
  const [stale, setStale] = useState(false);
  const turnOf = (of: TicketRecord): Turn => async (what, body) => {
    try {
      await call('post', `/tickets/{id}/${what}` as '/tickets/{id}/state', { params: { path: { id: ticket.id } }, body: { ...body, revision: of.revision } } as never);
      setStale(false);
    } catch (problem) {
      if (isProblem(problem, 'stale')) setStale(true);
      throw problem;
    } finally {
      await Promise.all([refresh('tickets'), refresh('ticket')]);
    }
  };
  const turn = turnOf(ticket);
  const open = ticket.state !== 'closed';
  return (
    <Page title={`${ticket.reference} · ${about(ticket)}`} mark={<TicketMarks line={ticket} />} back={{ to: '/tickets', label: t('tickets.title') }}
      actions={ticket.may.answer ? <Actions ticket={ticket} turnOf={turnOf} /> : undefined}>
      {stale && <Alert color="orange" role="alert" mb="md">{t('tickets.stale')}</Alert>}
      {ticket.category === 'duress' && <Alert color="red" mb="md">{t('tickets.duress')}</Alert>}
      {ticket.sensitive && <Alert color="red" variant="light" mb="md">{t('tickets.sensitive_note')}</Alert>}
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Stack>
          <Sheet title={t('tickets.her_words')}>
            {ticket.words.length === 0 ? <Empty>{t('tickets.no_words')}</Empty> : ticket.words.map((each) => (
              <blockquote key={each.at + each.text} dir="auto" style={{ margin: '0 0 .75rem', paddingInlineStart: '.75rem', borderInlineStart: '3px solid var(--mantine-color-default-border)' }}>
                <Text style={{ whiteSpace: 'pre-wrap' }}>{each.text}</Text>
                <Text size="sm" c="dimmed"><When at={each.at} /></Text>
              </blockquote>
            ))}
          </Sheet>
          {ticket.may.answer && open && <AnswerForm ticket={ticket} turn={turn} />}
          <NoteForm ticket={ticket} turn={turn} />
          <History ticket={ticket} />
        </Stack>
        <Stack>
          <Sheet title={t('tickets.facts')}>
            <Facts rows={[
              [t('tickets.person'), ticket.person ? (ticket.person.may_open ? <Link to={`/people/${ticket.person.id}`}>{ticket.person.name}</Link> : ticket.person.name) : null],
              [t('tickets.individual'), ticket.person ? <span className="ltr">{ticket.person.individual_number}</span> : null],
              [t('tickets.number'), ticket.number ? <Number ticket={ticket} /> : t('tickets.no_number')],
              [t('tickets.her_language'), ticket.language ? t(`tickets.language.${ticket.language}`) : null],
              [t('tickets.place'), named(ticket.place) || (ticket.operation && operationName(ticket.operation)) || t('tickets.nowhere')],
              [t('tickets.channel'), t(`tickets.channel.${ticket.channel}`)],
              [t('tickets.asked'), <When key="asked" at={ticket.asked_at} />],
              [t('tickets.due'), ticket.due_at ? <Due key="due" at={ticket.due_at} done={!open} /> : null],
              [t('tickets.priority'), word('priority', String(ticket.priority))],
              [t('tickets.with'), ticket.assigned_to?.name ?? t('tickets.nobody')],
              [t('tickets.calls'), ticket.calls > 0 ? number(ticket.calls) : null],
              [t('tickets.call_at'), ticket.call_at ? <When key="call" at={ticket.call_at} /> : null],
              [t('tickets.about_office'), named(ticket.about_office?.name)],
              [t('tickets.about_colleague'), ticket.about_colleague?.name],
              [t('tickets.entitlement'), ticket.entitlement ? `${named(ticket.entitlement.programme)} · ${t('tickets.until', { day: date(ticket.entitlement.valid_to) })}` : null],
              [t('tickets.her_word'), ticket.entitlement?.her_word ? t(`tickets.topic.${ticket.entitlement.her_word}`) : null],
              [t('tickets.closed_as'), ticket.state === 'closed' ? t(`tickets.as.${ticket.closed_as ?? 'herself'}`) : null],
              [t('tickets.satisfied'), ticket.satisfied === null ? null : t(ticket.satisfied ? 'tickets.content' : 'tickets.not_content')],
            ]} />
          </Sheet>
          {ticket.may.answer && open && (ticket.number || ticket.category === 'call_back') && ticket.category !== 'duress' && <CallForm ticket={ticket} turn={turn} />}
          <Similar lines={ticket.similar} />
        </Stack>
      </SimpleGrid>
    </Page>
  );
}

// Masked until somebody needs it; each look is written down.
function Number({ ticket }: { ticket: TicketRecord }) {
  const { t } = useText();
  const { complain } = useToast();
  const [whole, setWhole] = useState<string | null>(null);
  const show = async () => {
    try {
      const shown = await call('post', '/tickets/{id}/number', { params: { path: { id: ticket.id } } } as never);
      setWhole((shown as { number: string }).number);
    } catch (problem) {
      complain(problem);
    }
  };
  return (
    <>
      <Masked value={whole ?? ticket.number} />{' '}
      {!whole && ticket.may.answer && <Button size="compact-sm" variant="subtle" onClick={() => void show()}>{t('tickets.show_number')}</Button>}
      {ticket.sms_stopped && <Mark tone="quiet">{t('tickets.sms_stopped')}</Mark>}
    </>
  );
}

function Actions({ ticket, turnOf }: { ticket: TicketRecord; turnOf: (of: TicketRecord) => Turn }) {
  const { t } = useText();
  const { complain, tell } = useToast();
  const [asking, setAsking] = useState<'close' | 'reopen' | 'mark' | 'move' | 'assign' | null>(null);
  const shut = () => setAsking(null);
  // What an attempt that failed fetched anew stands behind the dialog, where she does not see it.
  const { held, meanwhile } = useHeld(ticket, asking !== null, (of) => of.revision);
  const turn = turnOf(held);
  const dialog = { onClose: shut, ticket: held, meanwhile, turn };
  const act = (what: string, body: object, done: string) => void turnOf(ticket)(what, body).then(() => tell(t(done)), complain);
  const button = (what: typeof asking, label: string, variant = 'default') => <Button variant={variant} onClick={() => setAsking(what)}>{t(label)}</Button>;
  if (ticket.state === 'closed')
    return (
      <>
        {button('reopen', 'tickets.reopen', 'filled')}
        <Confirm opened={asking === 'reopen'} meanwhile={meanwhile} onClose={shut} title={t('tickets.reopen_title')} action={t('tickets.reopen')} onConfirm={() => turn('reopening', {})}>{t('tickets.reopen_text')}</Confirm>
      </>
    );
  return (
    <>
      {ticket.escalated > 0 && !ticket.taken_note && ticket.may.supervise && <Button variant="light" color="orange" onClick={() => act('taking-note', {}, 'tickets.note_taken')}>{t('tickets.take_note')}</Button>}
      {button('assign', 'tickets.assign')}
      {ticket.state !== 'on_hold' ? <Button variant="default" onClick={() => act('state', { state: 'on_hold' }, 'tickets.held')}>{t('tickets.hold')}</Button> : <Button variant="default" onClick={() => act('state', { state: 'in_progress' }, 'tickets.went_on')}>{t('tickets.go_on')}</Button>}
      {ticket.may.move && button('move', 'tickets.move')}
      {button('mark', 'tickets.mark')}
      {button('close', 'tickets.close', 'filled')}
      <AssignForm opened={asking === 'assign'} {...dialog} />
      <MoveForm opened={asking === 'move'} {...dialog} />
      <MarkForm opened={asking === 'mark'} {...dialog} guards={ticket.may.guard} />
      <CloseForm opened={asking === 'close'} {...dialog} />
    </>
  );
}

export interface DialogProps {
  opened: boolean;
  onClose: () => void;
  ticket: TicketRecord;
  meanwhile: boolean;
  turn: Turn;
}

function AssignForm({ opened, onClose, ticket, meanwhile, turn }: DialogProps) {
  const { t } = useText();
  const [who, setWho] = useState<string | null>(null);
  const [priority, setPriority] = useState(String(ticket.priority));
  const people = useGet('/tickets/{id}/colleagues', { params: { path: { id: ticket.id } } }, { enabled: opened });
  const assign = async () => {
    if (priority !== String(ticket.priority)) await turn('priority', { priority: +priority });
    if (who) await turn('assignment', { staff: who === '0' ? null : +who });
  };
  // One change at a time: the second would stand on what the first has changed.
  const both = who !== null && priority !== String(ticket.priority);
  return (
    <Confirm opened={opened} meanwhile={meanwhile} onClose={onClose} title={t('tickets.assign_title')} action={t('tickets.keep')} disabled={both || (who === null && priority === String(ticket.priority))} onConfirm={assign}>
      <Stack>
        <Select label={t('tickets.with')} searchable value={who} onChange={setWho} placeholder={ticket.assigned_to?.name ?? t('tickets.nobody')}
          data={[{ value: '0', label: t('tickets.nobody') }, ...(people.data?.items ?? []).map((each) => ({ value: String(each.id), label: t('tickets.colleague', { name: each.name, n: each.open }) }))]} />
        <Select label={t('tickets.priority')} allowDeselect={false} value={priority} onChange={(value) => setPriority(value ?? '3')} data={[1, 2, 3, 4, 5].map((each) => ({ value: String(each), label: t(`tickets.priority.${each}`) }))} />
        {both && <Text size="sm" c="orange">{t('tickets.one_at_a_time')}</Text>}
      </Stack>
    </Confirm>
  );
}

function History({ ticket }: { ticket: TicketRecord }) {
  const { t, has } = useText();
  const { named } = useTicketWords();
  const moved = ticket.entries.some((each) => each.kind === 'moved');
  const choices = useGet('/tickets/choices', undefined, { enabled: moved, staleTime: 600_000 });
  const operation = (code: string) => named(choices.data?.everywhere.find((each) => each.code === code)?.name) || code;
  const told = ({ kind, detail }: TicketRecord['entries'][number]) =>
    detail && (kind === 'moved' ? operation(detail.toUpperCase()) : has(`tickets.detail.${detail}`) ? t(`tickets.detail.${detail}`) : detail);
  const line = (each: TicketRecord['entries'][number]): ReactNode => (
    <li key={each.id} style={{ marginBlockEnd: '.6rem' }}>
      <Group gap="xs">
        <Text fw={600} size="sm">{t(`tickets.entry.${each.kind}`)}</Text>
        {told(each) && <Text size="sm">{told(each)}</Text>}
        {each.kind === 'assigned' && each.other ? <Text size="sm">{each.other}</Text> : null}
        {each.sms && <Mark tone={each.sms === 'delivered' ? 'good' : each.sms === 'failed' || each.sms === 'suppressed' ? 'bad' : 'quiet'}>{t('tickets.sms_state', { state: t(`tickets.sms.${each.sms}`) })}</Mark>}
        <Text size="sm" c="dimmed">{each.by ?? t('tickets.by_itself')} · <When at={each.at} /></Text>
      </Group>
      {each.text && <Text size="sm" dir="auto" style={{ whiteSpace: 'pre-wrap', paddingInlineStart: '.75rem' }}>{each.text}</Text>}
    </li>
  );
  return (
    <Sheet title={t('tickets.history')}>
      {ticket.entries.length === 0 ? <Empty>{t('tickets.no_history')}</Empty> : <ol style={{ listStyle: 'none', margin: 0, padding: 0 }}>{ticket.entries.map(line)}</ol>}
    </Sheet>
  );
}

function Similar({ lines }: { lines: Line[] }) {
  const { t } = useText();
  const { about } = useTicketWords();
  if (lines.length === 0) return null;
  return (
    <div>
      <Text fw={600} mb="xs">{t('tickets.similar')}</Text>
      <DataTable<Line> label={t('tickets.similar')} rows={lines} rowKey={(line) => line.id} columns={[
        { key: 'about', header: t('tickets.about'), title: true, cell: (line) => <Link to={`/tickets/${line.id}`}><span className="ltr">{line.reference}</span> {about(line)}</Link> },
        { key: 'state', header: t('tickets.how'), cell: (line) => <TicketMarks line={line} /> },
        { key: 'asked', header: t('tickets.asked'), cell: (line) => <When at={line.asked_at} /> },
      ]} />
    </div>
  );
}
