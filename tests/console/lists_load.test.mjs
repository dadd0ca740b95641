// Volumes: a long list in, every error out, entitlements by steps with live progress through a kill, a long export in flat
// memory. LISTS_ROWS (default 3,000; 100,000 is the most a list has) and LISTS_EXPORT (default 20,000) are the sizes; each
// LISTS_WRONG-th row (default 10) is wrong, 0: none.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { as, forgetHighest, kill, memory, one, serve, sleep, sql, url } from './lib/house.mjs';
import { day, kindOf, lock, makeList, newCycle, release, sendPieces, uploadIn } from './lib/list_files.mjs';

const rows = Number(process.env.LISTS_ROWS ?? 3_000);
const every = Number(process.env.LISTS_WRONG ?? 10);
const exported = Number(process.env.LISTS_EXPORT ?? 20_000);
const patience = 600_000;
const seconds = (from) => (Date.now() - from) / 1000;
const told = (t, what, from) => t.diagnostic(`${what}: ${seconds(from).toFixed(1)} s for ${rows} rows, resident ${memory().toFixed(0)} MB`);
// What a hundred thousand may take is a minute; fewer take their share, with room for a machine that has much to do.
const bound = Math.max(20, (60 * rows) / 100_000);

let cash, releaser, cycle, list;
const number = (n) => `KEN-77C${String(n).padStart(7, '0')}`;
before(async () => {
  cash = await as('cash');
  releaser = await as('cash_release');
  cycle = await newCycle();
  await sql(`WITH place AS (SELECT location FROM registration_group WHERE operation = 'KEN' LIMIT 1),
    g AS (INSERT INTO registration_group (operation, registration_number, location, registered_on)
          SELECT 'KEN', 'KEN-77C' || lpad(n::text, 7, '0'), place.location, '2024-01-01' FROM generate_series(1, ${rows}) n, place RETURNING id, registration_number),
    i AS (INSERT INTO individual (operation, individual_number, given_name, sex, birth_date, registered_on)
          SELECT 'KEN', 'KEN-77' || substr(g.registration_number, 8), 'N', 'F', '1990-01-01', '2024-01-01' FROM g RETURNING id, individual_number)
    INSERT INTO membership (individual, registration_group, relationship, since)
    SELECT i.id, g.id, 'PA', '2024-01-01' FROM i JOIN g ON 'KEN-77' || substr(g.registration_number, 8) = i.individual_number`);
  await sql('ANALYZE registration_group; ANALYZE individual; ANALYZE membership');
});

// Each tenth of the wrong ones is so in two ways.
const wrong = (n) => every > 0 && n % every === 0;
const twice = (n) => every > 0 && n % (10 * every) === 0;
const bad = every > 0 ? Math.floor(rows / every) : 0;
const faults = Array.from({ length: rows }, (_, i) => i + 1).flatMap((n) => (twice(n) ? [[n, 'amount', 'amount_form'], [n, 'valid_to', 'no_such_day']] : wrong(n) ? [[n, 'amount', 'not_positive']] : []));
const line = (n) => `${number(n)},${twice(n) ? 'x' : wrong(n) ? '0' : `${1000 + (n % 500)}.50`},KES,${day(-1)},${twice(n) ? '2026-02-31' : day(30)},M-Pesa`;

test('a long list comes in, and every error comes out', { timeout: patience }, async (t) => {
  list = await makeList(cash, { cycle, currency: 'KES' });
  let content = 'registration_number,amount,currency,valid_from,valid_to,provider\r\n';
  for (let n = 1; n <= rows; ++n) content += `${line(n)}\r\n`;
  const before = memory();
  const begun = Date.now();
  const { pieces, answer } = await sendPieces(cash, list.upload.id, content);
  assert.equal(answer, undefined, answer?.text);
  told(t, `sent in ${pieces} pieces`, begun);
  assert.equal((await cash.post(`/uploads/${list.upload.id}/completion`, { pieces })).status, 200);
  const checked = await uploadIn(cash, list.upload.id, 'checked', patience);
  told(t, 'sent and checked', begun);
  assert.ok(seconds(begun) < 2 * bound, `${seconds(begun)} s`);
  assert.deepEqual([checked.rows, checked.bad], [rows, bad]);
  t.diagnostic(`resident before ${before.toFixed(0)} MB`);
  const file = await cash.get(`/uploads/${list.upload.id}/errors.csv`);
  const lines = file.text.replace(/^\ufeff/, '').trimEnd().split('\r\n').slice(1);
  assert.equal(lines.length, faults.length, 'none is left out');
  faults.forEach(([n, column, rule], i) => assert.ok(lines[i].startsWith(`${n + 1},${column},${rule},`), `${lines[i]} is not row ${n + 1} ${column} ${rule}`));
});

