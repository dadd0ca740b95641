import { Button, Checkbox, Group, Loader } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { useText } from '../texts/text';
import { Empty } from './Empty';
import { Problem } from './Problem';

export interface Column<Row> {
  key: string;
  header: string;
  cell: (row: Row) => ReactNode;
  numeric?: boolean;
  title?: boolean; // names the row: the card's heading, the row's header. One column has it; it should hold the link.
  wide?: boolean; // left out of cards
}

interface DataTableProps<Row> {
  label: string; // read aloud as the table's name
  columns: Column<Row>[];
  rows: Row[];
  rowKey: (row: Row) => string | number;
  loading?: boolean;
  error?: unknown;
  onRetry?: () => void;
  empty?: ReactNode;
  hasMore?: boolean;
  loadingMore?: boolean;
  onMore?: () => void;
  chosen?: ReadonlySet<string | number>;
  onChoose?: (chosen: Set<string | number>) => void;
  rowName?: (row: Row) => string; // of what the tick box chooses
}

export const useNarrow = () => useMediaQuery('(max-width: 47.99em)', window.matchMedia('(max-width: 47.99em)').matches) ?? false;

// A table where there is room, a list of cards on a phone. Takes what useList gives: {...list} fits.
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { rows, loading, error, onRetry, empty, hasMore, loadingMore, onMore } = props;
  const narrow = useNarrow();
  const { t } = useText();
  if (error && rows.length === 0) return <Problem error={error} onRetry={onRetry} />;
  if (loading && rows.length === 0) {
    return (
      <div className="sheet padded" role="status">
        <Loader size="sm" aria-hidden="true" /> <span className="visually-hidden">{t('parts.loading')}</span>
      </div>
    );
  }
  if (rows.length === 0) return <div className="sheet padded">{empty ?? <Empty />}</div>;
  return (
    <div className="sheet">
      {narrow ? <Cards {...props} /> : <Table {...props} />}
      {error ? <Problem error={error} onRetry={onRetry} /> : null}
      {hasMore && (
        <Group justify="center" p="sm">
          <Button variant="default" onClick={onMore} loading={loadingMore}>
            {t('parts.more')}
          </Button>
        </Group>
      )}
      <div className="visually-hidden" role="status">
        {t('parts.rows_shown', { n: rows.length })}
      </div>
    </div>
  );
}

function useChoice<Row>({ rows, rowKey, chosen, onChoose }: DataTableProps<Row>) {
  const keys = rows.map(rowKey);
  const all = chosen !== undefined && keys.length > 0 && keys.every((key) => chosen.has(key));
  const some = chosen !== undefined && keys.some((key) => chosen.has(key));
  const toggle = (key: string | number) => {
    const next = new Set(chosen);
    if (!next.delete(key)) next.add(key);
    onChoose?.(next);
  };
  const toggleAll = () => onChoose?.(new Set(all ? [] : keys));
  return { all, some, toggle, toggleAll };
}

function Table<Row>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowKey, chosen, rowName } = props;
  const { t } = useText();
  const choice = useChoice(props);
  return (
    <div className="grid-table-scroll" tabIndex={0} role="region" aria-label={label}>
      <table className="grid-table">
        <caption className="visually-hidden">{label}</caption>
        <thead>
          <tr>
            {chosen && (
              <th scope="col">
                <Checkbox checked={choice.all} indeterminate={choice.some && !choice.all} onChange={choice.toggleAll} aria-label={t('parts.choose_all')} />
              </th>
            )}
            {columns.map((column) => (
              <th key={column.key} scope="col" className={column.numeric ? 'numeric' : undefined}>
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const key = rowKey(row);
            return (
              <tr key={key} data-chosen={chosen?.has(key) || undefined}>
                {chosen && (
                  <td>
                    <Checkbox checked={chosen.has(key)} onChange={() => choice.toggle(key)} aria-label={t('parts.choose', { name: rowName?.(row) ?? String(key) })} />
                  </td>
                )}
                {columns.map((column) => {
                  if (column.title) return <th key={column.key} scope="row" className={column.numeric ? 'row-name numeric' : 'row-name'}>{column.cell(row)}</th>;
                  return <td key={column.key} className={column.numeric ? 'numeric' : undefined}>{column.cell(row)}</td>;
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Cards<Row>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowKey, chosen, rowName } = props;
  const { t } = useText();
  const choice = useChoice(props);
  const title = columns.find((column) => column.title) ?? columns[0];
  return (
    <ul className={chosen ? 'card-list chosen-from' : 'card-list'} aria-label={label}>
      {rows.map((row) => {
        const key = rowKey(row);
        return (
          <li key={key} data-chosen={chosen?.has(key) || undefined}>
            {chosen && <Checkbox size="md" checked={chosen.has(key)} onChange={() => choice.toggle(key)} aria-label={t('parts.choose', { name: rowName?.(row) ?? String(key) })} />}
            <div className="card-title">{title.cell(row)}</div>
            <dl className="card-body">
              {columns.filter((column) => column !== title && !column.wide).map((column) => [
                <dt key={`${column.key}-t`}>{column.header}</dt>,
                <dd key={`${column.key}-d`}>{column.cell(row)}</dd>,
              ])}
            </dl>
          </li>
        );
      })}
    </ul>
  );
}
