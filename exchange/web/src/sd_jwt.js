// Verifies an SD-JWT VC (RFC 9901 §7.1, dc+sd-jwt, ES256, SHA-256) with WebCrypto, so that a printed one can be checked
// without a line. Pure but for the browser's cryptography: keys and time are arguments.

export const longest = 16384; // characters; a QR code holds at most 2953

export class Fault extends Error {
  // broken, unknown_key, not_ours, not_yet, expired
  constructor(kind) {
    super(kind);
    this.kind = kind;
  }
}

const leeway = 60; // seconds, of clocks
// What may never be hidden behind a digest (SD-JWT VC §2.2.2.2), or is the mechanism's own (RFC 9901 §4.2.1).
const neverDisclosed = ['iss', 'nbf', 'exp', 'cnf', 'vct', 'vct#integrity', 'aka_vcts', 'status', '_sd', '...', '_sd_alg'];

// Bits of the last digit that stand for nothing must be zero: one text for the same octets.
const lastDigits = ['', '', 'AQgw', 'AEIMQUYcgkosw048'];

export function bytesOf(text) {
  const odd = text.length % 4;
  if (!/^[A-Za-z0-9_-]*$/.test(text) || odd === 1) throw new Fault('broken');
  if (odd !== 0 && !lastDigits[odd].includes(text[text.length - 1])) throw new Fault('broken');
  const binary = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; ++i) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

const encoded = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '');

const ascii = (text) => new TextEncoder().encode(text);
const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

function jsonOf(text) {
  const value = jsonAt(bytesOf(text));
  if (!isObject(value)) throw new Fault('broken');
  return value;
}

function jsonAt(bytes) {
  let text;
  let value;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    value = JSON.parse(text);
  } catch (fault) {
    throw new Fault('broken');
  }
  if (!hasNamesOnce(text)) throw new Fault('broken');
  return value;
}

// Of valid JSON: JSON.parse takes the last of two members with one name, another reader the first.
function hasNamesOnce(text) {
  const tokens = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g;
  const open = []; // the names of an object; null for an array
  for (let found = tokens.exec(text); found; found = tokens.exec(text)) {
    const [token, isName] = found;
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(null);
    else if (token === '}' || token === ']') open.pop();
    else if (isName) {
      const name = JSON.parse(token.slice(0, -isName.length));
      const names = open[open.length - 1];
      if (names.has(name)) return false;
      names.add(name);
    }
  }
  return true;
}

// A compact JWS: {header, payload} once its signature is right by the one key that its kid names.
export async function verifyJws(text, type, keys) {
  const parts = text.split('.');
  if (parts.length !== 3 || text.length > 400000) throw new Fault('broken');
  const header = jsonOf(parts[0]);
  if (header.alg !== 'ES256' || header.typ !== type || header.crit !== undefined) throw new Fault('broken');
  // A key that is sent along proves nothing.
  if (['jwk', 'jku', 'x5c', 'x5u'].some((name) => header[name] !== undefined)) throw new Fault('broken');
  const key = keys.find((one) => one.kid === header.kid && one.kty === 'EC' && one.crv === 'P-256');
  if (!key) throw new Fault('unknown_key');
  const signature = bytesOf(parts[2]);
  if (signature.length !== 64) throw new Fault('broken');
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const jwk = { kty: key.kty, crv: key.crv, x: key.x, y: key.y };
  const imported = await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['verify']);
  const right = await crypto.subtle.verify(
    { name: 'ECDSA', hash: 'SHA-256' }, imported, signature, ascii(`${parts[0]}.${parts[1]}`));
  if (!right) throw new Fault('broken');
  return { header, payload: jsonOf(parts[1]) };
}

async function disclosuresOf(texts) {
  const found = new Map();
  for (const text of texts) {
    const value = jsonAt(bytesOf(text));
    if (!Array.isArray(value) || (value.length !== 2 && value.length !== 3) || typeof value[0] !== 'string') throw new Fault('broken');
    const digest = encoded(await crypto.subtle.digest('SHA-256', ascii(text)));
    if (found.has(digest)) throw new Fault('broken');
    found.set(digest, { value, used: false });
  }
  return found;
}

