// Gives a role: only what the giver has to give is offered, where and for as long as she may.
import { Button, Group, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useMemo, useState, type FormEvent } from 'react';
import { call, Problem, refresh, useNames, useText, useToast } from '@/parts';
import { type Colleague, type Roles } from './shared';

const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);
const day = 86_400_000;

export function GiveRole({ person, roles, onClose }: { person: Colleague; roles: Roles; onClose: () => void }) {
  const { t, list, date } = useText();
  const name = useNames();
  const { tell } = useToast();
  const offered = useMemo(() => roles.roles.filter((each) => each.gives.length > 0), [roles]);
  const [code, setCode] = useState(offered[0]?.code ?? '');
  const role = offered.find((each) => each.code === code) ?? offered[0];
  const operations = [...new Set(role?.gives.map((each) => each.operation) ?? [])];
  const [chosen, setOperation] = useState('');
  const operation = operations.includes(chosen) ? chosen : (operations[0] ?? '');
  const here = role?.gives.filter((each) => each.operation === operation) ?? [];
  const offices = roles.operations.find((each) => each.code === operation)?.offices ?? [];
  const everywhere = here.some((each) => each.office === null);
  const allProgrammes = here.some((each) => each.programme === null);
  const [office, setOffice] = useState('');
  const [programme, setProgramme] = useState('');
  const latest = Math.min(Math.max(...here.map((each) => new Date(each.until).getTime()), 0), Date.now() + 366 * day);
  const [until, setUntil] = useState(dayOf(Math.min(Date.now() + 180 * day, latest || Date.now() + 180 * day)));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const held = person.grants.filter((each) => each.state === 'live').map((each) => each.role);
  const inTheWay = role ? role.conflicts.filter((each) => held.includes(each)) : [];
  const roleName = (of: string) => name(roles.roles.find((each) => each.code === of)?.name);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (!role) return;
    setBusy(true);
    setError(null);
    try {
      // Until the end of that day, but not longer than she may.
      const end = Math.min(new Date(`${until}T23:59:59Z`).getTime(), latest);
      const body = { staff: person.id, role: role.code, operation, office: office ? Number(office) : null, programme: programme ? Number(programme) : null, until: new Date(end).toISOString().replace(/\.\d+Z$/, 'Z') };
      await call('post', '/grants', { body } as never);
      tell(t('access.given'));
      void refresh('staff');
      onClose();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={<Text fw={650}>{t('access.give_to', { name: person.shown_name })}</Text>} closeButtonProps={{ 'aria-label': t('parts.close') }} centered>
      <form onSubmit={(event) => void send(event)}>
        <Stack gap="sm">
          <NativeSelect data-autofocus label={t('access.role')} value={role?.code ?? ''} onChange={(event) => setCode(event.currentTarget.value)} data={offered.map((each) => ({ value: each.code, label: name(each.name) }))} />
          {role?.personal && !person.trained && <Text size="sm" c="red" role="note">{t('access.needs_training')}</Text>}
          {inTheWay.length > 0 && <Text size="sm" c="red" role="note">{t('access.in_the_way', { roles: list(inTheWay.map(roleName)) })}</Text>}
          {operations.length > 1 && <NativeSelect label={t('access.operation')} value={operation} onChange={(event) => setOperation(event.currentTarget.value)} data={operations.map((each) => ({ value: each, label: name(roles.operations.find((one) => one.code === each)?.name) || each }))} />}
          <NativeSelect label={t('access.office')} value={office} onChange={(event) => setOffice(event.currentTarget.value)} required={!everywhere} data={[{ value: '', label: everywhere ? t('access.all_offices') : t('access.choose') }, ...offices.map((each) => ({ value: String(each.id), label: name(each.name) }))]} />
          <NativeSelect label={t('access.programme')} value={programme} onChange={(event) => setProgramme(event.currentTarget.value)} required={!allProgrammes} data={[{ value: '', label: allProgrammes ? t('access.all_programmes') : t('access.choose') }, ...roles.programmes.map((each) => ({ value: String(each.id), label: name(each.name) }))]} />
          <TextInput type="date" label={t('access.until')} description={latest ? t('access.until_rule', { day: date(dayOf(latest)) }) : undefined} required min={dayOf(Date.now())} max={dayOf(latest)} value={until} onChange={(event) => setUntil(event.currentTarget.value)} />
          {error ? <Problem error={error} /> : null}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose} disabled={busy}>{t('parts.cancel')}</Button>
            <Button type="submit" loading={busy} disabled={inTheWay.length > 0 || (role?.personal && !person.trained)}>{t('access.give')}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
