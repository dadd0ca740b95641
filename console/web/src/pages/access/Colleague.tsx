// One colleague: her account, what she holds and held, what can be done with it.
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { call, Confirm, DataTable, Empty, Facts, Link, Mark, Page, Problem, refresh, Sheet, useGet, useHeld, useMay, useParams, useNames, useText, useToast, When } from '@/parts';
import { GiveRole } from './GiveRole';
import { OnceShown, StateMark, TrainingMark, useRoles, Where, type Colleague as Person, type Grant } from './shared';

export default function Colleague() {
  const { t } = useText();
  const id = Number(useParams().id);
  const { data, error, refetch, isPending } = useGet('/staff/{id}', { params: { path: { id } } });
  const back = { to: '/access', label: t('access.people') };
  if (!data) return <Page title={t('access.colleague')} back={back}>{error ? <Problem error={error} onRetry={() => void refetch()} /> : isPending ? <Text role="status">{t('parts.loading')}</Text> : null}</Page>;
  return <Loaded person={data} back={back} />;
}

function Loaded({ person, back }: { person: Person; back: { to: string; label: string } }) {
  const { t } = useText();
  const mayAudit = useMay('audit.view');
  return (
    <Page title={person.shown_name} mark={<StateMark state={person.state} />} back={back} actions={mayAudit && <Button component={Link} to={`/audit?staff=${person.id}`} variant="default">{t('access.what_she_did')}</Button>}>
      <Stack gap="lg">
        <Account person={person} />
        <Held person={person} />
      </Stack>
    </Page>
  );
}

type Action = 'suspend' | 'resume' | 'end' | 'password' | 'codes' | 'unlink' | 'sign_out' | 'training' | 'rename';

function Account({ person }: { person: Person }) {
  const { t, list } = useText();
  const [asking, setAsking] = useState<Action | null>(null);
  const actions: Action[] = person.state === 'ended' ? [] : [
    'training', 'rename', 'sign_out', ...(person.has_password ? (['password'] as const) : []), ...(person.has_codes ? (['codes'] as const) : []),
    ...(person.linked ? (['unlink'] as const) : []), person.state === 'active' ? 'suspend' : 'resume', 'end',
  ];
  return (
    <Sheet title={t('access.account')}>
      <Facts
        rows={[
          [t('access.sign_in_name'), <span key="n" className="ltr">{person.name}</span>],
          [t('access.training'), <TrainingMark key="t" until={person.trained_until} trained={person.trained} />],
          [t('access.signed_in'), person.signed_in_at ? <When at={person.signed_in_at} exact /> : t('access.never')],
          [t('access.signs_in_by'), list([person.has_password ? t(person.password_waits ? 'access.by_given_password' : 'access.by_password') : null, person.has_codes ? t('access.by_codes') : null, person.linked ? t('access.by_provider') : null].filter((each) => each !== null)) || t('access.by_nothing')],
          [t('access.made_at'), <When key="m" at={person.made_at} exact />],
          [t('access.now'), person.locked ? <Mark tone="late">{t('access.waits')}</Mark> : null],
        ]}
      />
      {person.may_keep && actions.length > 0 && (
        <Group gap="xs" mt="md" wrap="wrap">
          {actions.map((each) => (
            <Button key={each} variant={each === 'end' ? 'light' : 'default'} color={each === 'end' || each === 'suspend' ? 'red' : undefined} onClick={() => setAsking(each)}>
              {t(`access.do.${each}`)}
            </Button>
          ))}
        </Group>
      )}
      {person.own && <Text size="sm" c="dimmed" mt="sm">{t('access.own_account')} <Link to="/access/me">{t('access.my_sessions')}</Link></Text>}
      {asking && <Ask key={asking} action={asking} person={person} onClose={() => setAsking(null)} />}
    </Sheet>
  );
}

