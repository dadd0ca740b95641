// A verifier of SD-JWT VC and Token Status Lists of its own, on node:crypto and node:zlib alone: written from RFC 9901 §7
// and the drafts, and from nothing of the server. It judges what Mlango issues, and whether the packages' verifiers are
// strict enough.
import { createHash, createPublicKey, verify as verifySignature } from 'node:crypto';
import { inflateSync } from 'node:zlib';

const fail = (why) => { throw new Error(why); };
const need = (holds, why) => { if (!holds) fail(why); };

function decode(text) {
  need(/^[A-Za-z0-9_-]*$/.test(text), 'no base64url');
  const octets = Buffer.from(text, 'base64url');
  need(octets.toString('base64url') === text, 'base64url with bits left over');
  return octets;
}
const digest = (text) => createHash('sha256').update(text, 'ascii').digest('base64url');

// JSON.parse takes the last of two equal names; the number of names written must be that of names kept.
function parse(octets) {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(octets);
  const value = JSON.parse(text);
  const kept = (one) => Array.isArray(one) ? one.reduce((sum, each) => sum + kept(each), 0)
    : one && typeof one === 'object' ? Object.values(one).reduce((sum, each) => sum + 1 + kept(each), 0) : 0;
  const written = text.replace(/"(?:[^"\\]|\\.)*"/g, '""').split(':').length - 1;
  need(written === kept(value), 'a name twice');
  return value;
}
const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

export function readJws(text, type, keyOf) {
  const parts = text.split('.');
  need(parts.length === 3, 'no three parts');
  const [header, payload] = parts.slice(0, 2).map((part) => parse(decode(part)));
  need(isObject(header) && isObject(payload), 'no objects');
  need(header.alg === 'ES256' && header.typ === type && !('crit' in header), 'type');
  const jwk = keyOf(header, payload) ?? fail('unknown key');
  const key = createPublicKey({ key: { kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y }, format: 'jwk' });
  const signature = decode(parts[2]);
  need(signature.length === 64, 'signature length');
  need(verifySignature('sha256', Buffer.from(parts.slice(0, 2).join('.')), { key, dsaEncoding: 'ieee-p1363' }, signature), 'signature');
  return { header, payload };
}

const hiddenNever = ['iss', 'nbf', 'exp', 'cnf', 'vct', 'aud', 'status', 'vct#integrity', 'aka_vcts'];

function disclose(payload, texts) {
  need(payload._sd_alg === undefined || payload._sd_alg === 'sha-256', 'hash');
  const told = new Map();
  for (const text of texts) {
    const parts = parse(decode(text));
    need(Array.isArray(parts) && (parts.length === 2 || parts.length === 3) && typeof parts[0] === 'string', 'disclosure');
    if (parts.length === 3) need(typeof parts[1] === 'string' && !['_sd', '...', '_sd_alg'].includes(parts[1]), 'disclosed name');
    need(decode(parts[0]).length >= 16, 'salt of fewer than 128 bits');
    need(!told.has(digest(text)), 'disclosure twice');
    told.set(digest(text), { parts, used: false });
  }
  const seen = new Set();
  const take = (one) => {
    need(typeof one === 'string' && !seen.has(one), 'digest twice');
    seen.add(one);
    const found = told.get(one);
    if (found) found.used = true;
    return found?.parts;
  };
  const walk = (value, top) => {
    if (Array.isArray(value)) {
      return value.flatMap((element) => {
        if (!isObject(element) || !('...' in element)) return [walk(element)];
        need(Object.keys(element).length === 1, 'more beside ...');
        const parts = take(element['...']);
        if (!parts) return [];
        need(parts.length === 2, 'a claim among elements');
        return [walk(parts[1])];
      });
    }
    if (!isObject(value)) return value;
    const out = {};
    for (const [name, inner] of Object.entries(value)) {
      need(name !== '...' && (top || name !== '_sd_alg'), 'reserved name');
      if (name !== '_sd' && name !== '_sd_alg') out[name] = walk(inner);
    }
    need(value._sd === undefined || Array.isArray(value._sd), '_sd');
    for (const one of value._sd ?? []) {
      const parts = take(one);
      if (!parts) continue;
      need(parts.length === 3 && !Object.hasOwn(out, parts[1]), 'misplaced, or there already');
      need(!top || !hiddenNever.includes(parts[1]), `${parts[1]} hidden`);
      out[parts[1]] = walk(parts[2]);
    }
    return out;
  };
  const claims = walk(payload, true);
  need([...told.values()].every((one) => one.used), 'foreign disclosure');
  return claims;
}

// `rules`: issuer, vct, audience, now, jwks, nonce (when it must be bound).
export function verifyCredential(presentation, rules) {
  const parts = presentation.split('~');
  need(parts.length >= 2, 'no tilde');
  const [jwt, binding, told] = [parts[0], parts.at(-1), parts.slice(1, -1)];
  need(told.every((one) => one !== ''), 'empty disclosure');
  const { payload } = readJws(jwt, 'dc+sd-jwt', (header) => rules.jwks.keys.find((key) => key.kid === header.kid));
  const claims = disclose(payload, told);
  need(claims.iss === rules.issuer, 'issuer');
  need(claims.vct === rules.vct, 'vct');
  need(Number.isInteger(claims.exp) && claims.exp > rules.now - 60, 'exp');
  for (const name of ['nbf', 'iat']) need(claims[name] === undefined || (Number.isInteger(claims[name]) && claims[name] <= rules.now + 60), name);
  need([claims.aud].flat().includes(rules.audience), 'aud');
  const status = claims.status?.status_list;
  need(claims.status === undefined || (Number.isInteger(status?.idx) && status.idx >= 0 && typeof status.uri === 'string'), 'status');
  need(!rules.nonce || binding !== '', 'no binding');
  if (binding !== '') {
    const bound = readJws(binding, 'kb+jwt', () => claims.cnf?.jwk).payload;
    need(bound.sd_hash === digest(presentation.slice(0, presentation.lastIndexOf('~') + 1)), 'sd_hash');
    need(bound.aud === rules.audience && bound.nonce === rules.nonce, 'binding is for another');
    need(Number.isInteger(bound.iat) && Math.abs(bound.iat - rules.now) <= 300, 'binding time');
  }
  return claims;
}

// The list's octets behind a token; `at(index)` is an entry.
export function readStatusToken(token, { jwks, uri, now }) {
  const { payload } = readJws(token, 'statuslist+jwt', (header) => jwks.keys.find((key) => key.kid === header.kid));
  need(payload.sub === uri, 'sub');
  need(Number.isInteger(payload.iat) && payload.iat <= now + 60, 'iat');
  need(payload.exp === undefined || payload.exp > now - 60, 'exp');
  const { bits, lst } = payload.status_list ?? {};
  need([1, 2, 4, 8].includes(bits), 'bits');
  const octets = inflateSync(decode(lst));
  const at = (index) => {
    need(Number.isInteger(index) && index >= 0 && index < octets.length * 8 / bits, 'out of range');
    return (octets[Math.floor(index * bits / 8)] >> ((index * bits) % 8)) & ((1 << bits) - 1);
  };
  return { bits, size: octets.length * 8 / bits, at };
}
