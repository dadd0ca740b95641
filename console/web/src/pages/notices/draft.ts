// A notice while it is written. It is kept on this device until it is sent, so that a closed tab loses nothing; it names
// nobody.
import { useEffect, useState } from 'react';
import type { Answer } from '@/parts';

export interface Draft {
  name: string;
  operation: string | null;
  location: string[];
  programme: string[];
  entitlement: string[];
  language: string[];
  answers: string[];
  principal: boolean;
  fewest: number | null;
  most: number | null;
  texts: Record<string, string>;
  fallback: string;
  opens_at: number;
  closes_at: number;
  lasting_hours: number;
  per_second: number | null;
}

export const empty: Draft = {
  name: '', operation: null, location: [], programme: [], entitlement: [], language: [], answers: [], principal: false, fewest: null, most: null,
  texts: {}, fallback: 'en', opens_at: 8, closes_at: 18, lasting_hours: 24, per_second: null,
};

const kept = 'mlango.notice';
function read(): Draft {
  try {
    return { ...empty, ...(JSON.parse(sessionStorage.getItem(kept) ?? '{}') as Partial<Draft>) };
  } catch {
    return empty;
  }
}
function keep(draft: Draft) {
  try {
    sessionStorage.setItem(kept, JSON.stringify(draft));
  } catch {
    // A device that keeps nothing: what is typed lives as long as the page.
  }
}

// Whether something is being written that another beginning would take the place of.
export const begun = () => {
  const { name, texts } = read();
  return name.trim() !== '' || Object.values(texts).some((text) => text.trim());
};

// The next one begins with what this notice says, and to whom. Its name is its own.
export function writeAnewFrom(notice: Answer<'/notices/{id}'>) {
  const filter = notice.filter as Partial<Draft>;
  keep({
    ...empty, ...filter, operation: filter.operation ?? null, texts: Object.fromEntries(notice.texts.map((each) => [each.language, each.text])), fallback: notice.fallback,
    opens_at: notice.opens_at, closes_at: notice.closes_at, lasting_hours: Math.max(1, Math.round(notice.lasting_minutes / 60)), per_second: notice.per_second,
  });
}

export function useDraft() {
  const [draft, setDraft] = useState<Draft>(read);
  useEffect(() => keep(draft), [draft]);
  const forget = () => {
    try {
      sessionStorage.removeItem(kept);
    } catch {
      // as above
    }
  };
  return { draft, change: (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part })), forget };
}

export function bodyOf(draft: Draft) {
  const list = (values: string[]) => (values.length > 0 ? values : undefined);
  return {
    name: draft.name.trim(),
    filter: {
      operation: draft.operation, location: list(draft.location), programme: list(draft.programme), entitlement: list(draft.entitlement), language: list(draft.language),
      answers: list(draft.answers), ...(draft.principal ? { principal: true } : {}), fewest: draft.fewest, most: draft.most,
    },
    texts: Object.entries(draft.texts).filter(([, text]) => text.trim()).map(([language, text]) => ({ language, text: text.trim() })),
    fallback: draft.fallback,
    opens_at: draft.opens_at,
    closes_at: draft.closes_at,
    lasting_minutes: draft.lasting_hours * 60,
    per_second: draft.per_second,
  };
}
