// Signing in at the console: password, code, first connection of an app, own password, lockout, sessions, and what an
// attacker tries.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Client, as, codeAt, makeStaff, mlango, mlangoWith, one, redis, sql, stepNow, stranger, url } from './lib/house.mjs';

const kind = (answer) => answer.body?.type?.split('/').at(-1);
const unguarded = async (path) => fetch(`${url()}/api/staff/v1${path}`);

describe('signing in', () => {
  test('by password and code, and out again', async () => {
    const account = await makeStaff('registration');
    const client = new Client(account);
    assert.equal((await client.get('/sign-in')).body.next, 'name');
    const first = await client.post('/sign-in', { name: account.name, password: account.password });
    assert.deepEqual(first.body, { next: 'code' });
    assert.equal((await client.get('/me')).status, 401, 'a password alone opens nothing');
    const half = client.cookie;
    const second = await client.post('/sign-in/code', { code: codeAt(account.secret) });
    assert.deepEqual(second.body, { next: 'done' });
    assert.notEqual(client.cookie, half, 'each step has a token of its own');
    const me = await client.get('/me');
    assert.equal(me.status, 200);
    assert.equal(me.body.name, account.name);
    assert.deepEqual(me.body.operations.map((each) => each.code), ['KEN']);
    assert.ok(me.body.permissions.includes('cases.decide') && !me.body.permissions.includes('cases.confirm'));
    const kept = client.cookie;
    assert.equal((await client.delete('/session')).status, 204);
    assert.equal(client.cookie, null);
    client.cookie = kept;
    assert.equal((await client.get('/me')).status, 401, 'the token is worth nothing any more');
    client.cookie = half;
    assert.equal((await client.get('/me')).status, 401);
    assert.deepEqual(await sql(`SELECT kind, detail FROM audit WHERE actor = 'staff:${account.id}' AND kind LIKE 'staff.signed%' ORDER BY id`),
      [['staff.signed_in', 'code'], ['staff.signed_out', '']]);
  });

  test('capitals in a name are the same name', async () => {
    const account = await makeStaff('hotline');
    const client = new Client(account);
    const answer = await client.post('/sign-in', { name: account.name.toUpperCase(), password: account.password });
    assert.equal(answer.body.next, 'code');
  });

  test('a made password is replaced and an app connected at the first time', async () => {
    const name = `first.${process.pid}`;
    const password = (await mlango('staff', 'add', name, '--role', 'statistics', '--operation', 'KEN')).split('\n')[0];
    assert.match(password, /^[a-z2-9]{5}(-[a-z2-9]{5}){3}$/);
    const client = stranger();
    assert.equal((await client.post('/sign-in', { name, password })).body.next, 'enrol');
    const offered = (await client.post('/sign-in/enrolment')).body;
    const again = (await client.post('/sign-in/enrolment')).body;
    assert.notEqual(offered.secret, again.secret);
    assert.match(again.uri, new RegExp(`^otpauth://totp/Mlango:${name}\\?secret=${again.secret}&issuer=Mlango`));
    const other = await client.post('/sign-in/code', { code: codeAt(offered.secret) });
    assert.equal(other.status, 401, 'only the last secret counts');
    assert.equal((await client.post('/sign-in/code', { code: codeAt(again.secret) })).body.next, 'password');
    assert.equal((await client.get('/me')).status, 401, 'not before she has a password of her own');
    for (const [bad, code] of [['short', 'short'], [`x ${name} is my password`, 'name'], ['aaaaaaaaaaaaaa', 'common'],
      ['qwertyuiopas', 'common'], ['Password1234', 'common'], [password, 'same']]) {
      const refused = await client.post('/sign-in/password', { password: bad });
      assert.equal(refused.status, 422, bad);
      assert.equal(refused.body.faults[0].code, code, bad);
    }
    assert.equal((await client.post('/sign-in/password', { password: 'a lamp over the river' })).body.next, 'done');
    assert.equal((await client.get('/me')).body.name, name);
    assert.equal((await stranger().post('/sign-in', { name, password })).status, 401, 'the made one is over');
    const next = stranger();
    assert.equal((await next.post('/sign-in', { name, password: 'a lamp over the river' })).body.next, 'code');
    const stored = await sql(`SELECT encode(password, 'hex'), encode(totp_sealed, 'hex') FROM staff WHERE name = '${name}'`);
    assert.ok(!stored[0].join().includes(Buffer.from('a lamp').toString('hex')));
  });

  test('a lost app is reset by the command line, and another one connected', async () => {
    const account = await makeStaff('hotline');
    const before = await new Client(account).signIn();
    await mlango('staff', 'reset-totp', account.name);
    assert.equal((await before.get('/me')).status, 401, 'her session ended');
    const client = new Client(account);
    assert.equal((await client.post('/sign-in', { name: account.name, password: account.password })).body.next, 'enrol');
  });

  test('a code works once, whoever types it again', async () => {
    const account = await makeStaff('hotline');
    const step = stepNow();
    await new Client(account).signIn({ step });
    const thief = new Client(account);
    await thief.post('/sign-in', { name: account.name, password: account.password });
    const replayed = await thief.post('/sign-in/code', { code: codeAt(account.secret, step) });
    assert.equal(replayed.status, 401);
    assert.equal(replayed.body.reason, 'wrong');
    assert.equal((await thief.post('/sign-in/code', { code: codeAt(account.secret, step - 1) })).status, 401, 'nor an older one');
    assert.equal((await thief.get('/me')).status, 401);
    assert.equal((await thief.post('/sign-in/code', { code: codeAt(account.secret, step + 1) })).status, 200, 'the next one does');
  });

  test('of many at once with one code, one comes in', async () => {
    const account = await makeStaff('hotline');
    const clients = await Promise.all(Array.from({ length: 3 }, async () => {
      const client = new Client(account);
      await client.post('/sign-in', { name: account.name, password: account.password });
      return client;
    }));
    const answers = await Promise.all(clients.map((client) => client.post('/sign-in/code', { code: codeAt(account.secret) })));
    assert.equal(answers.filter((each) => each.status === 200).length, 1);
  });

  test('codes two steps away do not work', async () => {
    const account = await makeStaff('hotline');
    for (const away of [-2, 2]) {
      const client = new Client(account);
      await client.post('/sign-in', { name: account.name, password: account.password });
      assert.equal((await client.post('/sign-in/code', { code: codeAt(account.secret, stepNow() + away) })).status, 401);
    }
  });
});

