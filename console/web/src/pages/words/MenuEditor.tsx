// One file of the menu as it is written, with the proof as one types and its screens on a phone.
import { Alert, Button, Group, Select, Stack, Text, Textarea } from '@mantine/core';
import { Confirm, isProblem, Mark, Page, Problem, Sheet, useChange, useGet, useHeld, useMay, useParams, useText, useToast } from '@/parts';
import { useState } from 'react';
import { Faults, Meanwhile, Pictures, useTypedProof, Ways, type Draft } from './shared';

export default function MenuEditor() {
  const { file = '' } = useParams();
  const { t } = useText();
  const { tell, complain } = useToast();
  const may = useMay('words.edit');
  const found = useGet('/words/menus/{file}', { params: { path: { file } } });
  const about = useGet('/words');
  const [language, setLanguage] = useState<string | null>(null);
  const [typed, setTyped] = useState<string | null>(null);
  // The revision that she began to write on.
  const [base, setBase] = useState(0);
  const [theirs, setTheirs] = useState<{ draft: Draft | null } | null>(null);
  const [dropping, setDropping] = useState(false);
  const save = useChange('put', '/words/menus/{file}', 'words');
  const drop = useChange('delete', '/words/menus/{file}', 'words');
  const shown = language ?? about.data?.languages[0]?.code ?? '';
  const words = typed ?? found.data?.words ?? '';
  const { proof, error, waits } = useTypedProof({ language: shown, file }, found.data && shown ? words : null);
  const draft = found.data?.draft ?? null;
  const { held, meanwhile } = useHeld(draft?.revision ?? 0, dropping, (of) => of);
  const changed = typed !== null && typed !== found.data?.words;
  const store = async (revision: number, anew = false) => {
    try {
      await save.mutateAsync({ params: { path: { file } }, body: { words, revision, anew } });
      setTyped(null);
      setTheirs(null);
      tell(t('words.saved'));
    } catch (failed) {
      if (isProblem(failed, 'stale')) setTheirs({ draft: (failed.document.current as Draft | null) ?? null });
      else complain(failed);
    }
  };
  return (
    <Page title={file} back={{ to: '/words/menus', label: t('words.menus') }} mark={draft ? <Mark tone="busy">{t('words.mark.draft')}</Mark> : undefined} note={t('words.menu_note')}>
      <Ways />
      {found.error && <Problem error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && (
        <div className="words-editor">
          <Stack gap="md">
            <Sheet label={file}>
              {theirs && <Meanwhile theirs={theirs.draft} onTake={() => { setBase(theirs.draft?.revision ?? 0); setTyped(theirs.draft?.words ?? null); setTheirs(null); void found.refetch(); }} onKeep={() => void store(theirs.draft?.revision ?? 0)} />}
              {draft?.conflict && (
                <Alert color="orange" variant="light" title={t('words.conflict_title')} mb="sm">
                  <Button size="sm" variant="default" disabled={!may} onClick={() => void store(draft.revision, true)}>{t('words.mine_all_the_same')}</Button>
                </Alert>
              )}
              <Textarea aria-label={t('words.content_of', { file })} value={words} onChange={(event) => { if (typed === null) setBase(draft?.revision ?? 0); setTyped(event.currentTarget.value); }} readOnly={!may} autosize minRows={16} maxRows={34} maxLength={50000} dir="ltr" spellCheck={false} styles={{ input: { fontFamily: 'ui-monospace, "DejaVu Sans Mono", monospace', fontSize: '.82rem', whiteSpace: 'pre', overflowX: 'auto' } }} />
              <Group mt="sm" gap="sm">
                <Button onClick={() => void store(base)} disabled={!may || !changed} loading={save.isPending}>{t('words.save')}</Button>
                {changed && <Button variant="default" onClick={() => setTyped(null)}>{t('words.undo')}</Button>}
                {draft && <Button variant="default" disabled={!may} onClick={() => setDropping(true)}>{t('words.drop')}</Button>}
              </Group>
            </Sheet>
            <div aria-live="polite" aria-busy={waits}>{error ? <Problem error={error} /> : proof ? <Faults faults={proof.faults} label={t('words.proof')} /> : null}</div>
          </Stack>
          <Sheet title={t('words.on_phone')}>
            <Select label={t('words.language')} mb="sm" data={(about.data?.languages ?? []).map((each) => ({ value: each.code, label: each.own_name }))} value={shown} onChange={setLanguage} allowDeselect={false} />
            <Pictures proof={proof} language={shown} />
          </Sheet>
        </div>
      )}
      <Confirm opened={dropping} meanwhile={meanwhile} onClose={() => setDropping(false)} title={t('words.drop_title')} action={t('words.drop')} danger
        onConfirm={async () => { await drop.mutateAsync({ params: { path: { file }, query: { revision: held } } }); setTyped(null); tell(t('words.dropped')); }}>
        <Text>{t('words.drop_text')}</Text>
      </Confirm>
    </Page>
  );
}
