import { Alert, Button, Group, Modal, Text, Textarea } from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';
import { isProblem } from '../api/problem';
import { useText } from '../texts/text';
import { Problem } from './Problem';

interface ConfirmProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  children?: ReactNode; // what will happen, in full
  action: string; // the verb on the button, never "OK"
  danger?: boolean;
  disabled?: boolean;
  meanwhile?: boolean; // of useHeld: what it asks about has changed since it opened, so it can only be closed
  reason?: { label: string; required?: boolean; most?: number };
  onConfirm: (reason: string) => Promise<unknown>; // closes when it resolves; shows the problem when not
}

export function Confirm({ opened, onClose, title, children, action, danger, disabled, meanwhile, reason, onConfirm }: ConfirmProps) {
  const { t } = useText();
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const close = () => {
    if (busy) return;
    setError(null);
    onClose();
  };
  // Her own change moves the record before its answer is here.
  const moved = meanwhile === true && !busy;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await onConfirm(typed.trim());
      setTyped('');
      onClose();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened={opened} onClose={close} title={<Text fw={650}>{title}</Text>} closeButtonProps={{ 'aria-label': t('parts.close') }} centered>
      <form onSubmit={(event) => void submit(event)}>
        {children}
        {reason && (
          <Textarea label={reason.label} required={reason.required} maxLength={reason.most ?? 400} autosize minRows={2} mt="sm" value={typed} onChange={(event) => setTyped(event.currentTarget.value)} data-autofocus />
        )}
        {moved && <Alert color="orange" variant="light" role="alert" my="sm">{t('problems.stale')}</Alert>}
        {error && !(moved && isProblem(error, 'stale')) ? <Problem error={error} /> : null}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={close} disabled={busy}>
            {t(moved ? 'parts.close' : 'parts.cancel')}
          </Button>
          <Button type="submit" color={danger ? 'red' : undefined} loading={busy} disabled={disabled || moved || (reason?.required && !typed.trim())}>
            {action}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
