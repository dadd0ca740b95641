// Approving all that the filter finds: how many, on which evidence; then it goes on by itself, also when the tab closes.
import { Checkbox, Group, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { call, Confirm, Problem, useChange, useNavigate, useText } from '@/parts';
import { evidences } from './words';

export function Bulk({ opened, onClose, filter }: { opened: boolean; onClose: () => void; filter: Record<string, string> }) {
  const { t } = useText();
  const go = useNavigate();
  const [checked, setChecked] = useState<string[]>([]);
  const begin = useChange('post', '/cases/bulk', 'jobs');
  // Asked once when it opens: what she reads here is what she approves, and the server refuses another number.
  const [found, setFound] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);
  const asked = new URLSearchParams(filter).toString();
  useEffect(() => {
    if (!opened) return undefined;
    let wanted = true;
    setFound(null);
    setError(null);
    call('get', '/cases/counts', { params: { query: { ...Object.fromEntries(new URLSearchParams(asked)), of: 'bulk' } as never } })
      .then((counts) => wanted && setFound(counts.open), (problem: unknown) => wanted && setError(problem));
    return () => {
      wanted = false;
    };
  }, [opened, asked]);
  return (
    <Confirm
      opened={opened}
      onClose={onClose}
      title={t('cases.bulk.title')}
      action={t('cases.bulk.action', { n: found ?? 0 })}
      disabled={!found}
      onConfirm={async () => {
        const { trust, older_than, ...words } = filter;
        const wanted = { ...words, ...(trust ? { trust: Number(trust) } : {}), ...(older_than ? { older_than: Number(older_than) } : {}) };
        const begun = await begin.mutateAsync({ body: { filter: wanted, evidence: checked, expected: found } } as never);
        go(`/cases/bulk/${(begun as { job: number }).job}`);
      }}
    >
      {error ? <Problem error={error} /> : <Text size="sm">{found === null ? t('parts.loading') : t('cases.bulk.text', { n: found })}</Text>}
      <Checkbox.Group label={t('cases.evidence')} mt="sm" value={checked} onChange={setChecked}>
        <Group mt="xs" gap="sm">{evidences.map((one) => <Checkbox key={one} value={one} label={t(`cases.evidence.${one}`)} />)}</Group>
      </Checkbox.Group>
    </Confirm>
  );
}
