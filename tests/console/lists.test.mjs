// Lists of assistance: files in, what is wrong with them, lock and signature, a second person's release, entitlements,
// payers' reports beside her own word, and what comes out.
import assert from 'node:assert/strict';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { before, describe, test } from 'node:test';
import { as, kill, makeStaff, one, phone, serve, sql, stepNow, Client } from './lib/house.mjs';
import { cashRows, day, households, kindOf, loadedList, lock, makeList, newCycle, release, send, sendPieces, uploadIn } from './lib/list_files.mjs';
import { routeMatrix } from './lib/matrix.mjs';

let cash, releaser, numbers;
before(async () => {
  cash = await as('cash');
  releaser = await as('cash_release');
  numbers = await households(40);
});
const csv = (text) => text.replace(/^\ufeff/, '').trimEnd().split('\r\n');
const states = (list) => sql(`SELECT state, count(*) FROM entitlement WHERE payment_list = ${list} GROUP BY 1 ORDER BY 1`);

describe('a cash list', () => {
  test('goes its whole way: file, check, partial accept, lock, release by another, entitlements, messages', async () => {
    const list = await makeList(cash, { cycle: await newCycle(), currency: 'KES', notifies: true });
    const earlier = await one('SELECT coalesce(max(id), 0) FROM outbox');
    assert.equal(list.state, 'draft');
    // One of them wants no messages that she did not ask for.
    const [stopped] = (await sql(`SELECT encode(p.number_blind, 'hex'), g.registration_number FROM phone p
      JOIN membership m ON m.individual = p.individual AND m.until IS NULL AND m.relationship = 'PA' JOIN registration_group g ON g.id = m.registration_group
      WHERE p.disabled_at IS NULL AND p.trust > 0 AND p.answers = 'self' AND g.operation = 'KEN' AND g.process_status = 'A' ORDER BY p.id LIMIT 1`));
    await sql(`INSERT INTO number_preference (number_blind, sms_allowed) VALUES ('\\x${stopped[0]}', false) ON CONFLICT (number_blind) DO UPDATE SET sms_allowed = false`);
    const all = [...new Set([...numbers.slice(0, 20), stopped[1]])];
    const file = cashRows(all) + `KEN-12C99999,10,KES,${day()},${day(2)}\r\n` + `${numbers[30]},-3,KES,${day()},${day(2)}\r\n`;
    const checked = await send(cash, list.upload.id, file);
    assert.deepEqual([checked.rows, checked.bad, checked.money], [all.length + 2, 2, { KES: all.length * 150_050 }]);
    assert.deepEqual(checked.rules, [{ column: 'amount', rule: 'amount_form', rows: 1 }, { column: 'registration_number', rule: 'not_registered', rows: 1 }]);

    const now = (await cash.get(`/lists/${list.id}`)).body;
    const tooFew = await cash.post(`/lists/${list.id}/lock`, { revision: now.revision, leaving_out: 0 });
    assert.equal(kindOf(tooFew), 'stale', 'nobody leaves rows out without knowing');
    const locked = await lock(cash, list.id);
    assert.equal(locked.state, 'locked');
    assert.equal((await states(list.id)).length, 0, 'nothing is hers before it is released');
    await release(releaser, list.id);
    await uploadIn(cash, list.upload.id, 'applied');
    assert.deepEqual(await states(list.id), [['available', String(all.length)]]);
    assert.equal(await one(`SELECT count(*) FROM audit a JOIN entitlement e ON e.id = a.record WHERE a.kind = 'entitlement.made' AND e.payment_list = ${list.id} AND a.actor = 'staff:${releaser.id}'`), String(all.length));
    assert.deepEqual((await sql(`SELECT kind FROM audit WHERE record = ${list.id} AND kind LIKE 'list.%' ORDER BY id`)).flat(),
      ['list.made', 'list.file_taken', 'list.checked', 'list.locked', 'list.released', 'list.loaded']);
    const told = await sql(`SELECT DISTINCT text_key, asked, priority FROM outbox WHERE number_blind IN (SELECT p.number_blind FROM phone p JOIN entitlement e ON e.collector = p.individual WHERE e.payment_list = ${list.id}) AND text_key = 'sms.look' AND id > ${earlier}`);
    assert.deepEqual(told, [['sms.look', 'f', '2']]);
    assert.equal(await one(`SELECT count(*) FROM outbox WHERE number_blind = '\\x${stopped[0]}' AND text_key = 'sms.look' AND id > ${earlier}`), '0');
    const rows = (await cash.get(`/uploads/${list.upload.id}/rows?limit=200`)).body.items;
    assert.equal(rows.filter((row) => row.state === 'applied').length, all.length);
    assert.deepEqual(rows.at(-1).faults, [{ column: 'amount', rule: 'amount_form' }]);
  });

  test('says of each row what is wrong, with row, column and rule, as a file with nothing left out', async () => {
    const list = await makeList(cash, { cycle: await newCycle() });
    const head = 'registration_number,amount,currency,valid_from,valid_to,order_number,collector,provider,collection_point,day,opens,closes\n';
    const right = `${numbers[0]},1,KES,${day()},${day(3)}`;
    const stranger = await one(`SELECT individual_number FROM individual i JOIN membership m ON m.individual = i.id JOIN registration_group g ON g.id = m.registration_group WHERE g.registration_number = '${numbers[5]}' LIMIT 1`);
    const uganda = (await households(1, 'UGA'))[0];
    const cases = [
      [`nonsense,1,KES,${day()},${day(3)}`, ['registration_number number_form']],
      [`,1,KES,${day()},${day(3)}`, ['registration_number needed']],
      [`${uganda},1,KES,${day()},${day(3)}`, ['registration_number not_registered']],
      [`${numbers[1]},1.005,KES,${day()},${day(3)}`, ['amount too_fine']],
      [`${numbers[2]},0,KES,${day()},${day(3)}`, ['amount not_positive']],
      [`${numbers[3]},"1,000",KES,${day()},${day(3)}`, ['amount amount_form']],
      [`${numbers[4]},1,XYZ,${day()},${day(3)}`, ['currency currency']],
      [`${numbers[6]},1,KES,2026-02-30,${day(3)}`, ['valid_from no_such_day']],
      [`${numbers[7]},1,KES,${day(3)},${day()}`, ['valid_to before_begin']],
      [`${numbers[8]},1,KES,${day(200)},${day(201)}`, ['valid_from outside_cycle']],
      [`${numbers[9]},1,KES,${day()},${day(3)},12345`, ['order_number number_form']],
      [`${numbers[10]},1,KES,${day()},${day(3)},,${stranger}`, ['collector not_member']],
      [`${numbers[11]},1,KES,${day()},${day(3)},,,a\u0007b`, ['provider control_character']],
      [`${numbers[12]},1,KES,${day()},${day(3)},,,,999999,${day()}`, ['collection_point unknown']],
      [`${numbers[13]},1,KES,${day()},${day(3)},,,,1`, ['day together']],
      [`${numbers[14]},1,KES,${day()},${day(3)},,,,1,${day()},10:00,09:00`, ['closes before_begin']],
      [`${numbers[15]},x,KES,then,now`, ['amount amount_form', 'valid_from day_form', 'valid_to day_form']],
      [`${numbers[16]},"1`.replace('"1', 'a"b'), ['row quotes']],
      [`${numbers[17]},1,KES,${day()},${day(3)},,,,,,,,extra`, ['row too_many_columns']],
      [right, []],
      [right.replace(numbers[0], numbers[0].toLowerCase().replaceAll('-', ' ')), ['registration_number twice']],
    ];
    const body = cases.map(([row]) => row).join('\n');
    const checked = await send(cash, list.upload.id, `${head}${body}\n\xff`.replace('\xff', ''));
    assert.equal(checked.bad, cases.length - 1);
    const file = await cash.get(`/uploads/${list.upload.id}/errors.csv`);
    assert.match(file.headers.get('content-disposition'), /attachment; filename="errors-\d+\.csv"/);
    const lines = csv(file.text);
    assert.equal(lines[0], 'row,column,rule,meaning');
    const wanted = cases.flatMap(([, faults], i) => faults.map((fault) => `${i + 2},${fault.replace(' ', ',')}`));
    assert.deepEqual(lines.slice(1).map((line) => line.split(',').slice(0, 3).join(',')), wanted);
    assert.ok(lines.slice(1).every((line) => line.split(',')[3].length > 10), 'each rule is explained');
    const page = (await cash.get(`/uploads/${list.upload.id}/errors?limit=3`)).body;
    assert.equal(page.items.length, 3);
    assert.equal((await cash.get(`/uploads/${list.upload.id}/errors?limit=200&after=${page.next}`)).body.items.length, wanted.length - 3);
  });

  test('is read however a spreadsheet writes it', async () => {
    const plain = cashRows(numbers.slice(0, 3));
    const forms = {
      bom: `\ufeff${plain}`, semicolons: plain.replaceAll(',', ';'), tabs: plain.replaceAll(',', '\t'), feeds: plain.replaceAll('\r\n', '\n'),
      returns: plain.replaceAll('\r\n', '\r'), noEnd: plain.trimEnd(), quoted: plain.replace(/[^,\r\n]+/g, '"$&"'), sep: `sep=,\r\n${plain}`,
      heading: plain.replace('registration_number', ' Registration Number '), blanks: plain.replace('\r\n', '\r\n\r\n,,,,\r\n'),
    };
    for (const [name, content] of Object.entries(forms)) {
      const list = await makeList(cash, { cycle: await newCycle() });
      const checked = await send(cash, list.upload.id, content, { size: 37 });
      assert.deepEqual([checked.rows, checked.bad], [3, 0], `${name}: ${JSON.stringify(checked.rules)}`);
    }
  });

  test('is refused whole when it is no such file', async () => {
    const files = {
      'amount missing_column': 'registration_number,currency,valid_from,valid_to\nx,y,z,a\n', 'name unknown_column': 'registration_number,amount,currency,valid_from,valid_to,Name\n',
      'amount twice': 'registration_number,amount,amount,currency,valid_from,valid_to\n', 'file not_utf8': Buffer.from([0xff, 0xfe, 0x61, 0x00, 0x0a]),
      'item:oil unknown_column': 'registration_number,amount,currency,valid_from,valid_to,item:oil\n', 'file missing_column': '\n\n',
    };
    for (const [fault, content] of Object.entries(files)) {
      const list = await makeList(cash, { cycle: await newCycle() });
      const { answer, pieces } = await sendPieces(cash, list.upload.id, content);
      let { body } = await cash.get(`/uploads/${list.upload.id}`);
      if (body.state === 'receiving') body = (await cash.post(`/uploads/${list.upload.id}/completion`, { pieces })).body;
      assert.equal(body.state, 'refused', `${fault} ${answer?.text}`);
      assert.ok(body.rules.some((each) => `${each.column} ${each.rule}` === fault), `${fault}: ${JSON.stringify(body.rules)}`);
      const again = await cash.post(`/lists/${list.id}/uploads`, { kind: 'list' });
      assert.equal(again.status, 201, 'another file may take its place');
      assert.equal((await send(cash, again.body.id, cashRows(numbers.slice(0, 1)))).rows, 1);
    }
  });

  test('an empty one is told so', async () => {
    const list = await makeList(cash, { cycle: await newCycle() });
    await sendPieces(cash, list.upload.id, 'registration_number,amount,currency,valid_from,valid_to\n');
    const answer = await cash.post(`/uploads/${list.upload.id}/completion`, { pieces: 1 });
    assert.equal(answer.status, 422);
    assert.deepEqual(answer.body.faults, [{ field: 'file', code: 'empty' }]);
  });
});

