// A number, name or code that may be masked by the server ("+254 7•• ••• 041"): read from the left in every language, and
// told to screen readers as masked.
import { useText } from '../texts/text';

export function Masked({ value }: { value: string | null | undefined }) {
  const { t } = useText();
  if (!value) return null;
  const masked = /[•*…]/.test(value);
  return (
    <span className="ltr numeric">
      {value}
      {masked && <span className="visually-hidden"> ({t('parts.masked')})</span>}
    </span>
  );
}
