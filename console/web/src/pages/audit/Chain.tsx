// Walks the log's chain from its beginning, stretch by stretch: the page keeps where it is, so that the server needs not.
import { Alert, Button, Group, Progress, Text } from '@mantine/core';
import { useRef, useState } from 'react';
import { call, Problem, Sheet, useText, type Answer } from '@/parts';

type Place = Answer<'/audit/chain', 'post'>;

export function Chain() {
  const { t, number } = useText();
  const [place, setPlace] = useState<Place | null>(null);
  const [running, setRunning] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const stop = useRef(false);
  const walk = async () => {
    stop.current = false;
    setRunning(true);
    setError(null);
    setPlace(null);
    try {
      for (let body: object = {}; !stop.current; ) {
        const next = await call('post', '/audit/chain', { body } as never);
        setPlace(next);
        if (next.done) break;
        body = { seq: next.seq, head: next.head, latest: next.latest };
      }
    } catch (problem) {
      setError(problem);
    } finally {
      setRunning(false);
    }
  };
  const share = place && place.end > 0 ? Math.floor((place.seq / place.end) * 100) : 0;
  return (
    <Sheet title={t('audit.chain')} actions={running ? <Button variant="default" onClick={() => { stop.current = true; }}>{t('audit.stop')}</Button> : <Button variant="default" onClick={() => void walk()}>{t('audit.verify')}</Button>}>
      <Text size="sm" c="dimmed">{t('audit.chain_note')}</Text>
      {running && place && (
        <Group mt="sm" gap="sm">
          <Progress value={share} style={{ flex: 1 }} aria-label={t('audit.chain')} />
          <Text size="sm" className="numeric">{t('audit.walked', { done: number(place.seq), total: number(place.end) })}</Text>
        </Group>
      )}
      <div role="status">
        {!running && place?.done && place.first_bad === null && (
          <Alert color="green" variant="light" mt="sm">
            <div>{t('audit.holds', { total: number(place.end) })}</div>
            {place.head && <Text size="sm" mt=".3rem">{t('audit.head')} <code className="ltr" style={{ overflowWrap: 'anywhere' }}>{place.head}</code></Text>}
          </Alert>
        )}
        {!running && place?.first_bad != null && <Alert color="red" variant="light" mt="sm">{t('audit.broken', { seq: number(place.first_bad) })}</Alert>}
      </div>
      {error ? <Problem error={error} onRetry={() => void walk()} /> : null}
    </Sheet>
  );
}
