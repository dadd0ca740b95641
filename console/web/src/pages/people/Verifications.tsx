// Biometric matches that a second person confirms by the reference that she reads herself.
import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { call, Confirm, DataTable, Empty, Link, Page, refresh, useList, useMay, useText, useToast, When, type Item } from '@/parts';
import { Reference } from './Actions';

type Row = Item<'/verifications'>;

export default function Verifications() {
  const { t } = useText();
  const mayView = useMay('people.view');
  const { more, again, ...list } = useList('/verifications');
  const [asked, setAsked] = useState<{ row: Row; refuse: boolean } | null>(null);
  return (
    <Page title={t('people.verifications')} note={t('people.verifications_note')} back={{ to: '/people', label: t('people.title') }}>
      <DataTable<Row>
        {...list}
        label={t('people.verifications')}
        onMore={more}
        onRetry={again}
        rowKey={(row) => row.id}
        empty={<Empty>{t('people.verifications_none')}</Empty>}
        columns={[
          { key: 'number', header: t('people.individual_number'), title: true, cell: (row) => (mayView ? <Link to={`/people/${row.person}`}><span className="ltr">{row.individual_number}</span></Link> : <span className="ltr">{row.individual_number}</span>) },
          { key: 'by', header: t('people.by'), cell: (row) => <bdi>{row.seen_by}</bdi> },
          { key: 'at', header: t('people.when'), cell: (row) => <When at={row.at} /> },
          {
            key: 'do',
            header: t('people.actions'),
            cell: (row) =>
              row.own ? (
                t('people.own_verification')
              ) : (
                <Group gap="xs">
                  <Button size="compact-md" variant="default" onClick={() => setAsked({ row, refuse: false })}>
                    {t('people.confirm_match')}
                  </Button>
                  <Button size="compact-md" variant="default" onClick={() => setAsked({ row, refuse: true })}>
                    {t('people.refuse_match')}
                  </Button>
                </Group>
              ),
          },
        ]}
      />
      {asked && <Decide {...asked} onClose={() => setAsked(null)} />}
    </Page>
  );
}

function Decide({ row, refuse, onClose }: { row: Row; refuse: boolean; onClose: () => void }) {
  const { t } = useText();
  const { tell } = useToast();
  const [reference, setReference] = useState('');
  return (
    <Confirm opened onClose={onClose} danger={refuse} title={t(refuse ? 'people.refuse_match' : 'people.confirm_match')} action={t(refuse ? 'people.refuse_match' : 'people.confirm_match')} disabled={!refuse && reference.length < 3} onConfirm={async () => {
      await call('post', '/verifications/{id}/confirmation', { params: { path: { id: row.id } }, body: refuse ? { refuse: true } : { reference } });
      tell(t(refuse ? 'people.match_refused' : 'people.verified'));
      await refresh('verifications');
    }}>
      <Text size="sm" mb="sm">{t(refuse ? 'people.refuse_text' : 'people.confirm_text')}</Text>
      {!refuse && <Reference value={reference} onChange={setReference} />}
    </Confirm>
  );
}
