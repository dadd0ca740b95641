// Another office's record, opened for a reason that somebody else reads.
import { Select, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { call, Confirm, useNavigate, useText } from '@/parts';

const reasons = ['stands_here', 'emergency', 'protection', 'family', 'other'] as const;

export function BreakGlass({ person, onClose }: { person: number; onClose: () => void }) {
  const { t } = useText();
  const navigate = useNavigate();
  const [reason, setReason] = useState<(typeof reasons)[number]>('stands_here');
  const [words, setWords] = useState('');
  return (
    <Confirm
      opened
      onClose={onClose}
      title={t('people.glass_title')}
      action={t('people.break_glass')}
      danger
      disabled={words.trim().length < 10}
      onConfirm={async () => {
        await call('post', '/people/{id}/opening', { params: { path: { id: person } }, body: { reason, words: words.trim() } });
        navigate(`/people/${person}`);
      }}
    >
      <Text size="sm">{t('people.glass_text')}</Text>
      <Select
        mt="sm"
        label={t('people.glass_reason')}
        data={reasons.map((each) => ({ value: each, label: t(`people.glass.${each}`) }))}
        value={reason}
        allowDeselect={false}
        onChange={(value) => value && setReason(value as (typeof reasons)[number])}
      />
      <Textarea mt="sm" required label={t('people.glass_words')} description={t('people.glass_words_hint')} minLength={10} maxLength={500} autosize minRows={3} value={words} onChange={(event) => setWords(event.currentTarget.value)} />
    </Confirm>
  );
}
