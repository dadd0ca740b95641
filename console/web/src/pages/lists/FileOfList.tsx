// The file of a list, or of a report: sending it, its check, sums, what is wrong, its first rows.
import { Anchor, Button, FileInput, Group, Progress, Stack, Text, Title } from '@mantine/core';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { root, refresh } from '@/api/client';
import { DataTable, Empty, Facts, JobProgress, Mark, Problem, Sheet, useChange, useGet, useList, useMe, useText, type Job } from '@/parts';
import { sendFile } from './upload';
import { useGets } from './Gets';
import { useItems, useListWords, type ListDetail, type ListUpload } from './words';

export function Sending({ upload, label }: { upload: ListUpload; label: string }) {
  const { t, number } = useText();
  const [file, setFile] = useState<File | null>(null);
  const [share, setShare] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);
  const send = async () => {
    if (!file) return;
    setError(null);
    setShare(0);
    stop.current = new AbortController();
    try {
      await sendFile(upload.id, file, setShare, stop.current.signal);
      setFile(null);
    } catch (problem) {
      setError(problem);
    } finally {
      setShare(null);
      void refresh('lists');
      void refresh('uploads');
    }
  };
  return (
    <Stack gap="sm">
      {upload.next_piece > 1 && share === null && <Text>{t('lists.goes_on', { rows: number(upload.rows) })}</Text>}
      <Group align="end">
        <FileInput label={label} description={t('lists.file_note')} accept=".csv,text/csv,text/plain" value={file} onChange={setFile} disabled={share !== null} placeholder={t('lists.choose_file')} style={{ flex: '1 1 18rem' }} clearable />
        <Button onClick={() => void send()} disabled={!file} loading={share !== null}>{t(upload.next_piece > 1 ? 'lists.send_on' : 'lists.send')}</Button>
      </Group>
      {share !== null && <Progress.Root size="lg"><Progress.Section value={share * 100} aria-label={t('lists.sending')} /></Progress.Root>}
      {error ? <Problem error={error} /> : null}
    </Stack>
  );
}

export function Found({ upload }: { upload: ListUpload }) {
  const { t, number } = useText();
  const { sum, rule } = useListWords();
  const items = useItems();
  const faults = upload.rules.length > 0;
  return (
    <Stack gap="sm">
      {upload.job && <JobProgress linked={!faults} job={{ ...upload.job, record: upload.id, kind: upload.state === 'applying' || upload.state === 'applied' ? (upload.kind === 'list' ? 'list_load' : 'report_apply') : upload.kind === 'list' ? 'list_check' : 'report_check', begun_at: upload.made_at } as Job} />}
      <Facts rows={[
        [t('lists.rows'), number(upload.rows)],
        [t('lists.good'), upload.checked_at ? number(upload.rows - upload.bad) : null],
        [t('lists.bad'), number(upload.bad)],
        ...Object.entries(upload.money).map(([currency, minor]): [string, ReactNode] => [t('lists.sum'), <span key={currency} className="ltr">{sum(minor, currency)}</span>]),
        ...Object.entries(upload.items).map(([item, total]): [string, ReactNode] => [items.name(item), items.amount(item, total)]),
        ...Object.entries(upload.outcomes).map(([outcome, n]): [string, string] => [t(`lists.outcome.${outcome}`), number(n)]),
      ]} />
      {faults && (
        <>
          <Group justify="space-between">
            <Title order={3}>{t('lists.errors')}</Title>
            <Anchor href={`${root}/uploads/${upload.id}/errors.csv`} download>{t('lists.errors_file')}</Anchor>
          </Group>
          <DataTable label={t('lists.errors')} rows={upload.rules} rowKey={(row) => `${row.column} ${row.rule}`} columns={[
            { key: 'rule', header: t('lists.what'), title: true, cell: (row) => rule(row.rule) },
            { key: 'column', header: t('lists.column'), cell: (row) => <span className="ltr">{row.column}</span> },
            { key: 'rows', header: t('lists.rows'), numeric: true, cell: (row) => number(row.rows) },
          ]} />
        </>
      )}
    </Stack>
  );
}

