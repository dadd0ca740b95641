// What is counted: dialled screens appear in the figures without anybody in them, each figure as table and as CSV, and
// nobody sees another operation's queues.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { as, kill, one, phone, serve, sql, until, url } from './lib/house.mjs';
import { routeMatrix } from './lib/matrix.mjs';

const names = ['hours', 'screens', 'gateways', 'languages', 'queues', 'deliveries', 'entitlements'];
for (const name of names)
  routeMatrix({ method: 'GET', path: `/figures/${name}`, allowed: 'statistics', wrong: ['registration', 'cash', 'words'] });
routeMatrix({ method: 'GET', path: '/figures/map', allowed: 'statistics', wrong: ['registration'] });

const today = () => new Date().toISOString().slice(0, 10);
const screens = async (client) => Object.fromEntries((await client.get('/figures/screens')).body.items.map((each) => [each.screen, each]));
const total = async (client, name, column) => (await client.get(`/figures/${name}`)).body.items.reduce((sum, each) => sum + each[column], 0);

test('a session is counted by screen, hour, gateway and language; who left is where she left', async () => {
  const client = await as('statistics');
  const before = await screens(client);
  const sessions = await total(client, 'hours', 'sessions');
  const sum = (all, column) => Object.values(all).reduce((whole, each) => whole + each[column], 0);
  for (let n = 0; n < 2; ++n) {
    const dial = phone('+254711000001');
    await dial();
    await dial('4');
  }
  // Each thread stores what it counted in its own ten seconds.
  const after = await until(async () => {
    const now = await screens(client);
    return sum(now, 'shown') - sum(before, 'shown') >= 4 && now;
  }, 25_000, 'four screens more');
  assert.equal(sum(after, 'shown') - sum(before, 'shown'), 4);
  await until(async () => sum(await screens(client), 'answered') - sum(before, 'answered') === 2, 25_000, 'two answers more');
  const counted = await screens(client);
  assert.equal(sum(counted, 'left') - sum(before, 'left'), 2, 'both left where they stood');
  for (const each of Object.values(counted)) assert.equal(each.left, Math.max(each.shown - each.answered - each.ended, 0));
  assert.equal(await total(client, 'hours', 'sessions'), sessions + 2);
  assert.ok((await client.get('/figures/gateways')).body.items.some((each) => each.gateway === 'africastalking' && each.sessions >= 2));
  assert.ok((await client.get('/figures/languages')).body.items.some((each) => each.language === 'en'));
});

test('the same hop delivered twice is counted once', async () => {
  const client = await as('statistics');
  const before = await total(client, 'screens', 'shown');
  const hop = () => fetch(`${url()}/ussd/africastalking?key=demo`, { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ sessionId: `twice${process.pid}`, phoneNumber: '+254711000001', serviceCode: '*384#', networkCode: '63902', text: '' }) }).then((answer) => answer.text());
  const [first, again] = [await hop(), await hop()];
  assert.equal(first, again);
  await until(async () => (await total(client, 'screens', 'shown')) > before, 20_000, 'the hop');
  assert.equal(await total(client, 'screens', 'shown'), before + 1);
});

test('what was counted in memory is stored when the server ends', async () => {
  const client = await as('statistics');
  const before = Number(await one(`SELECT coalesce(sum(count), 0) FROM figure_hour WHERE kind = 'session'`));
  await phone('+254711000001')();
  await kill('SIGTERM');
  assert.equal(Number(await one(`SELECT coalesce(sum(count), 0) FROM figure_hour WHERE kind = 'session'`)), before + 1);
  await serve();
  assert.equal((await client.get('/figures/hours')).status, 200);
});

test('the figures hold no number, no person and no hour of a screen', async () => {
  const columns = await sql(`SELECT table_name, column_name FROM information_schema.columns WHERE table_name LIKE 'figure%' ORDER BY 1, 2`);
  assert.deepEqual(columns.map((each) => each.join('.')), ['figure_hour.count', 'figure_hour.hour', 'figure_hour.kind', 'figure_hour.name',
    'figure_screen_day.answered', 'figure_screen_day.day', 'figure_screen_day.ended', 'figure_screen_day.screen', 'figure_screen_day.shown']);
  const all = await sql('SELECT name FROM figure_hour UNION SELECT screen FROM figure_screen_day');
  for (const [name] of all) assert.doesNotMatch(name ?? '', /[0-9]{4}/);
});

