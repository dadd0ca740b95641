// Who works here and what they may do: accounts, roles given and taken, reviews, one's own sessions.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { Client, as, codeAt, makeStaff, one, sql, stepNow, stranger, url } from './lib/house.mjs';
import { routeMatrix } from './lib/matrix.mjs';

const kind = (answer) => answer.body?.type?.split('/').at(-1);
const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString().replace(/\.\d+Z$/, 'Z');
const colleague = async (by, id) => (await by.get(`/staff/${id}`)).body;
const audited = async (kinds, record) => (await sql(`SELECT kind, actor, detail FROM audit WHERE kind LIKE '${kinds}' AND record = ${record} ORDER BY id`));
let made = 0;
const newName = () => `access.${process.pid}.${++made}`;
// A colleague who holds nothing yet.
const nobody = (options) => makeStaff([], options);

let chief, keeper;
before(async () => {
  chief = await as('representative');
  keeper = await as('administrator');
});

describe('roles', () => {
  routeMatrix({ method: 'GET', path: '/access/roles', allowed: 'representative', wrong: ['registration', 'words'] });
  test('what she has to give, and where', async () => {
    const { body } = await chief.get('/access/roles');
    const role = (code) => body.roles.find((each) => each.code === code);
    assert.deepEqual(role('cash').gives.map((each) => [each.operation, each.office]), [['KEN', null]]);
    assert.deepEqual(role('auditor').gives, []);
    assert.deepEqual(role('administrator').gives, []);
    assert.ok(role('cash').conflicts.includes('cash_release') && role('cash_release').conflicts.includes('cash'));
    assert.deepEqual(body.operations.map((each) => each.code), ['KEN']);
    assert.ok(body.operations[0].offices.length >= 5);
    assert.deepEqual((await keeper.get('/access/roles')).body.roles.flatMap((each) => each.gives), [], 'who keeps accounts gives nothing');
  });
});

describe('giving a role', () => {
  let to;
  before(async () => { to = await nobody(); });
  const wish = (more = {}) => ({ staff: to.id, role: 'hotline', operation: 'KEN', until: inDays(30), ...more });
  routeMatrix({
    method: 'POST', path: '/grants', body: () => wish(), allowed: 'representative', allowedStatus: 201,
    wrong: ['administrator', 'auditor', 'registration'], elsewhere: true, elsewhereStatus: 403,
    own: () => ({ client: chief, body: wish({ staff: chief.id }) }),
  });
  const refusals = [
    ['of nobody’s gift', { role: 'auditor' }, 403, 'not_held'],
    ['elsewhere', { operation: 'UGA' }, 403, 'out_of_scope'],
    ['for longer than she holds it', { until: inDays(366.5) }, 403, 'too_long'],
    ['in the past', { until: '2026-01-01T00:00:00Z' }, 422, 'bad_until'],
    ['in an office that there is not', { office: 99999 }, 422, 'no_such_place'],
    ['to nobody', { staff: 999999999 }, 404],
    ['to whose training is not in date', { staff: async () => (await nobody({ trained: null })).id }, 422, 'training_over'],
    ['that she may not hold beside another', { staff: async () => (await makeStaff('cash')).id, role: 'cash_release' }, 422, 'incompatible'],
  ];
  for (const [what, more, status, word] of refusals)
    test(`not ${what}`, async () => {
      const asked = wish();
      for (const [name, value] of Object.entries(more)) asked[name] = typeof value === 'function' ? await value() : value;
      const answer = await chief.post('/grants', asked);
      assert.equal(answer.status, status, answer.text);
      if (status === 403) assert.equal(answer.body.reason, word);
      if (status === 422) assert.equal(answer.body.faults[0].code, word);
      if (word === 'incompatible') assert.equal(answer.body.faults[0].role, 'cash');
    });
  test('what is not of its form', async () => {
    for (const more of [{ staff: 'x' }, { staff: 0 }, { staff: 1.5 }, { until: 'tomorrow' }, { until: '2027-02-30T00:00:00Z' }, { office: '1' }, { role: '' }, { operation: 'KENYA' }]) {
      const answer = await chief.post('/grants', wish(more), { valid: false });
      assert.equal(answer.status, 400, JSON.stringify(more));
      assert.ok(!answer.text.includes('tomorrow'));
    }
  });
  test('holds at once, in the next request, and ends at once', async () => {
    const account = await nobody();
    const client = await new Client(account).signIn();
    assert.equal((await client.get('/access/roles')).status, 403);
    const { body: { id } } = await chief.post('/grants', wish({ staff: account.id, role: 'representative', until: inDays(10) }));
    assert.equal((await client.get('/access/roles')).status, 200);
    assert.equal((await chief.post(`/grants/${id}/end`, { revision: 1 })).status, 200);
    assert.equal((await client.get('/access/roles')).status, 403);
    assert.deepEqual(await audited('grant.%', id), [['grant.given', `staff:${chief.id}`, 'representative'], ['grant.ended', `staff:${chief.id}`, 'representative']]);
  });
  test('two at once: roles that are not held together meet in one person once', async () => {
    const second = await as('representative', { fresh: true });
    for (let round = 0; round < 5; ++round) {
      const account = await nobody();
      const answers = await Promise.all([chief.post('/grants', wish({ staff: account.id, role: 'notices' })), second.post('/grants', wish({ staff: account.id, role: 'notices_release' }))]);
      assert.deepEqual(answers.map((each) => each.status).sort(), [201, 422]);
    }
  });
});

