// A new account: she gets a password that is shown once, or signs in by the identity provider.
import { Button, Group, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { call, Link, Problem, useGet, useText } from '@/parts';
import { OnceShown } from './shared';

interface Props {
  opened: boolean;
  onClose: () => void;
  onMade: () => void;
}

export function AddColleague({ opened, onClose, onMade }: Props) {
  const { t } = useText();
  const [made, setMade] = useState<{ id: number; password?: string } | null>(null);
  const close = () => {
    setMade(null);
    onClose();
  };
  return (
    <Modal opened={opened} onClose={close} title={<Text fw={650}>{t(made ? 'access.made_title' : 'access.add_title')}</Text>} closeButtonProps={{ 'aria-label': t('parts.close') }} centered closeOnClickOutside={!made}>
      {made ? (
        <Stack gap="sm">
          {made.password ? (
            <>
              <Text>{t('access.password_once')}</Text>
              <OnceShown secret={made.password} />
            </>
          ) : (
            <Text>{t('access.made_provider')}</Text>
          )}
          <Group justify="flex-end">
            <Button component={Link} to={`/access/staff/${made.id}`}>{t('access.open_account')}</Button>
          </Group>
        </Stack>
      ) : (
        <Fields onClose={close} onMade={(answer) => { setMade(answer); onMade(); }} />
      )}
    </Modal>
  );
}

function Fields({ onClose, onMade }: { onClose: () => void; onMade: (made: { id: number; password?: string }) => void }) {
  const { t } = useText();
  const identity = useGet('/me/identity', {}, { staleTime: 300_000 });
  const [values, setValues] = useState({ name: '', shown_name: '', language: 'en', trained_until: '', subject: '' });
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const set = (key: keyof typeof values) => (event: { currentTarget: { value: string } }) => setValues({ ...values, [key]: event.currentTarget.value });
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const body = { ...values, name: values.name.trim().toLowerCase(), shown_name: values.shown_name.trim(), trained_until: values.trained_until || null, subject: values.subject.trim() || null };
      onMade(await call('post', '/staff', { body } as never));
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void send(event)}>
      <Stack gap="sm">
        <TextInput label={t('access.shown_name')} required maxLength={80} autoComplete="off" data-autofocus value={values.shown_name} onChange={set('shown_name')} />
        <TextInput label={t('access.sign_in_name')} description={t('access.sign_in_name_rule')} required minLength={2} maxLength={60} pattern="[A-Za-z0-9._\-]+" autoComplete="off" dir="ltr" value={values.name} onChange={set('name')} />
        <NativeSelect label={t('access.language')} value={values.language} onChange={set('language')} data={[{ value: 'en', label: 'English' }, { value: 'fr', label: 'Français' }, { value: 'ar', label: 'العربية' }]} />
        <TextInput type="date" label={t('access.training_until_label')} description={t('access.training_rule')} value={values.trained_until} onChange={set('trained_until')} />
        {identity.data?.provider && <TextInput label={t('access.subject', { provider: identity.data.provider })} description={t('access.subject_rule')} maxLength={200} autoComplete="off" dir="ltr" value={values.subject} onChange={set('subject')} />}
        {error ? <Problem error={error} /> : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} disabled={busy}>{t('parts.cancel')}</Button>
          <Button type="submit" loading={busy}>{t('access.add')}</Button>
        </Group>
      </Stack>
    </form>
  );
}
