// Says when there is no line, and when it is slow: what is shown may be old, what is sent may take long.
import { useIsFetching, useIsMutating } from '@tanstack/react-query';
import { useNetwork } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { useText } from '../texts/text';

export function LineNotice() {
  const { t } = useText();
  const { online } = useNetwork();
  const busy = useIsFetching() + useIsMutating() > 0;
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    if (!busy) {
      setSlow(false);
      return undefined;
    }
    const timer = setTimeout(() => setSlow(true), 4000);
    return () => clearTimeout(timer);
  }, [busy]);
  const words = !online ? t('shell.offline') : slow ? t('shell.slow') : '';
  return <div role="status">{words && <div className="strip no-print">{words}</div>}</div>;
}
