// A partner's program at the running server: its code is told by a phone's screen, its answers fit what openapi.json
// promises (by @hyperjump/json-schema), and what it gets is verified by jose. Nothing secret stands in the log.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { registerSchema, validate } from '@hyperjump/json-schema/openapi-3-1';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { addClient, addVerifier, amina, shareByPhone, startWalletHouse } from './lib/wallet_house.mjs';
import { until } from './lib/house.mjs';

let house, description, bank, program, shop, till;
const api = (path) => `${house.url}/api/partner/v1${path}`;
const secrets = [];

before(async () => {
  house = await startWalletHouse({ wallet: '  rates: { strangers_a_minute: 6000, strangers_at_once: 1000 }' });
  description = await (await fetch(api('/openapi.json'))).json();
  registerSchema(description, 'https://mlango.example/partner', 'https://spec.openapis.org/oas/3.1/schema-base');
  bank = await addVerifier(house);
  program = await addClient(house, bank);
  shop = await addVerifier(house, { name: 'Duka', presets: 'registered' });
  till = await addClient(house, shop);
  secrets.push(program.secret, till.secret);
});
after(async () => { if (house) assert.equal(await house.stop(), 0); });

const pointer = (text) => text.replaceAll('~', '~0').replaceAll('/', '~1');

