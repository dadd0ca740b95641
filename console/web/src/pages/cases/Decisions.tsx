// What may be decided, each asked once more in full before it is done.
import { Checkbox, Group, Radio, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Confirm, PhonePreview, useChange, useHeld, useText, useToast } from '@/parts';
import type { Shown } from './Case';
import { evidences, questions, reasons } from './words';

interface Deciding {
  opened: boolean;
  one: Shown;
  onClose: () => void;
}
const at = (one: Shown) => ({ path: { id: one.id } });
const useOne = ({ one, opened }: Deciding) => useHeld(one, opened, (of) => of.revision);

export function Approve(asked: Deciding) {
  const { opened, onClose } = asked;
  const { held: one, meanwhile } = useOne(asked);
  const { t } = useText();
  const { tell } = useToast();
  const [checked, setChecked] = useState<string[]>([]);
  const [person, setPerson] = useState<string | null>(null);
  const change = useChange('post', '/cases/{id}/approval', 'cases');
  const last = one.given + 1 >= one.needs;
  const missing = (one.evidence && checked.length === 0) || (one.kind === 'link_number' && !person);
  return (
    <Confirm opened={opened} meanwhile={meanwhile} onClose={onClose} title={t(last ? 'cases.approve_last' : 'cases.approve_first')} action={t(last ? 'cases.approve_last' : 'cases.approve_first')} disabled={missing}
      onConfirm={async () => {
        const turn = await change.mutateAsync({ params: at(one), body: { revision: one.revision, evidence: checked, ...(person ? { person: Number(person) } : {}) } } as never);
        tell(t(`cases.turned.${(turn as { outcome: string }).outcome}`));
      }}>
      <Stack gap="sm">
        <Text size="sm">{t(last ? 'cases.approve_last_text' : 'cases.approve_first_text')}</Text>
        {one.evidence && (
          <Checkbox.Group label={t('cases.evidence')} required value={checked} onChange={setChecked}>
            <Stack mt="xs" gap="xs">{evidences.map((each) => <Checkbox key={each} value={each} label={t(`cases.evidence.${each}`)} />)}</Stack>
          </Checkbox.Group>
        )}
        {one.kind === 'link_number' && (
          <Radio.Group label={t('cases.whose_number')} required value={person} onChange={setPerson}>
            <Stack mt="xs" gap="xs">{(one.candidates ?? []).map((each) => <Radio key={each.id} value={String(each.id)} label={`${each.name} · ${each.birth_date.slice(0, 4)}`} />)}</Stack>
          </Radio.Group>
        )}
      </Stack>
    </Confirm>
  );
}

export function Reject(asked: Deciding) {
  const { opened, onClose } = asked;
  const { held: one, meanwhile } = useOne(asked);
  const { t, language } = useText();
  const { tell } = useToast();
  const [reason, setReason] = useState<string | null>(null);
  const change = useChange('post', '/cases/{id}/rejection', 'cases');
  return (
    <Confirm opened={opened} meanwhile={meanwhile} onClose={onClose} title={t('cases.reject')} action={t('cases.reject')} danger disabled={!reason}
      onConfirm={async () => {
        await change.mutateAsync({ params: at(one), body: { revision: one.revision, reason } } as never);
        tell(t('cases.turned.rejected'));
      }}>
      <Group align="start" gap="md">
        <Radio.Group label={t('cases.reason')} description={t('cases.reason_text')} required value={reason} onChange={setReason}>
          <Stack mt="xs" gap="xs">{reasons.map((each) => <Radio key={each} value={each} label={t(`cases.why.${each}`)} />)}</Stack>
        </Radio.Group>
        {reason && (
          <div>
            <Text size="sm" fw={500} mb="xs" aria-hidden="true">{t('cases.she_reads')}</Text>
            <PhonePreview language={language} label={t('cases.she_reads')} text={t('cases.told', { reference: one.reference, reason })} />
          </div>
        )}
      </Group>
    </Confirm>
  );
}

export function Ask(asked: Deciding) {
  const { opened, onClose } = asked;
  const { held: one, meanwhile } = useOne(asked);
  const { t } = useText();
  const { tell } = useToast();
  const [question, setQuestion] = useState<string | null>(null);
  const change = useChange('post', '/cases/{id}/question', 'cases');
  return (
    <Confirm opened={opened} meanwhile={meanwhile} onClose={onClose} title={t('cases.ask')} action={t('cases.ask')} disabled={!question}
      onConfirm={async () => {
        await change.mutateAsync({ params: at(one), body: { revision: one.revision, question } } as never);
        tell(t('cases.turned.asked'));
      }}>
      <Radio.Group label={t('cases.question')} description={t('cases.question_text')} required value={question} onChange={setQuestion}>
        <Stack mt="xs" gap="xs">{questions.map((each) => <Radio key={each} value={each} label={t(`cases.ask.${each}`)} />)}</Stack>
      </Radio.Group>
    </Confirm>
  );
}

export function Withdraw(asked: Deciding) {
  const { opened, onClose } = asked;
  const { held: one, meanwhile } = useOne(asked);
  const { t } = useText();
  const { tell } = useToast();
  const change = useChange('post', '/cases/{id}/withdrawal', 'cases');
  return (
    <Confirm opened={opened} meanwhile={meanwhile} onClose={onClose} title={t('cases.withdraw')} action={t('cases.withdraw')}
      onConfirm={async () => {
        const turn = await change.mutateAsync({ params: at(one), body: { revision: one.revision } } as never);
        tell(t(`cases.turned.${(turn as { outcome: string }).outcome}`));
      }}>
      <Text size="sm">{t('cases.withdraw_text')}</Text>
    </Confirm>
  );
}

export function Compare(asked: Deciding) {
  const { opened, onClose } = asked;
  const { held: one, meanwhile } = useOne(asked);
  const { t } = useText();
  const { tell } = useToast();
  const change = useChange('post', '/cases/{id}/comparison', 'cases');
  return (
    <Confirm opened={opened} meanwhile={meanwhile} onClose={onClose} title={t('cases.compare')} action={t('cases.compare')}
      onConfirm={async () => {
        await change.mutateAsync({ params: at(one), body: { revision: one.revision } } as never);
        tell(t('cases.turned.compared'));
      }}>
      <Text size="sm">{t('cases.compare_text')}</Text>
    </Confirm>
  );
}
