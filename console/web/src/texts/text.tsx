// The page's words in its three languages (ICU MessageFormat), numbers and times as each writes them. The language is the
// person's own, kept on her account; before sign-in this device's.
import IntlMessageFormat from 'intl-messageformat';
import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';

export const languages = [
  { code: 'en', name: 'English', dir: 'ltr' },
  { code: 'fr', name: 'Français', dir: 'ltr' },
  { code: 'ar', name: 'العربية', dir: 'rtl' },
] as const;
export type Language = (typeof languages)[number]['code'];
type Values = Record<string, string | number | boolean | Date | null | undefined>;

const loaders: Record<Language, () => Promise<{ default: Record<string, string> }>> = {
  en: () => import('virtual:texts/en'),
  fr: () => import('virtual:texts/fr'),
  ar: () => import('virtual:texts/ar'),
};

// Figures as in the registry's own papers and in what she reads on her phone: Latin digits in every language.
const locales: Record<Language, string> = { en: 'en-GB', fr: 'fr-FR', ar: 'ar-u-nu-latn' };

export interface Text {
  t: (key: string, values?: Values) => string;
  has: (key: string) => boolean;
  language: Language;
  locale: string;
  dir: 'ltr' | 'rtl';
  setLanguage: (language: Language) => void;
  number: (value: number, options?: Intl.NumberFormatOptions) => string;
  money: (value: number, currency: string) => string;
  date: (when: string | Date, options?: Intl.DateTimeFormatOptions) => string;
  time: (when: string | Date) => string; // day and time
  ago: (when: string | Date, now?: number) => string;
  list: (items: string[]) => string; // one after another
}

const TextContext = createContext<Text | null>(null);
const kept = 'mlango.language';

const known = (code: string | null | undefined): code is Language => languages.some((each) => each.code === code);
function firstLanguage(): Language {
  let stored: string | null = null;
  try {
    stored = localStorage.getItem(kept);
  } catch {
    // A device that keeps nothing still gets a page.
  }
  if (known(stored)) return stored;
  return navigator.languages.map((name) => name.slice(0, 2)).find(known) ?? 'en';
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [['year', 31_536_000], ['month', 2_592_000], ['day', 86_400], ['hour', 3600], ['minute', 60]];

export function TextProvider({ children }: { children: ReactNode }) {
  const [language, choose] = useState<Language>(firstLanguage);
  const [words, setWords] = useState<{ language: Language; texts: Record<string, string> } | null>(null);
  const [failed, setFailed] = useState(0);

  useEffect(() => {
    let wanted = true;
    loaders[language]()
      .then((module) => wanted && setWords({ language, texts: module.default }))
      // A line that was cut: once more, a little later.
      .catch(() => wanted && setTimeout(() => setFailed((n) => n + 1), Math.min(1000 * 2 ** failed, 15_000)));
    return () => {
      wanted = false;
    };
  }, [language, failed]);

  const setLanguage = useCallback((next: Language) => {
    try {
      localStorage.setItem(kept, next);
    } catch {
      // as above
    }
    choose(next);
  }, []);

  const text = useMemo<Text | null>(() => {
    if (!words) return null;
    const now = words.language;
    const locale = locales[now];
    const dir = languages.find((each) => each.code === now)?.dir ?? 'ltr';
    document.documentElement.lang = now;
    document.documentElement.dir = dir;
    const compiled = new Map<string, IntlMessageFormat>();
    const asDate = (when: string | Date) => (typeof when === 'string' ? new Date(when.length === 10 ? `${when}T12:00:00Z` : when) : when);
    const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'always', style: 'long' });
    const thisMinute = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(0, 'minute');
    return {
      language: now,
      locale,
      dir,
      setLanguage,
      has: (key) => key in words.texts,
      t: (key, values) => {
        const source = words.texts[key];
        if (source === undefined) return key;
        if (!source.includes('{') && !source.includes("'")) return source;
        let message = compiled.get(key);
        if (!message) compiled.set(key, (message = new IntlMessageFormat(source, locale)));
        return String(message.format(values as Record<string, string>));
      },
      number: (value, options) => new Intl.NumberFormat(locale, options).format(value),
      money: (value, currency) => new Intl.NumberFormat(locale, { style: 'currency', currency, currencyDisplay: 'code' }).format(value),
      date: (when, options = { dateStyle: 'medium' }) => new Intl.DateTimeFormat(locale, options).format(asDate(when)),
      time: (when) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(asDate(when)),
      ago: (when, at = Date.now()) => {
        const seconds = (asDate(when).getTime() - at) / 1000;
        const step = steps.find(([, least]) => Math.abs(seconds) >= least);
        return step ? relative.format(Math.trunc(seconds / step[1]), step[0]) : thisMinute;
      },
      list: (items) => items.join(now === 'ar' ? '، ' : ', '),
    };
  }, [words, setLanguage]);

  return text ? <TextContext value={text}>{children}</TextContext> : null;
}

export function useText(): Text {
  const text = useContext(TextContext);
  if (!text) throw new Error('useText outside of TextProvider');
  return text;
}