describe('ending and confirming', () => {
  const given = async (role = 'hotline') => {
    const account = await makeStaff(role);
    return { account, id: Number(await one(`SELECT id FROM staff_grant WHERE staff = ${account.id}`)) };
  };
  routeMatrix({
    name: 'POST /grants/{id}/confirmation', method: 'POST', path: async () => `/grants/${(await given()).id}/confirmation`, body: { revision: 1 },
    allowed: 'representative', wrong: ['administrator', 'auditor'], elsewhere: true,
    own: async () => ({ client: chief, path: `/grants/${await one(`SELECT id FROM staff_grant WHERE staff = ${chief.id}`)}/confirmation` }),
    stale: async () => ({ path: `/grants/${(await given()).id}/confirmation`, body: { revision: 7 } }),
  });
  routeMatrix({
    name: 'POST /grants/{id}/end', method: 'POST', path: async () => `/grants/${(await given()).id}/end`, body: { revision: 1 },
    allowed: 'representative', elsewhere: true,
    stale: async () => ({ path: `/grants/${(await given()).id}/end`, body: { revision: 7 } }),
  });
  test('who has no say in it does not learn that it is there', async () => {
    const { id } = await given();
    for (const role of ['administrator', 'auditor', 'registration']) assert.equal((await (await as(role)).post(`/grants/${id}/end`, { revision: 1 })).status, 404);
    assert.equal((await chief.post('/grants/999999999/end', { revision: 1 })).status, 404);
  });
  test('who holds a role gives it back', async () => {
    const client = await as('hotline', { fresh: true });
    const id = await one(`SELECT id FROM staff_grant WHERE staff = ${client.id}`);
    assert.equal((await client.post(`/grants/${id}/end`, { revision: 1 })).status, 200);
    assert.deepEqual((await client.get('/me')).body.permissions, []);
  });
  test('what is over is over', async () => {
    const { id } = await given();
    assert.equal((await chief.post(`/grants/${id}/end`, { revision: 1 })).status, 200);
    const again = await chief.post(`/grants/${id}/confirmation`, { revision: 2 });
    assert.equal(again.status, 409);
    assert.equal(kind(again), 'wrong-state');
    assert.equal(again.body.current.revision, 2);
  });
});