describe('pieces', () => {
  test('come twice, out of turn, and go on after the server was killed', async () => {
    const list = await makeList(cash, { cycle: await newCycle() });
    const content = cashRows(numbers.slice(0, 30));
    const size = 100;
    const put = (n, raw) => cash.put(`/uploads/${list.upload.id}/pieces/${n}`, undefined, { raw, type: 'application/octet-stream' });
    const piece = (n) => Buffer.from(content).subarray((n - 1) * size, n * size);
    assert.equal((await put(1, piece(1))).body.next_piece, 2);
    assert.equal((await put(1, piece(1))).body.next_piece, 2, 'the same again: its answer was lost');
    assert.equal(kindOf(await put(1, piece(2))), 'conflict');
    const early = await put(5, piece(5));
    assert.equal(kindOf(early), 'wrong-state');
    assert.equal(early.body.current.next_piece, 2, 'it says where to go on');
    assert.equal(kindOf(await put(2, Buffer.alloc(61_441, 'a'))), 'too-large');
    assert.equal((await put(2, '')).status, 400);
    await sendPieces(cash, list.upload.id, content, { size, from: 2, to: 9 });
    await kill();
    await serve();
    const { pieces } = await sendPieces(cash, list.upload.id, content, { size, from: (await cash.get(`/uploads/${list.upload.id}`)).body.next_piece });
    const both = await Promise.all([1, 2].map(() => cash.post(`/uploads/${list.upload.id}/completion`, { pieces })));
    assert.ok(both.some((each) => each.status === 200), both.map((each) => each.text).join());
    const again = await cash.post(`/uploads/${list.upload.id}/completion`, { pieces });
    assert.equal(again.status, 200, 'completed twice is completed once');
    const checked = await uploadIn(cash, list.upload.id, 'checked');
    assert.deepEqual([checked.rows, checked.bad], [30, 0]);
    assert.equal(await one(`SELECT count(*) FROM staff_job WHERE kind = 'list_check' AND record = ${list.upload.id}`), '1');
    assert.equal(kindOf(await put(pieces + 1, 'x')), 'wrong-state', 'nothing is added to what is whole');
  });

  test('a file begun in one browser goes on in another of hers (opencrvs-core#13663, #10641)', async () => {
    const account = await makeStaff('cash');
    const here = await new Client(account).signIn({ step: stepNow() - 1 });
    const list = await makeList(here, { cycle: await newCycle() });
    const content = cashRows(numbers.slice(0, 12));
    await sendPieces(here, list.upload.id, content, { size: 100, to: 4 });
    const there = await new Client(account).signIn({ step: stepNow() });
    assert.ok((await there.get('/lists')).body.items.some((each) => each.id === list.id));
    assert.deepEqual((await there.get(`/lists/${list.id}`)).body, (await here.get(`/lists/${list.id}`)).body, 'nothing of it is in the first one alone');
    const { pieces } = await sendPieces(there, list.upload.id, content, { size: 100, from: (await there.get(`/uploads/${list.upload.id}`)).body.next_piece });
    await there.post(`/uploads/${list.upload.id}/completion`, { pieces });
    const checked = await uploadIn(here, list.upload.id, 'checked');
    assert.deepEqual([checked.rows, checked.bad], [12, 0]);
  });

  test("are nobody else's to send", async () => {
    const list = await makeList(cash, { cycle: await newCycle() });
    const other = await as('cash', { fresh: true });
    const answer = await other.put(`/uploads/${list.upload.id}/pieces/1`, undefined, { raw: 'a', type: 'application/octet-stream' });
    assert.equal(answer.status, 404);
  });
});

