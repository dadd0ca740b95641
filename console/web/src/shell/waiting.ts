// What waits for her, by queue (GET /waiting): counts beside the pages' names and on the home page.
import { useQuery } from '@tanstack/react-query';
import { plain } from '../api/session';

export interface Queue {
  queue: string; // "cases", "cases_confirm", "lists_release", "tickets", "tickets_sensitive", "notices_release", "reviews"
  count: number;
  late?: number;
  oldest?: string | null;
}

export function useWaiting(): Record<string, Queue> {
  const answer = useQuery<{ items: Queue[] }>({ queryKey: ['/waiting'], queryFn: () => plain('GET', '/waiting'), staleTime: 20_000, refetchInterval: 60_000, retry: false });
  return Object.fromEntries((answer.data?.items ?? []).map((each) => [each.queue, each]));
}
