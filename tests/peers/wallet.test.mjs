// What Mlango's wallet issues, before verifiers of others: @sd-jwt/sd-jwt-vc and @sd-jwt/jwt-status-list, jose, and a strict
// walk on node:crypto. Good credentials are accepted by all; spoilt ones are refused by our own verifier and by the walk.
// The package alone is no sufficient verifier: what it lets pass is listed by name, so that a partner knows and so that
// this test tells when a newer version does better. Needs wallet_samples: script/build PRESET wallet_samples.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { digest, ES256, generateSalt } from '@sd-jwt/crypto-nodejs';
import { getListFromStatusListJWT } from '@sd-jwt/jwt-status-list';
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc';
import { compactVerify, createLocalJWKSet, importJWK, jwtVerify } from 'jose';
import { readStatusToken, verifyCredential } from './lib/strict_verifier.mjs';

const samples = JSON.parse(execFileSync(join(dirname(process.env.MLANGO_BIN), 'tests', 'wallet_samples'), { maxBuffer: 1 << 26 }));
const { issuer, verifier, nonce, now, vct, jwks, status_uri: statusUri } = samples;
const keys = createLocalJWKSet(jwks);
const rules = (bound) => ({ issuer, vct, audience: verifier, now, jwks, nonce: bound ? nonce : undefined });
const listToken = samples.status.find((one) => one.name === '1 bits').token;

// The package as its README sets it up, with the key of the issuer and of the credential's holder.
async function byPackage(presentation, bound, extra = {}) {
  const library = new SDJwtVcInstance({
    hasher: digest,
    hashAlg: 'sha-256',
    saltGenerator: generateSalt,
    verifier: await ES256.getVerifier(jwks.keys[0]),
    kbVerifier: async (data, signature, payload) => (await ES256.getVerifier(payload.cnf.jwk))(data, signature),
    statusListFetcher: async () => samples.status.find((one) => one.name === '8 bits').token,
    statusValidator: async () => {},
    statusVerifier: await ES256.getVerifier(jwks.keys[0]),
    ...extra,
  });
  return library.verify(presentation, { currentDate: now, ...(bound ? { keyBindingNonce: nonce } : {}) });
}
const accepts = async (check) => {
  try { await check(); return true; } catch { return false; }
};

test('what is issued is accepted by @sd-jwt/sd-jwt-vc, by jose and by a walk of its own', async () => {
  assert.ok(samples.good.length >= 10);
  for (const { name, presentation, bound, facts, ours } of samples.good) {
    assert.equal(ours, 'valid', name);
    const walked = verifyCredential(presentation, rules(bound));
    const { payload, kb } = await byPackage(presentation, bound);
    for (const [fact, value] of Object.entries(facts)) {
      assert.deepEqual(walked[fact], value, `${name}: ${fact}`);
      assert.deepEqual(payload[fact], value, `${name}: ${fact}`);
    }
    assert.equal(payload.vct, vct);
    assert.equal(kb?.payload.nonce, bound ? nonce : undefined);
    // The signed part is a JWT of its own.
    const { payload: signed, protectedHeader } = await jwtVerify(presentation.split('~')[0], keys, {
      issuer, audience: verifier, typ: 'dc+sd-jwt', algorithms: ['ES256'], currentDate: new Date(now * 1000), requiredClaims: ['exp', 'iat', 'vct'],
    });
    assert.equal(protectedHeader.kid, jwks.keys[0].kid);
    assert.deepEqual(Object.keys(signed).filter((claim) => claim in facts), []);
    if (bound) {
      const { payload: binding } = await compactVerify(presentation.split('~').at(-1), await importJWK(signed.cnf.jwk, 'ES256'));
      assert.equal(JSON.parse(Buffer.from(binding)).aud, verifier);
    }
  }
});

// What a caller of the package must add, with jose: key by kid, alg, typ, issuer, audience, times and vct of the signed part;
// audience and age of the binding.
async function byPackageAndJose(presentation, bound) {
  const currentDate = new Date(now * 1000);
  const { payload: signed } = await jwtVerify(presentation.split('~')[0], keys, {
    issuer, audience: verifier, typ: 'dc+sd-jwt', algorithms: ['ES256'], currentDate, requiredClaims: ['exp', 'iat', 'vct'],
  });
  assert.equal(signed.vct, vct);
  if (bound) {
    await jwtVerify(presentation.split('~').at(-1), await importJWK(signed.cnf.jwk, 'ES256'), {
      audience: verifier, typ: 'kb+jwt', algorithms: ['ES256'], currentDate, maxTokenAge: '5 min',
    });
  }
  return byPackage(presentation, bound);
}

