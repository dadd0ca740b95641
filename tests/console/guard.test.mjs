// Every route of the API's description, whoever wrote it: closed to strangers, to changes from elsewhere and to whoever
// holds nothing; and nothing malformed, from whoever may use it, makes the server fail. CONSOLE_HOSTILE=all tries each
// strange value at each field; without it each field gets some of them, other ones at each.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { Client, as, description, makeStaff, serverLog, stranger, url } from './lib/house.mjs';

const kind = (answer) => answer.body?.type?.split('/').at(-1);
const methods = ['get', 'post', 'put', 'patch', 'delete'];
// For whoever is signed in, whatever she holds.
const for_all = new Set(['GET /me', 'POST /me/password', 'PUT /me/language', 'DELETE /session', 'GET /jobs', 'GET /events']);

let operations = [];
before(async () => {
  const document = await description();
  for (const [path, item] of Object.entries(document.paths))
    for (const method of methods)
      // Linking an account is there only where an identity provider is configured.
      if (item[method] && !(method === 'post' && path === '/me/identity')) operations.push({ name: `${method.toUpperCase()} ${path}`, method: method.toUpperCase(), path, operation: item[method], open: item[method].security?.length === 0 });
});
const filled = (path, value = '1') => path.replace(/\{[^}]+\}/g, value);
const bodyFor = ({ operation, method }) => {
  if (method === 'GET' || method === 'DELETE' || !operation.requestBody) return {};
  const types = Object.keys(operation.requestBody.content ?? {});
  return types.includes('application/json') || types.length === 0 ? { body: {} } : { raw: 'x', type: types[0] };
};
// Without the description's checks: what is asked here is wrong by intention.
const asked = (client, each, more = {}) => client.ask(each.method, more.path ?? filled(each.path), { ...bodyFor(each), check: false, ...more });

test('there are routes', () => assert.ok(operations.length >= 12, `${operations.length}`));

test('a stranger gets 401 from all of them, and nothing of their content', async () => {
  for (const each of operations.filter((one) => !one.open)) {
    const answer = await asked(stranger(), each);
    assert.equal(answer.status, 401, `${each.name}: ${answer.status} ${answer.text.slice(0, 200)}`);
    assert.equal(kind(answer), 'not-signed-in', each.name);
    assert.match(answer.headers.get('cache-control'), /no-store/, each.name);
  }
});

test('half a sign-in opens none of them', async () => {
  const account = await makeStaff(['registration_lead']);
  const client = new Client(account);
  await client.post('/sign-in', { name: account.name, password: account.password });
  for (const each of operations.filter((one) => !one.open)) assert.equal((await asked(client, each)).status, 401, each.name);
});

test('a change that does not come from the page is refused by all of them', async () => {
  const client = await as('statistics', { fresh: true });
  for (const each of operations.filter((one) => one.method !== 'GET' && !one.path.startsWith('/sign-in'))) {
    for (const headers of [{}, { 'X-Mlango-Console': '0' }, { 'X-Mlango-Console': '1', 'Sec-Fetch-Site': 'cross-site' }]) {
      const answer = await asked(client, each, { page: false, headers });
      assert.equal(answer.status, 403, `${each.name}: ${answer.status}`);
      assert.equal(kind(answer), 'not-this-page', each.name);
    }
  }
});

test('whoever holds no role gets nothing but herself', async () => {
  const client = await new Client(await makeStaff([])).signIn();
  const own = [];
  for (const each of operations.filter((one) => !one.open && !['/session', '/events'].includes(one.path))) {
    const answer = await asked(client, each);
    if (answer.status === 403) assert.equal(kind(answer), 'not-allowed', each.name);
    else own.push([each.name, answer]);
  }
  for (const [name, answer] of own) {
    assert.ok(answer.status < 500, `${name}: ${answer.status}`);
    if (answer.status !== 200 || for_all.has(name)) continue;
    // What is for all shows nothing of people: lists are empty, or of herself alone.
    if (Array.isArray(answer.body?.items) && !name.includes('/session'))
      assert.ok(answer.body.items.length === 0 || /GET \/(roles|access\/roles|me|sessions|own)/.test(name), `${name} shows ${answer.text.slice(0, 200)}`);
  }
});

test('whose training is over opens no record of a person', async () => {
  const client = await as('protection', { fresh: true });
  const { mlango } = await import('./lib/house.mjs');
  const may = (await client.get('/me')).body.permissions;
  await mlango('staff', 'trained', client.account.name, '2026-01-01');
  const left = (await client.get('/me')).body;
  assert.deepEqual(left.permissions, []);
  assert.deepEqual(left.untrained, may);
  let refused = 0;
  for (const each of operations.filter((one) => !one.open && !['/session', '/events'].includes(one.path))) {
    const answer = await asked(client, each);
    if (kind(answer) === 'training-over') ++refused;
  }
  const personal = operations.some((one) => one.path.startsWith('/people'));
  assert.ok(refused > 0 || !personal, 'it is said why');
});