describe('guessing', () => {
  test('unknown names, wrong passwords, suspended and waiting accounts are answered alike', async () => {
    const account = await makeStaff('hotline');
    const suspended = await makeStaff('hotline');
    await mlango('staff', 'suspend', suspended.name);
    const waiting = await makeStaff('hotline');
    for (let i = 0; i < 4; ++i) await stranger().post('/sign-in', { name: waiting.name, password: 'wrong wrong wrong' });
    const bodies = [];
    for (const [name, password] of [['nobody.at.all', 'wrong wrong wrong'], [account.name, 'wrong wrong wrong'],
      [suspended.name, suspended.password], [waiting.name, waiting.password]]) {
      const answer = await stranger().post('/sign-in', { name, password });
      assert.equal(answer.status, 401);
      assert.equal(answer.headers.get('set-cookie'), null);
      bodies.push(answer.text);
    }
    assert.equal(new Set(bodies).size, 1);
  });

  test('and at the same cost', async () => {
    const account = await makeStaff('hotline');
    const timed = async (name) => {
      const times = [];
      for (let i = 0; i < 9; ++i) {
        const begun = performance.now();
        await stranger().post('/sign-in', { name, password: 'wrong wrong wrong' });
        times.push(performance.now() - begun);
      }
      return times.sort((a, b) => a - b)[2];
    };
    await timed('nobody.at.all');
    const [unknown, known] = [await timed('nobody.at.all'), await timed(account.name)];
    // The hash is most of it: without it the answer would come in a tenth of the time.
    assert.ok(unknown > known / 3 && known > unknown / 3, `${unknown} ms and ${known} ms`);
  });

  test('each wrong one after the third waits longer, also those at once', async () => {
    const account = await makeStaff('hotline');
    const answers = await Promise.all(Array.from({ length: 12 }, () =>
      stranger().post('/sign-in', { name: account.name, password: 'wrong wrong wrong' })));
    assert.ok(answers.every((each) => each.status === 401 || each.status === 503));
    const [[failures, waits]] = await sql(`SELECT failures, locked_until > now() FROM staff WHERE id = ${account.id}`);
    assert.equal(failures, '4', 'what came after the fourth was not looked at');
    assert.equal(waits, 't');
    assert.equal((await new Client(account).post('/sign-in', { name: account.name, password: account.password })).status, 401);
    assert.equal(await one(`SELECT count(*) FROM audit WHERE kind = 'staff.locked' AND record = ${account.id}`), '1');
    await sql(`UPDATE staff SET locked_until = now() - interval '1 second' WHERE id = ${account.id}`);
    await new Client(account).signIn();
    assert.equal(await one(`SELECT failures FROM staff WHERE id = ${account.id}`), '0');
  });

  test('a stolen password does not buy guesses at codes', async () => {
    const account = await makeStaff('hotline');
    let tried = 0;
    for (let i = 0; i < 8; ++i) {
      const client = new Client(account);
      const first = await client.post('/sign-in', { name: account.name, password: account.password });
      if (first.status !== 200) break;
      await client.post('/sign-in/code', { code: '000000' });
      ++tried;
    }
    assert.equal(tried, 4, 'then the account waits');
  });
});

