// People: found however they are spelled and by every number, within where staff may look; their records, who looked, and
// what is done at them.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { as, makeStaff, mlangoWith, one, phone, sql, until, Client } from './lib/house.mjs';
import { routeMatrix } from './lib/matrix.mjs';

const kind = (answer) => answer.body?.type?.split('/').at(-1);
const code = (answer) => answer.body?.faults?.[0]?.code;

// People of their own for each test: a principal of a new household at a place.
let made = 0;
async function somebody({ operation = 'KEN', place } = {}) {
  const n = ++made;
  const location = place ?? (await one(`SELECT code FROM location WHERE level = 3 AND code LIKE '${operation}-%' ORDER BY code LIMIT 1`));
  const individual_number = `${operation}-${600_000_000 + n}`;
  const registration_number = `${operation}-23-${6_000_000 + n}`;
  const id = Number(await one(`WITH g AS (INSERT INTO registration_group (operation, registration_number, location, registered_on)
      VALUES ('${operation}', '${registration_number}', '${location}', '2023-01-01') RETURNING id),
    i AS (INSERT INTO individual (operation, individual_number, given_name, family_name, sex, birth_date, registered_on)
      VALUES ('${operation}', '${individual_number}', 'Anna', 'Probe', 'F', '1990-05-01', '2023-01-01') RETURNING id)
    INSERT INTO membership (individual, registration_group, relationship, since) SELECT i.id, g.id, 'PA', '2023-01-01' FROM i, g RETURNING individual`));
  return { id, individual_number, registration_number, revision: 1, location };
}
const search = (client, q, options) => client.post('/people/search', { q }, options);
const ids = (answer) => answer.body.items.map((each) => each.id);
const revisionOf = async (id) => Number(await one(`SELECT revision FROM individual WHERE id = ${id}`));
// The hundredth of a name that no seeded person has.
const named = (id, given, family = null) =>
  sql(`UPDATE individual SET given_name = '${given}', family_name = ${family === null ? 'NULL' : `'${family}'`} WHERE id = ${id}`);

