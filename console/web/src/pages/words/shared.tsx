// What the pages of words have in common: the ways between them, the proof as one types, pictures of phones, faults.
import { Alert, Anchor, Button, Group, List, Select, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useMemo, useState } from 'react';
import { useLocation } from 'react-router-dom';
import './words.css';
import { call, isProblem, Link, Mark, PhonePreview, useText, Views, type Answer } from '@/parts';

export type TypedProof = Answer<'/words/proof', 'post'>;
export type Fault = TypedProof['faults'][number];
export type Draft = Answer<'/words/draft'>['items'][number];

const ways = ['', '/menus', '/draft', '/versions'] as const;

export function Ways() {
  const { t } = useText();
  const { pathname } = useLocation();
  const at = ways.find((way) => way !== '' && pathname.startsWith(`/words${way}`)) ?? '';
  return <Views label={t('words.ways')} at={`/words${at}`} views={ways.map((way) => [`/words${way}`, t(`words.way${way.replace('/', '_')}`)])} />;
}

// Asks a moment after the last key; an answer that came too late is not shown.
export function useTypedProof(of: { language: string; key?: string; file?: string }, words: string | null) {
  const [settled] = useDebouncedValue(words, 200);
  const [proof, setProof] = useState<TypedProof | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [again, setAgain] = useState(0);
  const { language, key, file } = of;
  useEffect(() => {
    if (settled === null) return;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    call('post', '/words/proof', { body: { language, ...(key ? { key } : { file: file ?? '' }), words: settled }, signal: stop.signal })
      .then((answer) => {
        setProof(answer);
        setError(null);
      })
      .catch((failed: unknown) => {
        if (stop.signal.aborted) return;
        // Others type, too: soon there is room.
        if (isProblem(failed, 'too_many')) timer = setTimeout(() => setAgain((n) => n + 1), 1200);
        else setError(failed);
      });
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [settled, language, key, file, again]);
  return { proof, error, waits: settled !== words };
}

export function Faults({ faults, label }: { faults: Fault[]; label: string }) {
  const { t, number } = useText();
  if (faults.length === 0)
    return (
      <Alert color="green" variant="light" role="status">
        {t('words.no_fault')}
      </Alert>
    );
  return (
    <Alert color="red" variant="light" role="status" title={t('words.faults', { n: faults.length })}>
      <List size="sm" aria-label={label} spacing={4}>
        {faults.slice(0, 30).map((fault, n) => (
          <List.Item key={n}>
            <span lang="en" dir="ltr" className="ltr">
              {fault.what}
            </span>{' '}
            {fault.excess > 0 && <Mark tone="bad">{t('words.too_much', { n: number(fault.excess) })}</Mark>}{' '}
            <span className="ltr">{[fault.screen, fault.language, fault.profile].filter(Boolean).join(' · ')}</span>
          </List.Item>
        ))}
      </List>
      {faults.length > 30 && <Text size="sm">{t('words.more_faults', { n: faults.length - 30 })}</Text>}
    </Alert>
  );
}

// One screen on one gateway, page by page.
export function Pictures({ proof, language }: { proof: TypedProof | null; language: string }) {
  const { t, number } = useText();
  const pictures = useMemo(() => proof?.pictures ?? [], [proof]);
  const profiles = useMemo(() => [...new Set(pictures.map((each) => each.profile))], [pictures]);
  const screens = useMemo(() => [...new Set(pictures.map((each) => each.screen))], [pictures]);
  const [profile, setProfile] = useState<string | null>(null);
  const [screen, setScreen] = useState<string | null>(null);
  const onProfile = profile && profiles.includes(profile) ? profile : (profiles[0] ?? '');
  const onScreen = screen !== null && screens.includes(screen) ? screen : (screens[0] ?? '');
  const shown = pictures.find((each) => each.profile === onProfile && each.screen === onScreen);
  if (!proof) return null;
  if (!shown) return <Text c="dimmed">{t('words.no_picture')}</Text>;
  return (
    <Stack gap="sm" align="flex-start">
      {profiles.length > 1 && <Select label={t('words.gateway')} data={profiles} value={onProfile} onChange={setProfile} allowDeselect={false} w="100%" />}
      {screens.length > 1 && <Select label={t('words.screen')} data={screens} value={onScreen} onChange={setScreen} allowDeselect={false} searchable w="100%" />}
      {shown.pages.map((page, n) => (
        <div key={n}>
          <PhonePreview text={page.text} language={language} label={t('words.page_of', { n: n + 1, of: shown.pages.length })} />
          <Text size="sm" c="dimmed" mt={4}>
            {t('words.takes', { units: number(page.units), room: number(page.room), letters: page.gsm7 ? 'gsm7' : 'other' })}
          </Text>
        </div>
      ))}
      <Text size="sm" c="dimmed">
        {t('words.longest_note')}
      </Text>
    </Stack>
  );
}

// What somebody else saved meanwhile, beside what is typed here.
export function Meanwhile({ theirs, onTake, onKeep }: { theirs: Draft | null; onTake: () => void; onKeep: () => void }) {
  const { t } = useText();
  return (
    <Alert color="orange" variant="light" role="alert" title={theirs ? t('words.meanwhile', { name: theirs.editor }) : t('words.meanwhile_dropped')}>
      {theirs && (
        <Text component="pre" dir="auto" style={{ whiteSpace: 'pre-wrap', fontFamily: 'inherit', margin: 0, maxBlockSize: '14rem', overflow: 'auto' }} tabIndex={0}>
          {theirs.words}
        </Text>
      )}
      <Group mt="sm">
        <Button size="sm" variant="default" onClick={onTake}>
          {t('words.take_theirs')}
        </Button>
        <Button size="sm" onClick={onKeep}>
          {t('words.keep_mine')}
        </Button>
      </Group>
    </Alert>
  );
}

export function placeOf(draft: Draft) {
  return draft.language ? `/words/texts/${draft.language}/${draft.name}` : `/words/menus/${draft.name}`;
}

export function DraftLink({ draft }: { draft: Draft }) {
  return (
    <Anchor component={Link} to={placeOf(draft)} className="ltr">
      {draft.language ? `${draft.language} ${draft.name}` : draft.name}
    </Anchor>
  );
}
