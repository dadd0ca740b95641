// What the server tells unasked (GET /events): running jobs, and a number for each subject that changes when something is
// new there. One line for the whole page. When it is cut, the browser dials again; meanwhile usePulse asks by itself.
import { createContext, useContext, useEffect, useRef, useState, type ReactNode } from 'react';
import { refresh, root } from './client';

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

export function EventsProvider({ children }: { children: ReactNode }) {
  const [news, setNews] = useState(silence);
  const last = useRef<Record<string, number>>({});
  useEffect(() => {
    const source = new EventSource(`${root}/events`);
    const read = (event: MessageEvent<string>): unknown => {
      try {
        return JSON.parse(event.data);
      } catch {
        return null;
      }
    };
    source.onopen = () => setNews((before) => ({ ...before, connected: true }));
    source.onerror = () => setNews((before) => ({ ...before, connected: false }));
    source.addEventListener('jobs', (event) => {
      const told = read(event) as { items?: Job[] } | Job[] | null;
      const jobs = Array.isArray(told) ? told : (told?.items ?? []);
      setNews((before) => ({ ...before, jobs }));
      void refresh('jobs');
    });
    source.addEventListener('pulse', (event) => {
      const told = read(event) as Record<string, number> | null;
      if (!told) return;
      for (const [subject, value] of Object.entries(told)) {
        if (subject in last.current && last.current[subject] !== value) (shownBy[subject] ?? [subject]).forEach((name) => void refresh(name));
      }
      last.current = { ...last.current, ...told };
      setNews((before) => ({ ...before, pulse: { ...before.pulse, ...told } }));
    });
    return () => source.close();
  }, []);
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
    const timer = setInterval(() => (shownBy[subject] ?? [subject]).forEach((name) => void refresh(name)), 30_000);
    return () => clearInterval(timer);
  }, [connected, subject]);
  return pulse[subject] ?? 0;
}
