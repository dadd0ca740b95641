// One notice: what it says, who gets it, what it costs; released by a second person; then how far it is.
import { Alert, Anchor, Button, Group, Progress, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Confirm, DataTable, Empty, Facts, Mark, Page, PhonePreview, Problem, Sheet, When, call, refresh, useGet, useMay, useNames, useNavigate, useOperationName, useParams, usePulse, useText, useToast, type Answer } from '@/parts';
import { begun, writeAnewFrom } from './draft';
import { ShapeWords } from './LanguageText';
import { tones } from './Notices';

type Record = Answer<'/notices/{id}'>;
type Count = Answer<'/notices/{id}/count', 'post'>;

export default function Notice() {
  const { id } = useParams();
  const { t } = useText();
  usePulse('notices');
  const path = { params: { path: { id: Number(id) } } };
  const [lively, setLively] = useState(false);
  const answer = useGet('/notices/{id}', path, { refetchInterval: lively ? 1000 : undefined });
  const now = answer.data;
  const moves = now?.state === 'released' || now?.state === 'running';
  if (now && moves !== lively) setLively(moves);
  if (!now) return <Page title={t('notices.one')} back={{ to: '/notices', label: t('notices.title') }}>{answer.error ? <Problem error={answer.error} onRetry={() => void answer.refetch()} /> : null}</Page>;
  return <Shown notice={now} />;
}

// A zone as people name it. A browser that has no name for it shows the key.
function zoneName(zone: string, language: string) {
  try {
    return new Intl.DateTimeFormat(language, { timeZone: zone, timeZoneName: 'longGeneric' }).formatToParts().find((each) => each.type === 'timeZoneName')?.value ?? zone;
  } catch {
    return zone;
  }
}

function Shown({ notice }: { notice: Record }) {
  const { t, number, language, has, list } = useText();
  const zone = zoneName(notice.timezone, language);
  const [count, setCount] = useState<Count | null>(null);
  const filter = notice.filter as { [field: string]: unknown };
  const choices = useGet('/notices/choices', undefined, { staleTime: 600_000 });
  const operationName = useOperationName();
  const name = useNames();
  // A code by the name that it was chosen by; a place that is not hers to choose any more, by its code.
  const said = (field: string, value: unknown): string => {
    const code = String(value ?? '…');
    const names = field === 'location' ? choices.data?.places.find((each) => each.code === code)?.name : field === 'programme' ? choices.data?.programmes.find((each) => String(each.id) === code)?.name : undefined;
    if (names) return name(names) || code;
    if (field === 'operation') return operationName(code);
    return has(`notices.${field}.${code}`) ? t(`notices.${field}.${code}`) : code;
  };
  const worded = (field: string, value: unknown) => (Array.isArray(value) ? list(value.map((each) => said(field, each))) : value === true ? t('notices.yes') : said(field, value));
  return (
    <Page title={notice.name} mark={<Mark tone={tones[notice.state]}>{t(`notices.state.${notice.state}`)}</Mark>} back={{ to: '/notices', label: t('notices.title') }} actions={<><Anew notice={notice} /><Turns notice={notice} /></>}>
      <Stack gap="lg">
        {notice.state !== 'draft' && <Progressing notice={notice} />}
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
          <Sheet title={t('notices.facts')}>
            <Facts rows={[
              ...Object.entries(filter).map(([field, value]): [string, string] => [t(`notices.filter.${field}`), worded(field, value)]),
              [t('notices.hours'), notice.opens_at === 0 && notice.closes_at === 24 ? t('notices.hours_any', { zone }) : t('notices.hours_of', { from: notice.opens_at, to: notice.closes_at, zone })],
              [t('notices.lasts'), t('notices.lasting_hours', { n: Math.round(notice.lasting_minutes / 60) })],
              [t('notices.rate'), notice.per_second === null ? null : number(notice.per_second)],
              [t('notices.by'), notice.created_by],
              [t('notices.written_at'), <When key="made" at={notice.created_at} />],
              [t('notices.released_by'), notice.released_by],
              [t('notices.released_at'), notice.released_at ? <When key="released" at={notice.released_at} /> : null],
              [t('notices.expires_at'), notice.expires_at ? <When key="expires" at={notice.expires_at} /> : null],
              [t('notices.recipients'), notice.recipients === null ? null : number(notice.recipients)],
            ]} />
          </Sheet>
          {notice.state === 'draft' ? <Counting notice={notice} count={count} onCount={setCount} /> : <Outcomes notice={notice} />}
        </SimpleGrid>
        <Sheet title={t('notices.texts')}>
          <div className="tiles">
            {notice.texts.map((each) => (
              <div key={each.language}>
                <Text fw={600} mb="xs">{t(`notices.language.${each.language}`)}{each.language === notice.fallback ? ` · ${t('notices.for_others')}` : ''}</Text>
                <PhonePreview text={each.shape.text} language={each.language} />
                <ShapeWords shape={each.shape} />
              </div>
            ))}
          </div>
        </Sheet>
      </Stack>
    </Page>
  );
}

