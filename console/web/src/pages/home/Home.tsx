// What waits for her, by queue, with the age of the oldest: the day begins here.
import { Alert, Stack, Text } from '@mantine/core';
import { Empty, Link, Mark, Page, Sheet, JobProgress, When, useJobs, useMe, useSession, useText } from '@/parts';
import { navPages, opens } from '../registry';
import { useWaiting } from '@/shell/waiting';

// Where each queue is worked through.
const places: Record<string, string> = {
  cases: '/cases?state=first', cases_confirm: '/cases?state=second', lists_release: '/lists?state=locked', tickets: '/tickets', tickets_sensitive: '/tickets?queue=sensitive',
  notices_release: '/notices?state=draft', reviews: '/access/reviews', openings: '/people/openings',
};

export default function Home() {
  const { t, number } = useText();
  const me = useMe();
  const { may } = useSession();
  const queues = Object.values(useWaiting());
  const jobs = useJobs();
  const elsewhere = navPages.filter((page) => page.path !== '/' && opens(page, may));
  return (
    <Page title={t('home.title', { name: me.shown_name })} note={t('home.note')}>
      <Stack gap="lg">
        {me.untrained.length > 0 && <Alert color="orange" variant="light">{t('shell.training')}</Alert>}
        {queues.length > 0 && (
          <section aria-label={t('home.waiting')}>
            <div className="tiles">
              {queues.map((queue) => (
                <Link key={queue.queue} to={places[queue.queue] ?? '/'} className="sheet tile">
                  <span>{t(`home.queue.${queue.queue}`)}</span>
                  <span className="big">{queue.count >= 1000 ? `${number(1000)}+` : number(queue.count)}</span>
                  <span style={{ display: 'flex', gap: '.5rem', flexWrap: 'wrap', minBlockSize: '1.6rem', alignItems: 'center' }}>
                    {queue.count > 0 && queue.oldest ? <Text span size="sm" c="dimmed">{t('home.oldest')} <When at={queue.oldest} /></Text> : <Text span size="sm" c="dimmed">{queue.count === 0 ? t('home.nothing') : ''}</Text>}
                    {queue.late ? <Mark tone="late">{t('home.late', { n: queue.late })}</Mark> : null}
                  </span>
                </Link>
              ))}
            </div>
          </section>
        )}
        {jobs.length > 0 && (
          <Sheet title={t('home.jobs')}>
            <Stack>{jobs.map((job) => <JobProgress key={job.id} job={job} />)}</Stack>
          </Sheet>
        )}
        <Sheet title={t('home.pages')}>
          {elsewhere.length === 0 ? <Empty>{t('home.no_pages')}</Empty> : (
            <ul className="tiles" style={{ listStyle: 'none', margin: 0, padding: 0 }}>
              {elsewhere.map((page) => {
                const Icon = page.nav!.icon;
                return (
                  <li key={page.path}>
                    <Link to={page.path} className="nav-link"><Icon size={20} stroke={1.7} /> {t(page.nav!.textKey)}</Link>
                  </li>
                );
              })}
            </ul>
          )}
        </Sheet>
      </Stack>
    </Page>
  );
}