describe('once', () => {
  test('the same file is one list, whatever its form', async () => {
    const cycle = await newCycle();
    const first = await makeList(cash, { cycle });
    await send(cash, first.upload.id, cashRows(numbers.slice(0, 5)));
    const second = await makeList(cash, { cycle });
    const { pieces } = await sendPieces(cash, second.upload.id, cashRows(numbers.slice(0, 5)).replaceAll(',', ';'), { size: 50 });
    const answer = await cash.post(`/uploads/${second.upload.id}/completion`, { pieces });
    assert.equal(kindOf(answer), 'conflict');
    assert.deepEqual([answer.body.reason, answer.body.current.list], ['same_file', first.id]);
  });

  test('nobody gets the regular assistance of a cycle from two lists, though both were checked before', async () => {
    const cycle = await newCycle();
    const lists = [];
    for (const [from, to] of [[0, 10], [5, 15]]) {
      const list = await makeList(cash, { cycle });
      const checked = await send(cash, list.upload.id, cashRows(numbers.slice(from, to)));
      assert.equal(checked.bad, 0);
      await lock(cash, list.id);
      lists.push(list);
    }
    await Promise.all(lists.map((list) => release(releaser, list.id)));
    const done = await Promise.all(lists.map((list) => uploadIn(cash, list.upload.id, 'applied')));
    assert.equal(await one(`SELECT count(*) FROM entitlement e JOIN payment_list l ON l.id = e.payment_list WHERE l.cycle = ${cycle}`), '15');
    assert.equal(await one(`SELECT count(DISTINCT registration_group) FROM entitlement e JOIN payment_list l ON l.id = e.payment_list WHERE l.cycle = ${cycle}`), '15');
    assert.equal(done.reduce((sum, each) => sum + each.job.refused, 0), 5, 'five were refused when it came to it');
    const third = await makeList(cash, { cycle });
    const late = await send(cash, third.upload.id, cashRows(numbers.slice(0, 3)));
    assert.deepEqual(late.rules, [{ column: 'registration_number', rule: 'already_entitled', rows: 3 }]);
  });

  test('two releases at once make one job, and a kill in the middle repeats nothing', async () => {
    const list = await makeList(cash, { cycle: await newCycle() });
    await send(cash, list.upload.id, cashRows(numbers));
    await lock(cash, list.id);
    const { revision } = (await cash.get(`/lists/${list.id}`)).body;
    const answers = await Promise.all([releaser, releaser, releaser].map((who) => who.post(`/lists/${list.id}/release`, { revision })));
    assert.deepEqual(answers.map((each) => each.status).sort(), [200, 409, 409]);
    await kill();
    await serve();
    await uploadIn(cash, list.upload.id, 'applied');
    assert.equal(await one(`SELECT count(*) || ' ' || count(DISTINCT registration_group) FROM entitlement WHERE payment_list = ${list.id}`), `${numbers.length} ${numbers.length}`);
    assert.equal(await one(`SELECT count(*) FROM audit a JOIN entitlement e ON e.id = a.record WHERE a.kind = 'entitlement.made' AND e.payment_list = ${list.id}`), String(numbers.length));
  });

  test('work that was stopped goes on where it was, when it is released once more', async () => {
    const list = await makeList(cash, { cycle: await newCycle() });
    await send(cash, list.upload.id, cashRows(numbers.slice(0, 10)));
    await lock(cash, list.id);
    await kill();
    await sql(`SELECT list_release(${releaser.id}, ${list.id}, (SELECT revision FROM payment_list WHERE id = ${list.id}), repeat('00', 40), now())`);
    const job = await one(`SELECT max(id) FROM staff_job WHERE kind = 'list_load'`);
    await sql(`SELECT list_load_step(${job}, now(), 4); UPDATE staff_job SET state = 'stopped', finished_at = now() WHERE id = ${job}`);
    await serve();
    assert.deepEqual(await states(list.id), [['available', '4']]);
    const now = await release(releaser, list.id);
    assert.equal(now.state, 'accepted');
    await uploadIn(cash, list.upload.id, 'applied');
    assert.deepEqual(await states(list.id), [['available', '10']]);
    const again = await releaser.post(`/lists/${list.id}/release`, { revision: (await cash.get(`/lists/${list.id}`)).body.revision });
    assert.equal(kindOf(again), 'wrong-state', 'and never again');
  });
});

