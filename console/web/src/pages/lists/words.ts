// What the lists' pages say in common.
import type { components } from '@/api/schema';
import { useGet, useMay, useNames, useText, type Tone } from '@/parts';

export type ListDetail = components['schemas']['ListDetail'];
export type ListUpload = components['schemas']['ListUpload'];
export type ListState = ListDetail['state'];

export const listTones: Record<ListState, Tone> = {
  draft: 'quiet', locked: 'waiting', in_approval: 'waiting', in_authorization: 'waiting', in_review: 'waiting', accepted: 'good', finished: 'good', closed: 'quiet', aborted: 'bad',
};

export function useListWords() {
  const { t, has, money } = useText();
  const named = useNames();
  const digits = (currency: string) => new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  return {
    named,
    // From the minor unit, as the registry keeps it.
    sum: (minor: number, currency: string) => money(minor / 10 ** digits(currency), currency),
    rule: (name: string) => (has(`lists.rule.${name}`) ? t(`lists.rule.${name}`) : name),
  };
}

// What a household gets in things: names and units are told to those who load lists; to others each item's code, readable.
export function useItems() {
  const { t, has, number } = useText();
  const named = useNames();
  const mayLoad = useMay('lists.load');
  const known = useGet('/lists/choices', undefined, { enabled: mayLoad, staleTime: 600_000 }).data?.items;
  const find = (code: string) => known?.find((each) => each.code === code);
  const name = (code: string) => named(find(code)?.name) || code.replaceAll('_', ' ');
  const amount = (code: string, quantity: string) => {
    const unit = find(code)?.unit;
    return [number(Number(quantity)), unit && has(`people.unit.${unit}`) ? t(`people.unit.${unit}`) : unit].filter(Boolean).join(' ');
  };
  return { name, amount };
}
