import { Button, Group, Progress, Text } from '@mantine/core';
import { useState } from 'react';
import { plain } from '../api/session';
import { useJobs, type Job } from '../api/events';
import { useText } from '../texts/text';
import { Confirm } from './Confirm';
import { Mark, type Tone } from './Page';

const tones: Record<Job['state'], Tone> = { running: 'busy', done: 'good', stopped: 'quiet', failed: 'bad' };

const subjects = ['cases', 'people', 'lists', 'tickets', 'notices', 'words', 'figures', 'audit', 'access'];

// Each subject names its own kinds of work: "lists.job.list_load".
export function useJobName() {
  const { t, has } = useText();
  return (job: Pick<Job, 'kind'>) => {
    const key = subjects.map((subject) => `${subject}.job.${job.kind}`).find(has);
    return key ? t(key) : job.kind;
  };
}

// A job as it goes on, live: the events say more than what was asked before.
export function JobProgress({ job: asked, stoppable = true }: { job: Job; stoppable?: boolean }) {
  const job = useJobs().find((each) => each.id === asked.id) ?? asked;
  const { t, number } = useText();
  const name = useJobName()(job);
  const [asking, setAsking] = useState(false);
  const share = job.total === 0 ? (job.state === 'running' ? 0 : 100) : Math.min(100, (100 * job.done) / job.total);
  return (
    <div>
      <Group justify="space-between" gap="xs">
        <Text fw={600} size="sm">
          {name} <Mark tone={tones[job.state]}>{t(`jobs.state.${job.state}`)}</Mark>
        </Text>
        <Text size="sm" className="numeric">
          {t('jobs.progress', { done: number(job.done), total: number(job.total) })}
        </Text>
      </Group>
      <Progress.Root size="lg" mt={4}>
        <Progress.Section value={share} aria-label={name} color={job.state === 'failed' ? 'red' : 'lake'} />
      </Progress.Root>
      <Group justify="space-between" gap="xs" mt={4}>
        <Text size="sm" c={job.refused ? 'orange' : 'dimmed'}>
          {job.refused ? t('jobs.refused', { n: job.refused }) : t('jobs.none_refused')}
          {job.problem ? ` · ${job.problem}` : ''}
        </Text>
        {stoppable && job.state === 'running' && (
          <Button size="compact-sm" variant="default" onClick={() => setAsking(true)}>
            {t('jobs.stop')}
          </Button>
        )}
      </Group>
      <Confirm opened={asking} onClose={() => setAsking(false)} title={t('jobs.stop_title')} action={t('jobs.stop')} danger onConfirm={() => plain('POST', `/jobs/${job.id}/stop`, {})}>
        {t('jobs.stop_text')}
      </Confirm>
    </div>
  );
}
