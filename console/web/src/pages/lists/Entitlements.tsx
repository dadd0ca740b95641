// What is on a released list: counts by state and by her own word, and each of them; where the two differ stands first.
import { Anchor, Group, NativeSelect, Switch } from '@mantine/core';
import { useState } from 'react';
import { root } from '@/api/client';
import { DataTable, Empty, Facts, Mark, Sheet, useList, useText, type Tone } from '@/parts';
import { useGets } from './Gets';
import type { ListDetail } from './words';

const tones: Record<string, Tone> = { pending: 'quiet', sent: 'busy', available: 'busy', redeemed: 'good', partial: 'waiting', not_collected: 'late', error: 'bad', cancelled: 'quiet', expired: 'quiet' };
type State = keyof typeof tones;

export function Entitlements({ list }: { list: ListDetail }) {
  const { t, number } = useText();
  const gets = useGets();
  const [state, setState] = useState('');
  const [differs, setDiffers] = useState(false);
  const shown = useList('/lists/{id}/entitlements', { params: { path: { id: list.id }, query: { state: (state || undefined) as never, differs: differs || undefined, limit: 50 } } }, { keep: true });
  return (
    <Sheet title={t('lists.entitlements')} actions={<Anchor href={`${root}/lists/${list.id}/entitlements.csv`} download>{t('lists.as_file')}</Anchor>}>
      <Facts rows={[
        ...Object.entries(list.states).map(([each, n]): [string, string] => [t(`lists.entitlement.${each}`), number(n)]),
        ...Object.entries(list.answers).map(([each, n]): [string, string] => [t(`lists.answer.${each}`), number(n)]),
        [t('lists.differs'), number(list.differs)],
      ]} />
      <Group my="md" align="end">
        <NativeSelect label={t('lists.state')} value={state} onChange={(event) => setState(event.currentTarget.value)} data={[{ value: '', label: t('lists.all') }, ...Object.keys(tones).map((each: State) => ({ value: each, label: t(`lists.entitlement.${each}`) }))]} />
        <Switch label={t('lists.only_differing')} checked={differs} onChange={(event) => setDiffers(event.currentTarget.checked)} />
      </Group>
      <DataTable label={t('lists.entitlements')} rows={shown.rows} rowKey={(row) => row.id} loading={shown.loading} error={shown.error} onRetry={shown.again} hasMore={shown.hasMore} loadingMore={shown.loadingMore} onMore={shown.more} empty={<Empty />}
        columns={[
          { key: 'number', header: t('lists.registration_number'), title: true, cell: (row) => <span className="ltr">{row.registration_number}</span> },
          { key: 'gets', header: t('lists.gets'), cell: gets },
          { key: 'state', header: t('lists.state'), cell: (row) => <Mark tone={tones[row.state]}>{t(`lists.entitlement.${row.state}`)}</Mark> },
          { key: 'answer', header: t('lists.her_word'), cell: (row) => (row.answer ? <>{t(`lists.answer.${row.answer}`)}{row.differs && <> <Mark tone="bad">{t('lists.differs_mark')}</Mark></>}</> : '') },
          { key: 'ticket', header: t('lists.ticket'), cell: (row) => (row.ticket ? <span className="ltr">{row.ticket}</span> : null) },
        ]} />
    </Sheet>
  );
}