function Counting({ notice, count, onCount }: { notice: Record; count: Count | null; onCount: (count: Count) => void }) {
  const { t, number } = useText();
  const { tell } = useToast();
  const [price, setPrice] = useState('');
  const [busy, setBusy] = useState(false);
  const [releasing, setReleasing] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const ask = async () => {
    setBusy(true);
    setError(null);
    try {
      onCount((await call('post', '/notices/{id}/count', { params: { path: { id: notice.id } }, body: price.trim() ? { price: price.trim() } : {} } as never)) as Count);
      await refresh('notices');
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  const release = async () => {
    try {
      await call('post', '/notices/{id}/release', { params: { path: { id: notice.id } }, body: { recipients: count?.recipients ?? 0 } } as never);
      tell(t('notices.is_released'));
    } finally {
      await refresh('notices');
    }
  };
  return (
    <Sheet title={t('notices.who_gets_it')}>
      <Stack>
        <Group align="end">
          <TextInput label={t('notices.price')} description={t('notices.price_note')} w="12rem" inputMode="decimal" maxLength={12} value={price} onChange={(event) => setPrice(event.currentTarget.value)} />
          <Button variant="default" loading={busy} onClick={() => void ask()}>{t('notices.count')}</Button>
        </Group>
        {error ? <Problem error={error} /> : null}
        <div aria-live="polite">
          {count && (
            <>
              <Text fw={600}>{t('notices.counted', { people: number(count.recipients), messages: number(count.messages) })}{count.cost ? ` · ${t('notices.cost', { cost: count.cost })}` : ''}</Text>
              <Text size="sm" c="dimmed">{t('notices.left_out', { stop: number(count.left_out.said_stop), asked: number(count.left_out.only_asked), trust: number(count.left_out.untrusted) })}</Text>
            </>
          )}
        </div>
        {count && <Languages count={count} />}
        {notice.may.release && (
          <Group>
            <Button disabled={!count || count.recipients === 0} onClick={() => setReleasing(true)}>{t('notices.release')}</Button>
            {!count && <Text size="sm" c="dimmed">{t('notices.count_first')}</Text>}
          </Group>
        )}
        {!notice.may.release && <Text size="sm" c="dimmed">{t('notices.second_person')}</Text>}
        <Confirm opened={releasing} onClose={() => setReleasing(false)} title={t('notices.release_title')} action={t('notices.release')} onConfirm={release}>
          <Text>{t('notices.release_text', { people: number(count?.recipients ?? 0), messages: number(count?.messages ?? 0) })}</Text>
        </Confirm>
      </Stack>
    </Sheet>
  );
}

function Languages({ count }: { count: Count }) {
  const { t, number } = useText();
  return (
    <DataTable label={t('notices.by_language')} rows={count.languages} rowKey={(each) => each.language} columns={[
      { key: 'language', header: t('notices.language'), title: true, cell: (each) => t(`notices.language.${each.language}`) },
      { key: 'people', header: t('notices.recipients'), numeric: true, cell: (each) => number(each.recipients) },
      { key: 'others', header: t('notices.others'), numeric: true, cell: (each) => number(each.others) },
      { key: 'segments', header: t('notices.segments'), numeric: true, cell: (each) => number(each.segments) },
      { key: 'messages', header: t('notices.messages'), numeric: true, cell: (each) => number(each.messages) },
      { key: 'cost', header: t('notices.cost_header'), numeric: true, cell: (each) => each.cost ?? '–' },
    ]} />
  );
}

function Progressing({ notice }: { notice: Record }) {
  const { t, number } = useText();
  const all = Math.max(notice.recipients ?? 0, notice.written);
  const share = all === 0 ? 100 : Math.min(100, (100 * notice.settled) / all);
  const n = notice.messages;
  return (
    <Sheet title={t('notices.progress')}>
      <Stack gap="xs">
        <Progress.Root size="xl"><Progress.Section value={share} aria-label={t('notices.progress')} /></Progress.Root>
        <Text aria-live="polite">{t('notices.so_far', { through: number(notice.settled), all: number(all) })}</Text>
        <Text size="sm" c="dimmed">{t('notices.counts', { waiting: number(n.waiting), sending: number(n.sending), sent: number(n.sent), delivered: number(n.delivered), failed: number(n.failed), suppressed: number(n.suppressed) })}</Text>
        {notice.closed_until && (notice.state === 'running' || notice.state === 'released') && <Alert color="yellow" variant="light">{t('notices.quiet')} <When at={notice.closed_until} exact /></Alert>}
        {notice.turned_by && <Text size="sm" c="dimmed">{t('notices.turned_by', { name: notice.turned_by })}</Text>}
      </Stack>
    </Sheet>
  );
}

function Anew({ notice }: { notice: Record }) {
  const { t } = useText();
  const go = useNavigate();
  const mayWrite = useMay('notices.write');
  const [asking, setAsking] = useState(false);
  if (!mayWrite) return null;
  const begin = async () => {
    writeAnewFrom(notice);
    await go('/notices/new');
  };
  return (
    <>
      <Button variant="default" onClick={() => (begun() ? setAsking(true) : void begin())}>{t('notices.anew')}</Button>
      <Confirm opened={asking} onClose={() => setAsking(false)} title={t('notices.anew')} action={t('notices.anew_do')} onConfirm={begin}>{t('notices.anew_text')}</Confirm>
    </>
  );
}

function Turns({ notice }: { notice: Record }) {
  const { t } = useText();
  const { tell, complain } = useToast();
  const [stopping, setStopping] = useState(false);
  if (!notice.may.write && !(notice.may.release && notice.state !== 'draft')) return null;
  const turn = async (what: 'pause' | 'resume' | 'stop') => {
    try {
      await call('post', `/notices/{id}/${what}`, { params: { path: { id: notice.id } } } as never);
      tell(t(`notices.did.${what}`));
    } finally {
      await refresh('notices');
    }
  };
  const over = notice.state === 'done' || notice.state === 'stopped';
  return (
    <>
      {(notice.state === 'running' || notice.state === 'released') && <Button variant="default" onClick={() => void turn('pause').catch(complain)}>{t('notices.pause')}</Button>}
      {notice.state === 'paused' && <Button onClick={() => void turn('resume').catch(complain)}>{t('notices.resume')}</Button>}
      {!over && <Button variant="outline" color="red" onClick={() => setStopping(true)}>{t('notices.stop')}</Button>}
      <Confirm opened={stopping} onClose={() => setStopping(false)} title={t('notices.stop_title')} action={t('notices.stop')} danger onConfirm={() => turn('stop')}>{t('notices.stop_text')}</Confirm>
    </>
  );
}

function Outcomes({ notice }: { notice: Record }) {
  const { t, number, has } = useText();
  const answer = useGet('/notices/{id}/outcomes', { params: { path: { id: notice.id } } });
  const word = (text: string) => (has(`notices.outcome.${text.replaceAll(' ', '_')}`) ? t(`notices.outcome.${text.replaceAll(' ', '_')}`) : text);
  return (
    <div>
      <Group justify="space-between" mb="xs">
        <Text fw={600}>{t('notices.outcomes')}</Text>
        <Anchor href={`/api/staff/v1/notices/${notice.id}/outcomes.csv`} download>{t('notices.as_file')}</Anchor>
      </Group>
      <DataTable label={t('notices.outcomes')} rows={answer.data?.items ?? []} loading={answer.isPending} error={answer.error} rowKey={(each) => `${each.language} ${each.outcome} ${each.reason}`} empty={<Empty>{t('notices.no_outcomes')}</Empty>}
        columns={[
          { key: 'outcome', header: t('notices.outcome'), title: true, cell: (each) => word(each.outcome) },
          { key: 'language', header: t('notices.language'), cell: (each) => (each.language ? t(`notices.language.${each.language}`) : '') },
          { key: 'reason', header: t('notices.reason'), cell: (each) => word(each.reason) },
          { key: 'messages', header: t('notices.messages'), numeric: true, cell: (each) => number(each.messages) },
        ]} />
    </div>
  );
}
