// What she decides on is what the dialog showed when it opened: news fetch the record anew under it, and must not put
// another revision under her decision. `meanwhile`: it has changed since, so Confirm asks her to look again.
import { useState } from 'react';

export function useHeld<T>(now: T, opened: boolean, markOf: (of: T) => unknown): { held: T; meanwhile: boolean } {
  const [held, hold] = useState(now);
  const [was, setWas] = useState(opened);
  if (opened !== was) {
    setWas(opened);
    if (opened) hold(now);
  }
  const shown = opened && was ? held : now;
  return { held: shown, meanwhile: JSON.stringify(markOf(shown)) !== JSON.stringify(markOf(now)) };
}