describe('accounts', () => {
  routeMatrix({
    method: 'POST', path: '/staff', body: () => ({ name: newName(), shown_name: 'Somebody New', language: 'fr', trained_until: '2027-06-30' }),
    allowed: 'administrator', allowedStatus: 201, wrong: ['representative', 'auditor', 'registration'],
  });
  routeMatrix({
    method: 'GET', path: '/staff', allowed: 'auditor', wrong: ['registration', 'cash'], elsewhere: true,
    elsewhereCheck: (answer) => {
      assert.equal(answer.status, 200);
      for (const each of answer.body.items) assert.ok(each.own || each.grants.every((grant) => grant.operation === 'UGA'), each.name);
    },
  });
  const officer = async () => `/staff/${(await makeStaff('cash')).id}`;
  routeMatrix({ name: 'GET /staff/{id}', method: 'GET', path: officer, allowed: 'representative', wrong: ['cash'], elsewhere: true });
  for (const [path, body] of [['', { revision: 1, shown_name: 'Another Name' }], ['/state', { revision: 1, state: 'suspended' }], ['/password', { revision: 1 }], ['/codes', { revision: 1 }]])
    routeMatrix({
      name: `${path ? 'POST' : 'PATCH'} /staff/{id}${path}`, method: path ? 'POST' : 'PATCH', path: async () => `${await officer()}${path}`, body,
      allowed: 'administrator', wrong: ['representative', 'auditor'], elsewhere: true,
      own: () => ({ client: keeper, path: `/staff/${keeper.id}${path}` }),
      stale: async () => ({ path: `${await officer()}${path}`, body: { ...body, revision: 9 } }),
    });
  routeMatrix({ name: 'POST /staff/{id}/sign-out', method: 'POST', path: async () => `${await officer()}/sign-out`, allowed: 'administrator', wrong: ['representative'], elsewhere: true });
  const linked = async () => {
    const { id } = await makeStaff('cash');
    await sql(`UPDATE staff SET issuer = 'https://identity.example', subject = 'of ${id}' WHERE id = ${id}`);
    return `/staff/${id}/unlink`;
  };
  routeMatrix({
    name: 'POST /staff/{id}/unlink', method: 'POST', path: linked, body: { revision: 1 }, allowed: 'administrator', wrong: ['representative', 'auditor'], elsewhere: true,
    own: () => ({ client: keeper, path: `/staff/${keeper.id}/unlink` }), stale: async () => ({ path: await linked(), body: { revision: 9 } }),
  });
  routeMatrix({
    method: 'POST', path: '/staff/search', body: { text: 'access' }, allowed: 'representative', wrong: ['cash'], elsewhere: true,
    elsewhereCheck: (answer) => {
      assert.equal(answer.status, 200);
      for (const each of answer.body.items) assert.ok(each.own || each.grants.every((grant) => grant.operation === 'UGA'), each.name);
    },
  });

  test('a new one gets in by the password that was shown once, connects an app, and chooses a password of her own', async () => {
    const name = newName();
    const answer = await keeper.post('/staff', { name, shown_name: 'Amina', language: 'ar', trained_until: '2027-06-30' });
    assert.match(answer.body.password, /^[a-z2-9]{5}(-[a-z2-9]{5}){3}$/);
    const client = stranger();
    assert.equal((await client.post('/sign-in', { name, password: answer.body.password })).body.next, 'enrol');
    const { secret } = (await client.post('/sign-in/enrolment')).body;
    assert.equal((await client.post('/sign-in/code', { code: codeAt(secret) })).body.next, 'password');
    assert.equal((await client.post('/sign-in/password', { password: 'a long one of her own' })).body.next, 'done');
    assert.deepEqual((await client.get('/me')).body.permissions, [], 'she holds nothing yet');
    const seen = await colleague(chief, answer.body.id);
    assert.deepEqual([seen.password_waits, seen.has_codes, seen.trained], [false, true, true]);
    const twice = await keeper.post('/staff', { name, shown_name: 'Amina', language: 'ar' });
    assert.equal(twice.status, 422);
    assert.deepEqual(twice.body.faults, [{ field: 'name', code: 'name_taken' }]);
  });
  test('what is not of its form', async () => {
    const good = { name: newName(), shown_name: 'X', language: 'en' };
    for (const more of [{ name: 'A B' }, { name: 'x' }, { shown_name: '' }, { shown_name: ' ' }, { shown_name: 'a\u202eb' }, { shown_name: 'a\nb' }, { language: 'de' }, { trained_until: '2027-13-01' }, { subject: 'somebody' }]) {
      const answer = await keeper.post('/staff', { ...good, ...more }, { valid: false });
      assert.equal(answer.status, 400, JSON.stringify(more));
    }
    const far = await keeper.post('/staff', { ...good, trained_until: '2072-01-01' });
    assert.deepEqual([far.status, far.body.faults?.[0].code], [422, 'too_far']);
  });
  test('suspended: her sessions are over, she can not come in, and back again she can', async () => {
    const client = await as('cash', { fresh: true });
    const before = await colleague(keeper, client.id);
    const gone = await keeper.post(`/staff/${client.id}/state`, { revision: before.revision, state: 'suspended' });
    assert.equal(gone.body.state, 'suspended');
    assert.equal((await client.get('/me')).status, 401);
    await assert.rejects(new Client(client.account).signIn({ step: stepNow() + 1 }), /wrong/);
    assert.equal((await keeper.post(`/staff/${client.id}/state`, { revision: gone.body.revision, state: 'active' })).body.state, 'active');
    await new Client(client.account).signIn({ step: stepNow() + 1 });
  });
  test('ended: her roles end with it, and it stays so', async () => {
    const account = await makeStaff(['cash', 'hotline']);
    const ended = await keeper.post(`/staff/${account.id}/state`, { revision: 1, state: 'ended' });
    assert.deepEqual(ended.body.grants.map((each) => each.state), ['ended', 'ended']);
    const back = await keeper.post(`/staff/${account.id}/state`, { revision: 2, state: 'active' });
    assert.equal(kind(back), 'wrong-state');
    assert.equal(back.body.current.state, 'ended');
    assert.deepEqual((await audited('staff.%', account.id)).at(-1), ['staff.ended', `staff:${keeper.id}`, '']);
  });
  test('one administrator alone does not become her', async () => {
    const client = await as('cash', { fresh: true });
    const first = await keeper.post(`/staff/${client.id}/codes`, { revision: 1 });
    assert.equal(first.status, 200);
    const both = await keeper.post(`/staff/${client.id}/password`, { revision: 2 });
    assert.equal(both.status, 403);
    assert.equal(both.body.reason, 'second_person');
    const other = await as('administrator', { fresh: true });
    assert.equal((await other.post(`/staff/${client.id}/password`, { revision: 2 })).status, 200);
  });
  test('a password that was reset opens the account once, to choose another', async () => {
    const client = await as('cash', { fresh: true });
    const { password } = (await keeper.post(`/staff/${client.id}/password`, { revision: 1 })).body;
    assert.equal((await client.get('/me')).status, 401, 'her sessions are over');
    const anew = new Client(client.account);
    assert.equal((await anew.post('/sign-in', { name: client.account.name, password: client.account.password })).status, 401);
    assert.equal((await anew.post('/sign-in', { name: client.account.name, password })).body.next, 'code');
    assert.equal((await anew.post('/sign-in/code', { code: codeAt(client.account.secret, stepNow() + 1) })).body.next, 'password');
    assert.ok(!(await sql(`SELECT kind || coalesce(detail, '') FROM audit WHERE record = ${client.id}`)).flat().some((each) => each.includes(password)));
  });
  test('training that is over takes what touches people, with the next request', async () => {
    const client = await as('cash', { fresh: true });
    const me = async () => (await client.get('/me')).body;
    assert.ok((await me()).permissions.includes('people.view'));
    await sql(`UPDATE staff SET trained_until = '2026-01-01' WHERE id = ${client.id}`);
    assert.ok((await me()).untrained.includes('people.view'));
    const changed = await keeper.patch(`/staff/${client.id}`, { revision: 1, trained_until: '2027-11-28' });
    assert.equal(changed.body.trained_until, '2027-11-28');
    assert.ok((await me()).permissions.includes('people.view'));
    assert.deepEqual((await audited('staff.changed', client.id)), [['staff.changed', `staff:${keeper.id}`, 'training']]);
  });
  test('who also works elsewhere is kept by who keeps accounts there too', async () => {
    const account = await makeStaff('cash');
    await sql(`SELECT staff_give(NULL, ${account.id}, 'hotline', 'UGA', NULL, NULL, now() + interval '9 days', now())`);
    assert.equal((await keeper.post(`/staff/${account.id}/password`, { revision: 1 })).status, 404);
    const seen = await colleague(chief, account.id);
    assert.deepEqual(seen.grants.map((each) => each.operation), ['KEN'], 'what she holds elsewhere is not shown');
    assert.equal(seen.may_keep, false);
  });
  test('of two who change one account, one learns that the other did', async () => {
    const account = await makeStaff('cash');
    const second = await as('administrator', { fresh: true });
    const answers = await Promise.all([keeper, second].map((by, n) => by.patch(`/staff/${account.id}`, { revision: 1, shown_name: `Name ${n}` })));
    assert.deepEqual(answers.map((each) => each.status).sort(), [200, 409]);
    const late = answers.find((each) => each.status === 409);
    assert.equal(late.body.current.shown_name, answers.find((each) => each.status === 200).body.shown_name);
  });
  test('the list goes on where it stopped, and each is there once', async () => {
    const seen = [];
    for (let after = ''; ;) {
      const { body } = await keeper.get(`/staff?limit=7${after && `&after=${after}`}`);
      assert.ok(body.items.length <= 7);
      seen.push(...body.items.map((each) => each.id));
      if (body.next === null) break;
      after = body.next;
    }
    assert.equal(new Set(seen).size, seen.length);
    assert.ok(seen.includes(chief.id) && seen.length > 7);
    const cash = (await keeper.get('/staff?role=cash&limit=200')).body.items;
    assert.ok(cash.length > 0 && cash.every((each) => each.grants.some((grant) => grant.role === 'cash')));
    assert.equal((await keeper.get('/staff?state=none', { valid: false })).status, 400);
  });
  test('no answer holds a stored password or an app’s secret', async () => {
    const { text } = await keeper.get('/staff?limit=200');
    assert.ok(!/totp|sealed|"password"|\\\\x/.test(text));
  });
});

