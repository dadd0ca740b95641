// The verifier of the page /verify (exchange/web/src), which works without a server, before all that wallet.test.mjs puts
// before others: what is issued, what is spoilt, status lists good and bad. Needs wallet_samples: script/build PRESET
// wallet_samples.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { webcrypto } from 'node:crypto';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';

globalThis.crypto ??= webcrypto; // node 18
const { verifySdJwt } = await import('../../exchange/web/src/sd_jwt.js');
const { openStatusList, statusAt } = await import('../../exchange/web/src/status_list.js');

const samples = JSON.parse(execFileSync(join(dirname(process.env.MLANGO_BIN), 'tests', 'wallet_samples'), { maxBuffer: 1 << 26 }));
const { issuer, now, jwks, status_uri: statusUri } = samples;
const trust = { issuer, keys: jwks.keys, now };
const kindOf = async (work) => {
  try { await work(); return 'accepted'; } catch (fault) { return fault.kind ?? `not a fault: ${fault}`; }
};

test('what is issued is accepted, with its facts', async () => {
  assert.ok(samples.good.length >= 10);
  for (const { name, presentation, facts } of samples.good) {
    const read = await verifySdJwt(presentation, trust);
    for (const [fact, value] of Object.entries(facts)) assert.equal(JSON.stringify(read.claims[fact]), JSON.stringify(value), `${name}: ${fact}`);
    assert.equal(read.kind, 'registration');
    assert.equal(read.status.idx, 4711);
  }
});

// Paper is for whoever it is shown to, and nothing binds it: the page shows `aud`, and asks for no binding and no kind.
const notAsked = (name) => /bind|bound|audience|another verifier|for nobody|aud |holder|nonce|sd_hash|of another kind|an hour old|of the future|kb/i.test(name);

test('what is spoilt is refused, for a reason that the page has words for', async () => {
  const accepted = [];
  for (const { name, presentation } of samples.spoilt) {
    const kind = await kindOf(() => verifySdJwt(presentation, trust));
    if (kind === 'accepted') accepted.push(name);
    else assert.match(kind, /^(broken|unknown_key|not_ours|not_yet|expired)$/, name);
  }
  assert.deepEqual(accepted.filter((name) => !notAsked(name)), []);
  assert.ok(samples.spoilt.length - accepted.length >= 45, `${samples.spoilt.length - accepted.length} are refused`);
});

test('each octet that a camera misreads is noticed', async () => {
  const [{ presentation }] = samples.good;
  for (let at = 0; at < presentation.length; ++at) {
    const other = presentation[at] === 'A' ? 'B' : 'A';
    const kind = await kindOf(() => verifySdJwt(presentation.slice(0, at) + other + presentation.slice(at + 1), trust));
    // The last digit of a signature's base64url has bits that say nothing; they must be zero.
    assert.notEqual(kind, 'accepted', `character ${at}`);
    assert.doesNotMatch(kind, /not a fault/, `character ${at}`);
    // Cut behind a tilde it is a whole one that tells less: that is its holder's right.
    const cut = await kindOf(() => verifySdJwt(presentation.slice(0, at), trust));
    assert.equal(cut === 'accepted', presentation[at - 1] === '~', `cut at ${at}: ${cut}`);
  }
});

test('status lists are read as they were written, and spoilt ones are refused', async () => {
  for (const { name, token, bits, size } of samples.status) {
    const kind = await kindOf(() => openStatusList(token, statusUri, jwks.keys));
    if (!bits) {
      // A list that is over still says what it says; the page tells its age.
      if (!/expired|old|lapsed|exp/i.test(name)) assert.equal(/^(broken|unknown_key)$/.test(kind), true, `${name}: ${kind}`);
      continue;
    }
    const list = await openStatusList(token, statusUri, jwks.keys);
    assert.equal(statusAt(list, 4711), 1, name);
    assert.throws(() => statusAt(list, size), name);
    assert.throws(() => statusAt(list, -1), name);
    assert.throws(() => statusAt(list, 0.5), name);
  }
});

test('the lists of the draft are read right', async () => {
  const bytes = (hex) => Uint8Array.from(hex.match(/../g), (octet) => parseInt(octet, 16));
  // draft-ietf-oauth-status-list-20 §4.1
  const one = { bits: 1, bytes: bytes('b9a3') };
  assert.deepEqual([...Array(16).keys()].map((index) => statusAt(one, index)), [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]);
  const two = { bits: 2, bytes: bytes('c944f9') };
  assert.deepEqual([...Array(12).keys()].map((index) => statusAt(two, index)), [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]);
});

// An issuer of the test's own, whose documents the page fetches from here.
async function house() {
  const make = () => crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const [issuing, holding] = await Promise.all([make(), make()]);
  const jwkOf = async (pair) => { const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey); return { kty, crv, x, y }; };
  const text = (value) => Buffer.from(value).toString('base64url');
  const sign = async (pair, header, payload) => {
    const shown = `${text(JSON.stringify({ alg: 'ES256', ...header }))}.${text(JSON.stringify(payload))}`;
    return `${shown}.${text(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, Buffer.from(shown)))}`;
  };
  const uri = `${issuer}/credentials/status/list`;
  const card = async (more) => `${await sign(issuing, { typ: 'dc+sd-jwt', kid: 'one' }, {
    iss: issuer, vct: `${issuer}/credentials/types/registration`, iat: now, exp: now + 1e6, status: { status_list: { uri, idx: 5 } }, ...more })}~`;
  const bound = async (shown) => shown + await sign(holding, { typ: 'kb+jwt' }, {
    iat: now, aud: 'somebody', nonce: 'once', sd_hash: text(await crypto.subtle.digest('SHA-256', Buffer.from(shown))) });
  const list = (status, expires) => sign(issuing, { typ: 'statuslist+jwt', kid: 'one' }, {
    sub: uri, iat: now - 3600, exp: expires, status_list: { bits: 2, lst: text(deflateSync(Buffer.from([0, status << 2]))) } });
  const keys = [{ ...(await jwkOf(issuing)), kid: 'one' }];
  return { card, bound, list, holder: { jwk: await jwkOf(holding) }, trust: { issuer, keys, status_lists: [uri] } };
}

test('what can not be known is "unsure": a list that is over, a card for a telephone that its key did not sign', async () => {
  const { checkCard } = await import('../../exchange/web/src/card_check.js');
  const { card, bound, list, holder, trust: trusted } = await house();
  let served;
  globalThis.fetch = async (path) => new Response(path === '/verify/trust.json' ? JSON.stringify(trusted) : served);
  const verdict = async (shown) => { const { outcome, why } = await checkCard(shown, now); return why ? `${outcome} ${why}` : outcome; };
  const paper = await card({});
  const phone = await card({ cnf: holder });

  served = await list(0, now + 60);
  assert.equal(await verdict(paper), 'valid');
  assert.equal(await verdict(phone), 'unsure unbound');
  assert.equal(await verdict(await bound(phone)), 'valid');
  served = await list(0, now);
  assert.equal(await verdict(paper), 'unsure old_list');
  assert.equal(await verdict(await bound(phone)), 'unsure old_list');
  for (const expires of [now, now + 60]) {
    served = await list(1, expires);
    assert.equal(await verdict(phone), 'stopped', 'bad news stays');
    served = await list(2, expires);
    assert.equal(await verdict(paper), 'suspended');
  }
  served = 'nothing';
  assert.equal(await verdict(paper), 'unsure no_list');
  delete globalThis.fetch;
});