test('each figure as CSV holds the rows of its table, and no cell is a formula', async () => {
  const client = await as('statistics');
  await sql(`UPDATE programme SET name = jsonb_build_object('en', '=1+1 "x", y') WHERE id = (SELECT min(id) FROM programme)`);
  for (const name of names) {
    const { body } = await client.get(`/figures/${name}?from=${today().slice(0, 8)}01&to=${today()}`);
    const csv = await client.get(`/figures/${name}?from=${today().slice(0, 8)}01&to=${today()}&as=csv`);
    assert.equal(csv.headers.get('content-type'), 'text/csv; charset=utf-8');
    assert.match(csv.headers.get('content-disposition'), new RegExp(`filename="${name}-`));
    const lines = csv.text.replace(/^\ufeff/, '').split('\r\n').filter((line) => line !== '');
    assert.equal(lines.length, body.items.length + 1, name);
    for (const line of lines) assert.doesNotMatch(line, /(^|,)"?[=+@]/);
  }
  assert.match((await client.get('/figures/entitlements?as=csv')).text, /"'=1\+1 ""x"", y"/);
});

test('queues and entitlements are those of her operation and office only', async () => {
  const [kenya, uganda] = [await as('statistics'), await as('statistics', { operation: 'UGA' })];
  for (const [client, code] of [[kenya, 'KEN'], [uganda, 'UGA']])
    for (const name of ['queues', 'entitlements'])
      for (const each of (await client.get(`/figures/${name}`)).body.items) assert.ok([code, ''].includes(each.operation), JSON.stringify(each));
  const waiting = await total(kenya, 'queues', 'waiting');
  const counted = Number(await one(`SELECT (SELECT count(*) FROM change_request c LEFT JOIN registration_group g ON g.id = c.registration_group LEFT JOIN individual i ON i.id = c.individual
      WHERE c.state IN ('pending', 'validated', 'conflict') AND coalesce(g.operation, i.operation, 'KEN') = 'KEN')
    + (SELECT count(*) FROM ticket t LEFT JOIN registration_group g ON g.id = t.registration_group LEFT JOIN individual i ON i.id = t.individual
      WHERE t.state <> 'closed' AND NOT t.sensitive AND coalesce(g.operation, i.operation, 'KEN') = 'KEN')`));
  assert.equal(waiting, counted);
  const office = await one(`SELECT min(id) FROM office`);
  const one_office = await as('statistics', { office });
  assert.ok((await total(one_office, 'entitlements', 'entitlements')) <= (await total(kenya, 'entitlements', 'entitlements')));
});

test('sensitive tickets are in no figure', async () => {
  const client = await as('statistics');
  const before = await total(client, 'queues', 'waiting');
  const changed = await sql(`UPDATE ticket SET sensitive = true WHERE id = (SELECT t.id FROM ticket t JOIN registration_group g ON g.id = t.registration_group
    WHERE t.state <> 'closed' AND NOT t.sensitive AND g.operation = 'KEN' LIMIT 1) RETURNING id`);
  assert.equal(changed.length > 0, true, 'there is a ticket to hide');
  assert.equal(await total(client, 'queues', 'waiting'), before - 1);
});

test('days out of bounds are refused', async () => {
  const client = await as('statistics');
  for (const query of ['from=2026-13-01&to=2026-12-01', 'from=2026-11-02&to=2026-11-01', 'from=2026-11-01', 'from=2020-01-01&to=2026-01-01', 'from=x&to=y', "from=2026-11-01'&to=2026-11-02"])
    for (const name of ['hours', 'screens', 'map']) {
      const answer = await client.get(`/figures/${name}?${query}`, { valid: false });
      assert.equal(answer.status, 400, `${name} ${query}: ${answer.text}`);
    }
});

test('the map draws who left where', async () => {
  const client = await as('statistics');
  const answer = await client.get('/figures/map');
  assert.equal(answer.headers.get('content-type'), 'image/svg+xml');
  assert.match(answer.text, /^<svg /);
  assert.match(answer.text, /shown [0-9]+, left [0-9]+ \(/);
});
