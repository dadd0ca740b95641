// The menu's files.
import { Anchor } from '@mantine/core';
import { DataTable, Link, Mark, Page, useGet, useText } from '@/parts';
import { Ways } from './shared';

export default function Menus() {
  const { t, number } = useText();
  const about = useGet('/words');
  const screens = about.data?.screens ?? [];
  return (
    <Page title={t('words.menus')} note={t('words.menus_note')}>
      <Ways />
      <DataTable
        label={t('words.menus')}
        rows={about.data?.menus ?? []}
        rowKey={(row) => row.file}
        loading={about.isPending}
        error={about.error}
        onRetry={() => void about.refetch()}
        columns={[
          { key: 'file', header: t('words.file'), title: true, cell: (row) => <Anchor component={Link} to={`/words/menus/${row.file}`} className="ltr">{row.file}</Anchor> },
          { key: 'screens', header: t('words.screens'), numeric: true, cell: (row) => number(screens.filter((each) => `${each.file}.yaml` === row.file).length) },
          { key: 'state', header: t('words.marks'), cell: (row) => (row.drafted ? <Mark tone="busy">{t('words.mark.draft')}</Mark> : '') },
        ]}
      />
    </Page>
  );
}
