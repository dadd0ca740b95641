// Long work: what runs, what ended and how. It goes on when this page is closed.
import { Stack, Title } from '@mantine/core';
import { DataTable, Empty, JobErrors, JobProgress, Mark, Page, Sheet, When, useJobName, useJobs, useText, type Job, type Tone } from '@/parts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { plain } from '@/api/session';

const tones: Record<Job['state'], Tone> = { running: 'busy', done: 'good', stopped: 'quiet', failed: 'bad' };

export default function Jobs() {
  const { t, number } = useText();
  const name = useJobName();
  const running = useJobs().filter((job) => job.state === 'running');
  const pages = useInfiniteQuery<{ items: Job[]; next?: string | null }>({
    queryKey: ['/jobs', {}, 'list'],
    initialPageParam: '' as unknown,
    queryFn: ({ pageParam }) => plain('GET', `/jobs?limit=50${pageParam ? `&after=${encodeURIComponent(String(pageParam))}` : ''}`),
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const ended = (pages.data?.pages.flatMap((page) => page.items) ?? []).filter((job) => job.state !== 'running');
  return (
    <Page title={t('jobs.title')} note={t('jobs.note')}>
      <Stack gap="lg">
        <Sheet title={t('jobs.running')}>
          {running.length === 0 ? <Empty>{t('jobs.none_running')}</Empty> : <Stack>{running.map((job) => <JobProgress key={job.id} job={job} />)}</Stack>}
        </Sheet>
        <section>
          <Title order={2} mb="xs">{t('jobs.ended')}</Title>
          <DataTable
            label={t('jobs.ended')}
            rows={ended}
            rowKey={(job) => job.id}
            loading={pages.isPending}
            error={pages.error}
            onRetry={() => void pages.refetch()}
            hasMore={pages.hasNextPage}
            loadingMore={pages.isFetchingNextPage}
            onMore={() => void pages.fetchNextPage()}
            empty={<Empty>{t('jobs.none_ended')}</Empty>}
            columns={[
              { key: 'name', header: t('jobs.what'), title: true, cell: (job) => name(job) },
              { key: 'state', header: t('jobs.how'), cell: (job) => <Mark tone={tones[job.state]}>{t(`jobs.state.${job.state}`)}</Mark> },
              { key: 'done', header: t('jobs.rows'), numeric: true, cell: (job) => t('jobs.progress', { done: number(job.done), total: number(job.total) }) },
              { key: 'errors', header: t('jobs.errors_label'), cell: (job) => <JobErrors job={job} /> },
              { key: 'begun', header: t('jobs.begun'), cell: (job) => <When at={job.begun_at} exact /> },
              { key: 'ended', header: t('jobs.ended_at'), cell: (job) => <When at={job.finished_at} exact /> },
            ]}
          />
        </section>
      </Stack>
    </Page>
  );
}
