// The server's answers as values. What it refuses is a Refusal of a kind that the page has words for.

export class Refusal extends Error {
  // signed_out, not_found, wait, suspended, odd (an answer nobody expects), away (no answer)
  constructor(kind, seconds = 0) {
    super(kind);
    this.kind = kind;
    this.seconds = seconds;
  }
}

const patience = 20000; // ms

// fetch with an end, for browsers that have no AbortSignal.timeout.
export async function fetchWithin(path, options, milliseconds) {
  const abort = typeof AbortController === 'function' ? new AbortController() : null;
  const timer = setTimeout(() => abort && abort.abort(), milliseconds);
  try {
    return await fetch(path, { ...options, ...(abort ? { signal: abort.signal } : {}) });
  } finally {
    clearTimeout(timer);
  }
}

function refusalOf(response) {
  if (response.status === 401) return new Refusal('signed_out');
  if (response.status === 403) return new Refusal('suspended');
  if (response.status === 404) return new Refusal('not_found');
  if (response.status === 429) {
    const seconds = Number(response.headers.get('Retry-After'));
    return new Refusal('wait', seconds > 0 && seconds < 1e6 ? Math.ceil(seconds) : 60);
  }
  return new Refusal('odd');
}

async function exchange(path, method, body) {
  const options = { method, credentials: 'same-origin', cache: 'no-store', headers: { Accept: 'application/json' } };
  if (method !== 'GET') options.headers['X-Mlango-Verify'] = '1';
  if (body !== undefined) {
    options.headers['Content-Type'] = 'application/json';
    options.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetchWithin(path, options, patience);
  } catch (fault) {
    throw new Refusal('away');
  }
  if (!response.ok) throw refusalOf(response);
  if (response.status === 204) return null;
  try {
    return await response.json();
  } catch (fault) {
    throw new Refusal('odd');
  }
}

export const session = () => exchange('/verify/api/session', 'GET');
export const signIn = (verifier, operator, password) =>
  exchange('/verify/api/session', 'POST', { verifier, operator, password });
export const signOut = () => exchange('/verify/api/session', 'DELETE');
export const redeem = (code) => exchange('/verify/api/redeem', 'POST', { code });
export const receipt = (number) => exchange(`/verify/api/receipts/${encodeURIComponent(number)}`, 'GET');
export const check = (credential) => exchange('/verify/api/check', 'POST', { credential });