describe('lock and release', () => {
  test('the signature can be checked without us, and tells of every change', async () => {
    const list = await makeList(cash, { cycle: await newCycle() });
    await send(cash, list.upload.id, cashRows(numbers.slice(0, 4)));
    await lock(cash, list.id);
    const signed = (await cash.get(`/lists/${list.id}/signature`)).body;
    assert.deepEqual([signed.rows_agree, signed.signature_agrees, signed.entitlements_agree], [true, true, true]);
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: signed.public_key }, format: 'jwk' });
    assert.ok(verify(null, Buffer.from(signed.statement), key, Buffer.from(signed.signature, 'base64url')));
    // The digest from the rows as the API shows them, as docs/lists.md says.
    const rows = (await cash.get(`/uploads/${list.upload.id}/rows`)).body.items;
    const text = rows.map((r) => [r.row, r.registration_number, r.collector ?? '', r.amount_minor, r.currency, '', r.provider ?? '', r.order_number ?? '',
      r.valid_from, r.valid_to, '', '', '', ''].join('|')).join('\n');
    const sha = (data) => createHash('sha256').update(data).digest();
    assert.ok(signed.statement.endsWith(` rows sha-256 ${sha(sha(text)).toString('hex')}`));

    await assert.rejects(sql(`UPDATE list_row SET amount_minor = 9 WHERE upload = ${list.upload.id} AND line = 2`), /not changed/);
    const tamper = (what) => sql(`SET session_replication_role = replica; ${what}`);
    await tamper(`UPDATE list_row SET amount_minor = amount_minor + 1 WHERE upload = ${list.upload.id} AND line = 2`);
    assert.equal((await cash.get(`/lists/${list.id}/signature`)).body.rows_agree, false);
    const { revision } = (await cash.get(`/lists/${list.id}`)).body;
    const refused = await releaser.post(`/lists/${list.id}/release`, { revision });
    assert.deepEqual([kindOf(refused), refused.body.reason], ['conflict', 'not_as_signed']);
    await tamper(`UPDATE list_row SET amount_minor = amount_minor - 1 WHERE upload = ${list.upload.id} AND line = 2`);
    await release(releaser, list.id);
    await uploadIn(cash, list.upload.id, 'applied');
    await sql(`UPDATE entitlement SET amount_minor = 1 WHERE payment_list = ${list.id} AND id = (SELECT min(id) FROM entitlement WHERE payment_list = ${list.id})`);
    const after = (await cash.get(`/lists/${list.id}/signature`)).body;
    assert.deepEqual([after.rows_agree, after.signature_agrees, after.entitlements_agree], [true, true, false]);
  });

  test('given back it is a draft without a signature, and can be locked again', async () => {
    const list = await makeList(cash, { cycle: await newCycle() });
    await send(cash, list.upload.id, cashRows(numbers.slice(0, 2)));
    const locked = await lock(cash, list.id);
    const back = await releaser.post(`/lists/${list.id}/return`, { revision: locked.revision });
    assert.deepEqual([back.body.state, back.body.digest], ['draft', null]);
    assert.equal(kindOf(await cash.get(`/lists/${list.id}/signature`)), 'wrong-state');
    await lock(cash, list.id);
    await release(releaser, list.id);
  });

  test('who is bound to an office loads for what lies around it', async () => {
    const [office] = (await sql("SELECT o.id FROM office o WHERE EXISTS (SELECT FROM registration_group g WHERE g.location IN (SELECT locations_of(o.id))) AND o.location LIKE 'KEN%' ORDER BY id LIMIT 1"))[0];
    const local = await as('cash', { office: Number(office) });
    const cycle = await newCycle();
    assert.equal(kindOf(await local.post('/lists', { operation: 'KEN', cycle, type: 'regular' })), 'not-allowed');
    const list = await makeList(local, { cycle, office: Number(office) });
    const near = (await sql(`SELECT registration_number FROM registration_group g WHERE process_status = 'A' AND location IN (SELECT locations_of(${office})) LIMIT 2`)).flat();
    const far = (await sql(`SELECT registration_number FROM registration_group g WHERE process_status = 'A' AND operation = 'KEN' AND location NOT IN (SELECT locations_of(${office})) LIMIT 1`)).flat();
    const checked = await send(local, list.upload.id, cashRows([...near, ...far]));
    assert.deepEqual(checked.rules, [{ column: 'registration_number', rule: 'outside_office', rows: 1 }]);
    const whole = await makeList(cash, { cycle: await newCycle() });
    assert.equal((await local.get(`/lists/${whole.id}`)).status, 404);
    assert.ok((await local.get('/lists?limit=200')).body.items.every((each) => each.office?.id === Number(office)));
  });
});

