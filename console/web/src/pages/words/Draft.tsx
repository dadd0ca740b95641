// Everything that is drafted, its proof, and publishing.
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { Confirm, DataTable, Empty, Mark, Page, Problem, Sheet, useChange, useGet, useHeld, useMay, useText, useToast, When } from '@/parts';
import { useState } from 'react';
import { DraftLink, Faults, Ways } from './shared';

export default function Draft() {
  const { t } = useText();
  const { tell } = useToast();
  const may = useMay('words.publish');
  const draft = useGet('/words/draft');
  const prove = useChange('post', '/words/draft/proof');
  const publish = useChange('post', '/words/versions', 'words');
  const [asking, setAsking] = useState(false);
  const [note, setNote] = useState('');
  const { held, meanwhile } = useHeld(draft.data, asking, (of) => [of?.current, of?.revision]);
  const items = draft.data?.items ?? [];
  const conflicts = items.filter((each) => each.conflict).length;
  const proven = prove.data && prove.data.revision === draft.data?.revision && prove.data.drafts === items.length ? prove.data : null;
  return (
    <Page title={t('words.draft')} note={t('words.draft_note')}
      actions={<>
        <Button variant="default" disabled={items.length === 0} loading={prove.isPending} onClick={() => prove.mutate({})}>{t('words.prove')}</Button>
        <Button disabled={!may || items.length === 0 || conflicts > 0 || !proven || proven.faults.length > 0} onClick={() => setAsking(true)}>{t('words.publish')}</Button>
      </>}>
      <Ways />
      <Stack gap="md">
        {prove.error && <Problem error={prove.error} />}
        {proven ? (
          <Sheet title={t('words.proof')}>
            <Faults faults={proven.faults} label={t('words.proof')} />
            <Text size="sm" c="dimmed" mt="xs">{t('words.proven', { screens: proven.screens, texts: proven.texts })}</Text>
          </Sheet>
        ) : items.length > 0 && <Text size="sm">{t('words.prove_first')}</Text>}
        <DataTable
          label={t('words.draft')}
          rows={items}
          rowKey={(row) => `${row.language} ${row.name}`}
          loading={draft.isPending}
          error={draft.error}
          onRetry={() => void draft.refetch()}
          empty={<Empty>{t('words.nothing_drafted')}</Empty>}
          columns={[
            { key: 'name', header: t('words.what'), title: true, cell: (row) => <Group gap={6}><DraftLink draft={row} />{row.conflict && <Mark tone="late">{t('words.mark.conflict')}</Mark>}</Group> },
            { key: 'was', header: t('words.published'), cell: (row) => (row.language ? <Words of={row.published} language={row.language} /> : t('words.whole_file')) },
            { key: 'is', header: t('words.drafted'), cell: (row) => (row.language ? <Words of={row.words} language={row.language} /> : t('words.whole_file')) },
            { key: 'editor', header: t('words.editor'), cell: (row) => row.editor },
            { key: 'at', header: t('words.when'), cell: (row) => <When at={row.edited_at} /> },
          ]}
        />
      </Stack>
      <Confirm opened={asking} meanwhile={meanwhile} onClose={() => setAsking(false)} title={t('words.publish_title', { n: held?.items.length ?? 0 })} action={t('words.publish')}
        onConfirm={async () => {
          const { version } = await publish.mutateAsync({ body: { note, current: held?.current ?? 0, revision: held?.revision ?? 0 } });
          setNote('');
          prove.reset();
          tell(t('words.is_published', { version }));
        }}>
        <Text>{t('words.publish_text')}</Text>
        <TextInput label={t('words.version_note')} value={note} onChange={(event) => setNote(event.currentTarget.value)} maxLength={200} mt="sm" data-autofocus />
      </Confirm>
    </Page>
  );
}

function Words({ of, language }: { of: string | null; language: string }) {
  const { t } = useText();
  if (of === null) return <Text c="dimmed" size="sm">{t('words.missing')}</Text>;
  return <span lang={language} dir={language === 'ar' ? 'rtl' : 'ltr'} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', display: 'block', maxInlineSize: '24rem' }}>{of}</span>;
}
