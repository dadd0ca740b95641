// Says when there is no line, when it is slow, and when no news come: what is shown may be old, what is sent may take
// long. Also that the session is near its longest, and keeps it alive while she types without anything being asked.
import { useIsFetching, useIsMutating } from '@tanstack/react-query';
import { useNetwork } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { useConnected } from '../api/events';
import { useMe } from '../api/session';
import { secondsSinceShe, useSessionOver } from '../api/session_state';
import { useNow } from '../parts/When';
import { useText } from '../texts/text';

export function LineNotice() {
  const { t, locale } = useText();
  const me = useMe();
  const left = new Date(me.session.ends_at).getTime() - useNow();
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
  useEffect(() => {
    const every = Math.max(30, Math.min(240, me.session.idle_seconds / 3));
    const timer = setInterval(() => secondsSinceShe() < every && void fetch('/api/staff/v1/me', { credentials: 'same-origin' }).catch(() => null), every * 1000);
    return () => clearInterval(timer);
  }, [me.session.idle_seconds]);
  const connected = useConnected();
  const over = useSessionOver();
  const [deaf, setDeaf] = useState(false);
  useEffect(() => {
    if (connected || over) {
      setDeaf(false);
      return undefined;
    }
    const timer = setTimeout(() => setDeaf(true), 6000);
    return () => clearTimeout(timer);
  }, [connected, over]);
  const ends = new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).format(new Date(me.session.ends_at));
  const words = !online ? t('shell.offline') : slow ? t('shell.slow') : deaf ? t('shell.no_news') : left > 0 && left < 600_000 ? t('shell.ends_soon', { time: ends }) : '';
  return <div role="status">{words && <div className="strip no-print">{words}</div>}</div>;
}
