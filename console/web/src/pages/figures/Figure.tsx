// A figure: its chart, and at a key's press its table; its numbers as CSV.
import { Button } from '@mantine/core';
import { DataTable, Empty, Problem, Sheet, useText, type Column } from '@/parts';
import { useId, useState, type ReactNode } from 'react';

interface FigureProps<Row> {
  name: string; // of the route: "hours"
  title: string;
  note?: string;
  query: { from: string; to: string };
  rows: Row[];
  rowKey: (row: Row) => string;
  columns: Column<Row>[];
  loading: boolean;
  error: unknown;
  onRetry: () => void;
  chart: ReactNode;
}

export function Figure<Row>({ name, title, note, query, rows, rowKey, columns, loading, error, onRetry, chart }: FigureProps<Row>) {
  const { t } = useText();
  const [open, setOpen] = useState(false);
  const id = useId();
  const csv = `/api/staff/v1/figures/${name}?${new URLSearchParams({ ...query, as: 'csv' })}`;
  return (
    <Sheet
      title={title}
      actions={
        <>
          <Button size="sm" variant="default" onClick={() => setOpen(!open)} aria-expanded={open} aria-controls={id} aria-label={t('figures.table_of', { name: title })}>
            {t('figures.table')}
          </Button>
          <Button size="sm" variant="default" component="a" href={csv} download aria-label={t('figures.csv_of', { name: title })}>
            CSV
          </Button>
        </>
      }
    >
      {note && <p style={{ margin: '0 0 .6rem', color: 'var(--mantine-color-dimmed)', fontSize: '.9rem' }}>{note}</p>}
      {error ? <Problem error={error} onRetry={onRetry} /> : rows.length === 0 && !loading ? <Empty>{t('figures.nothing')}</Empty> : chart}
      <div id={id}>{open && <DataTable label={title} rows={rows} rowKey={rowKey} columns={columns} loading={loading} />}</div>
    </Sheet>
  );
}