describe('sessions', () => {
  test('Redis holds neither token nor name nor who it is', async () => {
    const account = await makeStaff('hotline', { name: `telltale.${process.pid}` });
    const client = await new Client(account).signIn();
    const token = client.cookie.split('=')[1];
    let everything = '';
    for (const key of (await redis('--scan', '--pattern', 'staff:*')).split('\n'))
      everything += `${key} ${key.includes('of:') ? await redis('SMEMBERS', key) : await redis('GET', key)}\n`;
    assert.ok(everything.length > 100);
    assert.ok(!everything.includes(token) && !everything.includes('telltale'));
    assert.ok(!everything.split(/\s/).includes(String(account.id)));
  });

  test('forged, foreign and broken cookies are nobody', async () => {
    const good = await as('hotline');
    const value = good.cookie.split('=')[1];
    const forged = [`${value.slice(0, -1)}${value.endsWith('A') ? 'B' : 'A'}`, value.slice(0, 20), `${value}A`, '', 'x'.repeat(43), '%00', `${value}\u00e9`.normalize('NFD').replace(/[^ -~]/g, '')];
    for (const each of forged) {
      if (each === value) continue;
      const client = stranger();
      client.cookie = `mlango_console=${each}`;
      assert.equal((await client.get('/me')).status, 401);
    }
    assert.equal((await good.get('/me')).status, 200);
  });

  test('a change from another site is refused, whatever it carries', async () => {
    const client = await as('hotline');
    const change = (headers, page = false) => client.put('/me/language', { language: 'fr' }, { page, headers });
    assert.equal(kind(await change({})), 'not-this-page');
    assert.equal(kind(await change({ 'X-Mlango-Console': '1', 'Sec-Fetch-Site': 'cross-site' })), 'not-this-page');
    assert.equal(kind(await change({ 'X-Mlango-Console': '1', 'Sec-Fetch-Site': 'same-site' })), 'not-this-page');
    assert.equal((await change({ 'X-Mlango-Console': '1', 'Sec-Fetch-Site': 'same-origin' })).status, 200);
    const login = await stranger().post('/sign-in', { name: 'x', password: 'y' }, { page: false });
    assert.equal(kind(login), 'not-this-page', 'nor is anybody signed in from elsewhere');
    // A simple form, which browsers send without asking.
    const form = await client.ask('PUT', '/me/language', { raw: 'language=fr', type: 'text/plain', valid: false });
    assert.equal(form.status, 415);
  });

  test('cookies are for this host alone and no script reads them', async () => {
    const account = await makeStaff('hotline');
    const client = new Client(account);
    const answer = await client.post('/sign-in', { name: account.name, password: account.password });
    const cookie = answer.headers.get('set-cookie');
    for (const word of ['HttpOnly', 'SameSite=Strict', 'Path=/']) assert.ok(cookie.includes(word), cookie);
    assert.ok(!/domain/i.test(cookie));
    assert.match(cookie, /^mlango_console=[A-Za-z0-9_-]{43};/);
  });

  test('nothing is kept by caches, framed, or sniffed', async () => {
    const client = await as('hotline');
    for (const answer of [await client.get('/me'), await stranger().get('/me'), await client.put('/me/language', { language: 'en' })]) {
      assert.match(answer.headers.get('cache-control'), /no-store/);
      assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
      assert.match(answer.headers.get('content-security-policy'), /frame-ancestors 'none'/);
      assert.equal(answer.headers.get('referrer-policy'), 'no-referrer');
    }
  });

  test('a suspended account can do nothing from that moment on', async () => {
    const client = await as('hotline', { fresh: true });
    assert.equal((await client.get('/me')).status, 200);
    await mlango('staff', 'suspend', client.account.name);
    assert.equal((await client.get('/me')).status, 401);
    await mlango('staff', 'resume', client.account.name);
    assert.equal((await client.get('/me')).status, 200);
  });

  test('a grant that ended holds no more, and neither does a training', async () => {
    const client = await as('hotline', { fresh: true });
    assert.ok((await client.get('/me')).body.permissions.includes('people.search'));
    await mlango('staff', 'trained', client.account.name, '2026-01-01');
    const untrained = (await client.get('/me')).body;
    assert.ok(!untrained.permissions.includes('people.search') && untrained.untrained.includes('people.search'));
    await sql(`UPDATE staff_grant SET until = now() - interval '1 second', since = now() - interval '1 day' WHERE staff = ${client.id}`);
    const over = (await client.get('/me')).body;
    assert.deepEqual([over.permissions, over.untrained, over.operations], [[], [], []]);
  });

  test('another password ends all other sessions and renews this one', async () => {
    const account = await makeStaff('hotline');
    const [here, there] = [await new Client(account).signIn({ step: stepNow() - 1 }), await new Client(account).signIn()];
    const before = here.cookie;
    const wrong = await here.post('/me/password', { old: 'not the old one', password: 'seven boats at dawn' });
    assert.equal(wrong.status, 422);
    assert.deepEqual(wrong.body.faults, [{ field: 'old', code: 'wrong' }]);
    assert.equal((await here.post('/me/password', { old: account.password, password: account.password })).body.faults[0].code, 'same');
    assert.equal((await here.post('/me/password', { old: account.password, password: 'seven boats at dawn' })).status, 200);
    assert.notEqual(here.cookie, before);
    assert.equal((await here.get('/me')).status, 200);
    assert.equal((await there.get('/me')).status, 401);
    here.cookie = before;
    assert.equal((await here.get('/me')).status, 401);
  });

  test('a request of the page itself does not keep the session alive', async () => {
    const client = await as('hotline', { fresh: true });
    const key = async () => {
      const list = [];
      for (const each of (await redis('--scan', '--pattern', 'staff:*')).split('\n'))
        if (!each.includes('of:')) list.push([each, Number(await redis('TTL', each))]);
      return list;
    };
    for (const [each] of await key()) await redis('EXPIRE', each, '100');
    await client.get('/me', { headers: { 'X-Mlango-Background': '1' } });
    assert.ok((await key()).every(([, left]) => left <= 100));
    await client.get('/me');
    assert.equal((await key()).filter(([, left]) => left > 100).length, 1);
  });
});

