import { Modal, Text } from '@mantine/core';
import { useSessionOver } from '../api/session_state';
import type { Me } from '../api/session';
import { useText } from '../texts/text';
import { SignIn } from './SignIn';

// Over the page as it is: what was typed is still there when she has signed in again.
export function SessionOver({ me }: { me: Me }) {
  const over = useSessionOver();
  const { t } = useText();
  return (
    <Modal opened={over} onClose={() => undefined} withCloseButton={false} closeOnEscape={false} closeOnClickOutside={false} centered title={<Text fw={650}>{t('shell.session_over')}</Text>}>
      <Text size="sm" mb="md">{t('shell.session_over_text')}</Text>
      {over && <SignIn before={me} />}
    </Modal>
  );
}
