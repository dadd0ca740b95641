import { Anchor, Button, Group, Progress, Text } from '@mantine/core';
import { useState } from 'react';
import { root } from '../api/client';
import { plain } from '../api/session';
import { useJobs, type Job } from '../api/events';
import { useText } from '../texts/text';
import { Confirm } from './Confirm';
import { Mark, type Tone } from './Page';

const tones: Record<Job['state'], Tone> = { running: 'busy', done: 'good', stopped: 'quiet', failed: 'bad' };

const subjects = ['cases', 'people', 'lists', 'tickets', 'notices', 'words', 'figures', 'audit', 'access'];

// Each subject names its own kinds of work, "lists.job.list_load", and what "errors" are there.
function useJobWord() {
  const { has } = useText();
  return (word: 'job' | 'errors', job: Pick<Job, 'kind'>) => subjects.map((subject) => `${subject}.${word}.${job.kind}`).find(has);
}
export function useJobName() {
  const { t } = useText();
  const word = useJobWord();
  return (job: Pick<Job, 'kind'>) => {
    const key = word('job', job);
    return key ? t(key) : job.kind;
  };
}

// Where each row that had errors stands with what was wrong.
const ofAList = { file: (job: Job) => `/uploads/${job.record}/errors.csv`, label: 'lists.errors_file' };
const files: Record<string, { file: (job: Job) => string; label: string }> = {
  list_check: ofAList,
  list_load: ofAList,
  report_check: ofAList,
  report_apply: ofAList,
  case_approval: { file: (job) => `/cases/bulk/${job.id}/outcomes`, label: 'cases.bulk.file' },
};

// `linked`: unless the page offers the file anyway.
export function JobErrors({ job, linked = true }: { job: Job; linked?: boolean }) {
  const { t, has } = useText();
  const word = useJobWord();
  const file = files[job.kind];
  const problem = `jobs.problem.${job.problem}`;
  if (!job.refused) return <>{t(job.state === 'running' ? 'jobs.no_errors_yet' : 'jobs.no_errors')}{has(problem) ? ` · ${t(problem)}` : ''}</>;
  return (
    <>
      {t(word('errors', job) ?? 'jobs.errors', { n: job.refused })}
      {has(problem) ? ` · ${t(problem)}` : ''}
      {linked && file && <>{' · '}<Anchor size="sm" href={root + file.file(job)} download>{t(file.label)}</Anchor></>}
    </>
  );
}

// A job as it goes on, live: the events say more than what was asked before.
export function JobProgress({ job: asked, stoppable = true, linked }: { job: Job; stoppable?: boolean; linked?: boolean }) {
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
          <JobErrors job={job} linked={linked} />
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
