import { Button, Select, Stack } from '@mantine/core';
import { DataTable, Empty, Link, Mark, Page, When, useList, useMay, usePulse, useSearchParams, useText, type Item, type Tone } from '@/parts';

type Line = Item<'/notices'>;
export const tones: Record<string, Tone> = { draft: 'waiting', released: 'busy', running: 'busy', paused: 'late', stopped: 'quiet', done: 'good' };
const states = ['draft', 'released', 'running', 'paused', 'stopped', 'done'] as const;

export default function Notices() {
  const { t, number } = useText();
  const mayWrite = useMay('notices.write');
  usePulse('notices');
  const [asked, setAsked] = useSearchParams();
  // The home page calls drafts that wait for a second person so.
  const named = asked.get('state') === 'release' ? 'draft' : asked.get('state');
  const state = states.find((each) => each === named);
  const list = useList('/notices', { params: { query: { state } } }, { keep: true });
  return (
    <Page title={t('notices.title')} note={t('notices.note')} actions={mayWrite ? <Button component={Link} to="/notices/new">{t('notices.write')}</Button> : undefined}>
      <Stack gap="md">
        <div className="filters">
          <Select clearable label={t('notices.state')} placeholder={t('notices.every')} value={state ?? null} onChange={(value) => setAsked(value ? { state: value } : {}, { replace: true })} data={states.map((each) => ({ value: each, label: t(`notices.state.${each}`) }))} />
        </div>
        <DataTable<Line> label={t('notices.title')} {...list} onMore={list.more} onRetry={list.again} rowKey={(line) => line.id} empty={<Empty>{t('notices.none')}</Empty>}
          columns={[
            { key: 'name', header: t('notices.name'), title: true, cell: (line) => <Link to={`/notices/${line.id}`}>{line.name}</Link> },
            { key: 'state', header: t('notices.state'), cell: (line) => <Mark tone={tones[line.state]}>{t(`notices.state.${line.state}`)}</Mark> },
            { key: 'people', header: t('notices.recipients'), numeric: true, cell: (line) => (line.recipients === null ? '–' : number(line.recipients)) },
            { key: 'through', header: t('notices.through'), numeric: true, cell: (line) => number(line.settled) },
            { key: 'delivered', header: t('notices.delivered'), numeric: true, cell: (line) => number(line.messages.delivered) },
            { key: 'by', header: t('notices.by'), cell: (line) => line.created_by },
            { key: 'at', header: t('notices.written_at'), cell: (line) => <When at={line.created_at} /> },
          ]}
        />
      </Stack>
    </Page>
  );
}
