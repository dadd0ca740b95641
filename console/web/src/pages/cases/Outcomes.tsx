// A job that approves many: how far it is, and its outcomes as a file.
import { Button, Stack } from '@mantine/core';
import { JobProgress, Page, Problem, Sheet, useGet, useJob, useParams, useText, type Job } from '@/parts';
import { root } from '@/api/client';

export default function Outcomes() {
  const { t } = useText();
  const key = Number(useParams().job);
  const asked = useGet('/jobs/{id}', { params: { path: { id: key } } } as never);
  const live = useJob(key);
  const job = (live ?? asked.data) as Job | undefined;
  return (
    <Page title={t('cases.job.case_approval')} back={{ to: '/cases', label: t('cases.title') }}>
      <Sheet>
        <Stack>
          {asked.error && !job ? <Problem error={asked.error} onRetry={() => void asked.refetch()} /> : null}
          {job && <JobProgress job={job} linked={false} />}
          {job && <div><Button component="a" href={`${root}/cases/bulk/${key}/outcomes`} download variant="default">{t('cases.bulk.file')}</Button></div>}
        </Stack>
      </Sheet>
    </Page>
  );
}
