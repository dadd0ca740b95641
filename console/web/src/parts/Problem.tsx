import { Alert, Button, Group, List } from '@mantine/core';
import { useText, type Text } from '../texts/text';
import { isProblem } from '../api/problem';

interface Fault {
  field?: string;
  code: string;
}
const subjects = ['problems', 'cases', 'people', 'lists', 'tickets', 'notices', 'words', 'figures', 'audit', 'access'];
// Each subject words its own codes: "lists.fault.too_long", "cases.reason.second_person".
const worded = (text: Text, kind: 'fault' | 'reason', code: string) => {
  const key = subjects.map((subject) => `${subject}.${kind}.${code}`).find(text.has);
  return key ? text.t(key) : null;
};

// What went wrong in words for people; what the server adds (which field) stands below where English is read.
export function problemText(text: Text, error: unknown): string {
  const kind = isProblem(error) ? error.kind : 'failed';
  return text.t(text.has(`problems.${kind}`) ? `problems.${kind}` : 'problems.failed');
}

export function Problem({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const text = useText();
  if (!error) return null;
  const known = isProblem(error) ? error : null;
  const detail = known?.document.detail;
  const faults = Array.isArray(known?.document.faults) ? (known.document.faults as Fault[]) : [];
  const reason = typeof known?.document.reason === 'string' ? worded(text, 'reason', known.document.reason) : null;
  const seconds = Number(known?.document.seconds ?? known?.document.retry_after ?? NaN);
  return (
    <Alert color="red" variant="light" role="alert" my="sm">
      <div>{problemText(text, error)}</div>
      {Number.isFinite(seconds) && <div>{text.t('problems.wait', { n: Math.ceil(seconds) })}</div>}
      {reason && <div>{reason}</div>}
      {faults.length > 0 && (
        <List size="sm">
          {faults.slice(0, 20).map((fault, n) => (
            <List.Item key={n}>{worded(text, 'fault', fault.code) ?? `${fault.field ?? ''} ${fault.code}`}</List.Item>
          ))}
        </List>
      )}
      {typeof detail === 'string' && detail && text.language === 'en' && <div style={{ fontSize: '.88rem', opacity: 0.9 }}>{detail}</div>}
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
