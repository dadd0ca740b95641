// A feature phone with a screen's or a message's text on it, as she sees it. `language` is that of the text.
import { useText } from '../texts/text';

export function PhonePreview({ text, language, label }: { text: string; language?: string; label?: string }) {
  const { t } = useText();
  const rtl = language === 'ar';
  return (
    <div className="phone" role="group" aria-label={label ?? t('parts.phone')}>
      <div className="glass" dir={rtl ? 'rtl' : 'ltr'} lang={language}>
        {text}
      </div>
      <div className="keys" aria-hidden="true">
        {Array.from({ length: 12 }, (_, n) => (
          <i key={n} />
        ))}
      </div>
    </div>
  );
}
