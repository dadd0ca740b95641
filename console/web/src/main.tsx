import '@mantine/core/styles.css';
import './base.css';
import { DirectionProvider, MantineProvider, useDirection } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode, useEffect, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router-dom';
import { queries } from './api/client';
import { ToastProvider } from './parts/Toast';
import { App } from './shell/App';
import { TextProvider, useText } from './texts/text';
import { theme, variables } from './theme';

// The page's policy allows the styles that carry this answer's nonce; libraries below Mantine look for it here.
const nonce = document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.nonce ?? '';
(globalThis as { __webpack_nonce__?: string }).__webpack_nonce__ = nonce;

// A page that is open while a new edition is installed asks for chunks that are no more: it is loaded anew, once.
addEventListener('vite:preloadError', (event) => {
  const last = Number(sessionStorage.getItem('mlango.reloaded') ?? 0);
  if (Date.now() - last < 60_000 || !navigator.onLine) return;
  event.preventDefault();
  sessionStorage.setItem('mlango.reloaded', String(Date.now()));
  location.reload();
});

function Direction({ children }: { children: ReactNode }) {
  const { dir } = useText();
  const { setDirection } = useDirection();
  useEffect(() => setDirection(dir), [dir, setDirection]);
  return children;
}

const place = document.getElementById('root');
if (place) {
  createRoot(place).render(
    <StrictMode>
      <DirectionProvider>
        <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto" getStyleNonce={() => nonce}>
          <QueryClientProvider client={queries}>
            <BrowserRouter basename="/console">
              <TextProvider>
                <Direction>
                  <ToastProvider>
                    <App />
                  </ToastProvider>
                </Direction>
              </TextProvider>
            </BrowserRouter>
          </QueryClientProvider>
        </MantineProvider>
      </DirectionProvider>
    </StrictMode>,
  );
}