test('things are loaded with their items, place and day', async () => {
  const cycle = await newCycle('in_kind');
  const content = `registration_number,item:oil,item:maize_flour,valid_from,valid_to,collection_point,day,opens,closes\n${numbers.slice(0, 6).map((number, i) =>
    `${number},1.50,${i === 5 ? '' : 12},${day(2)},${day(5)},1,${day(2)},08:00,13:00`).join('\n')}`;
  const list = await loadedList(cash, releaser, content, { cycle });
  assert.deepEqual((await cash.get(`/uploads/${list.upload.id}`)).body.items, { maize_flour: '60', oil: '9' });
  assert.deepEqual(await states(list.id), [['pending', '6']], 'it begins in two days');
  assert.equal(await one(`SELECT count(*) FROM distribution WHERE payment_list = ${list.id}`), '1');
  assert.equal(await one(`SELECT count(*) FROM entitlement_line n JOIN entitlement e ON e.id = n.entitlement WHERE e.payment_list = ${list.id}`), '11');
  const items = (await cash.get(`/lists/${list.id}/entitlements`)).body.items;
  assert.deepEqual(items[0].items, { maize_flour: '12', oil: '1.5' });
  await cash.get(`/lists/${list.id}/entitlements`);
  assert.equal(await one(`SELECT count(*) FROM audit WHERE kind = 'list.viewed' AND record = ${list.id} AND actor = 'staff:${cash.id}'`), '1', 'two looks within ten minutes are one');
  assert.equal((await cash.get(`/lists/${list.id}/signature`)).body.entitlements_agree, true);
});

