// Roles that somebody has to look at again: confirm or end.
import { Button, Checkbox, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { DataTable, Due, Empty, Link, Mark, Page, useList, useSearchParams, useNames, useText, When } from '@/parts';
import { Decide } from './Colleague';
import { AccessTabs, useRoles, Where, type Review } from './shared';

export default function Reviews() {
  const { t } = useText();
  const name = useNames();
  const { data: roles } = useRoles();
  const [filters, setFilters] = useSearchParams();
  const [deciding, setDeciding] = useState<{ grant: Review; keep: boolean } | null>(null);
  const all = filters.get('all') === '1';
  const role = filters.get('role') ?? '';
  const query = { ...(all ? {} : { due: '1' as const }), ...(role ? { role } : {}) };
  const list = useList('/reviews', { params: { query } }, { keep: true });
  const choose = (key: string, value: string) => {
    const next = new URLSearchParams(filters);
    if (value) next.set(key, value);
    else next.delete(key);
    setFilters(next, { replace: true });
  };
  const file = `/api/staff/v1/reviews.csv?${new URLSearchParams(query)}`;
  return (
    <Page title={t('access.reviews_title')} note={t('access.reviews_note')} actions={<Button component="a" href={file} download variant="default">{t('access.as_file')}</Button>}>
      <AccessTabs at="/access/reviews" />
      <Stack gap="md">
        <div className="filters">
          <NativeSelect label={t('access.role')} value={role} onChange={(event) => choose('role', event.currentTarget.value)} data={[{ value: '', label: t('access.any') }, ...(roles?.roles ?? []).map((each) => ({ value: each.code, label: name(each.name) }))]} />
          <Checkbox mb=".5rem" label={t('access.also_not_due')} checked={all} onChange={(event) => choose('all', event.currentTarget.checked ? '1' : '')} />
        </div>
        <DataTable
          label={t('access.reviews_title')}
          {...list}
          onMore={list.more}
          onRetry={list.again}
          rowKey={(row) => row.id}
          empty={<Empty>{t('access.nothing_due')}</Empty>}
          columns={[
            { key: 'who', header: t('access.name'), title: true, cell: (row) => <Link to={`/access/staff/${row.staff}`}>{row.shown_name}</Link> },
            { key: 'role', header: t('access.role'), cell: (row) => name(row.role_name) },
            { key: 'where', header: t('access.where'), cell: (row) => <Where grant={row} /> },
            { key: 'due', header: t('access.review_due'), cell: (row) => <Due at={row.due_at} /> },
            { key: 'used', header: t('access.signed_in'), cell: (row) => <>{row.signed_in_at ? <When at={row.signed_in_at} /> : t('access.never')} {row.unused && <Mark tone="waiting">{t('access.unused')}</Mark>}</> },
            { key: 'until', header: t('access.until'), cell: (row) => <When at={row.until} exact /> },
            {
              key: 'actions', header: t('access.actions'), cell: (row) =>
                row.may_decide ? (
                  <Group gap="xs" wrap="nowrap">
                    <Button size="xs" variant="default" aria-label={t('access.confirm_of', { role: name(row.role_name), name: row.shown_name })} onClick={() => setDeciding({ grant: row, keep: true })}>{t('access.confirm')}</Button>
                    <Button size="xs" variant="default" color="red" aria-label={t('access.end_of', { role: name(row.role_name), name: row.shown_name })} onClick={() => setDeciding({ grant: row, keep: false })}>{t('access.end')}</Button>
                  </Group>
                ) : (
                  <Text span size="sm" c="dimmed">{t(row.own ? 'access.own_review' : 'access.others_review')}</Text>
                ),
            },
          ]}
        />
      </Stack>
      {deciding && <Decide {...deciding} onClose={() => setDeciding(null)} />}
    </Page>
  );
}
