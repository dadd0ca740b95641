import { Alert, Button, Group, List } from '@mantine/core';
import { useText, type Text } from '../texts/text';
import { isProblem } from '../api/problem';

// What went wrong in words for people; what the server adds (which field) stands below, in English as it came.
export function problemText(text: Text, error: unknown): string {
  const kind = isProblem(error) ? error.kind : 'failed';
  return text.t(text.has(`problems.${kind}`) ? `problems.${kind}` : 'problems.failed');
}

export function Problem({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const text = useText();
  if (!error) return null;
  const known = isProblem(error) ? error : null;
  const detail = known?.document.detail;
  const faults = Array.isArray(known?.document.faults) ? (known.document.faults as unknown[]) : [];
  const seconds = Number(known?.document.seconds ?? known?.document.retry_after ?? NaN);
  return (
    <Alert color="red" variant="light" role="alert" my="sm">
      <div>{problemText(text, error)}</div>
      {Number.isFinite(seconds) && <div>{text.t('problems.wait', { n: Math.ceil(seconds) })}</div>}
      {typeof detail === 'string' && detail && (
        <div lang="en" dir="ltr" style={{ fontSize: '.88rem', opacity: 0.9 }}>
          {detail}
        </div>
      )}
      {faults.length > 0 && (
        <List size="sm" lang="en" dir="ltr">
          {faults.slice(0, 20).map((fault, n) => (
            <List.Item key={n}>{typeof fault === 'string' ? fault : String((fault as { detail?: unknown; name?: unknown }).detail ?? (fault as { name?: unknown }).name ?? JSON.stringify(fault))}</List.Item>
          ))}
        </List>
      )}
      {onRetry && (
        <Group mt="xs">
          <Button size="sm" variant="default" onClick={onRetry}>
            {text.t('parts.again')}
          </Button>
        </Group>
      )}
    </Alert>
  );
}
