// What the lists' pages say in common.
import type { components } from '@/api/schema';
import { useText, type Tone } from '@/parts';

export type ListDetail = components['schemas']['ListDetail'];
export type ListUpload = components['schemas']['ListUpload'];
export type ListState = ListDetail['state'];

export const listTones: Record<ListState, Tone> = {
  draft: 'quiet', locked: 'waiting', in_approval: 'waiting', in_authorization: 'waiting', in_review: 'waiting', accepted: 'good', finished: 'good', closed: 'quiet', aborted: 'bad',
};

export function useListWords() {
  const { t, has, money, language } = useText();
  const digits = (currency: string) => new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  return {
    named: (names: Record<string, string>) => names[language] ?? names.en,
    // From the minor unit, as the registry keeps it.
    sum: (minor: number, currency: string) => money(minor / 10 ** digits(currency), currency),
    rule: (name: string) => (has(`lists.rule.${name}`) ? t(`lists.rule.${name}`) : name),
  };
}