describe('bodies', () => {
  test('what is malformed is named, and never repeated', async () => {
    for (const [body, status] of [['{', 400], ['[]', 400], ['{"name": 7, "password": "x"}', 400], [`{"name": "${'n'.repeat(61)}", "password": "secretive"}`, 400],
      [`${'['.repeat(40)}`, 400], ['{"name": "a\\u0000b", "password": "secretive"}', 400]]) {
      const answer = await stranger().ask('POST', '/sign-in', { raw: body, valid: false });
      assert.equal(answer.status, status, body);
      assert.ok(!answer.text.includes('secretive'));
    }
  });

  test('the description, and what a problem means, are there for everybody', async () => {
    const document = await (await unguarded('/openapi.json')).json();
    assert.equal(document.openapi, '3.1.0');
    for (const name of ['stale', 'own-request', 'not-signed-in']) {
      const answer = await unguarded(`/problems/${name}`);
      assert.equal(answer.status, 200);
      assert.ok((await answer.text()).length > 40);
    }
    assert.equal((await unguarded('/problems/none')).status, 404);
  });
});

test('an account of the command line can be made with a password and an app that are there already', async () => {
  await assert.rejects(mlangoWith(['short'], 'staff', 'add', `weak.${process.pid}`, '--from-stdin'), /will not do/);
  await assert.rejects(mlango('staff', 'add', 'Capital Letters'), /a-z/);
  const account = await makeStaff('cash');
  await assert.rejects(mlango('staff', 'grant', account.name, 'cash_release', '--operation', 'KEN'), /beside|held/);
  await mlango('staff', 'grant', account.name, 'hotline', '--operation', 'UGA');
  assert.match(await mlango('staff', 'list'), new RegExp(`${account.name}\\t.*cash@KEN, hotline@UGA`));
});
