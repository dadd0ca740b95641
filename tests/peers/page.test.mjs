// The verifier of the page /verify (exchange/web/src), which works without a server, before all that wallet.test.mjs puts
// before others: what is issued, what is spoilt, status lists good and bad. Needs wallet_samples: script/build PRESET
// wallet_samples.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { webcrypto } from 'node:crypto';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

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
