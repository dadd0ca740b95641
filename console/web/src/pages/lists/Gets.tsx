// What one row gives: money, or things by their names.
import { useText } from '@/parts';
import { useItems, useListWords } from './words';

interface Row {
  amount_minor: number | null;
  currency: string | null;
  items?: Record<string, string> | null;
}

export function useGets() {
  const { list } = useText();
  const { sum } = useListWords();
  const items = useItems();
  return ({ amount_minor, currency, items: things }: Row) => {
    if (amount_minor !== null && currency) return <span className="ltr">{sum(amount_minor, currency)}</span>;
    const all = Object.entries(things ?? {});
    return all.length > 0 ? list(all.map(([code, quantity]) => `${items.name(code)} ${items.amount(code, quantity)}`)) : null;
  };
}