describe('searching', () => {
  test('a name is found in other spellings and scripts, at once after it changed', async () => {
    const officer = await as('registration');
    for (const [stored, typed] of [
      [['Maxamuud Zubeyr', 'Qaadiri'], ['Mahmoud Zubair Qadiri', 'mohamud zubeir kadiri', 'محمود زبير قادري']],
      [['عبد الرحمن', 'الزبيدي'], ['Abdulrahman Zubaidi', 'Abdirahman Al-Zubeidi', 'عبدالرحمن الزبيدى']],
      [['ትዕግስት', 'ኃይለሥላሴ'], ['Tigist Haileselassie', 'ትእግስት ሀይለስላሴ', 'tigest haile selassie']],
      [['Ghebremedhin', 'Tesfayohannes'], ['Gebre Medhin Tesfa Yohannes']],
    ]) {
      const { id } = await somebody();
      await named(id, ...stored);
      for (const words of typed) {
        const answer = await search(officer, words);
        assert.equal(answer.status, 200, answer.text);
        assert.equal(answer.body.items[0]?.id, id, `${words} does not find ${stored}`);
        assert.equal(answer.body.read_as, 'name');
      }
    }
  });

  test('a wrong consonant still finds who looks alike, after those of the name', async () => {
    const officer = await as('registration');
    const { id } = await somebody();
    await named(id, 'Wilhelmina', 'Oosterhuis');
    const answer = await search(officer, 'Wilhelmira Oosterhuis');
    assert.equal(answer.body.items[0].id, id);
    assert.equal(answer.body.items[0].matched, 'alike');
  });

  test('the first worker makes the keys of names that nobody searches', async () => {
    const { id } = await somebody();
    await named(id, 'Xulqariina');
    await until(async () => (await one(`SELECT spelled FROM name_key WHERE individual = ${id}`))?.startsWith('xulqariina'), 10_000);
    await until(async () => (await one('SELECT count(*) FROM name_key_due')) === '0', 10_000);
  });

  test('the whole population has its keys', async () => {
    assert.equal(await one('SELECT count(*) FROM individual i WHERE NOT EXISTS (SELECT FROM name_key k WHERE k.individual = i.id)'), '0');
  });

  test('a household by every form of its number, a person by hers', async () => {
    const officer = await as('registration');
    const her = await somebody();
    const [, operation, year, rest] = /^(...)-?(..)[-C]?(\d+)$/.exec(her.registration_number);
    for (const form of [her.registration_number, `${operation}${year}C${rest}`, `${operation.toLowerCase()} ${year} c ${rest}`,
      `${year}C${rest}`, `${operation}-${year}-${rest.replaceAll(/\d/g, (digit) => '٠١٢٣٤٥٦٧٨٩'[digit])}`]) {
      const answer = await search(officer, form);
      assert.ok(ids(answer).includes(her.id), `${form} does not find ${her.registration_number}`);
    }
    for (const form of [her.individual_number, her.individual_number.replace('-', ' ').toLowerCase(), her.individual_number.slice(4)])
      assert.ok(ids(await search(officer, form)).includes(her.id), form);
  });

  test('a telephone number in national and international form, and what is on it is not shown', async () => {
    const officer = await as('registration');
    for (const form of ['+254711000001', '0711 000 001', '254711000001', '٠٧١١٠٠٠٠٠١']) {
      const answer = await search(officer, form);
      assert.ok(answer.body.items.some((each) => each.matched === 'telephone'), form);
      assert.ok(!answer.text.includes('711000001'));
    }
    assert.equal((await search(officer, '+254711000099')).body.items.length, 0);
  });

  test('a document by its number, of whatever scheme', async () => {
    const officer = await as('registration');
    const her = await somebody();
    await mlangoWith(['AB1234567'], 'wallet', 'identity-number', her.individual_number, '--scheme', 'national_id');
    for (const form of ['AB1234567', 'ab 123 4567', 'AB-1234567']) {
      const answer = await search(officer, form);
      assert.deepEqual(ids(answer), [her.id], form);
      assert.equal(answer.body.items[0].matched, 'document');
    }
  });

  test('only where she may look: her operation, her office', async () => {
    const her = await somebody({ place: 'KEN-KAL2-01' });
    await named(her.id, 'Zbigniewka', 'Kowalczykowa');
    const whole = await as('registration');
    const there = await as('registration', { office: 6 });
    const elsewhere = await as('registration', { office: 1 });
    const uganda = await as('registration', { operation: 'UGA' });
    for (const q of ['Zbigniewka', her.individual_number, her.registration_number, 'Zbignievka']) {
      assert.ok(ids(await search(whole, q)).includes(her.id), q);
      assert.ok(ids(await search(there, q)).includes(her.id), q);
      assert.ok(!ids(await search(elsewhere, q)).includes(her.id), q);
      assert.ok(!ids(await search(uganda, q)).includes(her.id), q);
    }
  });

  test('who may break the glass learns by a number that there is somebody, and nothing of her; by name nothing', async () => {
    const her = await somebody({ place: 'KEN-KAL2-01' });
    const lead = await as('registration_lead', { office: 1 });
    const answer = await search(lead, her.individual_number);
    assert.deepEqual(answer.body.items, [{ id: her.id, operation: 'KEN', matched: 'individual_number', outside: true }]);
    await named(her.id, 'Anneliese', 'Schmidtbauer');
    assert.equal((await search(lead, 'Anneliese Schmidtbauer')).body.items.length, 0);
  });

  test('a search is written down without its words, counted, and bounded', async () => {
    const officer = await as('hotline', { fresh: true });
    await search(officer, 'Anneliese');
    await search(officer, '+254711000001');
    assert.deepEqual(await sql(`SELECT kind, detail, individual FROM audit WHERE actor = 'staff:${officer.id}' AND kind = 'staff.searched' ORDER BY id`),
      [['staff.searched', 'name', ''], ['staff.searched', 'telephone', '']]);
    assert.equal(await one(`SELECT sum(searches) FROM staff_search WHERE staff = ${officer.id}`), '2');
    await sql(`UPDATE staff_search SET searches = 300 WHERE staff = ${officer.id}`);
    const answer = await search(officer, 'Anneliese');
    assert.equal(answer.status, 429);
    assert.ok(Number(answer.headers.get('retry-after')) > 0);
  });

  test('whatever is typed is answered', async () => {
    const officer = await as('registration');
    for (const q of ["'; DROP TABLE individual; --", '%%%%', '{"a"}', '\\\\', '-- --', '😀😀', 'a'.repeat(120), '123456789012345678901234567890', 'ﻣﺤﻤﺪ', '{,}', '00', 'NULL NULL'])
      assert.equal((await search(officer, q)).status, 200, q);
    for (const body of [{}, { q: '' }, { q: 'a' }, { q: 7 }, { q: 'a'.repeat(121) }, { q: null }, { q: ['a'] }])
      assert.equal((await officer.post('/people/search', body, { valid: false })).status, 400, JSON.stringify(body));
  });

  test('not when her training is over', async () => {
    const officer = await as('registration', { fresh: true });
    await sql(`UPDATE staff SET trained_until = '2020-01-01' WHERE id = ${officer.id}`);
    const answer = await search(officer, 'Anneliese');
    assert.equal(answer.status, 403, answer.text);
    assert.equal((await officer.get(`/people/${(await somebody()).id}`)).status >= 403, true);
  });

  routeMatrix({ method: 'POST', path: '/people/search', body: { q: 'Anna' }, allowed: 'registration',
    wrong: ['statistics', 'auditor', 'notices', 'cash_release'], elsewhere: true,
    elsewhereCheck: (answer) => assert.ok(answer.body.items.every((each) => each.operation === 'UGA')) });
});