describe('what the payer reports', () => {
  const reportOn = async (list, content) => {
    const made = await cash.post(`/lists/${list.id}/uploads`, { kind: 'report' });
    assert.equal(made.status, 201, made.text);
    return send(cash, made.body.id, content);
  };
  const apply = async (report) => {
    const applied = await cash.post(`/uploads/${report.id}/application`, { leaving_out: report.bad });
    assert.equal(applied.status, 200, applied.text);
    return uploadIn(cash, report.id, 'applied');
  };

  test('becomes what is known, once; her own word stands beside it, and where they differ there is one ticket', async () => {
    const list = await loadedList(cash, releaser, cashRows(numbers.slice(0, 8), '100'));
    const ids = (await sql(`SELECT e.id, e.collector FROM entitlement e JOIN registration_group g ON g.id = e.registration_group WHERE payment_list = ${list.id} ORDER BY array_position(ARRAY['${numbers.slice(0, 8).join("','")}'], g.registration_number)`));
    const says = (i, answer) => sql(`INSERT INTO receipt (entitlement, individual, answer, hops) VALUES (${ids[i][0]}, ${ids[i][1]}, '${answer}', ARRAY[substr(sha256('${list.id} ${i}'), 1, 16)])`);
    await says(0, 'received');
    await says(1, 'not_received');
    await says(4, 'received');
    const ref = `R${process.pid}-${list.id}`;
    const head = 'registration_number,outcome,amount,currency,reference,reason,collected_on\n';
    const rows = [`${numbers[0]},collected,100,KES,${ref}-0,,${day(-1)}`, `${numbers[1]},collected,,,${ref}-1`, `${numbers[2]},partial,40.5,KES,${ref}-2`,
      `${numbers[3]},failed,,,,wrong_account`, `${numbers[4]},not_collected`, `${numbers[5]},collected,101,KES,${ref}-5`, `${numbers[6]},partial,,KES,${ref}-6`, `${numbers[39]},collected,,,${ref}-39`];
    const report = await reportOn(list, head + rows.join('\n'));
    assert.deepEqual(report.rules.map((each) => `${each.column} ${each.rule}`).sort(), ['amount more_than_entitled', 'amount needed', 'registration_number not_on_list']);
    assert.deepEqual(report.outcomes, { collected: 2, failed: 1, not_collected: 1, partial: 1 });
    assert.deepEqual(await states(list.id), [['available', '8']], 'checking changes nothing');
    await apply(report);
    assert.deepEqual(await states(list.id), [['available', '3'], ['error', '1'], ['not_collected', '1'], ['partial', '1'], ['redeemed', '2']]);
    const { body } = await cash.get(`/lists/${list.id}`);
    assert.deepEqual([body.answers, body.differs], [{ not_received: 1, received: 2 }, 2]);
    const differing = (await cash.get(`/lists/${list.id}/entitlements?differs=true`)).body.items;
    assert.deepEqual(differing.map((each) => [each.state, each.answer]).sort(), [['not_collected', 'received'], ['redeemed', 'not_received']]);
    assert.ok(differing.every((each) => /^[A-Z0-9]{4}$/.test(each.ticket)));
    const tickets = () => one(`SELECT count(*) FROM ticket t JOIN entitlement e ON e.id = t.entitlement WHERE e.payment_list = ${list.id} AND topic = 'mismatch'`);
    assert.equal(await tickets(), '2');

    // The payer sends everything again, and the rest of one.
    const more = await reportOn(list, `${head}${rows.slice(0, 3).join('\n')}\n${numbers[4]},collected,100,KES,${ref}-4\n`);
    assert.equal(more.bad, 0, JSON.stringify(more.rules));
    await apply(more);
    assert.deepEqual(await states(list.id), [['available', '3'], ['error', '1'], ['partial', '1'], ['redeemed', '3']]);
    const rest = await reportOn(list, `${head}${numbers[2]},partial,59.50,KES,${ref}-2b\n${numbers[0]},not_collected\n${numbers[7]},collected,,,${ref}-0`);
    assert.deepEqual(rest.rules.map((each) => `${each.column} ${each.rule}`).sort(), ['outcome already_collected', 'reference taken']);
    await apply(rest);
    assert.equal(await one(`SELECT count(*) || ' ' || sum(r.amount_minor) FROM redemption r JOIN entitlement e ON e.id = r.entitlement WHERE e.payment_list = ${list.id}`), '5 40000');
    assert.equal(await tickets(), '2', 'once an entitlement');
    assert.equal(await one(`SELECT count(*) FROM audit a JOIN entitlement e ON e.id = a.record WHERE a.kind = 'entitlement.reported' AND e.payment_list = ${list.id}`), '7');
  });

  test('parts of things add up: the rest is what is left, all of it is collected, and more is an error', async () => {
    const content = `registration_number,item:oil,item:maize_flour,valid_from,valid_to\n${numbers.slice(0, 6).map((number) => `${number},1.50,12,${day()},${day(5)}`).join('\n')}`;
    const list = await loadedList(cash, releaser, content, { cycle: await newCycle('in_kind') });
    const ref = `K${process.pid}-${list.id}`;
    const head = 'registration_number,outcome,item:oil,item:maize_flour,reference\n';
    const report = async (...rows) => {
      const made = await reportOn(list, head + rows.join('\n'));
      if (made.bad < rows.length) await apply(made);
      return made.rules.map((each) => `${each.column} ${each.rule}`).sort();
    };
    const handed = (i) => sql(`SELECT e.state, coalesce(sum((r.lines->>'oil')::numeric), 0), coalesce(sum((r.lines->>'maize_flour')::numeric), 0), count(r.id) FROM entitlement e JOIN registration_group g ON g.id = e.registration_group
      LEFT JOIN redemption r ON r.entitlement = e.id WHERE e.payment_list = ${list.id} AND g.registration_number = '${numbers[i]}' GROUP BY e.state`).then(([[state, oil, flour, times]]) => [state, Number(oil), Number(flour), Number(times)]);
    const first = [`${numbers[0]},partial,1,,${ref}-0`, `${numbers[1]},partial,,4,${ref}-1`, `${numbers[2]},partial,1.5,12,${ref}-2`, `${numbers[3]},collected,,,${ref}-3`];
    assert.deepEqual(await report(...first), []);
    assert.deepEqual(await Promise.all([0, 1, 2, 3].map(handed)), [['partial', 1, 0, 1], ['partial', 0, 4, 1], ['redeemed', 1.5, 12, 1], ['redeemed', 1.5, 12, 1]]);

    assert.deepEqual(await report(`${numbers[0]},partial,1,,${ref}-0b`, `${numbers[1]},collected,1.5,12,${ref}-1b`, `${numbers[4]},collected,1.5,11,${ref}-4`, `${numbers[5]},partial,0.5,13,${ref}-5`),
      ['item:maize_flour more_than_entitled', 'item:maize_flour not_all', 'item:oil more_than_entitled'], 'with what was handed out before');
    // The rest, in words and by quantity; and everything before once more.
    assert.deepEqual(await report(...first.slice(1), `${numbers[0]},collected,,,${ref}-0c`), []);
    assert.deepEqual(await handed(0), ['redeemed', 1.5, 12, 2]);
    assert.deepEqual(await report(`${numbers[0]},collected,0.5,12,${ref}-0c`, `${numbers[1]},partial,1.5,8,${ref}-1c`), []);
    assert.deepEqual(await Promise.all([0, 1].map(handed)), [['redeemed', 1.5, 12, 2], ['redeemed', 1.5, 12, 2]]);
    assert.deepEqual(await report(`${numbers[1]},partial,1,,${ref}-1d`), ['item:oil more_than_entitled', 'outcome already_collected']);
  });

  test('a reference that says something else than before is wrong', async () => {
    const list = await loadedList(cash, releaser, cashRows(numbers.slice(0, 2), '100'));
    const ref = `D${process.pid}-${list.id}`;
    const head = 'registration_number,outcome,amount,currency,reference\n';
    await apply(await reportOn(list, `${head}${numbers[0]},partial,40,KES,${ref}-0\n${numbers[1]},collected,,,${ref}-1\n`));
    const rules = async (row) => (await reportOn(list, head + row)).rules.map((each) => `${each.column} ${each.rule}`);
    assert.deepEqual(await rules(`${numbers[0]},partial,50,KES,${ref}-0\n`), ['reference differs']);
    assert.deepEqual(await rules(`${numbers[0]},collected,,,${ref}-0\n`), ['reference differs'], 'it was not all');
    assert.deepEqual(await rules(`${numbers[1]},partial,60,KES,${ref}-1\n`), ['reference differs']);
    assert.deepEqual(await rules(`${numbers[1]},collected,100,KES,${ref}-1\n`), []);
    const things = await loadedList(cash, releaser, `registration_number,item:oil,valid_from,valid_to\n${numbers[2]},2,${day()},${day(5)}\n`, { cycle: await newCycle('in_kind') });
    const handed = (quantity) => `registration_number,outcome,item:oil,reference\n${numbers[2]},partial,${quantity},${ref}-2\n`;
    await apply(await reportOn(things, handed('1.50')));
    const wrong = await reportOn(things, handed('1.25'));
    assert.deepEqual(wrong.rules.map((each) => `${each.column} ${each.rule}`), ['reference differs']);
    assert.match((await cash.get(`/uploads/${wrong.id}/errors.csv`)).text, /reference,differs,.*something else/);
    assert.equal((await reportOn(things, `${handed('1.5')}\n`.replace('1.5', '1.500'))).bad, 0, 'the same quantity, written otherwise');
  });

  test('the same report is one report', async () => {
    const list = await loadedList(cash, releaser, cashRows(numbers.slice(10, 12)));
    const content = `registration_number,outcome\n${numbers[10]},not_collected\n`;
    await apply(await reportOn(list, content));
    const made = await cash.post(`/lists/${list.id}/uploads`, { kind: 'report' });
    const { pieces } = await sendPieces(cash, made.body.id, content);
    assert.equal(kindOf(await cash.post(`/uploads/${made.body.id}/completion`, { pieces })), 'conflict');
    await apply(await reportOn(list, `registration_number,outcome\n${numbers[11]},not_collected\n`));
    assert.equal((await cash.get(`/lists/${list.id}`)).body.state, 'finished', 'nothing is left to be collected');
  });

  test('what she disputes on her phone stands beside the report, with the ticket that she was given', async () => {
    const assistance = async () => {
      const dial = phone('+254711000012');
      await dial();
      await dial('1');
      return { dial, screen: await dial('4826') };
    };
    // The list may go on on another screen.
    const choose = async (dial, screen, words) => {
      for (let more = 0; more < 3 && !new RegExp(`^\\d ${words}`, 'm').test(screen); ++more) screen = await dial('#');
      return dial(new RegExp(`^(\\d) ${words}`, 'm').exec(screen)?.[1] ?? assert.fail(screen));
    };
    const first = await assistance();
    const order = /No\. (\d{9})/.exec(await choose(first.dial, first.screen, 'Cash'))[1];
    const registration = await one(`SELECT g.registration_number FROM entitlement e JOIN registration_group g ON g.id = e.registration_group WHERE e.order_number = '${order}'`);
    const list = await loadedList(cash, releaser, cashRows([registration], '777'));
    const { dial, screen } = await assistance();
    assert.match(await choose(dial, screen, '.* 777 KES'), /Ready/);
    await dial('2');
    const [, reference] = /reference is ([A-Z0-9]{4})/.exec(await dial('1'));
    const before = (await cash.get(`/lists/${list.id}`)).body;
    assert.deepEqual([before.answers, before.differs], [{ not_received: 1 }, 0], 'nobody says otherwise yet');
    await apply(await reportOn(list, `registration_number,outcome,reference\n${registration},collected,P${process.pid}\n`));
    const [entitlement] = (await cash.get(`/lists/${list.id}/entitlements?differs=true`)).body.items;
    assert.deepEqual([entitlement.state, entitlement.answer, entitlement.differs, entitlement.ticket], ['redeemed', 'not_received', true, reference]);
    assert.equal(await one(`SELECT count(*) FROM ticket WHERE entitlement = ${entitlement.id}`), '1', 'hers, and no second one');
  });
});

