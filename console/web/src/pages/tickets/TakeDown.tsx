// One that staff open for her: she stands at the counter, or is on the telephone.
import { Alert, Button, Checkbox, Group, Select, Stack, Text, Textarea } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { Page, Problem, Sheet, call, refresh, useGet, useMay, useNavigate, useSearchParams, useText } from '@/parts';
import { useTicketWords } from './words';

const topics = ['assistance', 'details', 'documents', 'family', 'service', 'staff', 'safety', 'protection', 'other'];
// The server takes them as sensitive, whoever writes them down.
const guarded = ['staff', 'safety', 'protection'];

export default function TakeDown() {
  const { t } = useText();
  const { word, named } = useTicketWords();
  const go = useNavigate();
  const mayGuard = useMay('tickets.sensitive');
  const [asked] = useSearchParams();
  const person = Number(asked.get('person')) || null;
  const choices = useGet('/tickets/choices', undefined, { staleTime: 600_000 });
  const [kind, setKind] = useState<string | null>('problem');
  const [topic, setTopic] = useState<string | null>(null);
  const [taken, setTaken] = useState<string | null>(null);
  const [operation, setOperation] = useState<string | null>(null);
  const [words, setWords] = useState('');
  const [sensitive, setSensitive] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const where = operation ?? choices.data?.operations[0]?.code ?? null;
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const made = await call('post', '/tickets', { body: { category: kind, ...(topic ? { topic } : {}), words: words.trim(), sensitive, ...(person ? { person } : { operation: where }) } } as never);
      await refresh('tickets');
      const { id, reference, may_open } = made as { id: number; reference: string; may_open: boolean };
      if (may_open) void go(`/tickets/${id}`);
      else setTaken(reference);
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  const back = { to: '/tickets', label: t('tickets.title') };
  if (taken) return <Page title={t('tickets.take_down')} back={back}><Alert role="status">{t('tickets.taken_guarded', { reference: taken })}</Alert></Page>;
  return (
    <Page title={t('tickets.take_down')} note={t(person ? 'tickets.take_down_note' : 'tickets.take_down_stranger')} back={back}>
      <Sheet label={t('tickets.take_down')}>
        <form onSubmit={(event) => void send(event)}>
          <Stack maw="36rem">
            <Select label={t('tickets.kind')} allowDeselect={false} value={kind} onChange={setKind} data={(choices.data?.kinds ?? ['problem']).map((each) => ({ value: each, label: word('category', each) }))} />
            <Select label={t('tickets.topic_label')} clearable value={topic} onChange={setTopic} data={topics.map((each) => ({ value: each, label: t(`tickets.topic.${each}`) }))} clearButtonProps={{ 'aria-label': t('cases.clear') }} />
            {topic && guarded.includes(topic) && <Text size="sm" role="note">{t('tickets.topic_guarded')}</Text>}
            {!person && <Select label={t('tickets.operation')} allowDeselect={false} value={where} onChange={setOperation} data={(choices.data?.operations ?? []).map((each) => ({ value: each.code, label: named(each.name) }))} />}
            <Textarea label={t('tickets.her_words')} required dir="auto" autosize minRows={4} maxLength={600} value={words} onChange={(event) => setWords(event.currentTarget.value)} />
            {mayGuard && <Checkbox label={t('tickets.is_sensitive')} checked={sensitive} onChange={(event) => setSensitive(event.currentTarget.checked)} />}
            {error ? <Problem error={error} /> : null}
            <Group><Button type="submit" loading={busy} disabled={!words.trim() || (!person && !where)}>{t('tickets.open_it')}</Button></Group>
          </Stack>
        </form>
      </Sheet>
    </Page>
  );
}
