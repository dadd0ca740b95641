// How tickets are named in the page's language: kinds, topics, states, places.
import { Mark, useNames, useText, type Item, type Tone } from '@/parts';

export type Line = Item<'/tickets'>;

const tones: Record<string, Tone> = { new: 'waiting', assigned: 'busy', in_progress: 'busy', on_hold: 'quiet', for_approval: 'waiting', closed: 'quiet' };

// Of an operation's own code that has no word here, the code.
export function useTicketWords() {
  const { t, has } = useText();
  const named = useNames();
  const word = (kind: string, code: string | null | undefined) => (code ? (has(`tickets.${kind}.${code}`) ? t(`tickets.${kind}.${code}`) : code) : '');
  const about = (line: Pick<Line, 'category' | 'topic'>) => [word('category', line.category), word('topic', line.topic)].filter(Boolean).join(' · ');
  return { word, named, about };
}

export function TicketMarks({ line }: { line: Line }) {
  const { t } = useText();
  return (
    <>
      <Mark tone={tones[line.state]}>{t(`tickets.state.${line.state}`)}</Mark>{' '}
      {line.sensitive && <><Mark tone="bad">{t('tickets.sensitive')}</Mark>{' '}</>}
      {line.anonymous && <><Mark tone="quiet">{t('tickets.anonymous')}</Mark>{' '}</>}
      {line.escalated > 0 && !line.taken_note && line.state !== 'closed' && <><Mark tone="late">{t('tickets.escalated', { level: line.escalated })}</Mark>{' '}</>}
      {line.wrote_since && <Mark tone="waiting">{t('tickets.wrote_since')}</Mark>}
    </>
  );
}