test('the export says everything and runs nothing', async () => {
  const file = `registration_number,amount,currency,valid_from,valid_to,provider,order_number\n${numbers[20]},1234.5,KES,${day()},${day(9)},"=cmd|' /C calc'!A0",${String(process.pid).padStart(9, '4')}\n`;
  const list = await loadedList(cash, releaser, file);
  const answer = await cash.get(`/lists/${list.id}/entitlements.csv`);
  assert.ok(answer.text.startsWith('\ufeff') || answer.text.startsWith('id,'));
  const [head, row] = csv(answer.text);
  const cells = Object.fromEntries(head.split(',').map((name, i) => [name, row.split(',')[i]]));
  assert.deepEqual([cells.amount, cells.currency, cells.state, cells.registration_number, cells.provider], ['1234.50', 'KES', 'sent', numbers[20], "'=cmd|' /C calc'!A0"]);
  const all = await cash.get('/entitlements.csv?operation=KEN');
  assert.equal(csv(all.text).length - 1, Number(await one("SELECT count(*) FROM entitlement e JOIN payment_list l ON l.id = e.payment_list WHERE l.operation = 'KEN'")));
  assert.equal((await cash.get('/entitlements.csv?operation=UGA')).status, 404);
  assert.equal(await one(`SELECT count(*) FROM audit WHERE kind = 'list.exported' AND actor = 'staff:${cash.id}' AND record = ${list.id}`), '1');
});

test('with the days an entitlement begins and ends', async () => {
  const content = `registration_number,amount,currency,valid_from,valid_to\n${numbers[21]},1,KES,${day(1)},${day(3)}\n`;
  const list = await loadedList(cash, releaser, content);
  const turn = (ahead) => sql(`SELECT turn_entitlements(now() + interval '${ahead} days', 1000)`);
  assert.deepEqual(await states(list.id), [['pending', '1']]);
  await turn(1);
  assert.deepEqual(await states(list.id), [['available', '1']]);
  await turn(3);
  assert.deepEqual(await states(list.id), [['available', '1']], 'its last day is a day');
  await turn(4);
  assert.deepEqual(await states(list.id), [['expired', '1']]);
});

