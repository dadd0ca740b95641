// The log as auditors read it, as a file, and its chain. AUDIT_ROWS: rows of the big export (default 20000).
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';
import { as, forgetHighest, kill, makeStaff, memory, one, serve, sleep, sql, until, url } from './lib/house.mjs';
import { routeMatrix } from './lib/matrix.mjs';

const rows = Number(process.env.AUDIT_ROWS ?? 20_000);
const chained = () => until(async () => (await one('SELECT count(*) FROM audit WHERE seq IS NULL')) === '0', 60_000, 'the chain');
const people = async (operation, count) => (await sql(`SELECT i.id FROM individual i JOIN membership m ON m.individual = i.id AND m.until IS NULL WHERE i.operation = '${operation}' ORDER BY i.id LIMIT ${count}`)).flat().map(Number);

let auditor, hers, elsewhere;
before(async () => {
  auditor = await as('auditor');
  hers = await people('KEN', 3);
  elsewhere = await people('UGA', 1);
  await sql(`INSERT INTO audit (kind, actor, individual, detail) SELECT 'test.seen', 'staff:' || ${auditor.id}, id, 'x' FROM unnest(ARRAY[${hers}]) id`);
  if (elsewhere.length) await sql(`INSERT INTO audit (kind, actor, individual) VALUES ('test.seen', 'phone', ${elsewhere[0]})`);
});

describe('pages of the log', () => {
  routeMatrix({
    method: 'GET', path: '/audit?kind=test', allowed: 'auditor', wrong: ['registration', 'representative', 'administrator'],
    elsewhere: true, elsewhereCheck: (answer) => assert.ok(answer.body.items.every((each) => !hers.includes(each.person))),
  });
  test('of one person, newest first; the look is a row of its own', async () => {
    const { body } = await auditor.get(`/audit?person=${hers[0]}`);
    assert.equal(body.items[0].kind, 'test.seen');
    assert.equal(body.items[0].actor_name, auditor.account.name);
    assert.ok(body.items.every((each) => each.person === hers[0]));
    const again = await auditor.get(`/audit?person=${hers[0]}`);
    assert.deepEqual([again.body.items[0].kind, again.body.items[0].actor], ['audit.viewed', `staff:${auditor.id}`]);
  });
  test('of one person by her number, in her reach only; of nobody’s number nothing', async () => {
    const number = await one(`SELECT individual_number FROM individual WHERE id = ${hers[1]}`);
    const { body } = await auditor.get(`/audit?person=${number}`);
    assert.ok(body.items.length > 0 && body.items.every((each) => each.person === hers[1]));
    assert.match((await auditor.get(`/audit.csv?person=${number}`, { valid: false })).text ?? '', /\r\n/);
    assert.deepEqual((await auditor.get('/audit?person=KEN-00000000')).body.items, []);
    if (!elsewhere.length) return;
    const away = await one(`SELECT individual_number FROM individual WHERE id = ${elsewhere[0]}`);
    assert.deepEqual((await auditor.get(`/audit?person=${away}`)).body.items, []);
  });
  test('of another operation’s people she sees nothing', { skip: !process.env.STORES_PG }, async () => {
    if (!elsewhere.length) return;
    assert.deepEqual((await auditor.get(`/audit?person=${elsewhere[0]}`)).body.items, []);
    const { body } = await (await as('auditor', { operation: 'UGA' })).get(`/audit?person=${elsewhere[0]}`);
    assert.ok(body.items.some((each) => each.kind === 'test.seen'));
  });
  test('bound to an office, she sees what happened to who lives around it', async () => {
    const office = await one(`SELECT id FROM office WHERE location = 'KEN-KAK1'`);
    const around = new Set((await sql(`SELECT m.individual FROM membership m JOIN registration_group g ON g.id = m.registration_group WHERE m.until IS NULL AND g.location IN (SELECT locations_of(${office}))`)).flat().map(Number));
    const all = await people('KEN', 1000);
    const inside = all.find((id) => around.has(id)), outside = all.find((id) => !around.has(id));
    await sql(`INSERT INTO audit (kind, actor, individual) VALUES ('test.office', 'phone', ${inside}), ('test.office', 'phone', ${outside}), ('test.office', 'phone', NULL)`);
    const bound = await as('auditor', { office });
    assert.deepEqual((await bound.get('/audit?kind=test.office')).body.items.map((each) => each.person), [inside]);
    assert.equal((await auditor.get('/audit?kind=test.office')).body.items.length, 3);
  });
  test('by who did it, by kind, by day', async () => {
    const mine = (await auditor.get(`/audit?staff=${auditor.id}&limit=200`)).body.items;
    assert.ok(mine.length > 0 && mine.every((each) => each.actor === `staff:${auditor.id}`));
    assert.ok((await auditor.get('/audit?kind=test')).body.items.every((each) => each.kind.startsWith('test.')));
    assert.deepEqual((await auditor.get('/audit?kind=tes')).body.items, [], 'the beginning ends at a point');
    const today = new Date().toISOString().slice(0, 10);
    assert.ok((await auditor.get(`/audit?kind=test.seen&from=${today}&to=${today}`)).body.items.length >= 3);
    assert.deepEqual((await auditor.get('/audit?kind=test.seen&to=2026-01-01')).body.items, []);
    assert.ok((await auditor.get(`/audit?person=${hers[0]}&staff=${auditor.id}`)).body.items.length > 0);
  });
  test('page by page, each row once, whatever is written meanwhile', async () => {
    await sql(`INSERT INTO audit (kind, actor, record) SELECT 'test.paged', 'phone', n FROM generate_series(1, 25) n`);
    const seen = [];
    for (let after = ''; ;) {
      const { body } = await auditor.get(`/audit?kind=test.paged&limit=10${after && `&after=${after}`}`);
      seen.push(...body.items.map((each) => each.record));
      await sql(`INSERT INTO audit (kind, actor, record) VALUES ('test.paged', 'phone', 99)`);
      if (body.next === null) break;
      after = body.next;
    }
    assert.deepEqual(seen, Array.from({ length: 25 }, (_, n) => 25 - n));
  });
  test('what is not of its form', async () => {
    for (const query of ['person=x', 'person=-1', 'staff=1e9', 'kind=%27', 'kind=A', 'from=yesterday', 'to=2026-02-30'])
      assert.equal((await auditor.get(`/audit?${query}`, { valid: false })).status, 400, query);
    for (const after of ['x', '1', '1-', '-', '99999999999999999999-1'])
      assert.equal((await auditor.get(`/audit?after=${after}`)).status, 200, after);
  });
});

