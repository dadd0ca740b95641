import { Button, PasswordInput, Stack } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { Page, Problem, Sheet, useNavigate, useText, useToast } from '@/parts';
import { plain } from '@/api/session';

export default function Password() {
  const { t } = useText();
  const { tell } = useToast();
  const go = useNavigate();
  const [old, setOld] = useState('');
  const [fresh, setFresh] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await plain('POST', '/me/password', { old, password: fresh });
      tell(t('home.password_changed'));
      void go('/');
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  const eye = { 'aria-label': t('sign_in.show_password') };
  return (
    <Page title={t('shell.change_password')} note={t('home.password_note')}>
      <Sheet label={t('shell.change_password')}>
        <form onSubmit={(event) => void send(event)}>
          <Stack maw="24rem">
            <PasswordInput label={t('home.old_password')} autoComplete="current-password" required maxLength={200} value={old} onChange={(event) => setOld(event.currentTarget.value)} visibilityToggleButtonProps={eye} />
            <PasswordInput label={t('sign_in.new_password')} description={t('sign_in.password_rule')} autoComplete="new-password" required minLength={12} maxLength={200} value={fresh} onChange={(event) => setFresh(event.currentTarget.value)} visibilityToggleButtonProps={eye} />
            {error ? <Problem error={error} /> : null}
            <div><Button type="submit" loading={busy}>{t('sign_in.keep')}</Button></div>
          </Stack>
        </form>
      </Sheet>
    </Page>
  );
}
