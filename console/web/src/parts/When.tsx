import { useEffect, useState } from 'react';
import { useText } from '../texts/text';
import { Mark } from './Page';

// One clock for all times that are shown: they grow old together.
let now = Date.now();
const listeners = new Set<(at: number) => void>();
let ticking: ReturnType<typeof setInterval> | null = null;
export function useNow(): number {
  const [at, setAt] = useState(now);
  useEffect(() => {
    listeners.add(setAt);
    ticking ??= setInterval(() => {
      now = Date.now();
      listeners.forEach((tell) => tell(now));
    }, 30_000);
    return () => {
      listeners.delete(setAt);
      if (listeners.size === 0 && ticking) {
        clearInterval(ticking);
        ticking = null;
      }
    };
  }, []);
  return Math.max(at, now);
}

// A moment: how long ago or how soon, the exact time on asking (`exact`: the other way round). Of a day alone (2026-11-28), the day.
export function When({ at, exact }: { at: string | null | undefined; exact?: boolean }) {
  const { ago, time, date } = useText();
  const current = useNow();
  if (!at) return null;
  if (at.length === 10) return <time dateTime={at}>{date(at)}</time>;
  return (
    <time dateTime={at} title={exact ? ago(at, current) : time(at)}>
      {exact ? time(at) : ago(at, current)}
    </time>
  );
}

// The moment by which something should be done; late ones say so in a word.
export function Due({ at, done }: { at: string | null | undefined; done?: boolean }) {
  const { t } = useText();
  const current = useNow();
  if (!at) return null;
  const left = new Date(at).getTime() - current;
  if (done || left > 4 * 3_600_000) return <When at={at} />;
  return (
    <>
      <When at={at} /> <Mark tone={left < 0 ? 'late' : 'waiting'}>{t(left < 0 ? 'parts.overdue' : 'parts.due_soon')}</Mark>
    </>
  );
}
