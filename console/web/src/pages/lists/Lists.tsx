// All lists, newest first, by operation and state.
import { Button, NativeSelect } from '@mantine/core';
import { DataTable, Empty, Link, Mark, Page, useList, useMay, useMe, useOperationName, usePulse, useSearchParams, useText, When } from '@/parts';
import { listTones, useListWords, type ListState } from './words';

const states: ListState[] = ['draft', 'locked', 'accepted', 'finished', 'closed', 'aborted'];

export default function Lists() {
  const { t, number } = useText();
  const { named } = useListWords();
  const me = useMe();
  const operationName = useOperationName();
  const mayLoad = useMay('lists.load');
  const [asked, ask] = useSearchParams();
  usePulse('lists');
  const operation = asked.get('operation') ?? undefined;
  const state = states.find((each) => each === asked.get('state'));
  const list = useList('/lists', { params: { query: { operation, state } } }, { keep: true });
  const choose = (name: string, value: string) => {
    const next = new URLSearchParams(asked);
    if (value) next.set(name, value);
    else next.delete(name);
    ask(next, { replace: true });
  };
  return (
    <Page title={t('lists.title')} note={t('lists.note')} actions={mayLoad && <Button component={Link} to="/lists/new">{t('lists.new')}</Button>}>
      <div className="filters">
        {me.operations.length > 1 && (
          <NativeSelect label={t('lists.operation')} value={operation ?? ''} onChange={(event) => choose('operation', event.currentTarget.value)}
            data={[{ value: '', label: t('lists.all') }, ...me.operations.map((each) => ({ value: each.code, label: operationName(each.code) }))]} />
        )}
        <NativeSelect label={t('lists.state')} value={state ?? ''} onChange={(event) => choose('state', event.currentTarget.value)}
          data={[{ value: '', label: t('lists.all') }, ...states.map((each) => ({ value: each, label: t(`lists.state.${each}`) }))]} />
      </div>
      <DataTable
        label={t('lists.title')}
        rows={list.rows}
        rowKey={(row) => row.id}
        loading={list.loading}
        error={list.error}
        onRetry={list.again}
        hasMore={list.hasMore}
        loadingMore={list.loadingMore}
        onMore={list.more}
        empty={<Empty>{t('lists.none')}</Empty>}
        columns={[
          { key: 'name', header: t('lists.list'), title: true, cell: (row) => <Link to={`/lists/${row.id}`}>{t('lists.name', { id: String(row.id), programme: named(row.programme_name), cycle: row.cycle_title })}</Link> },
          { key: 'state', header: t('lists.state'), cell: (row) => <Mark tone={listTones[row.state]}>{t(`lists.state.${row.state}`)}</Mark> },
          { key: 'type', header: t('lists.type'), cell: (row) => t(`lists.type.${row.type}`) },
          { key: 'operation', header: t('lists.operation'), cell: (row) => operationName(row.operation) },
          { key: 'rows', header: t('lists.rows'), numeric: true, cell: (row) => (row.rows === null ? '' : number(row.rows)) },
          { key: 'bad', header: t('lists.bad'), numeric: true, cell: (row) => (row.bad === null ? '' : number(row.bad)) },
          { key: 'made', header: t('lists.made'), cell: (row) => <When at={row.made_at} /> },
        ]}
      />
    </Page>
  );
}
