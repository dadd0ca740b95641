// Records that were opened from elsewhere: somebody else says whether that was in order.
import { Button, Group, SegmentedControl, Stack } from '@mantine/core';
import { useState } from 'react';
import { DataTable, Empty, Mark, Masked, Page, useChange, useList, usePulse, useText, useToast, When, type Item } from '@/parts';
import { useWord } from './words';

type Row = Item<'/openings'>;

export default function Openings() {
  const { t } = useText();
  const [state, setState] = useState<'waiting' | 'all'>('waiting');
  usePulse('openings');
  const { more, again, ...list } = useList('/openings', { params: { query: { state } } });
  return (
    <Page title={t('people.openings')} note={t('people.openings_note')} back={{ to: '/people', label: t('people.title') }}>
      <Stack gap="md">
        <SegmentedControl aria-label={t('people.state')} value={state} onChange={(value) => setState(value as 'waiting' | 'all')} data={[{ value: 'waiting', label: t('people.openings_waiting') }, { value: 'all', label: t('people.openings_all') }]} style={{ alignSelf: 'start' }} />
        <DataTable<Row>
          {...list}
          label={t('people.openings')}
          onMore={more}
          onRetry={again}
          rowKey={(row) => row.id}
          empty={<Empty>{t('people.openings_none')}</Empty>}
          columns={[
            { key: 'by', header: t('people.by'), title: true, cell: (row) => <bdi>{row.by}</bdi> },
            { key: 'number', header: t('people.individual_number'), cell: (row) => <Masked value={row.individual_number} /> },
            { key: 'reason', header: t('people.glass_reason'), cell: (row) => <Reason row={row} /> },
            { key: 'at', header: t('people.when'), cell: (row) => <When at={row.at} exact /> },
            { key: 'looks', header: t('people.looks'), numeric: true, cell: (row) => row.looks },
            { key: 'verdict', header: t('people.verdict'), cell: (row) => <Verdict row={row} /> },
          ]}
        />
      </Stack>
    </Page>
  );
}

function Reason({ row }: { row: Row }) {
  const word = useWord();
  return (
    <>
      <strong>{word('glass', row.reason)}</strong>
      <br />
      <bdi>{row.words}</bdi>
    </>
  );
}

function Verdict({ row }: { row: Row }) {
  const { t } = useText();
  const { tell, complain } = useToast();
  const review = useChange('post', '/openings/{id}/review', 'openings');
  if (row.verdict) return <Mark tone={row.verdict === 'in_order' ? 'good' : 'bad'}>{t(`people.verdict.${row.verdict}`)}</Mark>;
  if (row.own) return <>{t('people.own_opening')}</>;
  const say = (verdict: 'in_order' | 'not_in_order') =>
    review.mutateAsync({ params: { path: { id: row.id } }, body: { verdict } }).then(() => tell(t('people.reviewed')), complain);
  return (
    <Group gap="xs">
      <Button size="compact-md" variant="default" loading={review.isPending} onClick={() => void say('in_order')}>
        {t('people.verdict.in_order')}
      </Button>
      <Button size="compact-md" variant="default" color="red" loading={review.isPending} onClick={() => void say('not_in_order')}>
        {t('people.verdict.not_in_order')}
      </Button>
    </Group>
  );
}
