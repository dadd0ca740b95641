// What the pages of access share: where a role holds, a colleague's state in a word.
import { Group } from '@mantine/core';
import { Mark, useGet, useNames, useText, Views, type Answer, type Item } from '@/parts';

export type Roles = Answer<'/access/roles'>;
export type Colleague = Answer<'/staff/{id}'>;
export type Grant = Colleague['grants'][number];
export type Review = Item<'/reviews'>;

export const useRoles = (enabled = true) => useGet('/access/roles', {}, { staleTime: 60_000, enabled });

export function Where({ grant }: { grant: Pick<Grant, 'operation' | 'office' | 'office_name' | 'programme' | 'programme_name'> }) {
  const { t } = useText();
  const name = useNames();
  const { data } = useRoles();
  const operation = name(data?.operations.find((each) => each.code === grant.operation)?.name) || grant.operation;
  return (
    <>
      {operation}
      {grant.office ? ` · ${name(grant.office_name)}` : ` · ${t('access.all_offices')}`}
      {grant.programme ? ` · ${name(grant.programme_name)}` : ''}
    </>
  );
}

export function StateMark({ state }: { state: Colleague['state'] }) {
  const { t } = useText();
  const tones = { active: 'good', suspended: 'late', ended: 'quiet' } as const;
  return <Mark tone={tones[state]}>{t(`access.state.${state}`)}</Mark>;
}

export function TrainingMark({ until, trained }: { until: string | null | undefined; trained: boolean }) {
  const { t, date } = useText();
  if (!until) return <Mark tone="bad">{t('access.never_trained')}</Mark>;
  return <Mark tone={trained ? 'good' : 'bad'}>{t(trained ? 'access.trained_until' : 'access.training_ended', { day: date(until) })}</Mark>;
}

// The three views of access, side by side.
export function AccessTabs({ at }: { at: '/access' | '/access/reviews' | '/access/roles' }) {
  const { t } = useText();
  const views = [['/access', 'access.people'], ['/access/reviews', 'access.reviews'], ['/access/roles', 'access.roles']] as const;
  return <Views label={t('access.nav')} at={at} views={views.map(([to, key]) => [to, t(key)])} />;
}

// A secret that is shown once: read from the left, in groups.
export function OnceShown({ secret }: { secret: string }) {
  return (
    <Group justify="center" my="md">
      <code className="ltr" style={{ fontSize: '1.15rem', letterSpacing: '.06em', overflowWrap: 'anywhere', userSelect: 'all' }} data-once>
        {secret}
      </code>
    </Group>
  );
}