// Takes the digests out and puts the disclosed claims in (§7.1 step 3); a digest may appear once in all.
function unfold(value, disclosures, seen, depth) {
  if (depth > 8) throw new Fault('broken');
  const take = (digest, length) => {
    if (typeof digest !== 'string' || seen.has(digest)) throw new Fault('broken');
    seen.add(digest);
    const disclosure = disclosures.get(digest);
    if (!disclosure) return null; // a decoy, or not disclosed
    if (disclosure.value.length !== length) throw new Fault('broken');
    disclosure.used = true;
    return disclosure.value;
  };
  if (Array.isArray(value)) {
    const out = [];
    for (const element of value) {
      if (isObject(element) && Object.prototype.hasOwnProperty.call(element, '...')) {
        if (Object.keys(element).length !== 1) throw new Fault('broken');
        const got = take(element['...'], 2);
        if (got) out.push(unfold(got[1], disclosures, seen, depth + 1));
      } else out.push(unfold(element, disclosures, seen, depth + 1));
    }
    return out;
  }
  if (!isObject(value)) return value;
  const out = Object.create(null);
  for (const name of Object.keys(value)) {
    if (name === '...') throw new Fault('broken');
    if (name !== '_sd' && name !== '_sd_alg') out[name] = unfold(value[name], disclosures, seen, depth + 1);
  }
  if (value._sd !== undefined) {
    if (!Array.isArray(value._sd)) throw new Fault('broken');
    for (const digest of value._sd) {
      const got = take(digest, 3);
      if (!got) continue;
      const [, name, hidden] = got;
      if (typeof name !== 'string' || neverDisclosed.includes(name) || name in out) throw new Fault('broken');
      out[name] = unfold(hidden, disclosures, seen, depth + 1);
    }
  }
  return out;
}

const isTime = (value) => typeof value === 'number' && isFinite(value);

// A key-binding JWT (RFC 9901 §4.3) by the key in `cnf`, of all that is shown.
async function checkBinding(text, shown, cnf) {
  if (!isObject(cnf) || !isObject(cnf.jwk)) throw new Fault('broken');
  const { kid } = jsonOf(text.split('.')[0]);
  const { payload } = await verifyJws(text, 'kb+jwt', [Object.assign({}, cnf.jwk, { kid })]);
  if (payload.sd_hash !== encoded(await crypto.subtle.digest('SHA-256', ascii(shown)))) throw new Fault('broken');
}

// {claims, kind, expires, status, audience, unbound}; throws a Fault. `issuer` is the one trusted, `now` in seconds.
// Behind the last tilde is nothing or a key-binding JWT. It is not asked for, since paper has none, nor by whom; `unbound`
// says that it names a key (cnf) which signed nothing.
export async function verifySdJwt(text, { issuer, keys, now }) {
  if (text.length > longest) throw new Fault('broken');
  const parts = text.split('~');
  if (parts.length < 2) throw new Fault('broken');
  const { payload } = await verifyJws(parts[0], 'dc+sd-jwt', keys);
  if (payload.iss !== issuer) throw new Fault('not_ours');
  const prefix = `${issuer}/credentials/types/`;
  if (typeof payload.vct !== 'string' || !payload.vct.startsWith(prefix)) throw new Fault('not_ours');
  if (payload._sd_alg !== undefined && payload._sd_alg !== 'sha-256') throw new Fault('broken');
  const disclosures = await disclosuresOf(parts.slice(1, -1));
  const claims = unfold(payload, disclosures, new Set(), 0);
  for (const one of disclosures.values()) if (!one.used) throw new Fault('broken');
  const binding = parts[parts.length - 1];
  if (binding !== '') await checkBinding(binding, text.slice(0, -binding.length), payload.cnf);
  const since = [payload.nbf, payload.iat].filter((time) => time !== undefined);
  if (!isTime(payload.exp) || !since.every(isTime)) throw new Fault('broken');
  const list = isObject(payload.status) && isObject(payload.status.status_list) ? payload.status.status_list : null;
  if (payload.status !== undefined && !list) throw new Fault('broken');
  if (list && (typeof list.uri !== 'string' || !Number.isInteger(list.idx) || list.idx < 0)) throw new Fault('broken');
  const result = {
    claims,
    kind: payload.vct.slice(prefix.length),
    expires: payload.exp,
    issued: payload.iat,
    status: list,
    audience: payload.aud,
    unbound: payload.cnf !== undefined && binding === '',
  };
  if (since.some((time) => time > now + leeway)) throw Object.assign(new Fault('not_yet'), { result });
  if (payload.exp <= now - leeway) throw Object.assign(new Fault('expired'), { result });
  return result;
}
