// Whether the session ended while she works: shell/SessionOver asks her to sign in again over the page as it is. And
// whether she is there at all: what a page asks by itself must not keep a session alive that nobody uses.
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

let last = Date.now();
for (const kind of ['pointerdown', 'keydown', 'wheel', 'touchstart']) addEventListener(kind, () => (last = Date.now()), { capture: true, passive: true });
export const secondsSinceShe = () => (Date.now() - last) / 1000;
export const byHerself = () => secondsSinceShe() < 30;
