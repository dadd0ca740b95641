// Names that the registry has by language: in the page's own, else in English.
import { useMe } from '../api/session';
import { useText } from '../texts/text';

export type Names = Record<string, string> | null | undefined;

export function useNames() {
  const { language } = useText();
  return (names: Names) => names?.[language] ?? names?.en ?? '';
}

// An operation is kept as a code; people read its name. Of one that is not among her own, the code.
export function useOperationName() {
  const { operations } = useMe();
  const name = useNames();
  return (code: string) => name(operations.find((each) => each.code === code)?.name) || code;
}