describe('the chain', () => {
  const walk = async (place = {}) => (await auditor.post('/audit/chain', place)).body;
  const walkAll = async () => {
    let at = await walk(), steps = 1;
    while (!at.done) { at = await walk({ seq: at.seq, head: at.head, latest: at.latest }); ++steps; }
    return { ...at, steps };
  };
  routeMatrix({ method: 'POST', path: '/audit/chain', body: {}, allowed: 'auditor', wrong: ['registration', 'representative'] });
  test('holds, in stretches', { timeout: 120_000 }, async () => {
    await sql(`INSERT INTO audit (kind, actor, record) SELECT 'test.chained', 'phone', n FROM generate_series(1, 6000) n`);
    await chained();
    const at = await walkAll();
    assert.equal(at.first_bad, null);
    assert.equal(at.seq, at.end);
    assert.ok(at.steps > 1);
    assert.equal(at.head, Buffer.from((await one(`SELECT encode(head, 'hex') FROM audit WHERE seq = ${at.seq}`)), 'hex').toString('base64url'));
  });
  test('what is not of its form', async () => {
    for (const body of [{ seq: -1 }, { seq: 1 }, { seq: 1, head: 'x', latest: 0 }, { seq: 1, head: 'A'.repeat(43) }, { seq: '1' }])
      assert.equal((await auditor.post('/audit/chain', body, { valid: false })).status, 400, JSON.stringify(body));
  });
  test('a head that is not the one here is told at the next row', async () => {
    const at = await walk({ seq: 3, head: 'A'.repeat(43), latest: 0 });
    assert.deepEqual([at.first_bad, at.done], [4, true]);
  });
  test('what was written while nobody chained is chained once, and a look goes on where the last one ended (xroad-joint-development#224, #86)', { timeout: 120_000 }, async (t) => {
    await chained();
    const last = await walkAll();
    await kill();
    await sql(`INSERT INTO audit (kind, actor, record) SELECT 'test.waited', 'phone', n FROM generate_series(1, 6000) n`);
    const waiting = () => one(`SELECT count(*) || ' ' || count(*) FILTER (WHERE seq IS NULL) FROM audit WHERE kind = 'test.waited'`);
    assert.equal(await waiting(), '6000 6000', 'nothing is lost, and nothing else grows meanwhile');
    await serve();
    // Killed once more while it catches up: what is chained stays as it is.
    const caught = () => sql(`SELECT id, seq, encode(head, 'hex') FROM audit WHERE kind = 'test.waited' AND seq IS NOT NULL ORDER BY seq`);
    await until(async () => (await caught()).length > 0, 20_000, 'a first batch');
    await kill();
    const kept = await caught();
    const begun = Date.now();
    await serve();
    await chained();
    t.diagnostic(`killed at ${kept.length} of 6000, caught up ${Date.now() - begun} ms later`);
    assert.equal(await waiting(), '6000 0');
    assert.deepEqual((await caught()).slice(0, kept.length), kept);
    assert.equal(await one(`SELECT count(*) - count(DISTINCT seq) FROM audit`), '0', 'each once');
    let at = await walk({ seq: last.seq, head: last.head, latest: last.latest });
    assert.ok(at.seq > last.seq, 'not from the beginning');
    while (!at.done) at = await walk({ seq: at.seq, head: at.head, latest: at.latest });
    assert.deepEqual([at.first_bad, at.seq], [null, at.end]);
    assert.ok(at.seq - last.seq >= 6000);
  });
  test('a row that was changed is named', { timeout: 120_000 }, async () => {
    await chained();
    const middle = Math.floor(Number(await one('SELECT seq FROM audit_end')) / 2);
    const change = (text) => sql(`ALTER TABLE audit DISABLE TRIGGER audit_kept; ${text}; ALTER TABLE audit ENABLE TRIGGER audit_kept`);
    const kind = await one(`SELECT kind FROM audit WHERE seq = ${middle}`);
    await change(`UPDATE audit SET kind = 'test.forged' WHERE seq = ${middle}`);
    assert.equal((await walkAll()).first_bad, middle);
    await change(`UPDATE audit SET kind = '${kind}' WHERE seq = ${middle}`);
    assert.equal((await walkAll()).first_bad, null);
  });
});

