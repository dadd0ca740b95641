// Finding somebody. What is typed goes in a body and stays out of the address; what was found last is kept in memory, for
// the way back from a record, and goes with the page.
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useRef, useState, type FormEvent } from 'react';
import { call, DataTable, Empty, Link, Masked, Page, Problem, useMay, useMe, useOperationName, useText, type Answer } from '@/parts';
import { BreakGlass } from './BreakGlass';
import { fullName, Named, PersonStatus } from './words';

type Found = Answer<'/people/search', 'post'>;
type Row = Found['items'][number];
let last: { who: string; typed: string; found: Found } | null = null;

export default function People() {
  const { t } = useText();
  const operationName = useOperationName();
  const me = useMe();
  const mayVerify = useMay('people.attach_number');
  const mayReview = useMay('people.review');
  const kept = last?.who === me.name ? last : null;
  const [typed, setTyped] = useState(kept?.typed ?? '');
  const [found, setFound] = useState<Found | null>(kept?.found ?? null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [opening, setOpening] = useState<number | null>(null);
  const field = useRef<HTMLInputElement>(null);

  const search = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const answer = await call('post', '/people/search', { body: { q: typed.trim() } });
      setFound(answer);
      last = { who: me.name, typed, found: answer };
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Page
      title={t('people.title')}
      note={t('people.note')}
      actions={
        <>
          {mayVerify && (
            <Button component={Link} to="/people/verifications" variant="default">
              {t('people.verifications')}
            </Button>
          )}
          {mayReview && (
            <Button component={Link} to="/people/openings" variant="default">
              {t('people.openings')}
            </Button>
          )}
        </>
      }
    >
      <Stack gap="md">
        <form role="search" className="sheet padded" onSubmit={(event) => void search(event)}>
          <Group align="flex-end" gap="sm">
            <TextInput
              ref={field}
              style={{ flex: '1 1 18rem' }}
              size="md"
              label={t('people.search_label')}
              description={t('people.search_hint')}
              value={typed}
              maxLength={60}
              autoComplete="off"
              spellCheck={false}
              dir="auto"
              onChange={(event) => setTyped(event.currentTarget.value)}
              data-autofocus
            />
            <Button type="submit" size="md" loading={busy} disabled={typed.trim().length < 2}>
              {t('people.search')}
            </Button>
          </Group>
          <Problem error={error} />
        </form>
        {found && (
          <>
            <Text size="sm" c="dimmed" role="status">
              {t('people.found', { n: found.items.length })} {found.more ? t('people.more_than_shown') : ''}
            </Text>
            <DataTable<Row>
              label={t('people.found_label')}
              rows={found.items}
              rowKey={(row) => row.id}
              empty={<Empty>{t('people.nobody')}</Empty>}
              columns={[
                { key: 'name', header: t('people.name'), title: true, cell: (row) => <FoundName row={row} onOpen={() => setOpening(row.id)} /> },
                { key: 'born', header: t('people.born'), cell: (row) => row.born && <span className="numeric">{row.born}</span> },
                { key: 'sex', header: t('people.sex'), cell: (row) => row.sex && t(`people.sex.${row.sex}`) },
                { key: 'number', header: t('people.individual_number'), cell: (row) => <Masked value={row.individual_number} /> },
                { key: 'household', header: t('people.registration_number'), cell: (row) => <Masked value={row.registration_number} /> },
                { key: 'place', header: t('people.place'), cell: (row) => (row.place ? <Named of={row.place} /> : <bdi>{operationName(row.operation)}</bdi>) },
                { key: 'by', header: t('people.matched'), cell: (row) => t(`people.matched.${row.matched}`) },
              ]}
            />
          </>
        )}
      </Stack>
      {opening !== null && <BreakGlass person={opening} onClose={() => setOpening(null)} />}
    </Page>
  );
}

function FoundName({ row, onOpen }: { row: Row; onOpen: () => void }) {
  const { t } = useText();
  if (row.outside)
    return (
      <Group gap="xs">
        <span>{t('people.outside')}</span>
        <Button size="compact-sm" variant="default" onClick={onOpen}>
          {t('people.break_glass')}
        </Button>
      </Group>
    );
  return (
    <>
      <Link to={`/people/${row.id}`}>
        <bdi>{fullName(row)}</bdi>
      </Link>{' '}
      {row.status !== 'A' && row.status && <PersonStatus status={row.status} />}
    </>
  );
}
