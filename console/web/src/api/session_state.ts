// Whether the session ended while she works: shell/SessionOver asks her to sign in again over the page as it is.
import { useSyncExternalStore } from 'react';

let over = false;
const listeners = new Set<() => void>();
function set(value: boolean) {
  if (over === value) return;
  over = value;
  listeners.forEach((tell) => tell());
}
export const markSessionOver = () => set(true);
export const markSessionBack = () => set(false);
export function useSessionOver() {
  return useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => over,
  );
}
