// The server's JSON, and its failures as words a tester can use.

export class Trouble extends Error {}

const patience = 20_000; // ms; longer than any gateway waits

async function exchange(path, options) {
  let response;
  try {
    response = await fetch(path, { ...options, signal: AbortSignal.timeout(patience) });
  } catch {
    throw new Trouble('The server can not be reached. Check the connection, then use “Replay last request”.');
  }
  const body = await response.json().catch(() => null);
  if (!response.ok) throw new Trouble(body?.detail ?? `The server refused this (${response.status}).`);
  if (body === null) throw new Trouble('The server’s answer could not be read.');
  return body;
}

const post = (path, body, keepalive = false) =>
  exchange(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    keepalive,
  });

export const setup = () => exchange('/phone/api/setup');
export const hop = (order, keepalive) => post('/phone/api/hop', order, keepalive);
export const sms = (order) => post('/phone/api/sms', order);
export const inboxAddress = (number) => `/phone/api/inbox?number=${encodeURIComponent(number)}`;