function Ask({ action, person: now, onClose }: { action: Action; person: Person; onClose: () => void }) {
  const { t } = useText();
  const { tell } = useToast();
  const { held: person, meanwhile } = useHeld(now, true, (of) => of.revision);
  const [day, setDay] = useState(person.trained_until ?? '');
  const [name, setName] = useState(person.shown_name);
  const [password, setPassword] = useState('');
  const [open, setOpen] = useState(true);
  const path = { params: { path: { id: person.id } } };
  const revision = person.revision;
  const send = async () => {
    const states = { suspend: 'suspended', resume: 'active', end: 'ended' } as const;
    if (action === 'password') setPassword((await call('post', '/staff/{id}/password', { ...path, body: { revision } } as never)).password);
    else if (action === 'codes') await call('post', '/staff/{id}/codes', { ...path, body: { revision } } as never);
    else if (action === 'unlink') await call('post', '/staff/{id}/unlink', { ...path, body: { revision } } as never);
    else if (action === 'sign_out') await call('post', '/staff/{id}/sign-out', path as never);
    else if (action === 'training') await call('patch', '/staff/{id}', { ...path, body: { revision, trained_until: day } } as never);
    else if (action === 'rename') await call('patch', '/staff/{id}', { ...path, body: { revision, shown_name: name.trim() } } as never);
    else await call('post', '/staff/{id}/state', { ...path, body: { revision, state: states[action] } } as never);
    tell(t('access.done'));
  };
  // Also after a refusal: somebody else may have changed it.
  const finish = () => void refresh('staff').then(() => refresh('reviews'));
  if (password)
    return (
      <Confirm opened onClose={onClose} title={t('access.made_title')} action={t('parts.close')} onConfirm={async () => undefined}>
        <Text>{t('access.password_once')}</Text>
        <OnceShown secret={password} />
      </Confirm>
    );
  return (
    <Confirm
      opened={open}
      meanwhile={meanwhile}
      onClose={() => { finish(); if (action === 'password') setOpen(true); else { setOpen(false); onClose(); } }}
      title={t(`access.do.${action}`)}
      action={t(`access.do.${action}`)}
      danger={action === 'end' || action === 'suspend'}
      disabled={(action === 'training' && !day) || (action === 'rename' && !name.trim())}
      onConfirm={send}
    >
      <Text>{t(`access.ask.${action}`, { name: person.shown_name })}</Text>
      {action === 'training' && <TextInput mt="sm" type="date" required label={t('access.training_until_label')} value={day} onChange={(event) => setDay(event.currentTarget.value)} />}
      {action === 'rename' && <TextInput mt="sm" required maxLength={80} label={t('access.shown_name')} value={name} onChange={(event) => setName(event.currentTarget.value)} />}
    </Confirm>
  );
}

function Held({ person }: { person: Person }) {
  const { t } = useText();
  const name = useNames();
  const { data: roles } = useRoles();
  const [giving, setGiving] = useState(false);
  const [deciding, setDeciding] = useState<{ grant: Grant; keep: boolean } | null>(null);
  const open = (row: Grant) => row.state === 'live' && (row.may_decide || row.own);
  const gives = roles?.roles.some((each) => each.gives.length > 0) && !person.own && person.state === 'active';
  return (
    <>
      <Group justify="space-between" align="center">
        <Text component="h2" fw={650} size="lg" m={0}>{t('access.roles')}</Text>
        {gives && <Button onClick={() => setGiving(true)}>{t('access.give')}</Button>}
      </Group>
      {person.signed_in_at === null && gives && <Text size="sm" c="dimmed">{t('access.never_was_here')}</Text>}
      <DataTable
        label={t('access.roles')}
        rows={person.grants}
        rowKey={(row) => row.id}
        empty={<Empty>{t('access.no_role')}</Empty>}
        columns={[
          { key: 'role', header: t('access.role'), title: true, cell: (row) => name(row.role_name) },
          { key: 'where', header: t('access.where'), cell: (row) => <Where grant={row} /> },
          { key: 'state', header: t('access.state_label'), cell: (row) => <Mark tone={row.state === 'live' ? 'good' : 'quiet'}>{t(`access.grant_state.${row.state}`)}</Mark> },
          { key: 'until', header: t('access.until'), cell: (row) => <When at={row.ended_at ?? row.until} exact /> },
          { key: 'by', header: t('access.given_by'), cell: (row) => row.granted_by ?? t('access.command_line') },
          { key: 'review', header: t('access.review_due'), cell: (row) => (row.state === 'live' ? <When at={row.due_at} /> : null) },
          ...(person.grants.some(open) ? [{
            key: 'actions', header: t('access.actions'), cell: (row: Grant) =>
              open(row) ? (
                <Group gap="xs" wrap="nowrap">
                  {row.may_decide && <Button size="xs" variant="default" aria-label={t('access.confirm_named', { role: name(row.role_name) })} onClick={() => setDeciding({ grant: row, keep: true })}>{t('access.confirm')}</Button>}
                  <Button size="xs" variant="default" color="red" aria-label={t('access.end_named', { role: name(row.role_name) })} onClick={() => setDeciding({ grant: row, keep: false })}>{t(row.own ? 'access.give_back' : 'access.end')}</Button>
                </Group>
              ) : null,
          }] : []),
        ]}
      />
      {giving && roles && <GiveRole person={person} roles={roles} onClose={() => setGiving(false)} />}
      {deciding && <Decide {...deciding} onClose={() => setDeciding(null)} />}
    </>
  );
}

export function Decide({ grant, keep, onClose }: { grant: Grant; keep: boolean; onClose: () => void }) {
  const { t } = useText();
  const name = useNames();
  const { tell } = useToast();
  const finish = () => {
    void refresh('staff');
    void refresh('reviews');
    onClose();
  };
  const send = async () => {
    await call('post', keep ? '/grants/{id}/confirmation' : '/grants/{id}/end', { params: { path: { id: grant.id } }, body: { revision: grant.revision } } as never);
    tell(t('access.done'));
  };
  return (
    <Confirm opened onClose={finish} title={t(keep ? 'access.confirm' : grant.own ? 'access.give_back' : 'access.end')} action={t(keep ? 'access.confirm' : grant.own ? 'access.give_back' : 'access.end')} danger={!keep} onConfirm={send}>
      <Text>{t(keep ? 'access.confirm_text' : 'access.end_text', { role: name(grant.role_name), name: grant.shown_name })}</Text>
    </Confirm>
  );
}
