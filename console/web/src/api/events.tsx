// What the server tells unasked (GET /events): running jobs, and a number for each subject that changes when something is
// new there. One line for the whole page. When it is cut it is dialled again; meanwhile usePulse asks by itself.
import { createContext, useContext, useEffect, useRef, useState, type ReactNode } from 'react';
import { queries, refresh, root } from './client';
import { isProblem } from './problem';
import { plain } from './session';
import { markSessionOver, useSessionOver } from './session_state';

export interface Job {
  id: number;
  kind: string;
  record?: number | null;
  state: 'running' | 'done' | 'stopped' | 'failed';
  total: number;
  done: number;
  refused: number;
  problem?: string | null;
  begun_at: string;
  moved_at?: string;
  finished_at?: string | null;
}

interface News {
  jobs: Job[];
  pulse: Record<string, number>;
  connected: boolean;
}

const silence: News = { jobs: [], pulse: {}, connected: false };
const NewsContext = createContext<News>(silence);

// Subjects as the server names them, and the first segments of paths that show them.
const shownBy: Record<string, string[]> = {
  cases: ['cases', 'waiting'],
  tickets: ['tickets', 'waiting'],
  lists: ['lists', 'uploads', 'waiting'],
  notices: ['notices', 'waiting'],
  openings: ['openings', 'waiting'],
  access: ['staff', 'grants', 'reviews', 'waiting'],
};

// Without a pause a busy operation's news would fetch every page again and again. A page that nobody sees is fetched when
// she comes back to it (client.ts: refetchOnWindowFocus), so that the log tells of looks and not of open tabs.
const pause = 3_000;
const told = new Map<string, number>();
const waiting = new Set<string>();
function renew(subject: string) {
  if (waiting.has(subject)) return;
  const tell = () => {
    waiting.delete(subject);
    told.set(subject, Date.now());
    void refresh(subject, queries, document.hidden ? 'none' : 'active');
  };
  const wait = (told.get(subject) ?? 0) + pause - Date.now();
  if (wait <= 0) return tell();
  waiting.add(subject);
  setTimeout(tell, wait);
}

// The nth dialling in a row: 1 s to 30 s, not all pages of an office at one moment.
const dialsAgainIn = (n: number) => Math.min(30_000, 1000 * 2 ** Math.min(n, 5)) * (0.5 + Math.random() / 2) + 500;

export function EventsProvider({ children }: { children: ReactNode }) {
  const [news, setNews] = useState(silence);
  const last = useRef<Record<string, number>>({});
  const over = useSessionOver();
  // While she is to sign in again there is nobody to tell; then at once.
  useEffect(() => {
    if (over) return undefined;
    let source: EventSource | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let failed = 0;
    let missed = false; // what came while nothing was heard is not known
    const away = () => setNews((before) => (before.connected ? { ...before, connected: false } : before));
    const again = () => {
      source?.close();
      source = null;
      missed = true;
      away();
      // A browser does not tell what was answered; whether the session is over is asked.
      void plain('GET', '/me').catch((error: unknown) => isProblem(error) && error.status === 401 && markSessionOver());
      clearTimeout(timer);
      timer = setTimeout(dial, dialsAgainIn(failed++));
    };
    const read = (event: MessageEvent<string>): unknown => {
      try {
        return JSON.parse(event.data);
      } catch {
        return null;
      }
    };
    const dial = () => {
      const line = new EventSource(`${root}/events`);
      source = line;
      line.onopen = () => {
        failed = 0;
        setNews((before) => ({ ...before, connected: true }));
      };
      // A line that is cut, the browser dials again itself; after an answer that is no stream it never does.
      line.onerror = () => (line.readyState === EventSource.CLOSED ? again() : away());
      line.addEventListener('over', again);
      line.addEventListener('jobs', (event) => {
        const heard = read(event) as { items?: Job[] } | Job[] | null;
        const jobs = Array.isArray(heard) ? heard : (heard?.items ?? []);
        setNews((before) => ({ ...before, jobs }));
        void refresh('jobs');
      });
      line.addEventListener('pulse', (event) => {
        const heard = read(event) as Record<string, number> | null;
        if (!heard) return;
        for (const [subject, value] of Object.entries(heard)) {
          if (missed || (subject in last.current && last.current[subject] !== value)) (shownBy[subject] ?? [subject]).forEach(renew);
        }
        missed = false;
        last.current = { ...last.current, ...heard };
        setNews((before) => ({ ...before, pulse: { ...before.pulse, ...heard } }));
      });
    };
    dial();
    return () => {
      clearTimeout(timer);
      source?.close();
      away();
    };
  }, [over]);
  return <NewsContext value={news}>{children}</NewsContext>;
}

// The caller's running jobs and those that ended in the last minute.
export const useJobs = () => useContext(NewsContext).jobs;
export const useJob = (id: number | null | undefined) => useJobs().find((job) => job.id === id);
export const useConnected = () => useContext(NewsContext).connected;

// Changes when something is new of the subject: an effect's dependency. What useGet and useList show of it is fetched anew
// by itself; without a line, every half minute.
export function usePulse(subject: string): number {
  const { pulse, connected } = useContext(NewsContext);
  useEffect(() => {
    if (connected) return undefined;
    const timer = setInterval(() => (shownBy[subject] ?? [subject]).forEach(renew), 30_000);
    return () => clearInterval(timer);
  }, [connected, subject]);
  return pulse[subject] ?? 0;
}