describe('reviews', () => {
  routeMatrix({ method: 'GET', path: '/reviews', allowed: 'auditor', wrong: ['cash'], elsewhere: true, elsewhereCheck: (answer) => assert.ok(answer.body.items.every((each) => each.operation === 'UGA')) });
  routeMatrix({ method: 'GET', path: '/reviews.csv', allowed: 'auditor', wrong: ['cash'], elsewhere: true, elsewhereCheck: (answer) => {
    assert.equal(answer.status, 200);
    assert.ok(answer.text.includes(',UGA,') && !answer.text.includes(',KEN,'), answer.text.slice(0, 300));
  } });
  test('what is due comes first, and a look at it puts it off', async () => {
    const account = await makeStaff('hotline');
    await sql(`UPDATE staff_grant SET since = now() - interval '100 days', until = now() + interval '100 days' WHERE staff = ${account.id}`);
    const { body } = await chief.get('/reviews?due=1&limit=200');
    const mine = body.items.find((each) => each.staff === account.id);
    assert.deepEqual([mine.due, mine.unused, mine.may_decide], [true, true, true]);
    const times = body.items.map((each) => each.due_at);
    assert.deepEqual(times, [...times].sort());
    assert.equal((await chief.post(`/grants/${mine.id}/confirmation`, { revision: mine.revision })).status, 200);
    const after = (await chief.get('/reviews?limit=200')).body.items.find((each) => each.id === mine.id);
    assert.equal(after.due, false);
    assert.equal(after.reviewed_by, chief.account.name);
  });
  test('by pages and as a file, the same rows', async () => {
    const ids = [];
    for (let after = ''; ;) {
      const { body } = await chief.get(`/reviews?limit=5${after && `&after=${after}`}`);
      ids.push(...body.items.map((each) => each.id));
      if (body.next === null) break;
      after = body.next;
    }
    assert.equal(new Set(ids).size, ids.length);
    const { text, headers } = await chief.get('/reviews.csv');
    assert.match(headers.get('content-disposition'), /reviews\.csv/);
    const lines = text.trimEnd().split('\r\n');
    assert.equal(lines[0], 'grant,name,shown_name,state,role,operation,office,programme,since,until,granted_by,reviewed_at,reviewed_by,review_due,signed_in_at,trained_until');
    assert.deepEqual(lines.slice(1).map((line) => Number(line.split(',')[0])), ids);
    assert.equal((await sql(`SELECT 1 FROM audit WHERE kind = 'grant.exported' AND actor = 'staff:${chief.id}'`)).length, 1);
  });
  test('a name that is a formula is none in a spreadsheet', async () => {
    const account = await makeStaff('hotline', { shownName: '=HYPERLINK("http://x","y")' });
    const { text } = await chief.get('/reviews.csv');
    const line = text.split('\r\n').find((each) => each.includes(account.name));
    assert.ok(line.includes(`"'=HYPERLINK(""http://x"",""y"")"`), line);
  });
});

