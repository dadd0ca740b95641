// What this device keeps to check printed cards without a line: the issuer's keys and status lists. The service worker
// (sw.js) asks the server first and gives what it kept when there is no answer.
import { fetchWithin } from './api.js';
import { openStatusList } from './status_list.js';

const patience = 20000; // ms; where something is kept, the service worker answers earlier
const mostLists = 64;

export const canVerify = () => typeof crypto === 'object' && crypto !== null && crypto.subtle !== undefined;
export const canKeep = () => 'serviceWorker' in navigator && 'caches' in window;

// The lists' addresses are the issuer's; the page reads them where it came from itself. They are signed, with their
// address inside, so it does not matter who hands them out.
const placeOf = (uri) => new URL(uri).pathname;

async function read(path) {
  const response = await fetchWithin(path, { credentials: 'omit', cache: 'no-store' }, patience);
  if (!response.ok) throw new Error('no answer');
  return { response, kept: response.headers.get('X-Mlango-Kept') };
}

// Seconds since 1970 of when this device got it. Without a service worker everything is of now.
const momentOf = (kept) => (kept ? Number(kept) : Date.now() / 1000);

// {issuer, keys, uris, at}: `at` is when the keys came; null when nothing is kept and nobody answers.
export async function loadKeys() {
  try {
    const { response, kept } = await read('/verify/trust.json');
    const body = await response.json();
    const keys = Array.isArray(body.keys) ? body.keys : body.keys.keys;
    if (typeof body.issuer !== 'string' || !Array.isArray(keys) || keys.length === 0) return null;
    const uris = (body.status_lists || []).filter((uri) => typeof uri === 'string').slice(0, mostLists);
    return { issuer: body.issuer, keys, uris, at: momentOf(kept), live: !kept };
  } catch (fault) {
    return null;
  }
}

// {bits, bytes, issued, expires, at} or null.
export async function loadList(trust, uri) {
  try {
    const { response, kept } = await read(placeOf(uri));
    const list = await openStatusList((await response.text()).trim(), uri, trust.keys);
    return { ...list, at: momentOf(kept) };
  } catch (fault) {
    return null;
  }
}

// On the first visit the service worker takes over a moment after the page; what is fetched before would not be kept.
function keeperIsThere() {
  if (!canKeep() || navigator.serviceWorker.controller) return Promise.resolve();
  return new Promise((resolve) => {
    navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true });
    setTimeout(resolve, 5000);
  });
}

// Asks for everything, so that the service worker has it. Resolves to {trust, lists: how many are at hand, oldest}.
export async function refresh() {
  await keeperIsThere();
  const trust = await loadKeys();
  if (!trust) return null;
  let lists = 0;
  let oldest = trust.at;
  for (const uri of trust.uris) {
    const list = await loadList(trust, uri);
    if (!list) continue;
    lists += 1;
    oldest = Math.min(oldest, list.issued);
  }
  return { trust, lists, oldest };
}
