// Sends a file in pieces that a slow line can carry. What was cut goes on where it stopped: by itself for some minutes, and
// later when the same file is chosen again.
import { root } from '@/api/client';
import { plain } from '@/api/session';
import { markSessionOver } from '@/api/session_state';
import { ProblemError, passes, problemOf } from '@/api/problem';
import type { ListUpload } from './words';

const pieceSize = 61_440;
const patience = [1000, 2000, 4000, 8000, 15_000, 30_000, 60_000];

async function put(upload: number, number: number, piece: Blob): Promise<ListUpload> {
  let response: Response;
  try {
    response = await fetch(`${root}/uploads/${upload}/pieces/${number}`, {
      method: 'PUT',
      credentials: 'same-origin',
      headers: { 'X-Mlango-Console': '1', 'Content-Type': 'application/octet-stream' },
      body: piece,
    });
  } catch {
    throw new ProblemError('offline', 0);
  }
  const document: unknown = await response.json().catch(() => null);
  if (response.status === 401) markSessionOver();
  if (!response.ok) throw problemOf(document, response.status, response.headers.get('Retry-After'));
  return document as ListUpload;
}

const wait = (time: number, signal: AbortSignal) =>
  new Promise<void>((done) => {
    const timer = setTimeout(done, time);
    signal.addEventListener('abort', () => { clearTimeout(timer); done(); });
  });

// `told`: the share that is sent, 0 to 1. Ends with the upload being checked, or refused.
export async function sendFile(upload: number, file: File, told: (share: number) => void, signal: AbortSignal): Promise<ListUpload> {
  const pieces = Math.max(1, Math.ceil(file.size / pieceSize));
  const pieceOf = (n: number) => file.slice((n - 1) * pieceSize, n * pieceSize);
  let failures = 0;
  // The last piece that is there is sent once more: it tells another file from this one.
  let next = Math.max(1, (await plain<ListUpload>('GET', `/uploads/${upload}`)).next_piece - 1);
  while (next <= pieces) {
    if (signal.aborted) throw new ProblemError('stopped', 0);
    try {
      const now = await put(upload, next, pieceOf(next));
      if (now.state === 'refused') return now;
      next = Math.max(next + 1, now.next_piece);
      failures = 0;
      told(Math.min(1, (next - 1) / pieces));
    } catch (error) {
      if (!passes(error) || failures >= patience.length) throw error;
      await wait(patience[failures++], signal);
    }
  }
  return plain<ListUpload>('POST', `/uploads/${upload}/completion`, { pieces });
}
