// One that staff open for her: she stands at the counter, or is on the telephone.
import { Button, Checkbox, Group, Select, Stack, Textarea } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { Page, Problem, Sheet, call, refresh, useGet, useMay, useNavigate, useSearchParams, useText } from '@/parts';
import { useTicketWords } from './words';

export default function TakeDown() {
  const { t } = useText();
  const { word, named } = useTicketWords();
  const go = useNavigate();
  const mayGuard = useMay('tickets.sensitive');
  const [asked] = useSearchParams();
  const person = Number(asked.get('person')) || null;
  const choices = useGet('/tickets/choices', undefined, { staleTime: 600_000 });
  const [kind, setKind] = useState<string | null>('problem');
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
      const made = await call('post', '/tickets', { body: { category: kind, words: words.trim(), sensitive, ...(person ? { person } : { operation: where }) } } as never);
      await refresh('tickets');
      void go(`/tickets/${(made as { id: number }).id}`);
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Page title={t('tickets.take_down')} note={t(person ? 'tickets.take_down_note' : 'tickets.take_down_stranger')} back={{ to: '/tickets', label: t('tickets.title') }}>
      <Sheet label={t('tickets.take_down')}>
        <form onSubmit={(event) => void send(event)}>
          <Stack maw="36rem">
            <Select label={t('tickets.kind')} allowDeselect={false} value={kind} onChange={setKind} data={(choices.data?.kinds ?? ['problem']).map((each) => ({ value: each, label: word('category', each) }))} />
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
