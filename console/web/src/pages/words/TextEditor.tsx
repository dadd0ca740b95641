// One text in one language: the source beside it, the proof as one types, and a phone.
import { Alert, Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { Confirm, Facts, isProblem, Mark, Page, Problem, Sheet, useChange, useGet, useHeld, useMay, useParams, useText, useToast, When } from '@/parts';
import { useEffect, useState } from 'react';
import { Faults, Meanwhile, Pictures, useTypedProof, Ways, type Draft } from './shared';

function languageName(code: string, inLanguage: string) {
  try {
    return new Intl.DisplayNames(inLanguage, { type: 'language' }).of(code) ?? code;
  } catch {
    return code;
  }
}

export default function TextEditor() {
  const { language = '', key = '' } = useParams();
  const { t, language: here } = useText();
  const { tell, complain } = useToast();
  const may = useMay('words.edit');
  const found = useGet('/words/texts', { params: { query: { language, query: key, limit: 200 } } });
  const row = found.data?.items.find((each) => each.key === key);
  const about = useGet('/words');
  const source = about.data?.languages[0];
  const [typed, setTyped] = useState<string | null>(null);
  // The revision that she began to write on: what somebody saves meanwhile is fetched, but not written over unseen.
  const [base, setBase] = useState(0);
  const [theirs, setTheirs] = useState<{ draft: Draft | null } | null>(null);
  const [dropping, setDropping] = useState(false);
  const save = useChange('put', '/words/texts/{language}/{key}', 'words');
  const drop = useChange('delete', '/words/texts/{language}/{key}', 'words');
  const read = useChange('post', '/words/texts/{language}/{key}/reading', 'words');
  useEffect(() => setTyped(null), [language, key]);
  const words = typed ?? row?.words ?? '';
  const { proof, error, waits } = useTypedProof({ language, key }, row ? words : null);
  const { held, meanwhile } = useHeld(row?.draft?.revision ?? 0, dropping, (of) => of);
  const changed = typed !== null && typed !== (row?.words ?? '');
  const path = { language, key };

  const store = async (revision: number, anew = false) => {
    try {
      await save.mutateAsync({ params: { path }, body: { words, revision, anew } });
      setTyped(null);
      setTheirs(null);
      tell(t('words.saved'));
    } catch (failed) {
      if (isProblem(failed, 'stale')) setTheirs({ draft: (failed.document.current as Draft | null) ?? null });
      else complain(failed);
    }
  };
  if (found.error) return <Page title={key}><Problem error={found.error} onRetry={() => void found.refetch()} /></Page>;
  if (found.isPending) return <Page title={key}>{null}</Page>;
  if (!row) return <Page title={key} back={{ to: '/words', label: t('words.title') }}><Alert color="orange" variant="light">{t('words.no_such')}</Alert></Page>;
  const rtl = about.data?.languages.find((each) => each.code === language)?.right_to_left;
  const is_source = source?.code === language;
  return (
    <Page title={key} back={{ to: `/words?language=${language}`, label: t('words.title') }} mark={row.draft ? <Mark tone="busy">{t('words.mark.draft')}</Mark> : undefined}>
      <Ways />
      <div className="words-editor">
        <Stack gap="md">
          <Sheet title={t('words.source', { name: source?.own_name ?? '' })}>
            <Text lang={source?.code} dir="ltr" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{row.source || t('words.is_empty')}</Text>
            <div className="words-facts"><Facts rows={[
              [t('words.translators_note'), row.note],
              [t('words.room'), row.room ? t('words.characters', { n: row.room }) : null],
              [t('words.stands_on'), row.screens.length ? <span className="ltr">{row.screens.join(', ')}</span> : null],
            ]} /></div>
          </Sheet>
          <Sheet title={is_source ? t('words.words') : t('words.translation', { language: about.data?.languages.find((each) => each.code === language)?.own_name ?? language })}>
            {theirs && <Meanwhile theirs={theirs.draft} onTake={() => { setBase(theirs.draft?.revision ?? 0); setTyped(theirs.draft?.words ?? null); setTheirs(null); void found.refetch(); }} onKeep={() => void store(theirs.draft?.revision ?? 0)} />}
            {row.draft?.conflict && (
              <Alert color="orange" variant="light" title={t('words.conflict_title')} mb="sm">
                <Text dir="auto" style={{ whiteSpace: 'pre-wrap' }}>{row.published ?? t('words.missing')}</Text>
                <Button size="sm" mt="xs" variant="default" disabled={!may} onClick={() => void store(row.draft?.revision ?? 0, true)}>{t('words.mine_all_the_same')}</Button>
              </Alert>
            )}
            <Textarea aria-label={t('words.words_of', { key, language: languageName(language, here) })} value={words} onChange={(event) => { if (typed === null) setBase(row.draft?.revision ?? 0); setTyped(event.currentTarget.value); }} readOnly={!may} autosize minRows={3} maxRows={14} maxLength={4000} lang={language} dir={rtl ? 'rtl' : 'ltr'} spellCheck />
            <Group mt="sm" gap="sm">
              <Button onClick={() => void store(base)} disabled={!may || !changed} loading={save.isPending}>{t('words.save')}</Button>
              {changed && <Button variant="default" onClick={() => setTyped(null)}>{t('words.undo')}</Button>}
              {row.draft && <Button variant="default" color="red" disabled={!may} onClick={() => setDropping(true)}>{t('words.drop')}</Button>}
              {row.unread && !changed && <Button variant="default" disabled={!may} onClick={() => read.mutateAsync({ params: { path }, body: { words: row.words ?? '' } }).then(() => tell(t('words.read_noted')), complain)}>{t('words.mark_read')}</Button>}
            </Group>
            <div className="words-facts"><Facts rows={[
              [t('words.at_longest'), proof ? t('words.characters', { n: proof.characters }) : null],
              [t('words.edited'), row.draft ? <>{row.draft.editor}, <When at={row.draft.edited_at} /></> : null],
              [t('words.read_by'), row.read ? <>{row.read.reader}, <When at={row.read.read_at} /></> : null],
            ]} /></div>
          </Sheet>
          <div aria-live="polite" aria-busy={waits}>{error ? <Problem error={error} /> : proof ? <Faults faults={proof.faults} label={t('words.proof')} /> : null}</div>
        </Stack>
        <Sheet title={t('words.on_phone')}><Pictures proof={proof} language={language} /></Sheet>
      </div>
      <Confirm opened={dropping} meanwhile={meanwhile} onClose={() => setDropping(false)} title={t('words.drop_title')} action={t('words.drop')} danger
        onConfirm={async () => { await drop.mutateAsync({ params: { path, query: { revision: held } } }); setTyped(null); tell(t('words.dropped')); }}>
        <Text>{t('words.drop_text')}</Text>
      </Confirm>
    </Page>
  );
}