describe('a record', () => {
  test('shows what there is of her, and that it was opened', async () => {
    const officer = await as('registration', { fresh: true });
    const [[id]] = await sql(`SELECT p.individual FROM phone p JOIN individual i ON i.id = p.individual JOIN pin k ON k.individual = i.id
      WHERE i.operation = 'KEN' AND p.disabled_at IS NULL AND EXISTS (SELECT FROM membership m JOIN entitlement e ON e.registration_group = m.registration_group WHERE m.individual = i.id)
        AND EXISTS (SELECT FROM change_request c WHERE c.individual = i.id) ORDER BY i.id LIMIT 1`);
    const answer = await officer.get(`/people/${id}`);
    assert.equal(answer.status, 200, answer.text);
    const record = answer.body;
    assert.equal(record.opened_by, 'scope');
    assert.match(record.phones.items[0].number, /^\+\d{9,15}$/, 'numbers in full once it is open');
    assert.ok(record.household.items.some((each) => each.id === Number(id)));
    assert.equal(record.household.items[0].relationship, 'PA');
    assert.equal(record.household.items[0].relationship_name.fr, 'Demandeur principal');
    for (const names of [record.operation_name, record.group.place, record.entitlements.items[0].programme])
      assert.deepEqual(['en', 'fr', 'ar'].filter((language) => !names[language]), [], 'names in each language');
    assert.deepEqual((await search(officer, record.individual_number)).body.items[0].place, record.group.place);
    assert.ok(record.entitlements.items.length > 0 && record.requests.items.length > 0);
    assert.ok(record.memberships.length > 0 && record.statuses.at(0).until === null);
    assert.ok(!/sealed|verifier"|digest|blind/.test(answer.text.replaceAll('"verifier":', '')), 'nothing sealed leaves');
    const first = await sql(`SELECT kind, detail FROM audit WHERE actor = 'staff:${officer.id}' AND individual = ${id}`);
    assert.deepEqual(first, [['staff.viewed', 'record']]);
    const again = await officer.get(`/people/${id}`);
    assert.equal(again.body.looks.items[0].kind, 'staff.viewed');
    assert.equal(again.body.looks.items[0].by, officer.account.name);
    assert.equal((await officer.get(`/people/${id}/looks?limit=1`)).body.items.length, 1);
    assert.equal(await one(`SELECT detail FROM audit WHERE actor = 'staff:${officer.id}' ORDER BY id DESC LIMIT 1`), 'looks');
  });

  test('lists go on page by page, each row once', async () => {
    const officer = await as('registration');
    const her = await somebody();
    await sql(`INSERT INTO audit (kind, actor, individual, detail) SELECT 'pin.right', 'phone', ${her.id}, NULL FROM generate_series(1, 55)`);
    const seen = [];
    let after = '';
    do {
      const page = (await officer.get(`/people/${her.id}/conversations?limit=20${after}`)).body;
      seen.push(...page.items.map((each) => each.id));
      after = page.next === null ? null : `&after=${page.next}`;
    } while (after !== null);
    assert.equal(seen.length, 55);
    assert.equal(new Set(seen).size, 55);
    assert.deepEqual(seen, [...seen].sort((a, b) => b - a));
  });

  test('tells of no sensitive ticket and no alarm', async () => {
    const officer = await as('protection');
    const her = await somebody();
    const group = await one(`SELECT registration_group FROM membership WHERE individual = ${her.id} AND until IS NULL`);
    await sql(`INSERT INTO ticket (reference, hop_key, category, topic, individual, registration_group, language, sensitive) VALUES
      ('AAAA', decode(md5('t${her.id}'), 'hex'), 'complaint', 'staff', ${her.id}, ${group}, 'en', true),
      ('AAAC', decode(md5('u${her.id}'), 'hex'), 'call_back', NULL, ${her.id}, ${group}, 'en', false)`);
    await sql(`INSERT INTO audit (kind, actor, individual) VALUES ('pin.duress', 'phone', ${her.id}), ('pin.right', 'phone', ${her.id})`);
    const record = (await officer.get(`/people/${her.id}`)).body;
    const references = record.tickets.items.map((each) => each.reference);
    assert.ok(references.includes('AAAC') && !references.includes('AAAA'));
    assert.ok(record.conversations.items.some((each) => each.kind === 'pin.right'));
    assert.ok(!JSON.stringify(record).includes('duress'));
  });

  test('tells whom a ticket is about nothing of it: neither that office nor that colleague', async () => {
    const her = await somebody({ place: 'KEN-KAL2-01' });
    const there = await as('registration', { office: 6, fresh: true });
    const officer = await as('registration', { fresh: true }), other = await as('registration', { fresh: true });
    const group = await one(`SELECT registration_group FROM membership WHERE individual = ${her.id} AND until IS NULL`);
    await sql(`INSERT INTO ticket (reference, hop_key, category, topic, individual, registration_group, language, sensitive, about_office, about_staff, placed_at) VALUES
      ('AAAD', decode(md5('v${her.id}'), 'hex'), 'complaint', 'other', ${her.id}, ${group}, 'en', false, 6, NULL, now()),
      ('AAAE', decode(md5('w${her.id}'), 'hex'), 'complaint', 'other', ${her.id}, ${group}, 'en', false, NULL, ${officer.id}, now())`);
    const seenBy = async (client) => {
      const record = (await client.get(`/people/${her.id}`)).body.tickets.items;
      assert.deepEqual((await client.get(`/people/${her.id}/tickets`)).body.items, record, 'the part says the same');
      return record.map((each) => each.reference).sort();
    };
    assert.deepEqual(await seenBy(other), ['AAAD', 'AAAE']);
    assert.deepEqual(await seenBy(there), ['AAAE']);
    assert.deepEqual(await seenBy(officer), ['AAAD']);
  });

  test('a status that changes is dated', async () => {
    const officer = await as('registration');
    const her = await somebody();
    await sql(`UPDATE individual SET process_status = 'H' WHERE id = ${her.id}`);
    const { statuses, status } = (await officer.get(`/people/${her.id}`)).body;
    assert.equal(status, 'H');
    assert.deepEqual(statuses.map((each) => each.status), ['H', 'A']);
    assert.equal(statuses[1].until, statuses[0].since);
  });

  test('is not there for another office, another operation, or nobody', async () => {
    const her = await somebody({ place: 'KEN-KAL2-01' });
    for (const client of [await as('registration', { office: 1 }), await as('hotline', { operation: 'UGA' })]) {
      const answer = await client.get(`/people/${her.id}`);
      assert.equal(answer.status, 404);
      assert.equal((await client.get(`/people/${her.id}/looks`)).status, 404);
      assert.equal(await one(`SELECT count(*) FROM audit WHERE actor = 'staff:${client.id}' AND individual = ${her.id}`), '0');
    }
    const officer = await as('registration');
    for (const path of ['/people/0', '/people/999999999999', '/people/x', '/people/-1'])
      assert.equal((await officer.get(path, { valid: false })).status, 404, path);
    assert.equal((await officer.get(`/people/${her.id}/everything`, { check: false })).status, 404);
  });

  routeMatrix({ method: 'GET', path: async () => `/people/${(await somebody()).id}`, allowed: 'registration',
    wrong: ['statistics', 'notices', 'cash_release', 'auditor'], elsewhere: true, name: 'GET /people/{id}' });
  for (const part of ['household', 'phones', 'entitlements', 'requests', 'tickets', 'consents', 'shown', 'looks', 'conversations', 'checks'])
    routeMatrix({ method: 'GET', path: async () => `/people/${(await somebody()).id}/${part}`, allowed: 'hotline',
      wrong: ['words', 'auditor'], elsewhere: true, name: `GET /people/{id}/${part}` });
});

describe('a code for a new PIN', () => {
  test('is said, works on her phone, and she is told that there is one', async () => {
    const officer = await as('hotline', { fresh: true });
    const id = Number(await one(`SELECT p.individual FROM phone p WHERE p.number_blind = (SELECT number_blind FROM phone q JOIN individual i ON i.id = q.individual
      LEFT JOIN pin k ON k.individual = i.id WHERE k.individual IS NULL AND q.disabled_at IS NULL AND i.id < 100000 LIMIT 1) LIMIT 1`)
      ?? (await search(officer, '+254711000007')).body.items[0].id);
    const her = (await search(officer, '+254711000007')).body.items[0].id;
    assert.ok(id && her);
    const before = Number(await one(`SELECT count(*) FROM outbox WHERE text_key = 'sms.pin_code_made'`));
    const answer = await officer.post(`/people/${her}/pin-code`, { revision: await revisionOf(her), method: 'questions' });
    assert.equal(answer.status, 201, answer.text);
    assert.match(answer.body.code, /^\d{9}$/);
    assert.equal(Number(await one(`SELECT count(*) FROM outbox WHERE text_key = 'sms.pin_code_made'`)), before + 1);
    assert.deepEqual(await sql(`SELECT kind, detail FROM audit WHERE actor = 'staff:${officer.id}' AND kind LIKE 'pin.%'`), [['pin.code_issued', 'questions']]);
    assert.equal(await one(`SELECT count(*) FROM pin_code WHERE encode(digest, 'escape') LIKE '%${answer.body.code}%'`), '0');
    // It is typed, and the screen asks for a new PIN.
    const dial = phone('+254711000007');
    let screen = await dial();
    for (let n = 0; n < 3 && !/code/i.test(screen); n++) {
      const way = /(\d) (?:I have a code|Set my PIN|My PIN|I have no PIN)/i.exec(screen) ?? /(\d) My assistance/.exec(screen);
      screen = await dial(way?.[1] ?? '1');
    }
    if (/(\d) I have a code/.test(screen)) screen = await dial(/(\d) I have a code/.exec(screen)[1]);
    assert.match(screen, /9 digits/);
    screen = await dial(answer.body.code);
    assert.match(screen, /PIN/);
    assert.doesNotMatch(screen, /did not work/);
  });

  test('needs what her assurance needs', async () => {
    const officer = await as('registration');
    const her = await somebody();
    await sql(`INSERT INTO verification (individual, method, reference, seen_by, at, valid_until) VALUES (${her.id}, 'document', 'DOC/1', 'x', now(), now() + interval '1 year')`);
    const give = (body) => officer.post(`/people/${her.id}/pin-code`, { revision: her.revision, ...body });
    assert.equal(code(await give({ method: 'questions' })), 'check_too_weak');
    assert.equal((await give({ method: 'document', reference: 'ID/4711' })).status, 201);
    await sql(`INSERT INTO verification (individual, method, reference, seen_by, second_by, at, valid_until) VALUES (${her.id}, 'biometric', 'BIO/1', 'x', 'y', now(), now() + interval '1 year')`);
    assert.equal(code(await give({ method: 'document', reference: 'ID/4711' })), 'check_too_weak');
    assert.equal((await give({ method: 'biometric', reference: 'BIO/2' })).status, 201);
    assert.deepEqual((await officer.get(`/people/${her.id}`)).body.enough.pin_code, ['biometric']);
    assert.equal(await one(`SELECT count(*) FROM pin_code WHERE individual = ${her.id} AND ended_at IS NULL AND used_at IS NULL`), '1', 'the one before has ended');
  });

  test('by a call only to a number whose SIM is the one that it was', async () => {
    const officer = await as('hotline');
    const her = (await search(officer, '+254711000008')).body.items[0];
    const record = (await officer.get(`/people/${her.id}`)).body;
    const changed = record.phones.items.find((each) => each.sim_changed_at !== null);
    assert.equal(changed.can_be_called, false);
    const give = (phoneId) => officer.post(`/people/${her.id}/pin-code`, { revision: record.revision, method: 'call', phone: phoneId });
    assert.equal(code(await give(changed.id)), 'call_proves_nothing');
    const other = (await officer.get(`/people/${(await search(officer, '+254711000001')).body.items[0].id}`)).body.phones.items[0];
    assert.equal(code(await give(other.id)), 'call_proves_nothing', 'of somebody else');
    await sql(`UPDATE phone SET confirmed_at = now() WHERE id = ${changed.id}`);
    assert.equal((await give(changed.id)).status, 201);
  });

  test('five a day', async () => {
    const officer = await as('registration');
    const her = await somebody();
    const give = () => officer.post(`/people/${her.id}/pin-code`, { revision: her.revision, method: 'questions' });
    for (let n = 0; n < 5; n++) assert.equal((await give()).status, 201);
    assert.equal((await give()).status, 429);
  });

  for (const [what, body] of [['pin-code', {}], ['pin-release', {}]])
    test(`${what}: what is asked badly changes nothing`, async () => {
      const officer = await as('registration');
      const her = await somebody();
      for (const bad of [{}, { revision: 'x' }, { revision: 1 }, { revision: 1, method: 'magic' }, { revision: 1, method: 'document' },
        { revision: 1, method: 'document', reference: 'a b' }, { revision: 1, method: 'call' }, { revision: 0, method: 'questions' }]) {
        const answer = await officer.post(`/people/${her.id}/${what}`, { ...body, ...bad }, { valid: false });
        assert.equal(answer.status, 400, JSON.stringify(bad));
      }
      assert.equal(await one(`SELECT count(*) FROM pin_code WHERE individual = ${her.id}`), '0');
    });

  const body = async () => ({ revision: 1, method: 'questions' });
  const fresh = async () => {
    const her = await somebody();
    await sql(`UPDATE individual SET revision = 1 WHERE id = ${her.id}`);
    return her;
  };
  routeMatrix({ name: 'POST /people/{id}/pin-code', method: 'POST', path: async () => `/people/${(await fresh()).id}/pin-code`, body,
    allowed: 'registration', wrong: ['cash', 'protection', 'statistics'], elsewhere: true,
    stale: async () => { const her = await fresh(); return { path: `/people/${her.id}/pin-code`, body: { revision: 7, method: 'questions' } }; } });
});

describe('a locked PIN', () => {
  const locked = async () => {
    const her = await somebody();
    await sql(`INSERT INTO pin (individual, verifier, failures, locked_until, set_at) VALUES (${her.id}, decode(repeat('00', 60), 'hex'), 10, 'infinity', now())
      ON CONFLICT (individual) DO UPDATE SET failures = 10, locked_until = 'infinity'`);
    return her;
  };
  test('is released, and tries count anew', async () => {
    const officer = await as('hotline');
    const her = await locked();
    assert.equal((await officer.get(`/people/${her.id}`)).body.pin.lock, 'for_good');
    const answer = await officer.post(`/people/${her.id}/pin-release`, { revision: her.revision, method: 'questions' });
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(await sql(`SELECT failures, locked_until FROM pin WHERE individual = ${her.id}`), [['0', '']]);
    const again = await officer.post(`/people/${her.id}/pin-release`, { revision: her.revision, method: 'questions' });
    assert.equal(kind(again), 'wrong-state');
  });
  routeMatrix({ name: 'POST /people/{id}/pin-release', method: 'POST', path: async () => `/people/${(await locked()).id}/pin-release`,
    body: async () => ({ revision: 1, method: 'questions' }), allowed: 'hotline', wrong: ['cash', 'auditor'], elsewhere: true,
    stale: async () => ({ path: `/people/${(await locked()).id}/pin-release`, body: { revision: 99, method: 'questions' } }) });
});

describe('a number for her', () => {
  const number = (n) => `+2547220${String(10_000 + n)}`;
  let numbers = 0;
  test('is a case that somebody else approves, and is hers then', async () => {
    const officer = await as('registration', { fresh: true });
    const lead = await as('registration_lead', { fresh: true });
    const her = await somebody();
    const wanted = number(++numbers);
    const ask = () => officer.post(`/people/${her.id}/numbers`, { revision: her.revision, number: wanted, method: 'document', reference: 'ID/7' });
    const answer = await ask();
    assert.equal(answer.status, 201, answer.text);
    assert.deepEqual((await ask()).body, answer.body, 'asked once');
    const stored = await one(`SELECT after::text FROM change_request WHERE id = ${answer.body.request}`);
    assert.ok(!stored.includes(wanted.slice(1)) && !stored.includes(wanted.slice(4, 10)));
    const approve = (client, revision) => client.post(`/cases/${answer.body.request}/approval`, { revision, evidence: ['document'] });
    const revision = Number(await one(`SELECT revision FROM change_request WHERE id = ${answer.body.request}`));
    const own = await approve(officer, revision);
    assert.equal(kind(own), 'own-request', own.text);
    const approved = await approve(lead, revision);
    assert.equal(approved.status, 200, approved.text);
    const record = (await officer.get(`/people/${her.id}`)).body;
    assert.ok(record.phones.items.some((each) => each.number === wanted && each.trust === 1));
    assert.ok(record.requests.items.some((each) => each.reference === answer.body.reference && each.state === 'applied' && !JSON.stringify(each).includes(wanted)));
    const same = await officer.post(`/people/${her.id}/numbers`, { revision: record.revision, number: wanted, method: 'document', reference: 'ID/7' });
    assert.deepEqual([same.status, code(same)], [422, 'has_that_number']);
  });

  test('asked again after it was refused, it is a case of its own, once', async () => {
    const officer = await as('registration', { fresh: true });
    const lead = await as('registration_lead', { fresh: true });
    const her = await somebody();
    const wanted = number(++numbers);
    const ask = async () => {
      const answer = await officer.post(`/people/${her.id}/numbers`, { revision: her.revision, number: wanted, method: 'document', reference: 'ID/7' });
      assert.equal(answer.status, 201, answer.text);
      return answer.body;
    };
    const seen = [];
    for (let n = 0; n < 3; ++n) {
      const made = await ask();
      assert.ok(!seen.includes(made.request), 'not one that is over');
      seen.push(made.request);
      assert.deepEqual((await Promise.all([ask(), ask()])).map((each) => each.request), [made.request, made.request]);
      assert.equal(await one(`SELECT state FROM change_request WHERE id = ${made.request}`), 'pending');
      const revision = Number(await one(`SELECT revision FROM change_request WHERE id = ${made.request}`));
      assert.equal((await lead.post(`/cases/${made.request}/rejection`, { revision, reason: 'evidence_missing' })).status, 200);
    }
    const both = await Promise.all([ask(), ask(), ask()]);
    assert.equal(new Set(both.map((each) => each.request)).size, 1, 'at once, too');
    assert.ok(!seen.includes(both[0].request));
  });

  test('not by questions, not without a number', async () => {
    const officer = await as('registration');
    const her = await somebody();
    const ask = (body) => officer.post(`/people/${her.id}/numbers`, { revision: her.revision, number: number(++numbers), method: 'document', reference: 'ID/7', ...body });
    assert.equal(code(await ask({ method: 'questions' })), 'check_too_weak');
    assert.equal(code(await ask({ number: '12345' })), 'no_number');
    assert.equal(code(await ask({ number: '+254 12 what' })), 'no_number');
  });

  const fresh = async () => (await somebody()).id;
  routeMatrix({ name: 'POST /people/{id}/numbers', method: 'POST', path: async () => `/people/${await fresh()}/numbers`,
    body: () => ({ revision: 1, number: number(++numbers), method: 'document', reference: 'ID/8' }), allowed: 'registration',
    wrong: ['hotline', 'cash'], elsewhere: true,
    stale: async () => ({ path: `/people/${await fresh()}/numbers`, body: { revision: 50, number: number(++numbers), method: 'document', reference: 'ID/8' } }) });
});

describe('a copy of what is held', () => {
  // Somebody whose request for it is done; her record, as it is now.
  const waits = async (more) => {
    const her = await somebody(more);
    await sql(`WITH c AS (INSERT INTO change_request (reference, hop_key, kind, individual, before, after, trust, state, decided_at)
        SELECT r.reference, decode(md5('copy ${her.id}'), 'hex'), 'data_copy', ${her.id}, '{}', '{}', 3, 'applied', now()
          FROM (SELECT string_agg(substr('ACDEFGHJKMNPQRTUVWXY234679', 1 + (random() * 25)::int, 1), '') AS reference FROM generate_series(1, 4)) r RETURNING id)
      INSERT INTO data_copy (change_request, individual, allowed_at) SELECT id, ${her.id}, now() FROM c`);
    return her;
  };
  const shown = { revision: 1, method: 'document', reference: 'ID/12' };
  const hand = (client, her, body = shown) => client.post(`/people/${her.id}/copy`, body);

  test('is given at the desk with her card, whole, once, and it is written down', async () => {
    const officer = await as('registration', { fresh: true });
    const her = await waits();
    await mlangoWith(['CP7654321'], 'wallet', 'identity-number', her.individual_number, '--scheme', 'national_id');
    const desk = await as('hotline');
    const told = (await desk.post('/tickets', { category: 'question', topic: 'other', words: 'Where do I go?', person: her.id })).body;
    await desk.post('/tickets', { category: 'complaint', topic: 'staff', words: 'He asked me for money.', person: her.id });
    assert.ok((await officer.get(`/people/${her.id}`)).body.copy_waits.reference);
    assert.equal(code(await hand(officer, her, { revision: 1, method: 'questions' })), 'check_too_weak');
    const answer = await hand(officer, her);
    assert.equal(answer.status, 200, answer.text);
    const copy = answer.body;
    assert.deepEqual([copy.person.given_name, copy.person.individual_number, copy.identity_numbers[0].number], ['Anna', her.individual_number, 'CP7654321']);
    assert.deepEqual(copy.words.map(({ ticket, by, text }) => [ticket, by, text]), [[told.reference, 'her', 'Where do I go?']]);
    assert.ok(!answer.text.includes('money') && !/sealed|blind/.test(answer.text));
    assert.equal(copy.household[0].id, her.id);
    assert.deepEqual(await sql(`SELECT handed_by, handed_at IS NOT NULL FROM data_copy WHERE individual = ${her.id}`), [[String(officer.id), 't']]);
    assert.deepEqual(await sql(`SELECT action, method, reference FROM identity_check WHERE individual = ${her.id} AND staff = ${officer.id}`), [['copy', 'document', 'ID/12']]);
    assert.ok((await officer.get(`/people/${her.id}`)).body.looks.items.some((each) => each.kind === 'staff.viewed' && each.detail === 'copy'));
    assert.equal((await officer.get(`/people/${her.id}`)).body.copy_waits, null);
    assert.equal(kind(await hand(await as('registration', { fresh: true }), her)), 'wrong-state');
    assert.equal((await hand(officer, her)).status, 200, 'the printer had no paper');
    await sql(`UPDATE data_copy SET handed_at = now() - interval '16 minutes' WHERE individual = ${her.id}`);
    assert.equal(kind(await hand(officer, her)), 'wrong-state');
  });

  test('lists in it have no end, and nobody gets one without asking', async () => {
    const officer = await as('registration');
    const her = await waits();
    await sql(`INSERT INTO audit (kind, actor, individual) SELECT 'pin.right', 'phone', ${her.id} FROM generate_series(1, 1203)`);
    assert.equal((await hand(officer, her)).body.conversations.length, 1203);
    assert.equal(kind(await hand(officer, await somebody())), 'wrong-state');
  });

  routeMatrix({ name: 'POST /people/{id}/copy', method: 'POST', path: async () => `/people/${(await waits()).id}/copy`, body: shown,
    allowed: 'registration', wrong: ['hotline', 'protection', 'cash'], elsewhere: true,
    stale: async () => ({ path: `/people/${(await waits()).id}/copy`, body: { ...shown, revision: 42 } }) });
});

describe('a verification by reference', () => {
  test('a biometric match counts when a second person has read the same reference', async () => {
    const officer = await as('registration', { fresh: true });
    const lead = await as('registration_lead', { fresh: true });
    const her = await somebody();
    const noted = await officer.post(`/people/${her.id}/verifications`, { revision: her.revision, method: 'biometric', reference: 'BIMS/2026-88' });
    assert.deepEqual([noted.status, noted.body.waits_for_second], [201, true]);
    assert.equal((await officer.get(`/people/${her.id}`)).body.assurance, 1, 'not yet');
    const waiting = (await lead.get('/verifications')).body.items.find((each) => each.id === noted.body.id);
    assert.equal(waiting.own, false);
    assert.ok(!JSON.stringify(waiting).includes('BIMS'), 'she reads it herself');
    const confirm = (client, body) => client.post(`/verifications/${noted.body.id}/confirmation`, body);
    assert.equal(kind(await confirm(officer, { reference: 'BIMS/2026-88' })), 'own-request');
    assert.equal(kind(await confirm(lead, { reference: 'BIMS/2026-89' })), 'conflict');
    assert.equal((await confirm(lead, { reference: 'bims/2026-88' })).body.confirmed, true);
    const record = (await officer.get(`/people/${her.id}`)).body;
    assert.equal(record.assurance, 3);
    assert.deepEqual(record.enough.number, ['biometric']);
    assert.deepEqual([record.checks.items[0].reference, record.checks.items[0].second_by], ['BIMS/2026-88', lead.account.name]);
    assert.equal(kind(await confirm(lead, { reference: 'BIMS/2026-88' })), 'wrong-state');
  });

  test('a document counts at once; a match can be refused', async () => {
    const officer = await as('registration');
    const lead = await as('registration_lead');
    const her = await somebody();
    const noted = await officer.post(`/people/${her.id}/verifications`, { revision: her.revision, method: 'document', reference: 'PASS/1' });
    assert.equal(noted.body.waits_for_second, false);
    assert.equal((await officer.get(`/people/${her.id}`)).body.assurance, 2);
    const match = await officer.post(`/people/${her.id}/verifications`, { revision: her.revision, method: 'biometric', reference: 'BIMS/1' });
    assert.equal((await lead.post(`/verifications/${match.body.id}/confirmation`, { refuse: true })).body.confirmed, false);
    assert.equal((await officer.get(`/people/${her.id}`)).body.assurance, 2);
  });

  const waits = async () => {
    const officer = await as('registration', { fresh: true });
    const her = await somebody();
    const noted = await officer.post(`/people/${her.id}/verifications`, { revision: her.revision, method: 'biometric', reference: 'BIMS/5' });
    return { officer, id: noted.body.id };
  };
  routeMatrix({ name: 'POST /people/{id}/verifications', method: 'POST', path: async () => `/people/${(await somebody()).id}/verifications`,
    body: { revision: 1, method: 'document', reference: 'ID/9' }, allowed: 'registration', wrong: ['hotline', 'protection'], elsewhere: true,
    stale: async () => ({ path: `/people/${(await somebody()).id}/verifications`, body: { revision: 42, method: 'document', reference: 'ID/9' } }) });
  routeMatrix({ name: 'GET /verifications', method: 'GET', path: '/verifications', allowed: 'registration', wrong: ['hotline', 'cash'], elsewhere: true,
    elsewhereCheck: (answer) => assert.ok(answer.body.items.every((each) => each.operation === 'UGA')) });
  routeMatrix({ name: 'POST /verifications/{id}/confirmation', method: 'POST', path: async () => `/verifications/${(await waits()).id}/confirmation`,
    body: { reference: 'BIMS/5' }, allowed: 'registration_lead', wrong: ['hotline', 'cash'], elsewhere: true,
    own: async () => { const { officer, id } = await waits(); return { client: officer, path: `/verifications/${id}/confirmation`, body: { reference: 'BIMS/5' } }; } });
});

describe('breaking the glass', () => {
  const outside = () => somebody({ place: 'KEN-KAL2-01' });
  const words = 'She stands here after the flood and needs her card.';
  test('opens the record for two hours, to look only, and a supervisor reviews it', async () => {
    const lead = await as('registration_lead', { office: 1, fresh: true });
    const supervisor = await as('registration_lead', { office: 6, fresh: true });
    const her = await outside();
    assert.equal((await lead.get(`/people/${her.id}`)).status, 404);
    const opened = await lead.post(`/people/${her.id}/opening`, { reason: 'stands_here', words });
    assert.equal(opened.status, 201, opened.text);
    const record = await lead.get(`/people/${her.id}`);
    assert.equal(record.body.opened_by, 'glass');
    assert.deepEqual(record.body.may, { reset_pin: false, attach_number: false });
    assert.equal((await lead.post(`/people/${her.id}/pin-code`, { revision: her.revision, method: 'questions' })).status, 404);
    assert.deepEqual(await sql(`SELECT kind, detail FROM audit WHERE actor = 'staff:${lead.id}' AND individual = ${her.id} ORDER BY id`),
      [['glass.broken', 'stands_here'], ['glass.viewed', 'record']]);
    assert.equal((await sql(`SELECT count(*) FROM glass_break WHERE position('flood' IN encode(words_sealed, 'escape')) > 0`))[0][0], '0');
    const mine = (await supervisor.get('/openings')).body.items.find((each) => each.id === opened.body.id);
    assert.deepEqual([mine.words, mine.looks, mine.own, mine.reason], [words, 1, false, 'stands_here']);
    const review = (client) => client.post(`/openings/${opened.body.id}/review`, { verdict: 'not_in_order' });
    assert.equal((await review(supervisor)).status, 200);
    assert.equal(kind(await review(supervisor)), 'wrong-state');
    assert.ok(!(await supervisor.get('/openings')).body.items.some((each) => each.id === opened.body.id));
    assert.ok((await supervisor.get('/openings?state=all')).body.items.some((each) => each.id === opened.body.id && each.verdict === 'not_in_order'));
    await sql(`UPDATE glass_break SET at = at - interval '3 hours', until = until - interval '3 hours' WHERE id = ${opened.body.id}`);
    assert.equal((await lead.get(`/people/${her.id}`)).status, 404, 'it is over');
  });

  test('not for a record that is open anyway, not in another operation, ten a day', async () => {
    const lead = await as('registration_lead', { office: 1, fresh: true });
    const open = (id) => lead.post(`/people/${id}/opening`, { reason: 'emergency', words });
    assert.equal(kind(await open((await somebody({ place: 'KEN-KAK1-01' })).id)), 'wrong-state');
    assert.equal((await open((await somebody({ operation: 'UGA' })).id)).status, 404);
    await sql(`INSERT INTO glass_break (staff, individual, reason, words_sealed, at, until)
      SELECT ${lead.id}, ${(await outside()).id}, 'other', decode(repeat('00', 60), 'hex'), now() - interval '3 hours', now() - interval '1 hour' FROM generate_series(1, 10)`);
    assert.equal((await open((await outside()).id)).status, 429);
    for (const bad of [{}, { reason: 'curious', words }, { reason: 'other', words: 'short' }, { reason: 'other' }])
      assert.equal((await lead.post(`/people/${(await outside()).id}/opening`, bad, { valid: false })).status, 400);
  });

  const opening = async (client) => {
    const her = await outside();
    const made = await client.post(`/people/${her.id}/opening`, { reason: 'emergency', words });
    assert.equal(made.status, 201, made.text);
    return made.body.id;
  };
  const lead = () => as('registration_lead', { office: 1, fresh: true });
  test('POST /people/{id}/opening: allowed', async () => opening(await lead()));
  test('POST /people/{id}/opening: not signed in, wrong role, without the header', async () => {
    const her = await outside();
    const body = { reason: 'emergency', words };
    assert.equal((await new Client(null).post(`/people/${her.id}/opening`, body)).status, 401);
    for (const role of ['registration', 'hotline', 'cash']) assert.equal(kind(await (await as(role)).post(`/people/${her.id}/opening`, body)), 'not-allowed');
    assert.equal(kind(await (await lead()).post(`/people/${her.id}/opening`, body, { page: false })), 'not-this-page');
    assert.equal((await (await as('registration_lead', { operation: 'UGA' })).post(`/people/${her.id}/opening`, body)).status, 404);
  });
  routeMatrix({ name: 'GET /openings', method: 'GET', path: '/openings', allowed: 'registration_lead', wrong: ['registration', 'hotline', 'auditor'], elsewhere: true,
    elsewhereCheck: (answer) => assert.ok(answer.body.items.every((each) => each.operation === 'UGA')) });
  routeMatrix({ name: 'POST /openings/{id}/review', method: 'POST', path: async () => `/openings/${await opening(await lead())}/review`, body: { verdict: 'in_order' },
    allowed: 'registration_lead', wrong: ['registration', 'hotline'], elsewhere: true,
    own: async () => { const who = await lead(); return { client: who, path: `/openings/${await opening(who)}/review`, body: { verdict: 'in_order' } }; } });
});
