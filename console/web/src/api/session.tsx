// Who is signed in, and signing in and out. The routes of sign-in are few and needed before anything else, so that they
// are asked plainly here.
import { createContext, useCallback, useContext, useMemo, type ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { queries, root } from './client';
import { ProblemError, passes, problemOf } from './problem';
import type { components } from './schema';
import { byHerself, markSessionBack, markSessionOver } from './session_state';
import type { Language } from '../texts/text';

export type Me = components['schemas']['Me'];

export async function plain<Body>(method: string, path: string, body?: object): Promise<Body> {
  let response: Response;
  try {
    response = await fetch(`${root}${path}`, {
      method,
      credentials: 'same-origin',
      headers: { 'X-Mlango-Console': '1', ...(byHerself() ? {} : { 'X-Mlango-Background': '1' }), ...(body ? { 'Content-Type': 'application/json' } : {}) },
      body: body ? JSON.stringify(body) : undefined,
    });
  } catch {
    throw new ProblemError('offline', 0);
  }
  const document: unknown = response.status === 204 ? null : await response.json().catch(() => null);
  if (response.status === 401 && !path.startsWith('/sign-in') && path !== '/me' && document !== null) markSessionOver();
  if (!response.ok) throw problemOf(document, response.status, response.headers.get('Retry-After'), method !== 'GET');
  return document as Body;
}

interface Session {
  me: Me;
  may: (permission: string) => boolean;
  mayAny: (prefix: string) => boolean; // some permission that begins so: "cases."
  signOut: () => Promise<void>;
  keepLanguage: (language: Language) => void;
}

const SessionContext = createContext<Session | null>(null);

export const useMeQuery = () =>
  useQuery<Me | null, ProblemError>({
    queryKey: ['/me'],
    staleTime: 60_000,
    retry: (failures, error) => passes(error) && failures < 5,
    queryFn: () =>
      plain<Me>('GET', '/me').catch((error: unknown) => {
        if (!(error instanceof ProblemError) || error.status !== 401) throw error;
        // Over while she works: what is on the page stays; SessionOver asks her to sign in.
        const before = queries.getQueryData<Me | null>(['/me']);
        if (!before) return null;
        markSessionOver();
        return before;
      }),
  });

// Signed in (anew): another person must not see what the one before had open.
export async function signedIn(before: Me | null) {
  const now = await queries.fetchQuery<Me>({ queryKey: ['/me'], queryFn: () => plain<Me>('GET', '/me'), staleTime: 0 });
  if (before && before.id !== now.id) {
    location.assign('/console/');
    return;
  }
  markSessionBack();
  await queries.invalidateQueries();
}

export function SessionProvider({ me, children }: { me: Me; children: ReactNode }) {
  const signOut = useCallback(async () => {
    await plain('DELETE', '/session').catch(() => null);
    // A page that is loaded anew holds nothing of what was shown.
    location.assign('/console/');
  }, []);
  const keepLanguage = useCallback((language: Language) => void plain('PUT', '/me/language', { language }).catch(() => null), []);
  const session = useMemo<Session>(
    () => ({
      me,
      may: (permission) => me.permissions.includes(permission),
      mayAny: (prefix) => me.permissions.some((each) => each.startsWith(prefix)),
      signOut,
      keepLanguage,
    }),
    [me, signOut, keepLanguage],
  );
  return <SessionContext value={session}>{children}</SessionContext>;
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession outside of SessionProvider');
  return session;
}
export const useMe = () => useSession().me;
export const useMay = (permission: string) => useSession().may(permission);
