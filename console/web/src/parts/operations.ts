// An operation is kept as a code; people read its name. Of one that is not among her own, the code.
import { useMe } from '../api/session';
import { useText } from '../texts/text';

export function useOperationName() {
  const { operations } = useMe();
  const { language } = useText();
  return (code: string) => {
    const names = operations.find((each) => each.code === code)?.name as Record<string, string> | undefined;
    return names?.[language] ?? names?.en ?? code;
  };
}
