// Where one is signed in, and the link of one's account with the identity provider.
import { Alert, Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { call, Confirm, DataTable, Mark, Page, Problem, refresh, Sheet, useGet, useList, useSearchParams, useText, useToast, When, type Item } from '@/parts';

export default function OwnSessions() {
  const { t } = useText();
  const { tell } = useToast();
  const list = useList('/me/sessions');
  const [ending, setEnding] = useState<string | 'others' | null>(null);
  const send = async () => {
    if (ending === 'others') await call('post', '/me/sessions/end-others', {} as never);
    else await call('delete', '/me/sessions/{key}', { params: { path: { key: ending ?? '' } } } as never);
    tell(t('access.done'));
  };
  return (
    <Page title={t('access.my_sessions')} note={t('access.sessions_note')} actions={list.rows.length > 1 && <Button variant="default" onClick={() => setEnding('others')}>{t('access.end_others')}</Button>}>
      <Stack gap="lg">
        <DataTable
          label={t('access.my_sessions')}
          {...list}
          onRetry={list.again}
          rowKey={(row) => row.key}
          columns={[
            { key: 'agent', header: t('access.browser'), title: true, cell: (row) => <><span className="ltr">{browserName(row.agent)}</span> {row.here && <Mark tone="good">{t('access.here')}</Mark>}</> },
            { key: 'begun', header: t('access.begun'), cell: (row) => <When at={row.begun_at} exact /> },
            { key: 'seen', header: t('access.seen'), cell: (row) => <When at={row.seen_at} /> },
            { key: 'ends', header: t('access.ends'), cell: (row) => <When at={row.ends_at} /> },
            ...(list.rows.some((row) => !row.here) ? [{ key: 'actions', header: t('access.actions'), cell: (row: Item<'/me/sessions'>) => (row.here ? null : <Button size="xs" variant="default" aria-label={t('access.end_session_of', { browser: browserName(row.agent) })} onClick={() => setEnding(row.key)}>{t('access.end_session')}</Button>) }] : []),
          ]}
        />
        <Identity />
      </Stack>
      <Confirm opened={ending !== null} onClose={() => { setEnding(null); void refresh('me'); }} title={t(ending === 'others' ? 'access.end_others' : 'access.end_session')} action={t(ending === 'others' ? 'access.end_others' : 'access.end_session')} danger onConfirm={send}>
        <Text>{t('access.end_session_text')}</Text>
      </Confirm>
    </Page>
  );
}

// "Firefox, Linux" out of what a browser says of itself.
function browserName(agent: string): string {
  const browser = /(Edg|Firefox|Chrome|Safari)\//.exec(agent)?.[1] ?? '';
  const system = /(Android|Windows|iPhone|iPad|Mac OS X|Linux)/.exec(agent)?.[1] ?? '';
  return [browser === 'Edg' ? 'Edge' : browser, system].filter(Boolean).join(', ') || agent.slice(0, 40) || '—';
}

function Identity() {
  const { t } = useText();
  const { data } = useGet('/me/identity');
  const [params] = useSearchParams();
  const [asking, setAsking] = useState<'link' | 'unlink' | null>(null);
  const outcome = params.get('provider');
  if (!data?.provider) return null;
  return (
    <Sheet title={t('access.identity', { provider: data.provider })}>
      {outcome && ['linked', 'others', 'over', 'refused', 'again', 'away'].includes(outcome) && (
        <Alert color={outcome === 'linked' ? 'green' : 'red'} variant="light" mb="sm" role="alert">{t(`access.provider.${outcome}`)}</Alert>
      )}
      <Text mb="sm">{t(data.linked ? 'access.is_linked' : 'access.is_not_linked', { provider: data.provider })}</Text>
      <Button variant="default" onClick={() => setAsking(data.linked ? 'unlink' : 'link')}>{t(data.linked ? 'access.unlink_own' : 'access.link_own')}</Button>
      {asking === 'link' && <LinkOwn provider={data.provider} onClose={() => setAsking(null)} />}
      <Confirm opened={asking === 'unlink'} onClose={() => { setAsking(null); void refresh('me'); }} title={t('access.unlink_own')} action={t('access.unlink_own')} danger onConfirm={() => call('delete', '/me/identity', {} as never)}>
        <Text>{t('access.unlink_text')}</Text>
      </Confirm>
    </Sheet>
  );
}

function LinkOwn({ provider, onClose }: { provider: string; onClose: () => void }) {
  const { t } = useText();
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const { address } = await call('post', '/me/identity', { body: { password } } as never);
      location.assign(address);
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={<Text fw={650}>{t('access.link_own')}</Text>} closeButtonProps={{ 'aria-label': t('parts.close') }} centered>
      <form onSubmit={(event) => void send(event)}>
        <Stack gap="sm">
          <Text>{t('access.link_text', { provider })}</Text>
          <PasswordInput label={t('access.password')} autoComplete="current-password" required maxLength={200} data-autofocus value={password} onChange={(event) => setPassword(event.currentTarget.value)} visibilityToggleButtonProps={{ 'aria-label': t('access.show_password') }} />
          {error ? <Problem error={error} /> : null}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose} disabled={busy}>{t('parts.cancel')}</Button>
            <Button type="submit" loading={busy}>{t('access.go_on')}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
