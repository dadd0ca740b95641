// Who looked at and changed what, by person, colleague, kind and day; as a file; and whether the log's chain holds.
import { Button, NumberInput, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { DataTable, Empty, Link, Page, useList, useMay, useSearchParams, useNames, useText } from '@/parts';
import { useRoles } from '../access/shared';
import { Chain } from './Chain';
import { useLogWords } from './words';

const keys = ['person', 'staff', 'kind', 'from', 'to'] as const;
type Filters = Record<(typeof keys)[number], string>;

export default function Audit() {
  const { t, has, time } = useText();
  const name = useNames();
  const mayExport = useMay('audit.export');
  const mayPeople = useMay('people.view');
  const mayAccess = useMay('access.view');
  const [params, setParams] = useSearchParams();
  const chosen = Object.fromEntries(keys.map((key) => [key, params.get(key) ?? ''])) as Filters;
  const asked = Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== ''));
  const list = useList('/audit', { params: { query: asked } } as never, { keep: true });
  const words = useLogWords();
  const kindName = (kind: string) => words.kind(kind) ?? kind.replaceAll(/[._]/g, ' ');
  const doer = (actor: string, name: string | null) => (name ? name : has(`audit.actor.${actor.split(':')[0]}`) ? t(`audit.actor.${actor.split(':')[0]}`) : actor);
  const { data: roles } = useRoles(mayAccess);
  // Codes in words where there are words; everything else as it stands in the log.
  const inWords = (kind: string, detail: string) => {
    if (kind === 'staff.signed_in' && has(`audit.signed_in.${detail}`)) return t(`audit.signed_in.${detail}`);
    const role = /^(grant|staff)[.](given|granted|ended|replaced|confirmed)$/.test(kind) ? roles?.roles.find((each) => each.code === detail) : undefined;
    return name(role?.name) || words.detail(kind, detail);
  };
  return (
    <Page
      title={t('audit.title')}
      note={t('audit.note')}
      actions={mayExport && <Button component="a" href={`/api/staff/v1/audit.csv?${new URLSearchParams(asked)}`} download variant="default">{t('audit.as_file')}</Button>}
    >
      <Stack gap="md">
        <Chain />
        <FilterForm key={params.toString()} chosen={chosen} onChoose={(next) => setParams(new URLSearchParams(Object.entries(next).filter(([, value]) => value !== '')))} />
        <DataTable
          label={t('audit.title')}
          {...list}
          onMore={list.more}
          onRetry={list.again}
          rowKey={(row) => row.id}
          empty={<Empty>{t('audit.none')}</Empty>}
          columns={[
            { key: 'at', header: t('audit.at'), cell: (row) => <time dateTime={row.at} className="numeric">{time(row.at)}</time> },
            { key: 'kind', header: t('audit.what'), title: true, cell: (row) => kindName(row.kind) },
            { key: 'actor', header: t('audit.who'), cell: (row) => (row.actor.startsWith('staff:') && mayAccess ? <Link to={`/access/staff/${row.actor.slice(6)}`}>{doer(row.actor, row.actor_name)}</Link> : doer(row.actor, row.actor_name)) },
            { key: 'person', header: t('audit.person'), numeric: true, cell: (row) => (row.person ? mayPeople ? <Link to={`/people/${row.person}`}>{row.person}</Link> : <PersonFilter person={row.person} /> : null) },
            { key: 'record', header: t('audit.record'), numeric: true, cell: (row) => row.record },
            { key: 'detail', header: t('audit.detail'), cell: (row) => (row.detail ? inWords(row.kind, row.detail) ?? <span className="ltr">{row.detail}</span> : null) },
            { key: 'seq', header: t('audit.seq'), numeric: true, cell: (row) => row.seq ?? <Text span size="sm" c="dimmed">{t('audit.soon')}</Text> },
          ]}
        />
      </Stack>
    </Page>
  );
}

function PersonFilter({ person }: { person: number }) {
  const { t } = useText();
  return <Link to={`/audit?person=${person}`} aria-label={t('audit.only_person', { person })}>{person}</Link>;
}

function FilterForm({ chosen, onChoose }: { chosen: Filters; onChoose: (next: Filters) => void }) {
  const { t } = useText();
  const [values, setValues] = useState(chosen);
  const set = (key: keyof Filters) => (event: { currentTarget: { value: string } }) => setValues({ ...values, [key]: event.currentTarget.value });
  const send = (event: FormEvent) => {
    event.preventDefault();
    onChoose({ ...values, person: values.person.trim().toUpperCase(), kind: values.kind.trim().toLowerCase() });
  };
  const some = Object.values(chosen).some((each) => each !== '');
  return (
    <form onSubmit={send} aria-label={t('audit.filters')}>
      <div className="filters">
        <TextInput label={t('audit.person_key')} placeholder={t('audit.person_example')} value={values.person} maxLength={20} pattern="\s*([A-Za-z0-9]{3}-[0-9]{8,9}|[1-9][0-9]{0,17})\s*" dir="ltr" autoComplete="off" onChange={set('person')} />
        <NumberInput label={t('audit.staff_key')} value={values.staff} min={1} allowDecimal={false} allowNegative={false} hideControls onChange={(value) => setValues({ ...values, staff: String(value ?? '') })} />
        <TextInput label={t('audit.kind_label')} value={values.kind} maxLength={60} pattern="[A-Za-z_.]*" dir="ltr" list="audit-kinds" onChange={set('kind')} />
        <datalist id="audit-kinds">
          {['audit', 'change', 'grant', 'person', 'pin', 'share', 'staff', 'ticket', 'wallet'].map((each) => <option key={each} value={each} />)}
        </datalist>
        <TextInput type="date" label={t('audit.from')} value={values.from} max={values.to || undefined} onChange={set('from')} />
        <TextInput type="date" label={t('audit.to')} value={values.to} min={values.from || undefined} onChange={set('to')} />
        <Button type="submit" variant="default">{t('audit.filter')}</Button>
        {some && <Button variant="subtle" onClick={() => onChoose({ person: '', staff: '', kind: '', from: '', to: '' })}>{t('audit.all')}</Button>}
      </div>
    </form>
  );
}
