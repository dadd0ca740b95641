import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useText } from '../texts/text';

export function Empty({ children }: { children?: ReactNode }) {
  const { t } = useText();
  return (
    <Text c="dimmed" py="md" ta="center">
      {children ?? t('parts.empty')}
    </Text>
  );
}