describe('routes', () => {
  let some;
  const draft = async (rows = numbers.slice(0, 2)) => {
    const list = await makeList(cash, { cycle: await newCycle() });
    await send(cash, list.upload.id, cashRows(rows));
    return (await cash.get(`/lists/${list.id}`)).body;
  };
  const locked = async () => lock(cash, (await draft()).id);
  before(async () => { some = await loadedList(cash, releaser, cashRows(numbers.slice(0, 3))); });
  const get = (path, more = {}) => routeMatrix({ method: 'GET', name: `GET ${path.replaceAll(/\{\w+\}/g, '{id}')}`, path: () => path.replace('{list}', some.id).replace('{upload}', some.upload.id), allowed: 'cash', wrong: ['hotline', 'statistics'], elsewhere: true, ...more });
  get('/lists', { elsewhereCheck: (answer) => assert.ok(answer.body.items.every((each) => each.operation === 'UGA')) });
  get('/lists/choices', { wrong: ['cash_release', 'hotline'], elsewhereCheck: (answer) => assert.deepEqual(answer.body.operations.map((each) => each.code), ['UGA']) });
  for (const path of ['/lists/{list}', '/lists/{list}/entitlements', '/lists/{list}/signature', '/lists/{list}/entitlements.csv', '/uploads/{upload}', '/uploads/{upload}/rows', '/uploads/{upload}/errors', '/uploads/{upload}/errors.csv']) get(path);
  get('/entitlements.csv?operation=KEN');
  routeMatrix({ method: 'POST', path: '/lists', body: async () => ({ operation: 'KEN', cycle: await newCycle(), type: 'regular' }), allowed: 'cash', wrong: ['cash_release', 'hotline'], elsewhere: true, elsewhereStatus: 403 });
  const of = (what, action) => async () => `/lists/${(await what()).id}/${action}`;
  const turning = { body: { revision: 0 } };
  for (const [action, allowed, wrong, what] of [['release', 'cash_release', ['cash', 'hotline'], locked], ['return', 'cash_release', ['hotline'], locked], ['abort', 'cash', ['hotline'], draft]]) {
    let list;
    routeMatrix({ method: 'POST', name: `POST /lists/{id}/${action}`, allowed, wrong, elsewhere: true, ...turning,
      path: async () => `/lists/${(list = await what()).id}/${action}`, body: async () => ({ revision: list.revision }),
      stale: async () => { const now = await what(); return { path: `/lists/${now.id}/${action}`, body: { revision: now.revision - 1 } }; },
      own: action !== 'release' ? undefined : async () => {
        const both = await as(['cash', 'registration'], { fresh: true });
        const mine = await makeList(both, { cycle: await newCycle() });
        await send(both, mine.upload.id, cashRows(numbers.slice(0, 1)));
        const now = await lock(both, mine.id);
        // In the meantime she went from loading lists to releasing them.
        await sql(`UPDATE staff_grant SET ended_at = now() WHERE staff = ${both.id} AND role = 'cash'`);
        await sql(`UPDATE staff_grant SET role = 'cash_release' WHERE staff = ${both.id} AND role = 'registration'`);
        return { client: both, path: `/lists/${mine.id}/release`, body: { revision: now.revision } };
      } });
  }
  let toLock;
  routeMatrix({ method: 'POST', name: 'POST /lists/{id}/lock', allowed: 'cash', wrong: ['cash_release', 'hotline'], elsewhere: true,
    path: async () => `/lists/${(toLock = await draft()).id}/lock`, body: async () => ({ revision: toLock.revision, leaving_out: 0 }),
    stale: async () => { const now = await draft(); return { path: `/lists/${now.id}/lock`, body: { revision: now.revision - 1, leaving_out: 0 } }; } });
  routeMatrix({ method: 'POST', name: 'POST /lists/{id}/uploads', path: of(draft, 'uploads'), body: { kind: 'list' }, allowed: 'cash', wrong: ['cash_release', 'hotline'], elsewhere: true });
  const receiving = async () => (await makeList(cash, { cycle: await newCycle() })).upload.id;
  routeMatrix({ method: 'PUT', name: 'PUT /uploads/{id}/pieces/{number}', path: async () => `/uploads/${await receiving()}/pieces/1`, raw: 'registration_number,amount,currency,valid_from,valid_to\n', type: 'application/octet-stream', allowed: 'cash', wrong: ['hotline'], elsewhere: true });
  routeMatrix({ method: 'POST', name: 'POST /uploads/{id}/completion', allowed: 'cash', wrong: ['hotline'], elsewhere: true, body: { pieces: 1 },
    path: async () => { const id = await receiving(); await sendPieces(cash, id, cashRows(numbers.slice(0, 1))); return `/uploads/${id}/completion`; } });
  const reported = async () => {
    const list = await loadedList(cash, releaser, cashRows(numbers.slice(0, 1)));
    const made = await cash.post(`/lists/${list.id}/uploads`, { kind: 'report' });
    await send(cash, made.body.id, `registration_number,outcome\n${numbers[0]},not_collected\n`);
    return `/uploads/${made.body.id}/application`;
  };
  // What she knows to be left out is what she saw of it.
  routeMatrix({ method: 'POST', name: 'POST /uploads/{id}/application', allowed: 'cash', wrong: ['cash_release', 'hotline'], elsewhere: true, body: { leaving_out: 0 },
    path: reported, stale: async () => ({ path: await reported(), body: { leaving_out: 3 } }) });

  test('bodies out of bounds are malformed, and name the field only', async () => {
    const cycle = await newCycle();
    const right = { operation: 'KEN', cycle, type: 'regular' };
    for (const [field, value] of [['operation', 'KENYA'], ['cycle', 0], ['cycle', 'one'], ['cycle', 2 ** 53], ['type', 'gift'], ['currency', 'XXX'], ['currency', 5], ['office', -1], ['notifies', 'yes']]) {
      const answer = await cash.post('/lists', { ...right, [field]: value }, { valid: false });
      assert.equal(answer.status, 400, `${field} ${value}: ${answer.text}`);
      assert.match(answer.body.detail, new RegExp(`^${field} `));
    }
    for (const path of ['/lists/0', '/lists/x', '/lists/99999999999999999999', '/uploads/-1']) assert.equal((await cash.get(path, { valid: false })).status, 404, path);
  });

  test('a list of which somebody only reads is not hers to turn', async () => {
    const reader = await as('representative');
    const now = await draft();
    assert.equal((await reader.get(`/lists/${now.id}`)).status, 200);
    assert.deepEqual((await reader.get(`/lists/${now.id}`)).body.may, { load: false, release: false, reconcile: false });
    assert.equal(kindOf(await reader.post(`/lists/${now.id}/abort`, { revision: now.revision })), 'not-allowed');
    assert.equal(kindOf(await reader.post(`/lists/${now.id}/uploads`, { kind: 'list' })), 'not-allowed');
  });

  test('whose training is over loads nothing', async () => {
    const account = await makeStaff('cash');
    const client = await new Client(account).signIn();
    await sql(`UPDATE staff SET trained_until = '2020-01-01' WHERE id = ${account.id}`);
    assert.equal(kindOf(await client.get('/lists')), 'training-over');
  });
});