export function FirstRows({ upload }: { upload: ListUpload }) {
  const { t, number, date } = useText();
  const { rule } = useListWords();
  const gets = useGets();
  const list = useList('/uploads/{id}/rows', { params: { path: { id: upload.id }, query: { limit: 20 } } });
  return (
    <>
      <Title order={3}>{t('lists.first_rows')}</Title>
      <DataTable label={t('lists.first_rows')} rows={list.rows} rowKey={(row) => row.row} loading={list.loading} error={list.error} onRetry={list.again} hasMore={list.hasMore} loadingMore={list.loadingMore} onMore={list.more}
        columns={[
          { key: 'row', header: t('lists.row'), numeric: true, cell: (row) => number(row.row) },
          { key: 'number', header: t('lists.registration_number'), title: true, cell: (row) => <span className="ltr">{row.registration_number ?? row.order_number ?? '–'}</span> },
          { key: 'what', header: t('lists.gets'), cell: (row) => (row.outcome ? <>{gets(row)} {t(`lists.outcome.${row.outcome}`)}</> : gets(row)) },
          { key: 'days', header: t('lists.days'), cell: (row) => (row.valid_from && row.valid_to ? `${date(row.valid_from)} – ${date(row.valid_to)}` : '') },
          { key: 'state', header: t('lists.state'), cell: (row) => <Mark tone={row.state === 'bad' || row.state === 'refused' ? 'bad' : row.state === 'read' ? 'quiet' : 'good'}>{t(`lists.row.${row.state}`)}</Mark> },
          { key: 'faults', header: t('lists.errors'), cell: (row) => row.faults.map((fault) => <div key={`${fault.column} ${fault.rule}`}><span className="ltr">{fault.column}</span>: {rule(fault.rule)}</div>) },
        ]} />
    </>
  );
}

export function FileOfList({ list }: { list: ListDetail }) {
  const { t } = useText();
  const me = useMe();
  const again = useChange('post', '/lists/{id}/uploads', 'lists');
  const asked = useGet('/uploads/{id}', { params: { path: { id: list.upload?.id ?? 0 } } }, { enabled: list.upload?.state === 'checking' || list.upload?.state === 'applying', refetchInterval: 2000 });
  const upload = asked.data ?? list.upload;
  useEffect(() => {
    if (asked.data && asked.data.state !== list.upload?.state) void refresh('lists');
  }, [asked.data, list.upload?.state]);
  const mine = upload?.made_by.id === me.id; // only who began an upload goes on with it; another person begins anew
  const draft = list.state === 'draft' && list.may.load;
  return (
    <Sheet title={t('lists.file')} actions={draft && upload && !(upload.state === 'receiving' && mine) && <Button variant="default" loading={again.isPending} onClick={() => again.mutate({ params: { path: { id: list.id } }, body: { kind: 'list' } })}>{t('lists.other_file')}</Button>}>
      <Stack>
        {upload?.state === 'refused' && <Text fw={600}>{t('lists.file_refused')}</Text>}
        {draft && upload?.state === 'receiving' && mine && <Sending upload={upload} label={t('lists.file_label')} />}
        {upload && upload.rows + upload.rules.length > 0 && <Found upload={upload} />}
        {upload && upload.rows > 0 && upload.state !== 'refused' && <FirstRows key={upload.state} upload={upload} />}
        {(!upload || (upload.rows === 0 && upload.rules.length === 0 && !draft)) && <Empty>{t('lists.no_file')}</Empty>}
        {again.error && <Problem error={again.error} />}
        {draft && <Text size="sm" c="dimmed">{t('lists.shape')}</Text>}
      </Stack>
    </Sheet>
  );
}
