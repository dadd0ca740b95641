// Who she is, her numbers, with whom she lives.
import { Group, Stack, Title } from '@mantine/core';
import { DataTable, Facts, Link, Mark, Masked, Sheet, useText, When } from '@/parts';
import type { PersonRecord } from './Person';
import { fullName, Named, PersonStatus, useWord } from './words';

export function Overview({ record }: { record: PersonRecord }) {
  return (
    <Stack gap="md">
      <Who record={record} />
      <Phones record={record} />
      <Household record={record} />
    </Stack>
  );
}

function Who({ record }: { record: PersonRecord }) {
  const { t, date } = useText();
  const word = useWord();
  const born = { D: date(record.birth_date), M: record.birth_date.slice(0, 7), Y: record.birth_date.slice(0, 4), E: t('people.about', { year: record.birth_date.slice(0, 4) }) }[record.birth_precision];
  const pin = record.pin;
  return (
    <Sheet title={t('people.who')}>
      <Facts
        rows={[
          [t('people.born'), born],
          [t('people.sex'), t(`people.sex.${record.sex}`)],
          [t('people.language'), record.language && word('language', record.language)],
          [t('people.registration_number'), <Masked key="n" value={record.group?.registration_number} />],
          [t('people.operation'), <Named key="o" of={record.operation_name} />],
          [t('people.place'), record.group && <Named key="l" of={record.group.place} />],
          [t('people.address'), record.group?.address_line && <bdi>{record.group.address_line}</bdi>],
          [t('people.registered_on'), <When key="r" at={record.registered_on} />],
          [t('people.assurance'), <span key="a">{t(`people.assurance.${record.assurance}`)}</span>],
          [
            t('people.pin'),
            <Group key="p" gap="xs">
              {!pin && t('people.pin_none')}
              {pin && <span>{t('people.pin_set')} <When at={pin.set_at} /></span>}
              {pin?.lock && <Mark tone="bad">{t(`people.lock.${pin.lock}`)}</Mark>}
              {record.pin_code_until && <Mark tone="busy">{t('people.pin_code_waits')}</Mark>}
            </Group>,
          ],
          [t('people.frozen'), record.frozen_at && <When key="f" at={record.frozen_at} />],
          [t('people.statuses'), record.statuses.length > 1 && <History key="s" record={record} />],
          [t('people.memberships'), (record.memberships?.length ?? 0) > 1 && <Memberships key="m" record={record} />],
        ]}
      />
    </Sheet>
  );
}

function Span({ since, until }: { since: string; until: string | null }) {
  const { t, date } = useText();
  return <>{until ? t('people.from_to', { since: date(since), until: date(until) }) : t('people.since', { since: date(since) })}</>;
}
function History({ record }: { record: PersonRecord }) {
  return (
    <Stack gap={2}>
      {record.statuses.map((each) => (
        <span key={each.since + each.status}>
          <PersonStatus status={each.status} /> <Span since={each.since} until={each.until} />
        </span>
      ))}
    </Stack>
  );
}
function Memberships({ record }: { record: PersonRecord }) {
  return (
    <Stack gap={2}>
      {record.memberships?.map((each) => (
        <span key={each.since}>
          <Masked value={each.registration_number} /> <Span since={each.since} until={each.until} />
        </span>
      ))}
    </Stack>
  );
}

function Phones({ record }: { record: PersonRecord }) {
  const { t } = useText();
  const word = useWord();
  return (
    <Stack gap="xs" component="section" aria-label={t('people.phones')}>
      <Title order={2} mt="xs">{t('people.phones')}</Title>
      <DataTable
        label={t('people.phones')}
        rows={record.phones.items}
        rowKey={(row) => row.id}
        columns={[
          { key: 'number', header: t('people.number'), title: true, cell: (row) => <><Masked value={row.number} /> {row.disabled_at && <Mark tone="quiet">{t('people.not_in_use')}</Mark>}</> },
          { key: 'trust', header: t('people.trust'), cell: (row) => t(`people.trust.${row.trust}`) },
          { key: 'sim', header: t('people.sim'), cell: (row) => (row.sim_changed_at ? <><Mark tone={row.can_be_called ? 'quiet' : 'late'}>{t('people.sim_changed')}</Mark> <When at={row.sim_changed_at} /></> : t('people.sim_same')) },
          { key: 'answers', header: t('people.answers'), cell: (row) => <>{word('answers', row.answers)}{row.others > 0 ? ` · ${t('people.others', { n: row.others })}` : ''}</> },
          { key: 'sms', header: t('people.sms'), cell: (row) => t(row.sms_allowed ? 'people.sms_yes' : 'people.sms_no') },
          { key: 'seen', header: t('people.last_seen'), cell: (row) => <When at={row.last_seen_on} /> },
        ]}
      />
    </Stack>
  );
}

function Relationship({ row }: { row: PersonRecord['household']['items'][number] }) {
  const { t, has } = useText();
  const key = `people.relationship.${row.relationship}`;
  return has(key) ? t(key) : row.relationship_name ? <Named of={row.relationship_name} /> : row.relationship;
}

function Household({ record }: { record: PersonRecord }) {
  const { t, date } = useText();
  return (
    <Stack gap="xs" component="section" aria-label={t('people.household')}>
      <Title order={2} mt="xs">{t('people.household')}</Title>
      <DataTable
        label={t('people.household')}
        rows={record.household.items}
        rowKey={(row) => `${row.id}-${row.since}`}
        columns={[
          { key: 'name', header: t('people.name'), title: true, cell: (row) => (row.id === record.id ? <bdi>{fullName(row)}</bdi> : <Link to={`/people/${row.id}`}><bdi>{fullName(row)}</bdi></Link>) },
          { key: 'relationship', header: t('people.relationship'), cell: (row) => <Relationship row={row} /> },
          { key: 'born', header: t('people.born'), cell: (row) => date(row.birth_date) },
          { key: 'number', header: t('people.individual_number'), cell: (row) => <Masked value={row.individual_number} /> },
          { key: 'since', header: t('people.lives_here'), cell: (row) => <Span since={row.since} until={row.until} /> },
          { key: 'status', header: t('people.status'), cell: (row) => <PersonStatus status={row.status} /> },
        ]}
      />
    </Stack>
  );
}