describe('one’s own sessions', () => {
  routeMatrix({ method: 'GET', path: '/me/sessions', allowed: 'statistics' });
  routeMatrix({ method: 'GET', path: '/me/identity', allowed: 'statistics', allowedCheck: (answer) => assert.equal(answer.body.linked, false) });
  test('a link with an identity provider is hers to end, while there is a password to sign in by', async () => {
    const client = await as('statistics', { fresh: true });
    const link = () => sql(`UPDATE staff SET issuer = 'https://identity.example', subject = 'own ${client.id}' WHERE id = ${client.id}`);
    await link();
    assert.equal((await client.get('/me/identity')).body.linked, true);
    assert.equal((await client.delete('/me/identity')).status, 204);
    assert.equal((await client.get('/me/identity')).body.linked, false);
    await link();
    await sql(`UPDATE staff SET password = NULL WHERE id = ${client.id}`);
    assert.equal((await client.delete('/me/identity')).status, 409);
    assert.equal((await client.get('/me/identity')).body.linked, true);
  });
  test('are listed, each can be ended, and all the others at once', async () => {
    const first = await as('statistics', { fresh: true });
    const second = await new Client(first.account).signIn({ step: stepNow() + 1 });
    const list = async (by) => (await by.get('/me/sessions')).body.items;
    assert.equal((await list(first)).length, 2);
    const here = (await list(second)).find((each) => each.here);
    assert.equal((await list(first)).find((each) => each.here).key === here.key, false);
    assert.equal((await first.delete(`/me/sessions/${here.key}`)).status, 204);
    assert.equal((await second.get('/me')).status, 401);
    assert.equal((await first.delete(`/me/sessions/${here.key}`)).status, 404);
    const stranger_ = await as('statistics', { fresh: true });
    const theirs = (await list(stranger_))[0].key;
    assert.equal((await first.delete(`/me/sessions/${theirs}`)).status, 404, 'not somebody else’s');
    assert.equal((await stranger_.get('/me')).status, 200);
    assert.deepEqual((await first.post('/me/sessions/end-others')).body, { ended: 0 });
    assert.equal((await first.get('/me')).status, 200);
  });
});