test('its entitlements are made in steps, with live progress, once each, though the server is killed in the middle', { timeout: patience }, async (t) => {
  await lock(cash, list.id);
  const good = rows - bad;
  let begun = Date.now();
  await release(releaser, list.id);
  const job = (await releaser.get(`/lists/${list.id}`)).body.upload.job.id;
  const seen = new Set();
  const watch = (enough) => releaser.events((events) => {
    const mine = events.filter((each) => each.event === 'jobs').flatMap((each) => each.data.items ?? each.data).filter((each) => each.id === job);
    mine.forEach((each) => seen.add(each.done));
    return enough(mine.at(-1));
  }, { patience });
  await watch((now) => now && now.done >= Math.min(good, 1000));
  let spent = seconds(begun);
  await kill();
  const atKill = Number(await one(`SELECT done FROM staff_job WHERE id = ${job}`));
  t.diagnostic(`killed at ${atKill} of ${good}`);
  await serve();
  begun = Date.now();
  await watch((now) => now?.state === 'done');
  spent += seconds(begun);
  t.diagnostic(`entitlements made: ${spent.toFixed(1)} s for ${good}, resident ${memory().toFixed(0)} MB, progress told ${seen.size} times`);
  assert.ok(spent < bound, `${spent} s`);
  assert.ok([...seen].every((done) => done <= good) && (rows < 20_000 || seen.size >= 5), [...seen].join());
  const [[made, groups, sum, audited]] = await sql(`SELECT count(*), count(DISTINCT registration_group), sum(amount_minor),
    (SELECT count(*) FROM audit a WHERE a.kind = 'entitlement.made' AND a.record IN (SELECT id FROM entitlement WHERE payment_list = ${list.id})) FROM entitlement WHERE payment_list = ${list.id}`);
  assert.deepEqual([Number(made), Number(groups), Number(audited)], [good, good, good]);
  assert.equal(Number(sum), (await cash.get(`/uploads/${list.upload.id}`)).body.money.KES);
  const signed = (await cash.get(`/lists/${list.id}/signature`)).body;
  assert.deepEqual([signed.rows_agree, signed.signature_agrees, signed.entitlements_agree], [true, true, true]);
});

test('a payer reports on all of it', { timeout: patience }, async (t) => {
  const made = await cash.post(`/lists/${list.id}/uploads`, { kind: 'report' });
  let content = 'registration_number,outcome,reference\n';
  for (let n = 1; n <= rows; ++n) if (!wrong(n)) content += `${number(n)},${n % 3 === 0 ? 'not_collected' : 'collected'},${n % 3 === 0 ? '' : `L${list.id}-${n}`}\n`;
  const begun = Date.now();
  const { pieces } = await sendPieces(cash, made.body.id, content);
  assert.equal((await cash.post(`/uploads/${made.body.id}/completion`, { pieces })).status, 200);
  const checked = await uploadIn(cash, made.body.id, 'checked', patience);
  assert.equal(checked.bad, 0, JSON.stringify(checked.rules));
  assert.equal((await cash.post(`/uploads/${made.body.id}/application`, { leaving_out: 0 })).status, 200);
  await uploadIn(cash, made.body.id, 'applied', patience);
  told(t, 'reported, checked and applied', begun);
  assert.ok(seconds(begun) < 3 * bound);
  assert.deepEqual(Object.keys((await cash.get(`/lists/${list.id}`)).body.states).sort(), ['not_collected', 'redeemed']);
  assert.equal((await cash.get(`/lists/${list.id}`)).body.state, 'finished');
});