// The response's status, content type and body are among those that the description names for the operation.
async function fits(path, method, response) {
  const operation = description.paths[path][method];
  let place = `/paths/${pointer(path)}/${method}/responses/${response.status}`;
  let named = operation.responses[response.status];
  assert.ok(named, `${method} ${path}: ${response.status} is not described`);
  if (named.$ref) {
    place = named.$ref.slice(1);
    named = place.split('/').slice(1).reduce((at, key) => at[key], description);
  }
  const type = response.headers.get('content-type').split(';')[0];
  assert.ok(named.content?.[type], `${method} ${path} ${response.status}: ${type} is not described`);
  const body = await response.json();
  const verdict = await validate(`https://mlango.example/partner#${encodeURI(`${place}/content/${pointer(type)}/schema`)}`, body, 'BASIC');
  assert.ok(verdict.valid, `${method} ${path} ${response.status}: ${JSON.stringify(body)} ${JSON.stringify(verdict.errors)}`);
  for (const header of Object.keys(named.headers ?? {})) assert.ok(response.headers.get(header), `${path}: ${header}`);
  return body;
}
const basic = ({ id, secret }) => `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`;
async function tokenOf(client) {
  const response = await fetch(api('/token'), {
    method: 'POST', headers: { authorization: basic(client) }, body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const { access_token: token } = await fits('/token', 'post', response);
  secrets.push(token);
  return token;
}
const post = (path, token, body) => fetch(api(path), {
  method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify(body),
});
const get = (path, token) => fetch(api(path), { headers: { authorization: `Bearer ${token}` } });
// With the check digit (Damm) that a code must have to be looked up at all.
const damm = ['0317598642', '7092154863', '4206871359', '1750983426', '6123045978', '3674209581', '5869720134', '8945362017', '9438617205', '2581436790'];
const checked = (digits) => digits + [...digits].reduce((at, digit) => Number(damm[at][Number(digit)]), 0);
// All that a caller can see but the time of day.
const seen = async (response) => ({
  status: response.status, headers: [...response.headers].filter(([name]) => name !== 'date'), body: await response.text(),
});

test('the description is OpenAPI 3.1, and the check can fail', async () => {
  const whole = await validate('https://spec.openapis.org/oas/3.1/schema-base', description, 'BASIC');
  assert.ok(whole.valid, JSON.stringify(whole.errors));
  const spoilt = structuredClone(description);
  delete spoilt.paths['/token'].post.responses;
  spoilt.paths['/token'].post.parameters[0].in = 'nowhere';
  assert.ok(!(await validate('https://spec.openapis.org/oas/3.1/schema-base', spoilt, 'BASIC')).valid);
});

test('a code from her screen is redeemed, once, with a credential that an outsider verifies; she stops it', async () => {
  const code = await shareByPhone(amina(house), bank);
  secrets.push(code);
  const token = await tokenOf(program);
  const taken = await fits('/redemptions', 'post', await post('/redemptions', token, { code }));
  assert.deepEqual(taken.facts, { registered: true, age_over_18: true });
  const { payload } = await jwtVerify(taken.credential.split('~')[0], createRemoteJWKSet(new URL(`${house.url}/credentials/jwks.json`)),
    { issuer: house.url, audience: `${house.url}/verifiers/${bank}`, typ: 'dc+sd-jwt', algorithms: ['ES256'] });
  // Its answer may have been lost: the same receipt again. To another program it is not there.
  assert.deepEqual(await fits('/redemptions', 'post', await post('/redemptions', token, { code })), taken);
  assert.deepEqual(await fits('/redemptions/{receipt}', 'get', await get(`/redemptions/${taken.receipt}`, token)), taken);
  const other = await tokenOf(till);
  await fits('/redemptions/{receipt}', 'get', await get(`/redemptions/${taken.receipt}`, other));
  assert.equal((await post('/redemptions', other, { code })).status, 404);

  const statusOf = async () => {
    const list = await (await fetch(payload.status.status_list.uri)).text();
    const { payload: { status_list: { lst, bits } } } = await jwtVerify(list, createRemoteJWKSet(new URL(`${house.url}/credentials/jwks.json`)), { typ: 'statuslist+jwt' });
    const { inflateSync } = await import('node:zlib');
    const { idx } = payload.status.status_list;
    return (inflateSync(Buffer.from(lst, 'base64url'))[Math.floor(idx * bits / 8)] >> (idx * bits % 8)) & (2 ** bits - 1);
  };
  assert.equal(await statusOf(), 0);
  const her = amina(house);
  await her.openWallet();
  await her.choose(/Who looked/);
  assert.match(her.text, /Bahari Bank/);
  await her.openWallet();
  await her.choose(/What I share/);
  await her.type(1);
  await her.choose(/Stop/);
  assert.match(her.text, /stopped/);
  await until(async () => (await statusOf()) === 1, 10_000, 'the list saying so');
  await fits('/redemptions/{receipt}', 'get', await get(`/redemptions/${taken.receipt}`, token));
});

test('unknown, mistyped, used and other verifiers’ codes are told alike', async () => {
  const token = await tokenOf(program);
  const second = await addClient(house, bank, 'second');
  const used = await shareByPhone(amina(house), bank, /18/);
  assert.equal((await post('/redemptions', await tokenOf(second), { code: used })).status, 201);
  const foreign = await shareByPhone(amina(house), shop, /registered/i);
  const answers = [];
  const unknown = checked('123456789');
  const mistyped = unknown.slice(0, 9) + (unknown[9] === '0' ? '1' : '0');
  for (const code of [unknown, mistyped, used, foreign]) answers.push(await seen(await post('/redemptions', token, { code })));
  assert.equal(answers[0].status, 404);
  for (const answer of answers) assert.deepEqual(answer, answers[0]);
});

test('what is wrong is told as the description says', async () => {
  const token = await tokenOf(program);
  const cases = [
    ['/redemptions', 'post', await post('/redemptions', token, {}), 400],
    ['/redemptions', 'post', await post('/redemptions', 'made-up', { code: '1' }), 401],
    ['/redemptions', 'post', await post('/redemptions', token, { code: '1'.repeat(6_000) }), 413],
    ['/redemptions', 'post', await fetch(api('/redemptions'), { method: 'POST', headers: { authorization: `Bearer ${token}` }, body: 'x' }), 415],
    ['/redemptions/{receipt}', 'get', await get('/redemptions/0000000000', token), 404],
    ['/requests', 'post', await post('/requests', token, { number: '+254711000001', preset: 'nothing' }), 403],
    ['/requests', 'post', await post('/requests', token, { number: '0711', preset: 'over_18' }), 400],
    ['/requests/{id}', 'get', await get('/requests/0000000000000000000000', token), 404],
    ['/erasures', 'get', await get('/erasures', token), 200],
    ['/token', 'post', await fetch(api('/token'), { method: 'POST', body: new URLSearchParams({ grant_type: 'password' }) }), 400],
    ['/token', 'post', await fetch(api('/token'), { method: 'POST', headers: { authorization: basic({ id: program.id, secret: 'wrong' }) }, body: new URLSearchParams({ grant_type: 'client_credentials' }) }), 401],
    ['/problems/{name}', 'get', await fetch(api('/problems/nothing')), 404],
  ];
  for (const [path, method, response, status] of cases) {
    assert.equal(response.status, status, `${method} ${path}`);
    await fits(path, method, response);
  }
});

test('she is asked first; her answer comes with the request', async () => {
  const token = await tokenOf(program);
  const hers = await fits('/requests', 'post', await post('/requests', token, { number: '+254711000001', preset: 'over_18' }));
  const nobodys = await fits('/requests', 'post', await post('/requests', token, { number: '+254799999999', preset: 'over_18' }));
  for (const { id } of [hers, nobodys]) {
    assert.deepEqual(await fits('/requests/{id}', 'get', await get(`/requests/${id}`, token)), { state: 'waiting' });
  }
  const her = amina(house);
  await her.openWallet();
  await her.choose(/Who asks/);
  if (!/Agree/.test(her.text)) await her.type(1);
  await her.choose(/Agree/);
  const answered = await until(async () => {
    const state = await fits('/requests/{id}', 'get', await get(`/requests/${hers.id}`, token));
    return state.state === 'shared' && state;
  }, 5_000, 'her answer');
  assert.equal(answered.redemption.facts.age_over_18, true);
});

test('a suspended verifier is told so, and a code tried by guessing suspends it', async () => {
  const number = await addVerifier(house, { name: 'Guesser' });
  const guesser = await addClient(house, number);
  const token = await tokenOf(guesser);
  for (let i = 0; i < 5; ++i) await fits('/redemptions', 'post', await post('/redemptions', token, { code: checked(String(100_000_000 + i)) }));
  const wait = await post('/redemptions', token, { code: checked('123456789') });
  assert.equal(wait.status, 429);
  assert.ok(Number(wait.headers.get('retry-after')) > 800);
  await house.mlango('verifier', 'suspend', number, '--reason', 'complaint');
  const suspended = await post('/redemptions', token, { code: checked('123456789') });
  assert.equal(suspended.status, 403);
  await fits('/redemptions', 'post', suspended);
  const erasures = await get('/erasures', token);
  assert.equal(erasures.status, 403);
  await fits('/erasures', 'get', erasures);
});

test('nothing secret stands in the log or the metrics', async () => {
  const texts = [await house.log(), await house.metrics()];
  assert.match(texts[1], /exchange_requests_total\{.*door="partner"/);
  assert.ok(secrets.length > 5);
  for (const secret of secrets) for (const text of texts) assert.ok(!text.includes(secret));
});