// What 0.19.0 lets pass even so: RFC 9901 §7.1 steps 3 and 5 (foreign, edited, repeated, colliding and reserved ones), claims
// that decide about validity behind a digest, names twice.
const passesWithJose = [
  '_sd is no array', 'another hash is named', 'array element among claims', 'claim named ...', 'claim named _sd',
  'claim that is there in clear', 'cnf hidden in a disclosure', 'digest signed twice', 'disclosure told twice',
  'disclosure with padding', 'edited disclosure', 'exp twice', 'foreign disclosure', 'its own key in the header',
  'nbf hidden in a disclosure', 'no kid', 'no tilde at all', 'salt that is a number', 'status hidden in a disclosure',
  'status without an index', 'two claims of one name',
];
// And without jose, which is what its README shows.
const passesAlone = [
  ...passesWithJose,
  'alg ES384', 'alg HS256', 'alg none', 'another issuer', 'aud hidden in a disclosure', 'binding an hour old',
  'binding for another verifier', 'binding of the future', 'critical header', 'exp as text',
  'exp hidden in a disclosure', 'exp missing', 'for another verifier', 'for nobody', 'iss hidden in a disclosure',
  'no typ', 'typ JWT', 'typ vc+sd-jwt', 'unknown kid', 'vct hidden in a disclosure', 'vct is a number', 'vct missing',
  'vct of another kind',
];

test('what is spoilt is refused by us and by the walk; what the package lets pass is known', async () => {
  assert.ok(samples.spoilt.length >= 60);
  const alone = [], withJose = [];
  for (const { name, presentation, bound, ours } of samples.spoilt) {
    assert.notEqual(ours, 'valid', name);
    assert.throws(() => verifyCredential(presentation, rules(bound)), `the walk accepts: ${name}`);
    if (await accepts(() => byPackage(presentation, bound))) alone.push(name);
    if (await accepts(() => byPackageAndJose(presentation, bound))) withJose.push(name);
  }
  assert.deepEqual(withJose.sort(), passesWithJose.sort());
  assert.deepEqual(alone.sort(), passesAlone.sort());
  assert.ok(samples.spoilt.length - withJose.length >= 30, 'thirty are refused by package and jose as well');
});

test('status lists are read alike by @sd-jwt/jwt-status-list and by the walk', async () => {
  const lists = samples.status.filter((one) => one.bits);
  assert.equal(lists.length, 4);
  for (const { name, token, bits, size, ours } of lists) {
    assert.equal(ours, 'valid', name);
    await jwtVerify(token, keys, { typ: 'statuslist+jwt', subject: statusUri, algorithms: ['ES256'], currentDate: new Date(now * 1000), requiredClaims: ['iat', 'exp', 'ttl'] });
    const walked = readStatusToken(token, { jwks, uri: statusUri, now });
    const list = getListFromStatusListJWT(token);
    assert.deepEqual([walked.bits, walked.size, list.getBitsPerStatus()], [bits, size, bits]);
    for (let index = 0; index < size; index += 1) assert.equal(list.getStatus(index), walked.at(index), `${name}, ${index}`);
    assert.equal(walked.at(4711), 1);
    assert.throws(() => walked.at(size));
  }
});

// jose's typ, subject and requiredClaims catch these.
const statusPasses = ['list of type JWT', 'list without iat', 'sub is another list'];

test('spoilt status lists are refused by us and by the walk; what the package lets pass is known', async () => {
  const passed = [];
  const spoilt = samples.status.filter((one) => !one.bits);
  assert.ok(spoilt.length >= 9);
  const [{ presentation }] = samples.good.filter((one) => !one.bound);
  for (const { name, token, ours } of spoilt) {
    assert.equal(ours, 'refused', name);
    assert.throws(() => readStatusToken(token, { jwks, uri: statusUri, now }), `the walk accepts: ${name}`);
    const wanted = { statusListFetcher: async () => token, statusValidator: async () => {} };
    if (await accepts(() => byPackage(presentation, false, wanted))) passed.push(name);
  }
  assert.deepEqual(passed.sort(), statusPasses.sort());
});

test('a share that was stopped is refused by the package through its status', async () => {
  const [{ presentation }] = samples.good.filter((one) => !one.bound);
  const { status } = verifyCredential(presentation, rules(false));
  assert.equal(readStatusToken(listToken, { jwks, uri: statusUri, now }).at(status.status_list.idx), 1);
  await assert.rejects(byPackage(presentation, false, {
    statusListFetcher: async (uri) => (assert.equal(uri, statusUri), listToken),
    statusValidator: undefined,
  }), /status/i);
});
