// What staff write and tell: answers with what they take as SMS while they are typed, notes, calls.
import { Button, Checkbox, Group, NumberInput, Select, Stack, Text, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useState, type FormEvent } from 'react';
import { PhonePreview, Problem, Sheet, call, useGet, useText, useToast, type Answer } from '@/parts';
import type { TicketRecord, Turn } from './Ticket';

type Size = Answer<'/tickets/preview', 'post'>;
interface FormProps {
  ticket: TicketRecord;
  turn: Turn;
}

function useSending(turn: Turn, done: string) {
  const { t } = useText();
  const { tell } = useToast();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const send = async (what: string, body: object) => {
    setBusy(true);
    setError(null);
    try {
      await turn(what, body);
      tell(t(done));
      return true;
    } catch (problem) {
      setError(problem);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, send };
}

export function AnswerForm({ ticket, turn }: FormProps) {
  const { t, number } = useText();
  const choices = useGet('/tickets/choices', undefined, { staleTime: 600_000 });
  const languages = choices.data?.languages ?? [];
  const [text, setText] = useState('');
  const [language, setLanguage] = useState<string | null>(ticket.language ?? null);
  const canSms = ticket.may.sms === true;
  const [bySms, setBySms] = useState(canSms);
  const [size, setSize] = useState<Size | null>(null);
  const [asked] = useDebouncedValue(text, 250);
  const { busy, error, send } = useSending(turn, 'tickets.answered');
  const spoken = language ?? languages[0] ?? 'en';
  useEffect(() => {
    let wanted = true;
    if (!asked.trim()) {
      setSize(null);
      return undefined;
    }
    call('post', '/tickets/preview', { body: { text: asked, language: spoken } } as never).then((got) => wanted && setSize(got as Size), () => undefined);
    return () => {
      wanted = false;
    };
  }, [asked, spoken]);
  const faults = size?.faults.filter((each) => bySms || each.code === 'too_long') ?? [];
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (await send('answer', { text: text.trim(), language: spoken, by_sms: bySms })) setText('');
  };
  return (
    <Sheet title={t('tickets.answer')}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack>
          <Select label={t('tickets.answer_language')} allowDeselect={false} value={spoken} onChange={setLanguage} data={languages.map((each) => ({ value: each, label: t(`tickets.language.${each}`) }))} />
          <Textarea label={t('tickets.answer_text')} description={t(bySms ? 'tickets.answer_note_sms' : 'tickets.answer_note')} required dir="auto" lang={spoken} autosize minRows={3} maxLength={300} value={text} onChange={(event) => setText(event.currentTarget.value)} />
          {canSms ? <Checkbox label={t('tickets.by_sms')} checked={bySms} onChange={(event) => setBySms(event.currentTarget.checked)} /> : <Text size="sm" c="dimmed">{t(ticket.sensitive ? 'tickets.never_by_sms' : 'tickets.no_sms')}</Text>}
          <div aria-live="polite">
            {size && bySms && <Text size="sm">{t('tickets.size', { encoding: size.encoding, units: number(size.units), holds: number(size.holds), n: size.segments })}</Text>}
            {faults.map((each) => <Text key={each.code} size="sm" c="red">{t(`tickets.fault.${each.code}`)}</Text>)}
          </div>
          {text.trim() && bySms && <PhonePreview text={`${ticket.reference}: ${text}`} language={spoken} />}
          {error ? <Problem error={error} /> : null}
          <Group><Button type="submit" loading={busy} disabled={!text.trim() || faults.length > 0}>{t(bySms ? 'tickets.send' : 'tickets.keep_answer')}</Button></Group>
        </Stack>
      </form>
    </Sheet>
  );
}

export function NoteForm({ turn }: FormProps) {
  const { t } = useText();
  const [text, setText] = useState('');
  const { busy, error, send } = useSending(turn, 'tickets.noted');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (await send('notes', { text: text.trim() })) setText('');
  };
  return (
    <Sheet title={t('tickets.note_title')}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack>
          <Textarea label={t('tickets.note_text')} description={t('tickets.note_note')} dir="auto" autosize minRows={2} maxLength={1000} value={text} onChange={(event) => setText(event.currentTarget.value)} />
          {error ? <Problem error={error} /> : null}
          <Group><Button type="submit" variant="default" loading={busy} disabled={!text.trim()}>{t('tickets.keep_note')}</Button></Group>
        </Stack>
      </form>
    </Sheet>
  );
}

export function CallForm({ ticket, turn }: FormProps) {
  const { t } = useText();
  const [outcome, setOutcome] = useState<string | null>('reached');
  const [hours, setHours] = useState<number | string>(4);
  const [tellHer, setTellHer] = useState(false);
  const { busy, error, send } = useSending(turn, 'tickets.call_noted');
  const again = outcome === 'no_answer' || outcome === 'later';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send('calls', { outcome, again_in_hours: again ? Number(hours) : null, tell: outcome === 'no_answer' && tellHer });
  };
  return (
    <Sheet title={t('tickets.call')}>
      <form onSubmit={submit}>
        <Stack>
          <Select label={t('tickets.call_outcome')} allowDeselect={false} value={outcome} onChange={setOutcome} data={['reached', 'no_answer', 'later', 'wrong_number'].map((each) => ({ value: each, label: t(`tickets.detail.${each}`) }))} />
          {again && <NumberInput label={t('tickets.again_in')} hideControls min={1} max={336} value={hours} onChange={setHours} />}
          {outcome === 'no_answer' && ticket.may.sms && <Checkbox label={t('tickets.tell_missed')} checked={tellHer} onChange={(event) => setTellHer(event.currentTarget.checked)} />}
          {error ? <Problem error={error} /> : null}
          <Group><Button type="submit" variant="default" loading={busy}>{t('tickets.keep_call')}</Button></Group>
        </Stack>
      </form>
    </Sheet>
  );
}
