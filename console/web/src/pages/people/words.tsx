// What the pages of people say alike.
import { Mark, useText, type Tone } from '@/parts';

export const fullName = (one: { given_name?: string; family_name?: string | null }) => [one.given_name, one.family_name].filter(Boolean).join(' ');

const tones: Record<string, Tone> = { A: 'good', H: 'waiting', I: 'quiet', C: 'bad' };
export function PersonStatus({ status }: { status: string }) {
  const { t } = useText();
  return <Mark tone={tones[status] ?? 'quiet'}>{t(`people.status.${status}`)}</Mark>;
}

// What the registry has names for, in the page's language; else in English, which is read as that.
export function Named({ of: names }: { of: Record<string, string> | null | undefined }) {
  const { language } = useText();
  if (!names) return null;
  const here = names[language];
  return <bdi lang={here ? undefined : 'en'}>{here ?? names.en}</bdi>;
}

// A word for a code that the registry may have more of than these pages know: the code itself, readable.
export function useWord() {
  const { t, has } = useText();
  return (group: string, code: string | null | undefined) => {
    if (!code) return '';
    const key = `people.${group}.${code.replaceAll('.', '_')}`;
    return has(key) ? t(key) : code.replaceAll(/[._]/g, ' ');
  };
}
