import { Notification } from '@mantine/core';
import { createContext, useCallback, useContext, useRef, useState, type ReactNode } from 'react';
import { useText } from '../texts/text';
import { problemText } from './Problem';

interface Toast {
  id: number;
  text: string;
  bad: boolean;
}
const ToastContext = createContext<{ tell: (text: string) => void; complain: (error: unknown) => void } | null>(null);

// Short word of what was done: useToast().tell(text); complain(error) says what was not.
export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const next = useRef(1);
  const text = useText();
  const remove = useCallback((id: number) => setToasts((all) => all.filter((each) => each.id !== id)), []);
  const add = useCallback(
    (words: string, bad: boolean) => {
      const id = next.current++;
      setToasts((all) => [...all.slice(-3), { id, text: words, bad }]);
      setTimeout(() => remove(id), bad ? 12_000 : 6000);
    },
    [remove],
  );
  return (
    <ToastContext value={{ tell: (words) => add(words, false), complain: (error) => add(problemText(text, error), true) }}>
      {children}
      <div className="toasts no-print" role="status" aria-live="polite">
        {toasts.map((toast) => (
          <Notification key={toast.id} color={toast.bad ? 'red' : 'green'} onClose={() => remove(toast.id)} closeButtonProps={{ 'aria-label': text.t('parts.close') }} withBorder>
            {toast.text}
          </Notification>
        ))}
      </div>
    </ToastContext>
  );
}

export function useToast() {
  const toast = useContext(ToastContext);
  if (!toast) throw new Error('useToast outside of ToastProvider');
  return toast;
}
