// The verdict about a printed credential, with what this device has. What was not or can not be known is part of it.
import { Fault, verifySdJwt } from './sd_jwt.js';
import { statusAt } from './status_list.js';
import { loadKeys, loadList } from './trust.js';

const day = 24 * 3600;

// A card's QR code holds the credential itself; other text is nobody's card.
export const looksLikeCard = (text) => /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+~/.test(text);

// {outcome, why, kind, facts, expires, statusAt}
// outcome: valid, unsure (genuine; `why` not more: no_list, old_list: whether it was stopped is not known; unbound: made
// for a telephone whose key did not sign), stopped, suspended, expired, not_yet, unknown_key, not_ours, broken, no_keys
export async function checkCard(text, nowSeconds) {
  const trust = await loadKeys();
  if (!trust) return { outcome: 'no_keys' };
  const base = { keysAt: trust.at, live: trust.live, clockWrong: nowSeconds < trust.at - day };
  let credential;
  try {
    credential = await verifySdJwt(text, { issuer: trust.issuer, keys: trust.keys, now: nowSeconds });
  } catch (fault) {
    const known = fault instanceof Fault ? fault : new Fault('broken');
    return { ...base, outcome: known.kind, ...(known.result ? told(known.result) : {}) };
  }
  const verdict = { ...base, ...told(credential) };
  if (!credential.status) return { ...verdict, outcome: 'unsure', why: 'no_list', statusAt: null };
  const list = await loadList(trust, credential.status.uri);
  if (!list) return { ...verdict, outcome: 'unsure', why: 'no_list', statusAt: null };
  let status;
  try {
    status = statusAt(list, credential.status.idx);
  } catch (fault) {
    return { ...verdict, outcome: 'broken' };
  }
  if (status !== 0) return { ...verdict, outcome: status === 2 ? 'suspended' : 'stopped', statusAt: list.issued };
  // Of a list that is over (draft §8.3) only what is bad news counts.
  const over = typeof list.expires === 'number' && list.expires <= nowSeconds;
  const why = over ? 'old_list' : credential.unbound ? 'unbound' : null;
  return { ...verdict, outcome: why ? 'unsure' : 'valid', why, statusAt: list.issued };
}

const plumbing = ['iss', 'vct', 'exp', 'iat', 'nbf', 'status', 'cnf', 'aud', 'amr', 'auth_time', 'sub', 'jti'];

function told(credential) {
  const facts = {};
  for (const name of Object.keys(credential.claims)) {
    if (!plumbing.includes(name)) facts[name] = credential.claims[name];
  }
  return { kind: credential.kind, facts, expires: credential.expires, audience: credential.audience };
}
