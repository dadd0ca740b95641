// The caller's running jobs on each page: they go on whatever she opens or closes.
import { Button, Indicator, Popover, Stack, Text } from '@mantine/core';
import { IconProgress } from '@tabler/icons-react';
import { Link } from 'react-router-dom';
import { useJobs } from '../api/events';
import { JobProgress } from '../parts/JobProgress';
import { useText } from '../texts/text';

export function JobTray() {
  const { t, number } = useText();
  const jobs = useJobs();
  if (jobs.length === 0) return null;
  const running = jobs.filter((job) => job.state === 'running');
  const [done, total] = running.reduce(([a, b], job) => [a + job.done, b + job.total], [0, 0]);
  const share = total ? `${number(Math.floor((100 * done) / total))} %` : '';
  return (
    <Popover width="min(22rem, 94vw)" position="bottom-end" shadow="md" trapFocus>
      <Popover.Target>
        <Button variant="subtle" px="xs" aria-label={t('jobs.tray', { n: running.length })}>
          <Indicator disabled={running.length === 0} color="yellow" size={9} processing>
            <IconProgress size={20} aria-hidden="true" />
          </Indicator>
          {running.length > 0 && <span className="numeric only-wide" style={{ marginInlineStart: '.5rem' }}>{share}</span>}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="md">
          {jobs.slice(0, 6).map((job) => <JobProgress key={job.id} job={job} />)}
          <Text size="sm"><Link to="/jobs" style={{ color: 'var(--mantine-color-anchor)' }}>{t('jobs.all')}</Link></Text>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
