// The typed client of the staff API, and how pages use it: useGet and useList for what is shown, useChange for what is
// done. An answer of 401 opens the dialog that signs in again; what was typed stays where it is.
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient, QueryClient } from '@tanstack/react-query';
import createClient, { type MaybeOptionalInit } from 'openapi-fetch';
import type { PathsWithMethod, ResponseObjectMap, SuccessResponse } from 'openapi-typescript-helpers';
import type { paths } from './schema';
import { ProblemError, passes, problemOf } from './problem';
import { byHerself, markSessionOver } from './session_state';

export const root = '/api/staff/v1';

const client = createClient<paths>({
  baseUrl: root,
  credentials: 'same-origin',
  // Only our own page can send it: other sites' forms have no headers of their own.
  headers: { 'X-Mlango-Console': '1' },
});

client.use({
  onRequest: ({ request }) => {
    if (!byHerself()) request.headers.set('X-Mlango-Background', '1');
    return request;
  },
});

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
type At<P extends keyof paths, M extends Method> = paths[P] extends Record<M, infer Operation> ? Operation : never;
export type Answer<P extends keyof paths, M extends Method = 'get'> =
  At<P, M> extends Record<string | number, unknown> ? SuccessResponse<ResponseObjectMap<At<P, M>>, `${string}/${string}`> : unknown;
export type Item<P extends keyof paths> = Answer<P> extends { items: (infer Row)[] } ? Row : never;
type Init<P extends keyof paths, M extends Method> = MaybeOptionalInit<paths[P], Extract<M, keyof paths[P]>>;

interface Sent {
  data?: unknown;
  error?: unknown;
  response: Response;
}

async function send(method: Method, path: string, init: object): Promise<unknown> {
  const ask = client[method.toUpperCase() as 'GET'] as unknown as (path: string, init: object) => Promise<Sent>;
  let sent: Sent;
  try {
    sent = await ask(path, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ProblemError('offline', 0);
  }
  if (sent.response.ok) return sent.data ?? null;
  const problem = problemOf(sent.error, sent.response.status, sent.response.headers.get('Retry-After'), method !== 'get');
  if (sent.response.status === 401 && !path.startsWith('/sign-in') && path !== '/me') markSessionOver();
  throw problem;
}

// Asks once, without keeping the answer. Throws ProblemError.
export function call<P extends keyof paths & string, M extends Method>(method: M, path: P, init?: Init<P, M>): Promise<Answer<P, M>> {
  return send(method, path, (init ?? {}) as unknown as object) as Promise<Answer<P, M>>;
}

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      networkMode: 'always',
      retry: (failures, error) => passes(error) && failures < 3,
      retryDelay: (n) => Math.min(1000 * 2 ** n, 8000),
      refetchOnWindowFocus: true,
    },
    mutations: { networkMode: 'always', retry: false }, // who decides on a person's record decides once
  },
});

interface Showing {
  enabled?: boolean;
  refetchInterval?: number;
  staleTime?: number;
  keep?: boolean; // shows the answer before while filters change
}

// One answer, kept by its path and what was asked; fetched anew when usePulse(subject) tells of news.
export function useGet<P extends PathsWithMethod<paths, 'get'> & string>(path: P, init?: Init<P, 'get'>, { keep, ...showing }: Showing = {}) {
  return useQuery<Answer<P>, ProblemError>({
    queryKey: [path, init ?? {}],
    queryFn: ({ signal }) => send('get', path, { ...(init as unknown as object), signal }) as Promise<Answer<P>>,
    placeholderData: keep ? (keepPreviousData as never) : undefined,
    ...showing,
  });
}

// A list by pages: rows so far, whether there are more, and more() that fetches them.
export function useList<P extends PathsWithMethod<paths, 'get'> & string>(path: P, init?: Init<P, 'get'>, { keep, ...showing }: Showing = {}) {
  const asked = (init ?? {}) as { params?: { query?: object } };
  const pages = useInfiniteQuery<{ items: Item<P>[]; next?: string | null }, ProblemError>({
    queryKey: [path, init ?? {}, 'list'],
    initialPageParam: null as unknown,
    queryFn: ({ pageParam, signal }) =>
      send('get', path, {
        ...asked,
        params: { ...asked.params, query: { ...asked.params?.query, ...(pageParam ? { after: pageParam } : {}) } },
        signal,
      }) as Promise<{ items: Item<P>[]; next?: string | null }>,
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: keep ? (keepPreviousData as never) : undefined,
    ...showing,
  });
  return {
    rows: pages.data?.pages.flatMap((page) => page.items) ?? [],
    first: pages.data?.pages[0], // members beside the items
    error: pages.error,
    loading: pages.isPending,
    hasMore: pages.hasNextPage,
    loadingMore: pages.isFetchingNextPage,
    more: () => void pages.fetchNextPage(),
    again: () => void pages.refetch(),
  };
}

// One change: change.mutate(init). Afterwards everything of the subjects named is fetched anew (first segments of paths).
export function useChange<P extends keyof paths & string, M extends Exclude<Method, 'get'>>(method: M, path: P, ...refreshes: string[]) {
  const cache = useQueryClient();
  return useMutation<Answer<P, M>, ProblemError, Init<P, M>>({
    mutationFn: (init) => call(method, path, init),
    onSettled: () => refreshes.forEach((subject) => void refresh(subject, cache)),
  });
}

export function refresh(subject: string, cache: QueryClient = queries, refetchType: 'active' | 'none' = 'active') {
  return cache.invalidateQueries({ predicate: (query) => String(query.queryKey[0]).split('/')[1] === subject, refetchType });
}
