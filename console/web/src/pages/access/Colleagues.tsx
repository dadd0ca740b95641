// Who works here: found by name, state, role and operation; new accounts.
import { Button, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { call, DataTable, Empty, Link, Mark, Page, Problem, refresh, useList, useMay, useSearchParams, useNames, useText, When } from '@/parts';
import { AddColleague } from './AddColleague';
import { GiveRole } from './GiveRole';
import { AccessTabs, StateMark, TrainingMark, useRoles, type Colleague } from './shared';

export default function Colleagues() {
  const { t } = useText();
  const name = useNames();
  const mayKeep = useMay('access.accounts');
  const { data: roles } = useRoles();
  const [filters, setFilters] = useSearchParams();
  const [adding, setAdding] = useState(false);
  const [giving, setGiving] = useState<Colleague | null>(null);
  const [found, setFound] = useState<{ text: string; rows: Colleague[] } | null>(null);
  const filter = (key: string) => filters.get(key) || undefined;
  const list = useList('/staff', { params: { query: { state: filter('state') as 'active' | undefined, role: filter('role'), operation: filter('operation') } } }, { keep: true });
  const choose = (key: string, value: string) => {
    const next = new URLSearchParams(filters);
    if (value) next.set(key, value);
    else next.delete(key);
    setFound(null);
    setFilters(next, { replace: true });
  };
  const gives = roles?.roles.some((each) => each.gives.length > 0);
  const shown = found ? { rows: found.rows } : { ...list, onMore: list.more, onRetry: list.again };
  return (
    <Page title={t('access.title')} note={t('access.note')} actions={mayKeep && <Button onClick={() => setAdding(true)}>{t('access.add')}</Button>}>
      <AccessTabs at="/access" />
      <Stack gap="md">
        <div className="filters">
          <Search onFound={setFound} found={found} />
          <NativeSelect label={t('access.state_label')} value={filters.get('state') ?? ''} onChange={(event) => choose('state', event.currentTarget.value)} data={[{ value: '', label: t('access.any') }, ...(['active', 'suspended', 'ended'] as const).map((value) => ({ value, label: t(`access.state.${value}`) }))]} />
          <NativeSelect label={t('access.role')} value={filters.get('role') ?? ''} onChange={(event) => choose('role', event.currentTarget.value)} data={[{ value: '', label: t('access.any') }, ...(roles?.roles ?? []).map((each) => ({ value: each.code, label: name(each.name) }))]} />
          {(roles?.operations.length ?? 0) > 1 && (
            <NativeSelect label={t('access.operation')} value={filters.get('operation') ?? ''} onChange={(event) => choose('operation', event.currentTarget.value)} data={[{ value: '', label: t('access.any') }, ...(roles?.operations ?? []).map((each) => ({ value: each.code, label: name(each.name) }))]} />
          )}
        </div>
        <DataTable
          label={t('access.people')}
          {...shown}
          rowKey={(row) => row.id}
          empty={<Empty>{t(found ? 'access.none_found' : 'access.none')}</Empty>}
          columns={[
            { key: 'name', header: t('access.name'), title: true, cell: (row) => <><Link to={`/access/staff/${row.id}`}>{row.shown_name}</Link> <Text span size="sm" c="dimmed" className="ltr">{row.name}</Text></> },
            { key: 'state', header: t('access.state_label'), cell: (row) => <><StateMark state={row.state} /> {row.locked && <Mark tone="late">{t('access.waits')}</Mark>}</> },
            { key: 'roles', header: t('access.roles'), cell: (row) => <RoleNames row={row} /> },
            { key: 'training', header: t('access.training'), cell: (row) => <TrainingMark until={row.trained_until} trained={row.trained} /> },
            { key: 'seen', header: t('access.signed_in'), cell: (row) => (row.signed_in_at ? <When at={row.signed_in_at} /> : <Text span size="sm" c="dimmed">{t('access.never')}</Text>) },
            // Somebody of another operation is found by her whole name, but her account is not open: a role is given here.
            ...(found && gives ? [{
              key: 'give', header: t('access.actions'), cell: (row: Colleague) =>
                row.state === 'active' && !row.own ? <Button size="xs" variant="default" aria-label={t('access.give_to', { name: row.shown_name })} onClick={() => setGiving(row)}>{t('access.give')}</Button> : null,
            }] : []),
          ]}
        />
      </Stack>
      {giving && roles && <GiveRole person={giving} roles={roles} onClose={() => setGiving(null)} />}
      <AddColleague opened={adding} onClose={() => setAdding(false)} onMade={() => void refresh('staff')} />
    </Page>
  );
}

function RoleNames({ row }: { row: Colleague }) {
  const { t, list } = useText();
  const name = useNames();
  const live = row.grants.filter((each) => each.state === 'live');
  if (live.length === 0) return <Text span size="sm" c="dimmed">{t('access.no_role')}</Text>;
  return <>{list([...new Set(live.map((each) => name(each.role_name)))])}</>;
}

// The name goes in the request's body, never into an address.
function Search({ found, onFound }: { found: { text: string; rows: Colleague[] } | null; onFound: (found: { text: string; rows: Colleague[] } | null) => void }) {
  const { t } = useText();
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (text.trim().length < 2) return onFound(null);
    setBusy(true);
    setError(null);
    try {
      const { items } = await call('post', '/staff/search', { body: { text: text.trim() } } as never);
      onFound({ text, rows: items });
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form role="search" onSubmit={(event) => void send(event)}>
      <Group align="flex-end" gap="xs" wrap="nowrap">
        <TextInput label={t('access.find')} value={text} maxLength={80} onChange={(event) => setText(event.currentTarget.value)} />
        <Button type="submit" variant="default" loading={busy}>{t('access.search')}</Button>
        {found && <Button variant="subtle" onClick={() => { setText(''); onFound(null); }}>{t('access.all')}</Button>}
      </Group>
      {error ? <Problem error={error} /> : null}
    </form>
  );
}
