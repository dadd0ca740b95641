// One person's record. Opening it is written down; it is not fetched anew by itself, so that one look is one look.
import { Alert, Stack, Tabs } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Empty, Page, Problem, useGet, useNavigate, useParams, useText, type Answer } from '@/parts';
import { Actions } from './Actions';
import { Activity, Assistance, Asked, Shown } from './Lists';
import { Overview } from './Overview';
import { fullName, PersonStatus } from './words';

export type PersonRecord = Answer<'/people/{id}'>;

export default function Person() {
  const { id } = useParams();
  const key = Number(id);
  // Another person's record is another page: nothing that was typed for one stands at the other.
  return <Opened key={key} person={key} />;
}

function Opened({ person }: { person: number }) {
  const { t, time } = useText();
  const navigate = useNavigate();
  const answer = useGet('/people/{id}', { params: { path: { id: person } } }, { staleTime: Infinity });
  // Whoever comes back opens it again, and it is written down again.
  const cache = useQueryClient();
  useEffect(() => () => cache.removeQueries({ queryKey: ['/people/{id}'] }), [cache]);
  const back = { to: '/people', label: t('people.title') };
  if (answer.error) {
    return (
      <Page title={t('people.record')} back={back}>
        <Problem error={answer.error} onRetry={() => navigate(0)} />
      </Page>
    );
  }
  const record = answer.data;
  if (!record) {
    return (
      <Page title={t('people.record')} back={back}>
        <Empty>{t('parts.loading')}</Empty>
      </Page>
    );
  }
  const tabs = [
    ['overview', <Overview key="o" record={record} />],
    ['assistance', <Assistance key="a" record={record} />],
    ['asked', <Asked key="r" record={record} />],
    ['wallet', <Shown key="w" record={record} />],
    ['activity', <Activity key="l" record={record} />],
  ] as const;
  return (
    <Page key={record.id} title={fullName(record)} mark={<PersonStatus status={record.status} />} note={<span className="ltr">{record.individual_number}</span>} back={back} actions={<Actions record={record} onDone={() => void answer.refetch()} />}>
      <Stack gap="md">
        {record.opened_by === 'glass' && (
          <Alert color="orange" variant="light" role="status">
            {t('people.by_glass', { until: record.glass_until ? time(record.glass_until) : '' })}
          </Alert>
        )}
        <Tabs defaultValue="overview" keepMounted={false}>
          <Tabs.List aria-label={t('people.parts')} className="one-row">
            {tabs.map(([name]) => (
              <Tabs.Tab key={name} value={name}>
                {t(`people.tab.${name}`)}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {tabs.map(([name, content]) => (
            <Tabs.Panel key={name} value={name} pt="md">
              {content}
            </Tabs.Panel>
          ))}
        </Tabs>
      </Stack>
    </Page>
  );
}
