// Approving all that the filter finds: how many, on which evidence; then it goes on by itself, also when the tab closes.
import { Checkbox, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { Confirm, useChange, useGet, useNavigate, useText } from '@/parts';
import { evidences } from './words';

export function Bulk({ opened, onClose, filter }: { opened: boolean; onClose: () => void; filter: Record<string, string> }) {
  const { t } = useText();
  const go = useNavigate();
  const [checked, setChecked] = useState<string[]>([]);
  const begin = useChange('post', '/cases/bulk', 'jobs');
  const found = useGet('/cases/counts', { params: { query: filter as never } }, { enabled: opened }).data;
  return (
    <Confirm
      opened={opened}
      onClose={onClose}
      title={t('cases.bulk.title')}
      action={t('cases.bulk.action', { n: found?.open ?? 0 })}
      disabled={!found?.open}
      onConfirm={async () => {
        const { trust, older_than, ...words } = filter;
        const wanted = { ...words, ...(trust ? { trust: Number(trust) } : {}), ...(older_than ? { older_than: Number(older_than) } : {}) };
        const begun = await begin.mutateAsync({ body: { filter: wanted, evidence: checked } } as never);
        go(`/cases/bulk/${(begun as { job: number }).job}`);
      }}
    >
      <Text size="sm">{t('cases.bulk.text', { n: found?.open ?? 0 })}</Text>
      <Checkbox.Group label={t('cases.evidence')} mt="sm" value={checked} onChange={setChecked}>
        <Group mt="xs" gap="sm">{evidences.map((one) => <Checkbox key={one} value={one} label={t(`cases.evidence.${one}`)} />)}</Group>
      </Checkbox.Group>
    </Confirm>
  );
}