describe('the file', () => {
  routeMatrix({ method: 'GET', path: '/audit.csv?kind=test', allowed: 'auditor', wrong: ['registration', 'representative'], elsewhere: true,
    elsewhereCheck: (answer) => {
      assert.equal(answer.status, 200);
      const [head, ...lines] = answer.text.trimEnd().split('\r\n').map((line) => line.split(','));
      assert.ok(lines.every((line) => !hers.includes(Number(line[head.indexOf('person')]))));
    } });
  test('holds the rows of the page, and its making is noted once', async () => {
    const before = Number(await one(`SELECT count(*) FROM audit WHERE kind = 'audit.exported'`));
    const { text, headers } = await auditor.get('/audit.csv?kind=test.seen');
    assert.match(headers.get('content-disposition'), /audit\.csv/);
    const lines = text.trimEnd().split('\r\n');
    assert.equal(lines[0], 'id,at,kind,actor,actor_name,person,group,record,detail,seq');
    const page = (await auditor.get('/audit?kind=test.seen&limit=200')).body.items;
    assert.deepEqual(lines.slice(1).map((line) => Number(line.split(',')[0])), page.map((each) => each.id));
    assert.equal(Number(await one(`SELECT count(*) FROM audit WHERE kind = 'audit.exported'`)), before + 1);
  });

  test(`${rows} rows in flat memory, whole`, { timeout: 600_000 }, async () => {
    await sql(`INSERT INTO audit (kind, actor, individual, record, detail) SELECT 'test.many', 'staff:' || ${auditor.id}, (ARRAY[${hers}])[n % 3 + 1], n, 'row' FROM generate_series(1, ${rows}) n`);
    const begun = Date.now();
    forgetHighest();
    const first = memory();
    let count = 0, bytes = 0, rest = '';
    const response = await fetch(`${url()}/api/staff/v1/audit.csv?kind=test.many`, { headers: { Cookie: auditor.cookie } });
    const records = new Set();
    for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
      bytes += piece.length;
      const lines = (rest + piece).split('\r\n');
      rest = lines.pop();
      for (const line of lines) { ++count; records.add(line.split(',')[7]); }
    }
    assert.equal(count, rows + 1);
    assert.equal(records.size, rows + 1);
    const most = memory('VmHWM');
    console.log(`      ${rows} rows, ${(bytes / 1e6).toFixed(1)} MB in ${((Date.now() - begun) / 1000).toFixed(1)} s; memory ${first.toFixed(0)} MB, at most ${most.toFixed(0)} MB`);
    // AddressSanitizer keeps up to 256 MB of what was freed.
    const room = process.env.MLANGO_BIN.includes('/asan/') ? 320 : 60;
    assert.ok(most - first < room, `it grew by ${most - first} MB`);
  });
  test('ends without its end when she may not any more', async () => {
    // More than what lies between the server and a reader who does not read.
    const more = Math.max(0, 200_000 - rows);
    await sql(`INSERT INTO audit (kind, actor, record, individual) SELECT 'test.many', 'staff:' || ${auditor.id}, n, (ARRAY[${hers}])[1] FROM generate_series(1, ${more}) n`);
    const account = await as('auditor', { fresh: true });
    // fetch() takes a body that was cut off for whole where the connection closes (undici); node:http tells.
    const whole = await new Promise((told, failed) => {
      http.get(`${url()}/api/staff/v1/audit.csv?kind=test.many`, { headers: { Cookie: account.cookie } }, (answer) => {
        answer.once('data', async () => {
          answer.pause();
          await sql(`UPDATE staff_grant SET ended_at = now() WHERE staff = ${account.id}`);
          answer.on('data', () => {}).resume();
        });
        answer.on('error', () => {}).on('close', () => told(answer.complete));
      }).on('error', failed);
    });
    assert.equal(whole, false, 'its end was told');
  });
});