describe('what is malformed', () => {
  const roles = ['registration_lead', 'cash', 'cash_release', 'protection', 'notices', 'notices_release', 'words', 'auditor', 'representative', 'administrator', 'statistics'];
  const bodies = ['', '{', '[]', '7', 'null', '"x"', '{"a":', `{"name":"${'x'.repeat(20_000)}"}`, `${'{"a":'.repeat(60)}1${'}'.repeat(60)}`,
    '{"\\ud800": 1}', '\xff\xfe', '{"text":"\\u0000"}', '{"id":1e400}', '{"revision":99999999999999999999}', '{"revision":"1"}', '{"revision":-1}'];
  // Each field of the description's with a value of another type, or out of bounds.
  const strange = [null, true, -1, 0, 1.5, 9_007_199_254_740_993, 1e300, '', '\u0000', '\u202e', 'x'.repeat(5_000), '%', '\'; --', '{}', [], [null], [[]], {}, { a: { b: 1 } }];
  const keys = ['0', '-1', '1e9', '9223372036854775807', '9223372036854775808', '99999999999999999999999', 'x', '%00', '%ff', '%2e%2e', 'é', 'a'.repeat(3_000)];
  let clients;
  let turn = 0;
  const some = (values, count) => (process.env.CONSOLE_HOSTILE === 'all' ? values : Array.from({ length: count }, () => values[turn++ % values.length]));
  const known = new Map();
  before(async () => { clients = await Promise.all(roles.map((role) => as(role))); });

  async function mayUse(each) {
    if (!known.has(each.name)) known.set(each.name, await whoMayUse(each));
    return known.get(each.name);
  }
  async function whoMayUse(each) {
    for (const client of clients) {
      const answer = await asked(client, each);
      assert.ok(answer.status < 500, `${each.name}: ${answer.status} ${answer.text.slice(0, 200)}`);
      if (!['not-allowed', 'training-over'].includes(kind(answer))) return client;
    }
    return null;
  }
  const skip = (each) => each.open || ['/session', '/events', '/me/password'].includes(each.path);
  const fine = (each, answer, sent) => {
    assert.ok(answer.status < 500, `${each.name} answered ${answer.status} to ${String(sent).slice(0, 120)}: ${answer.text.slice(0, 200)}`);
    if (answer.status >= 400 && answer.headers.get('content-type')?.includes('problem+json')) assert.match(answer.body.type, /^\/api\/staff\/v1\/problems\/|^about:blank$/, each.name);
  };

  test('as a body is refused', async () => {
    for (const each of operations.filter((one) => !skip(one) && one.method !== 'GET' && one.method !== 'DELETE')) {
      const client = await mayUse(each);
      if (!client) continue;
      for (const raw of some(bodies, 5)) fine(each, await asked(client, each, { body: undefined, raw: Buffer.from(raw, 'latin1'), type: 'application/json' }), raw);
      fine(each, await asked(client, each, { body: undefined, raw: 'a=1', type: 'text/plain' }), 'text/plain');
    }
  });

  test('as a field is refused', async () => {
    const document = await description();
    const resolved = (schema) => (schema?.$ref ? document.components.schemas[schema.$ref.split('/').at(-1)] : schema);
    for (const each of operations.filter((one) => !skip(one) && one.operation.requestBody?.content?.['application/json'])) {
      const client = await mayUse(each);
      if (!client) continue;
      const schema = resolved(each.operation.requestBody.content['application/json'].schema);
      const fields = Object.keys(schema?.properties ?? {});
      for (const field of fields.slice(0, 12)) {
        const answers = await Promise.all(some(strange, 5).map((value) => asked(client, each, { body: { ...Object.fromEntries(fields.map((other) => [other, 1])), [field]: value } })));
        for (const answer of answers) fine(each, answer, field);
      }
    }
  });

  test('as a key, a cursor or a filter is nobody\'s record', async () => {
    for (const each of operations.filter((one) => !skip(one))) {
      const client = await mayUse(each);
      if (!client) continue;
      if (each.path.includes('{'))
        for (const key of some(keys, 6)) fine(each, await asked(client, each, { path: filled(each.path, key) }), key);
      if (each.method !== 'GET') continue;
      for (const parameter of (each.operation.parameters ?? []).map((one) => one.name ?? one.$ref?.split('/').at(-1).toLowerCase()))
        for (const value of some(['', '-1', '0', '9'.repeat(40), '%00', '%ff', 'x'.repeat(2_000), '%27%3B--', '2026-13-45', '%F0%9F%98%80'], 5))
          fine(each, await asked(client, each, { path: `${filled(each.path)}?${parameter}=${value}` }), `${parameter}=${value.slice(0, 40)}`);
    }
  });

  test('leaves no fault in the log', async () => {
    const log = await serverLog();
    const faults = log.split('\n').filter((line) => /console_request_failed|http_handler_failed|http_stream_failed/.test(line));
    assert.deepEqual(faults.slice(0, 5), []);
  });
});

test('addresses are those of the description: what is not described is not there', async () => {
  for (const path of ['/', '/nothing', '/me/', '//me', '/me/..;/people', '/%6de']) {
    const answer = await fetch(`${url()}/api/staff/v1${path}`, { headers: { Cookie: (await as('hotline')).cookie } });
    assert.equal(answer.status, 404, path);
  }
});