test('one row more than a list may have is refused', { timeout: patience, skip: rows < 100_000 && 'only with LISTS_ROWS=100000' }, async () => {
  const long = await makeList(cash, { cycle: await newCycle() });
  let content = 'registration_number,amount,currency,valid_from,valid_to\n';
  for (let n = 1; n <= 100_001; ++n) content += `${number(n)},1,KES,${day(-1)},${day(1)}\n`;
  await sendPieces(cash, long.upload.id, content);
  const { body } = await cash.get(`/uploads/${long.upload.id}`);
  assert.deepEqual([body.state, body.rules], ['refused', [{ column: 'file', rule: 'too_many_rows', rows: 1 }]]);
});

test(`an export of ${exported} rows comes in flat memory`, { timeout: patience }, async (t) => {
  const there = Number(await one(`SELECT count(*) FROM entitlement e JOIN payment_list l ON l.id = e.payment_list WHERE l.operation = 'KEN'`));
  for (let left = exported - there; left > 0; left -= rows) {
    await sql(`WITH l AS (INSERT INTO payment_list (cycle, type, currency, state, operation) VALUES (${cycle}, 'top_up', 'KES', 'closed', 'KEN') RETURNING id)
      INSERT INTO entitlement (payment_list, registration_group, collector, kind, amount_minor, currency, valid_from, valid_to, state)
      SELECT l.id, m.registration_group, m.individual, 'cash', 1000, 'KES', '${day(-9)}', '${day(9)}', 'redeemed' FROM l, membership m JOIN registration_group g ON g.id = m.registration_group
       WHERE g.registration_number LIKE 'KEN-77C%' LIMIT ${left}`);
  }
  await sql('ANALYZE entitlement');
  // What a sanitizer keeps of freed memory would hide what is to be measured.
  process.env.ASAN_OPTIONS = `${process.env.ASAN_OPTIONS ?? ''}:quarantine_size_mb=1:thread_local_quarantine_size_kb=64`;
  await kill();
  await serve();
  // The highest that it was begins anew here.
  forgetHighest();
  const [before, high] = [memory(), memory('VmHWM')];
  assert.ok(high - before < 1, `the highest of before counts: ${high} MB`);
  const begun = Date.now();
  const response = await fetch(`${url()}/api/staff/v1/entitlements.csv?operation=KEN`, { headers: { Cookie: cash.cookie } });
  assert.equal(response.status, 200);
  let lines = 0, bytes = 0, peak = 0, quarter = 0;
  for await (const piece of response.body) {
    bytes += piece.length;
    for (const octet of piece) if (octet === 10) ++lines;
    const now = memory();
    peak = Math.max(peak, now);
    if (lines > exported / 4 && quarter === 0) quarter = now;
  }
  t.diagnostic(`${lines - 1} rows, ${(bytes / 1e6).toFixed(1)} MB in ${seconds(begun).toFixed(1)} s; resident before ${before.toFixed(1)} MB (VmRSS), after a quarter ${quarter.toFixed(1)}, at most ${peak.toFixed(1)} where it was looked at, ${memory('VmHWM').toFixed(1)} at all (VmHWM)`);
  assert.ok(lines - 1 >= exported);
  assert.ok(peak - quarter < 16, `it grew by ${peak - quarter} MB after a quarter`);
  // AddressSanitizer keeps up to 256 MB of what was freed.
  const room = process.env.MLANGO_BIN.includes('/asan/') ? 320 : 64;
  assert.ok(memory('VmHWM') - before < room, `it grew by ${memory('VmHWM') - before} MB`);
});

test('who reads slowly costs no memory, and who goes away no work', { timeout: patience }, async (t) => {
  const leaving = new AbortController();
  const response = await fetch(`${url()}/api/staff/v1/entitlements.csv?operation=KEN`, { headers: { Cookie: cash.cookie }, signal: leaving.signal });
  const reader = response.body.getReader();
  await reader.read();
  await sleep(500);
  const begun = memory();
  await sleep(1500);
  assert.ok(memory() - begun < 16, 'nothing is read ahead');
  leaving.abort();
  await reader.cancel().catch(() => null);
  assert.equal(kindOf(await cash.get('/lists/0', { valid: false })), 'not-found', 'and it answers as ever');
  t.diagnostic(`resident ${memory().toFixed(0)} MB`);
});
