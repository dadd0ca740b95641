// One message to many, written: to whom, in which languages, when. Nothing is sent before another person releases it.
import { Button, Checkbox, Group, MultiSelect, NumberInput, Select, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { Page, Problem, Sheet, call, refresh, useGet, useNavigate, useNames, useText } from '@/parts';
import { bodyOf, useDraft, type Draft } from './draft';
import { LanguageText } from './LanguageText';

const entitlements = ['pending', 'sent', 'available', 'redeemed', 'partial', 'not_collected', 'expired'];
const answering = ['self', 'household', 'neighbour', 'shared', 'unknown'];

interface PartProps {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
}

export default function NewNotice() {
  const { t } = useText();
  const go = useNavigate();
  const choices = useGet('/notices/choices', undefined, { staleTime: 600_000 });
  const { draft, change, forget } = useDraft();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const languages = choices.data?.languages ?? [];
  const operation = draft.operation ?? choices.data?.operations[0]?.code ?? null;
  const written = Object.values(draft.texts).some((text) => text.trim());
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const made = await call('post', '/notices', { body: bodyOf({ ...draft, operation }) } as never);
      forget();
      await refresh('notices');
      void go(`/notices/${(made as { id: number }).id}`);
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Page title={t('notices.write')} note={t('notices.write_note')} back={{ to: '/notices', label: t('notices.title') }}>
      <form onSubmit={(event) => void send(event)}>
        <Stack gap="lg">
          <Sheet title={t('notices.what')}>
            <TextInput maw="36rem" label={t('notices.name')} description={t('notices.name_note')} required maxLength={40} value={draft.name} onChange={(event) => change({ name: event.currentTarget.value })} />
          </Sheet>
          <ToWhom draft={{ ...draft, operation }} change={change} />
          <Sheet title={t('notices.texts')}>
            <Stack gap="lg">
              <Select maw="20rem" label={t('notices.fallback')} description={t('notices.fallback_note')} allowDeselect={false} value={draft.fallback} onChange={(value) => change({ fallback: value ?? 'en' })} data={languages.map((each) => ({ value: each, label: t(`notices.language.${each}`) }))} />
              {languages.map((each) => <LanguageText key={each} language={each} text={draft.texts[each] ?? ''} onChange={(text) => change({ texts: { ...draft.texts, [each]: text } })} />)}
            </Stack>
          </Sheet>
          <Times draft={draft} change={change} />
          {error ? <Problem error={error} /> : null}
          <Group><Button type="submit" loading={busy} disabled={!draft.name.trim() || !written || !operation}>{t('notices.keep')}</Button></Group>
        </Stack>
      </form>
    </Page>
  );
}

function ToWhom({ draft, change }: PartProps) {
  const { t } = useText();
  const named = useNames();
  const choices = useGet('/notices/choices', undefined, { staleTime: 600_000 });
  const here = choices.data?.operations.find((each) => each.code === draft.operation);
  const everyIf = (chosen: unknown[]) => (chosen.length === 0 ? t('notices.every') : undefined);
  return (
    <Sheet title={t('notices.to_whom')}>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Select label={t('notices.operation')} allowDeselect={false} value={draft.operation} onChange={(operation) => change({ operation, location: [] })} data={(choices.data?.operations ?? []).map((each) => ({ value: each.code, label: named(each.name) }))} />
        <MultiSelect label={t('notices.places')} description={here?.bound ? t('notices.places_bound') : undefined} placeholder={here?.bound ? undefined : everyIf(draft.location)} searchable clearable maxValues={20} limit={60} value={draft.location} onChange={(location) => change({ location })}
          data={(choices.data?.places ?? []).filter((each) => each.level > 0).map((each) => ({ value: each.code, label: named(each.name) }))} />
        <MultiSelect label={t('notices.programmes')} placeholder={everyIf(draft.programme)} clearable value={draft.programme} onChange={(programme) => change({ programme })} data={(choices.data?.programmes ?? []).map((each) => ({ value: String(each.id), label: named(each.name) }))} />
        <MultiSelect label={t('notices.entitlement')} placeholder={everyIf(draft.entitlement)} clearable value={draft.entitlement} onChange={(entitlement) => change({ entitlement })} data={entitlements.map((each) => ({ value: each, label: t(`notices.entitlement.${each}`) }))} />
        <MultiSelect label={t('notices.speaks')} placeholder={everyIf(draft.language)} clearable value={draft.language} onChange={(spoken) => change({ language: spoken })} data={(choices.data?.languages ?? []).map((each) => ({ value: each, label: t(`notices.language.${each}`) }))} />
        <MultiSelect label={t('notices.answers')} placeholder={everyIf(draft.answers)} clearable value={draft.answers} onChange={(answers) => change({ answers })} data={answering.map((each) => ({ value: each, label: t(`notices.answers.${each}`) }))} />
        <NumberInput label={t('notices.fewest')} hideControls min={1} max={1000} value={draft.fewest ?? ''} onChange={(value) => change({ fewest: value === '' ? null : Number(value) })} />
        <NumberInput label={t('notices.most')} hideControls min={1} max={1000} value={draft.most ?? ''} onChange={(value) => change({ most: value === '' ? null : Number(value) })} />
        <Checkbox label={t('notices.principal')} checked={draft.principal} onChange={(event) => change({ principal: event.currentTarget.checked })} />
      </SimpleGrid>
    </Sheet>
  );
}

function Times({ draft, change }: PartProps) {
  const { t } = useText();
  return (
    <Sheet title={t('notices.when')}>
      <SimpleGrid cols={{ base: 1, sm: 2, md: 4 }}>
        <NumberInput label={t('notices.opens')} description={t('notices.hours_note')} hideControls min={0} max={23} value={draft.opens_at} onChange={(value) => change({ opens_at: Number(value) })} />
        <NumberInput label={t('notices.closes')} description={t('notices.hours_note')} hideControls min={1} max={24} value={draft.closes_at} onChange={(value) => change({ closes_at: Number(value) })} />
        <NumberInput label={t('notices.lasting')} description={t('notices.lasting_note')} hideControls min={1} max={720} value={draft.lasting_hours} onChange={(value) => change({ lasting_hours: Number(value) })} />
        <NumberInput label={t('notices.rate')} description={t('notices.rate_note')} hideControls min={1} max={100000} value={draft.per_second ?? ''} onChange={(value) => change({ per_second: value === '' ? null : Number(value) })} />
      </SimpleGrid>
    </Sheet>
  );
}
