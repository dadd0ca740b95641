// Tickets: queues, one ticket, answers by SMS in her language, calls back, the sensitive ones that the accused office can
// not open, what is late, duplicates.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { as, makeStaff, one, sql, until as waited } from './lib/house.mjs';
import { routeMatrix } from './lib/matrix.mjs';

const until = (what, question, patience) => waited(question, patience, what);
const kind = (answer) => answer.body?.type?.split('/').at(-1);
let family, elsewhere;
before(async () => {
  // Of Kenya, with a number, and at a place that an office serves.
  [family] = (await sql(`SELECT i.id, m.registration_group, g.location, f.id, coalesce(l.language, i.language, '')
    FROM individual i JOIN membership m ON m.individual = i.id AND m.until IS NULL
    JOIN registration_group g ON g.id = m.registration_group JOIN phone p ON p.individual = i.id AND p.disabled_at IS NULL
    JOIN office f ON g.location IN (SELECT locations_of(f.id)) LEFT JOIN number_preference l ON l.number_blind = p.number_blind
    WHERE i.operation = 'KEN' AND i.process_status = 'A' AND coalesce(l.sms_allowed, true) ORDER BY i.id LIMIT 1`))
    .map(([person, group, place, office, language]) => ({ person: Number(person), group, place, office: Number(office), language }));
  elsewhere = Number(await one(`SELECT f.id FROM office f WHERE f.location LIKE 'KEN%'
    AND f.id <> ${family.office} ORDER BY f.id LIMIT 1`));
});

const open = async ({ by = 'hotline', sensitive = false, category = 'problem', topic = 'other', words = 'The tap is dry.' } = {}) => {
  const client = await as(sensitive ? 'protection' : by);
  const made = await client.post('/tickets', { category, topic, words, person: family.person, sensitive });
  assert.equal(made.status, 201, made.text);
  return made.body.id;
};
const revisionOf = async (id) => Number(await one(`SELECT revision FROM ticket WHERE id = ${id}`));
const now = async (id) => ({ id, revision: await revisionOf(id) });
const entries = (id) => sql(`SELECT kind, coalesce(detail, ''), coalesce(staff::text, '') FROM ticket_entry WHERE ticket = ${id} ORDER BY id`);

describe('routes', () => {
  const wrong = ['notices', 'statistics', 'cash_release'];
  const noAnswer = ['registration', 'notices'];
  routeMatrix({ method: 'GET', path: '/tickets', allowed: 'hotline', wrong, elsewhere: true,
    elsewhereCheck: (answer) => assert.ok(answer.body.items.every((each) => each.operation === 'UGA')) });
  routeMatrix({ method: 'GET', path: '/tickets/summary', allowed: 'hotline', wrong, elsewhere: true, elsewhereCheck: async (answer) => {
    assert.equal(answer.status, 200);
    await open();
    assert.equal((await (await as('hotline', { operation: 'UGA' })).get('/tickets/summary')).body.open, answer.body.open, 'what is opened here');
  } });
  routeMatrix({ method: 'GET', path: '/tickets/choices', allowed: 'hotline', wrong, elsewhere: true,
    elsewhereCheck: (answer) => assert.deepEqual(answer.body.operations.map((each) => each.code), ['UGA']) });
  routeMatrix({ method: 'POST', path: '/tickets/search', body: { reference: 'AAAA' }, allowed: 'hotline', wrong });
  routeMatrix({ method: 'POST', path: '/tickets/preview', body: { text: 'Come on Monday.', language: 'en' }, allowed: 'hotline', wrong: noAnswer });
  routeMatrix({ method: 'POST', path: '/tickets', body: () => ({ category: 'question', topic: 'other', words: 'Where do I go?', person: family.person }),
    allowed: 'hotline', wrong: noAnswer, elsewhere: true, allowedStatus: 201 });
  routeMatrix({ method: 'GET', name: 'GET /tickets/{id}', path: async () => `/tickets/${await open()}`, allowed: 'hotline', wrong, elsewhere: true });
  routeMatrix({ method: 'GET', name: 'GET /tickets/{id}/colleagues', path: async () => `/tickets/${await open()}/colleagues`, allowed: 'hotline', wrong: noAnswer, elsewhere: true });
  routeMatrix({ method: 'POST', name: 'POST /tickets/{id}/number', path: async () => `/tickets/${await open()}/number`, allowed: 'hotline', wrong: noAnswer, elsewhere: true });
  const changes = [
    ['answer', { text: 'It is repaired.', language: 'en' }], ['assignment', { staff: null }], ['priority', { priority: 2 }], ['state', { state: 'on_hold' }],
    ['calls', { outcome: 'no_answer', again_in_hours: 4 }], ['closing', { as: 'answered' }],
    ['marking', { sensitive: true }],
  ];
  for (const [what, body] of changes)
    routeMatrix({
      method: 'POST', name: `POST /tickets/{id}/${what}`, path: async () => `/tickets/${await open()}/${what}`,
      body: { ...body, revision: 2 }, allowed: 'hotline', wrong: noAnswer, elsewhere: true,
      stale: async () => ({ path: `/tickets/${await open()}/${what}`, body: { ...body, revision: 1 } }),
    });
  routeMatrix({ method: 'POST', name: 'POST /tickets/{id}/notes', path: async () => `/tickets/${await open()}/notes`, body: { text: 'Ask the plumber.' },
    allowed: 'hotline', wrong, elsewhere: true,
    stale: async () => ({ path: `/tickets/${await open()}/notes`, body: { text: 'Ask the plumber.', revision: 1 } }) });
  const closed = async () => {
    const id = await open();
    await sql(`UPDATE ticket SET state = 'closed', closed_at = now() WHERE id = ${id}`);
    return id;
  };
  routeMatrix({ method: 'POST', name: 'POST /tickets/{id}/reopening', path: async () => `/tickets/${await closed()}/reopening`, body: { revision: 3 },
    allowed: 'hotline', wrong: noAnswer, elsewhere: true, stale: async () => ({ path: `/tickets/${await closed()}/reopening`, body: { revision: 2 } }) });
  const late = async () => {
    const id = await open();
    await sql(`UPDATE ticket SET escalated = 1, escalated_at = now() WHERE id = ${id}`);
    return id;
  };
  routeMatrix({ method: 'POST', name: 'POST /tickets/{id}/taking-note', path: async () => `/tickets/${await late()}/taking-note`, body: { revision: 3 },
    allowed: 'hotline_lead', wrong: ['hotline', 'notices'], elsewhere: true,
    stale: async () => ({ path: `/tickets/${await late()}/taking-note`, body: { revision: 2 } }),
    own: async () => {
      const client = await as('hotline_lead');
      const id = await late();
      await sql(`UPDATE ticket SET assigned_to = ${client.id}, state = 'assigned' WHERE id = ${id}`);
      return { client, path: `/tickets/${id}/taking-note`, body: await now(id).then(({ revision }) => ({ revision })) };
    } });
  // One of nobody's operation.
  const stray = async () => one(`INSERT INTO ticket (reference, hop_key, category, sensitive)
    SELECT string_agg(substr('ACDEFGHJKMNPQRTUVWXY234679', 1 + (random() * 25)::int, 1), ''), decode(md5(random()::text), 'hex'), 'call_back', false
      FROM generate_series(1, 4) RETURNING id`);
  routeMatrix({ method: 'POST', name: 'POST /tickets/{id}/move', path: async () => `/tickets/${await stray()}/move`, body: { operation: 'UGA', revision: 1 },
    allowed: 'hotline', wrong: noAnswer, stale: async () => ({ path: `/tickets/${await stray()}/move`, body: { operation: 'UGA', revision: 9 } }) });
});

describe('moving', () => {
  const moves = async (client, id) => (await client.get(`/tickets/${id}`)).body.may.move;
  test('is offered of one that is nobody’s who is known, and open; to every operation', async () => {
    const client = await as('hotline');
    assert.deepEqual((await client.get('/tickets/choices')).body.everywhere.map((each) => each.code), (await sql('SELECT code FROM operation ORDER BY code')).map(([code]) => code));
    assert.equal(await moves(client, await open()), false, 'of a person');
    const made = await client.post('/tickets', { category: 'question', words: 'Where do I go?', operation: 'KEN' });
    assert.equal(await moves(client, made.body.id), true);
    assert.equal(await moves(await as('hotline_lead'), made.body.id), true);
    await client.post(`/tickets/${made.body.id}/closing`, { as: 'not_ours', revision: await revisionOf(made.body.id) });
    assert.equal(await moves(client, made.body.id), false, 'closed');
  });

  test('it goes with its words to those who answer there, and from those who do not', async () => {
    const [client, there] = [await as('hotline'), await as('hotline', { operation: 'UGA' })];
    const { id } = (await client.post('/tickets', { category: 'question', words: 'Where do I go?', operation: 'KEN' })).body;
    assert.equal((await there.get(`/tickets/${id}`)).status, 404);
    assert.equal((await client.post(`/tickets/${id}/move`, { operation: 'UGA', revision: await revisionOf(id) })).status, 200);
    assert.equal((await client.get(`/tickets/${id}`)).status, 404);
    const seen = (await there.get(`/tickets/${id}`)).body;
    assert.deepEqual([seen.operation, seen.state, seen.assigned_to, seen.words[0].text], ['UGA', 'new', null, 'Where do I go?']);
    assert.deepEqual((await entries(id)).map(([what, detail]) => [what, detail]), [['opened', ''], ['moved', 'uga']]);
    assert.equal(kind(await there.post(`/tickets/${id}/move`, { operation: 'XXX', revision: seen.revision })), 'invalid');
  });
});

describe('queues', () => {
  test('are in order, page without a gap or a repetition, and name nobody', async () => {
    const client = await as('hotline');
    for (let i = 0; i < 12; ++i) await open();
    const seen = [];
    let after = '';
    for (let page = 0; page < 200; ++page) {
      const answer = await client.get(`/tickets?limit=5${after === '' ? '' : `&after=${after}`}`);
      assert.equal(answer.status, 200, answer.text);
      seen.push(...answer.body.items);
      after = answer.body.next;
      if (!after) break;
    }
    assert.equal(new Set(seen.map((each) => each.id)).size, seen.length);
    const expected = (await client.get('/tickets/summary')).body.open;
    assert.equal(seen.length, expected);
    const order = seen.map((each) => [each.priority, each.due_at ?? '9']);
    assert.deepEqual(order, order.toSorted((a, b) => a[0] - b[0] || a[1].localeCompare(b[1])));
    const name = await one(`SELECT given_name FROM individual WHERE id = ${family.person}`);
    assert.ok(!JSON.stringify(seen).includes(name));
    assert.equal((await client.get('/tickets?after=1.2.x')).status, 400);
    assert.equal((await client.get('/tickets?after=9.99999999999999999.1')).status, 400);
  });

  test('count what they list', async () => {
    const client = await as('protection');
    const counts = (await client.get('/tickets/summary')).body;
    for (const queue of ['mine', 'free', 'overdue', 'escalated', 'sensitive', 'calls']) {
      const listed = (await client.get(`/tickets?queue=${queue}&limit=200`)).body.items;
      assert.equal(listed.length, counts[queue], queue);
    }
  });

  test('bound to an office, and to a programme', async () => {
    const id = await open();
    const near = await as('hotline', { office: family.office });
    const far = await as('hotline', { office: elsewhere });
    assert.equal((await near.get(`/tickets/${id}`)).status, 200);
    assert.equal((await far.get(`/tickets/${id}`)).status, 404);
    const places = await sql(`SELECT locations_of(${family.office})`);
    assert.ok(places.length > 0);
    const listed = (await near.get('/tickets?limit=200')).body.items.map((each) => each.id);
    const inside = (await sql(`SELECT id FROM ticket WHERE state <> 'closed' AND NOT sensitive AND location IN (SELECT locations_of(${family.office}))`)).map(([each]) => Number(each));
    assert.deepEqual(new Set(listed), new Set(inside));
    const cash = await as('cash', { programme: 1 });
    assert.equal((await cash.get(`/tickets/${id}`)).status, 404, 'it is about no entitlement of that programme');
  });

  test('what she says on the telephone finds it', async () => {
    const id = await open();
    const reference = await one(`SELECT reference FROM ticket WHERE id = ${id}`);
    const found = await (await as('hotline')).post('/tickets/search', { reference: reference.toLowerCase() });
    assert.deepEqual(found.body.items.map((each) => each.id), [id]);
    assert.deepEqual((await (await as('hotline', { operation: 'UGA' })).post('/tickets/search', { reference })).body.items, []);
  });
});

describe('one ticket', () => {
  test('shows her words, is an audit row each time, and holds no whole number', async () => {
    const id = await open({ words: 'Nobody was there on Tuesday.' });
    const client = await as('hotline');
    const before = Number(await one(`SELECT count(*) FROM audit WHERE kind = 'ticket.viewed' AND actor = 'staff:${client.id}' AND record = ${id}`));
    const got = (await client.get(`/tickets/${id}`)).body;
    assert.equal(got.words[0].text, 'Nobody was there on Tuesday.');
    assert.equal(got.person.id, family.person);
    assert.match(got.number, /^\+\d{4}•••\d{3}$/);
    assert.equal(Number(await one(`SELECT count(*) FROM audit WHERE kind = 'ticket.viewed' AND actor = 'staff:${client.id}' AND record = ${id}
      AND individual = ${family.person}`)), before + 1);
    const shown = await client.post(`/tickets/${id}/number`);
    assert.equal(shown.status, 200, shown.text);
    assert.equal(shown.body.number.slice(-3), got.number.slice(-3));
    assert.equal(await one(`SELECT count(*) FROM audit WHERE kind = 'ticket.number_shown' AND record = ${id}`), '1');
  });

  test('her words and staff’s are sealed', async () => {
    const id = await open({ words: 'xylophone words' });
    const client = await as('hotline');
    await client.post(`/tickets/${id}/notes`, { text: 'xylophone note' });
    await client.post(`/tickets/${id}/answer`, { text: 'xylophone answer', language: 'en', revision: await revisionOf(id) });
    const dump = await sql(`SELECT t::text, e::text, w::text FROM ticket t JOIN ticket_entry e ON e.ticket = t.id JOIN ticket_words w ON w.ticket = t.id WHERE t.id = ${id}`);
    assert.ok(dump.length > 0);
    assert.ok(!JSON.stringify(dump).includes(Buffer.from('xylophone').toString('hex')) && !JSON.stringify(dump).includes('xylophone'));
    const texts = (await client.get(`/tickets/${id}`)).body.entries.map((each) => each.text).filter(Boolean);
    assert.deepEqual(texts, ['xylophone note', 'xylophone answer']);
  });

  test('is assigned, worked on, closed and opened again, each once in its history', async () => {
    const id = await open();
    const client = await as('hotline'), other = await as('hotline', { fresh: true });
    const turn = async (what, body) => {
      const answer = await client.post(`/tickets/${id}/${what}`, { ...body, revision: await revisionOf(id) });
      assert.equal(answer.status, 200, answer.text);
      assert.equal(answer.body.revision, await revisionOf(id));
    };
    const people = (await client.get(`/tickets/${id}/colleagues`)).body.items.map((each) => each.id);
    assert.ok(people.includes(other.id));
    await turn('assignment', { staff: other.id });
    await turn('priority', { priority: 1 });
    await turn('state', { state: 'on_hold' });
    await turn('closing', { as: 'referred' });
    const again = await client.post(`/tickets/${id}/priority`, { priority: 2, revision: await revisionOf(id) });
    assert.equal(kind(again), 'wrong-state');
    assert.equal(again.body.current.closed_as, 'referred');
    await turn('reopening', {});
    assert.equal(await one(`SELECT assigned_to FROM ticket WHERE id = ${id}`), String(other.id));
    assert.deepEqual((await entries(id)).map(([what, detail]) => `${what} ${detail}`),
      ['opened ', 'assigned colleague', 'priority p1', 'state on_hold', 'closed referred', 'reopened ']);
    assert.equal(await one(`SELECT count(*) FROM audit WHERE record = ${id} AND kind LIKE 'ticket.%' AND kind <> 'ticket.viewed'`), '6');
    const uganda = await makeStaff('hotline', { operation: 'UGA' });
    const refused = await client.post(`/tickets/${id}/assignment`, { staff: uganda.id, revision: await revisionOf(id) });
    assert.equal(refused.status, 422);
    assert.equal(refused.body.faults[0].code, 'no_such');
  });

  test('two at once: one is done, the other is told what is there now', async () => {
    const id = await open();
    const [a, b] = [await as('hotline'), await as('hotline', { fresh: true })];
    const revision = await revisionOf(id);
    const answers = await Promise.all([a.post(`/tickets/${id}/priority`, { priority: 1, revision }), b.post(`/tickets/${id}/closing`, { as: 'answered', revision })]);
    assert.deepEqual(answers.map((each) => each.status).sort(), [200, 409]);
    assert.equal((await entries(id)).length, 2);
  });

  test('what she writes meanwhile is seen before it is answered', async () => {
    const id = await open();
    const revision = await revisionOf(id);
    await sql(`INSERT INTO ticket_words (ticket, hop_key, text_sealed, added_at)
      SELECT ${id}, decode(md5(random()::text), 'hex'), text_sealed, now() FROM ticket_words WHERE ticket = ${id}`);
    const answer = await (await as('hotline')).post(`/tickets/${id}/answer`, { text: 'Done.', language: 'en', revision });
    assert.equal(kind(answer), 'stale');
    assert.equal(answer.body.current.wrote_since, true);
  });
});

describe('answers', () => {
  test('go by SMS with the reference, and are hers to read by telephone', async () => {
    const id = await open();
    const client = await as('hotline');
    const before = Number(await one('SELECT coalesce(max(id), 0) FROM outbox'));
    const done = await client.post(`/tickets/${id}/answer`, { text: 'Njoo Jumatatu.', language: 'sw', revision: await revisionOf(id) });
    assert.equal(done.status, 200, done.text);
    const rows = await sql(`SELECT o.language, o.text_key, o.number_sealed = p.number_sealed FROM outbox o, phone p
      WHERE o.id > ${before} AND p.individual = ${family.person} AND p.disabled_at IS NULL AND p.number_sealed = o.number_sealed`);
    assert.deepEqual(rows, [['sw', 'sms.screen', 't']]);
    const sent = await until('the SMS is sent', async () => {
      const state = await one(`SELECT state FROM outbox WHERE id > ${before} ORDER BY id LIMIT 1`);
      return ['sent', 'delivered'].includes(state) ? state : null;
    });
    assert.ok(sent);
    assert.equal(await one(`SELECT answer_sealed IS NOT NULL AND state = 'in_progress' FROM ticket WHERE id = ${id}`), 't');
  });

  test('may not say what no SMS may', async () => {
    const id = await open();
    const client = await as('hotline');
    const outbox = await one('SELECT count(*) FROM outbox');
    for (const [text, code] of [['You are a refugee.', 'forbidden_word'], ['Your PIN is 1234', 'pin_or_code'], ['Card KEN-12C00011', 'registration_number'],
      ['See http://x.example/?a=1', 'link'], ['Hello {name}', 'placeholder'], ['ÄÖ'.repeat(151), 'too_long'], ['እ'.repeat(151), 'too_long']]) {
      const looked = await client.post('/tickets/preview', { text, language: 'en' });
      assert.ok(looked.body.faults.some((each) => each.code === code), `${code}: ${looked.text}`);
      const answer = await client.post(`/tickets/${id}/answer`, { text, language: 'en', revision: await revisionOf(id) });
      assert.equal(answer.status, 422, `${text}: ${answer.text}`);
      assert.ok(answer.body.faults.some((each) => each.code === code));
    }
    assert.equal((await client.post('/tickets/preview', { text: 'Hallo', language: 'de' })).body.faults[0].code, 'unknown_language');
    assert.equal(await one('SELECT count(*) FROM outbox'), outbox);
    assert.equal((await entries(id)).length, 1, 'nothing was written');
  });

  test('of a sensitive one never go by SMS, but stand on her own screen', async () => {
    const id = await open({ sensitive: true, category: 'complaint', topic: 'other' });
    const client = await as('protection');
    const outbox = await one('SELECT count(*) FROM outbox');
    const refused = await client.post(`/tickets/${id}/answer`, { text: 'We look into it.', language: 'en', revision: await revisionOf(id) });
    assert.equal(refused.status, 422);
    assert.equal(refused.body.faults[0].code, 'no_number');
    const done = await client.post(`/tickets/${id}/answer`, { text: 'We look into it.', language: 'en', by_sms: false, revision: await revisionOf(id) });
    assert.equal(done.status, 200, done.text);
    const shut = await client.post(`/tickets/${id}/closing`, { as: 'answered', tell: true, revision: await revisionOf(id) });
    assert.equal(shut.status, 200);
    assert.equal(await one('SELECT count(*) FROM outbox'), outbox, 'no SMS speaks of it, whatever was asked for');
  });

  test('closing tells her, when it is asked to', async () => {
    const id = await open();
    const before = Number(await one('SELECT coalesce(max(id), 0) FROM outbox'));
    await (await as('hotline')).post(`/tickets/${id}/closing`, { as: 'answered', tell: true, revision: await revisionOf(id) });
    assert.deepEqual(await sql(`SELECT text_key FROM outbox WHERE id > ${before}`), [['sms.ticket_closed']]);
    await until('it is sent', async () => ['sent', 'delivered'].includes(await one(`SELECT state FROM outbox WHERE id = (SELECT max(id) FROM outbox WHERE text_key = 'sms.ticket_closed')`)));
  });

  test('calls back are counted, wait, and tell her', async () => {
    const id = await open({ category: 'call_back', topic: 'assistance' });
    const client = await as('hotline');
    const calls = async () => (await client.get('/tickets?queue=calls&limit=200')).body.items.some((each) => each.id === id);
    assert.equal(await calls(), true);
    const before = Number(await one('SELECT coalesce(max(id), 0) FROM outbox'));
    await client.post(`/tickets/${id}/calls`, { outcome: 'no_answer', again_in_hours: 4, tell: true, revision: await revisionOf(id) });
    assert.deepEqual(await sql(`SELECT text_key FROM outbox WHERE id > ${before}`), [['sms.call_missed']]);
    assert.equal(await calls(), false, 'not before four hours have passed');
    const got = (await client.get(`/tickets/${id}`)).body;
    assert.equal(got.calls, 1);
    assert.equal(got.entries.at(-1).detail, 'no_answer');
    await sql(`UPDATE ticket SET call_at = now() - interval '1 minute' WHERE id = ${id}`);
    assert.equal(await calls(), true);
  });
});

describe('sensitive ones', () => {
  test('are not there for who may not open such ones', async () => {
    const id = await open({ sensitive: true, category: 'complaint', topic: 'other' });
    const hotline = await as('hotline');
    assert.equal((await hotline.get(`/tickets/${id}`)).status, 404);
    assert.equal((await hotline.post(`/tickets/${id}/notes`, { text: 'x' })).status, 404);
    assert.ok(!(await hotline.get('/tickets?limit=200')).body.items.some((each) => each.sensitive));
    assert.equal((await hotline.get('/tickets/summary')).body.sensitive, 0);
    const reference = await one(`SELECT reference FROM ticket WHERE id = ${id}`);
    assert.deepEqual((await hotline.post('/tickets/search', { reference })).body.items, []);
  });

  test('are taken down by whoever answers the telephone, by their topic, and not read by her', async () => {
    const hotline = await as('hotline');
    const take = (body) => hotline.post('/tickets', { category: 'complaint', words: 'He wanted money for it.', person: family.person, ...body });
    for (const topic of ['staff', 'safety', 'protection']) {
      const made = await take({ topic, sensitive: false });
      assert.deepEqual([made.status, made.body.sensitive, made.body.may_open], [201, true, false], made.text);
      assert.equal(made.body.reference, await one(`SELECT reference FROM ticket WHERE id = ${made.body.id} AND sensitive`));
      assert.equal((await hotline.get(`/tickets/${made.body.id}`)).status, 404);
      assert.ok(!(await hotline.get('/tickets?limit=200')).body.items.some((each) => each.id === made.body.id));
      assert.equal((await (await as('protection')).get(`/tickets/${made.body.id}`)).body.words[0].text, 'He wanted money for it.');
    }
    const marked = await take({ topic: 'other', sensitive: true });
    assert.deepEqual([marked.status, marked.body.sensitive, marked.body.may_open], [201, true, false]);
    const plain = await take({ topic: 'other' });
    assert.deepEqual([plain.body.sensitive, plain.body.may_open], [false, true]);
    const stranger = await hotline.post('/tickets', { category: 'complaint', topic: 'staff', words: 'He wanted money.', operation: 'KEN' });
    assert.deepEqual([stranger.status, stranger.body.may_open], [201, false]);
    assert.equal((await hotline.post('/tickets', { category: 'complaint', topic: 'staff', words: 'x', operation: 'UGA' })).status, 404, 'not where she has no say');
  });

  test('about conduct are closed to the office where she lives, until somebody above says whom they are about', async () => {
    const id = await open({ sensitive: true, category: 'complaint', topic: 'staff' });
    const there = await as('protection', { office: family.office });
    const above = await as('protection');
    assert.equal((await there.get(`/tickets/${id}`)).status, 404);
    assert.ok(!(await there.get('/tickets?queue=sensitive&limit=200')).body.items.some((each) => each.id === id));
    assert.equal((await above.get(`/tickets/${id}`)).status, 200);
    const marked = await above.post(`/tickets/${id}/marking`, { sensitive: true, about_office: elsewhere, revision: await revisionOf(id) });
    assert.equal(marked.status, 200, marked.text);
    assert.equal((await there.get(`/tickets/${id}`)).status, 200, 'it is about another office');
    await above.post(`/tickets/${id}/marking`, { sensitive: true, about_office: family.office, revision: await revisionOf(id) });
    assert.equal((await there.get(`/tickets/${id}`)).status, 404);
    assert.ok(!(await above.get(`/tickets/${id}/colleagues`)).body.items.some((each) => each.id === there.id));
  });

  test('whoever works there in any role can not open it by another grant', async () => {
    const id = await open({ sensitive: true, category: 'complaint', topic: 'staff' });
    const above = await as('protection');
    const both = await as('protection', { fresh: true });
    assert.equal((await both.get(`/tickets/${id}`)).status, 200);
    await sql(`INSERT INTO staff_grant (staff, role, operation, office, since, until)
      VALUES (${both.id}, 'registration', 'KEN', ${family.office}, now() - interval '1 hour', now() + interval '1 day')`);
    await above.post(`/tickets/${id}/marking`, { sensitive: true, about_office: family.office, revision: await revisionOf(id) });
    assert.equal((await both.get(`/tickets/${id}`)).status, 404);
  });

  test('about a colleague are never hers to open, and are taken from her', async () => {
    const id = await open({ sensitive: true, category: 'complaint', topic: 'other' });
    const above = await as('protection'), accused = await as('protection', { fresh: true });
    await above.post(`/tickets/${id}/assignment`, { staff: accused.id, revision: await revisionOf(id) });
    await above.post(`/tickets/${id}/marking`, { sensitive: true, about_colleague: accused.id, revision: await revisionOf(id) });
    assert.equal(await one(`SELECT assigned_to IS NULL FROM ticket WHERE id = ${id}`), 't');
    assert.equal((await accused.get(`/tickets/${id}`)).status, 404);
    assert.equal((await accused.get('/tickets?queue=mine')).body.items.length, 0);
  });

  test('whoever reads it may close it off, and only those who guard such ones open it again', async () => {
    const id = await open();
    const hotline = await as('hotline');
    assert.equal((await hotline.post(`/tickets/${id}/marking`, { sensitive: true, about_office: family.office, revision: await revisionOf(id) })).status, 403);
    assert.equal((await hotline.post(`/tickets/${id}/marking`, { sensitive: true, revision: await revisionOf(id) })).status, 200);
    assert.equal((await hotline.get(`/tickets/${id}`)).status, 404);
    const back = await (await as('protection')).post(`/tickets/${id}/marking`, { sensitive: false, revision: await revisionOf(id) });
    assert.equal(back.status, 200, back.text);
    assert.equal((await hotline.get(`/tickets/${id}`)).status, 200);
  });

  test('one without a name stays sensitive, has no number, and is answered under its code', async () => {
    const code = await one(`INSERT INTO ticket (reference, hop_key, category, topic, sensitive, code_blind)
      SELECT string_agg(substr('ACDEFGHJKMNPQRTUVWXY234679', 1 + (random() * 25)::int, 1), ''), decode(md5(random()::text), 'hex'), 'complaint', 'other', true,
             decode(md5(random()::text), 'hex') FROM generate_series(1, 4) RETURNING id`);
    const client = await as('protection');
    const got = (await client.get(`/tickets/${code}`)).body;
    assert.deepEqual([got.anonymous, got.person, got.number, got.operation], [true, null, null, null]);
    assert.equal((await client.post(`/tickets/${code}/number`)).status, 422);
    assert.equal((await client.post(`/tickets/${code}/marking`, { sensitive: false, revision: 1 })).status, 200);
    assert.equal(await one(`SELECT sensitive FROM ticket WHERE id = ${code}`), 't');
    const office = await as('protection', { office: family.office });
    assert.equal((await office.get(`/tickets/${code}`)).status, 404, 'nobody knows whether it is about that office');
    const answered = await client.post(`/tickets/${code}/answer`, { text: 'Thank you.', language: 'en', by_sms: false, revision: await revisionOf(code) });
    assert.equal(answered.status, 200, answered.text);
  });

  test('an alarm under duress names her to those who guard, and gives no number', async () => {
    const id = Number(await one(`WITH t AS (INSERT INTO ticket (reference, hop_key, category, sensitive, priority)
      SELECT string_agg(substr('ACDEFGHJKMNPQRTUVWXY234679', 1 + (random() * 25)::int, 1), ''), decode(md5(random()::text), 'hex'), 'duress', true, 1
        FROM generate_series(1, 4) RETURNING id)
      INSERT INTO duress_alarm (ticket, individual, phone, raised_at)
      SELECT t.id, ${family.person}, (SELECT min(p.id) FROM phone p WHERE p.individual = ${family.person}), now() FROM t RETURNING ticket`));
    const client = await as('protection');
    const got = (await client.get(`/tickets/${id}`)).body;
    assert.equal(got.person.id, family.person);
    assert.equal(got.operation, 'KEN');
    assert.equal(got.number, null);
    assert.equal((await client.post(`/tickets/${id}/calls`, { outcome: 'reached', revision: got.revision })).status, 422);
    assert.equal((await (await as('hotline')).get(`/tickets/${id}`)).status, 404);
  });
});

describe('late ones', () => {
  test('become more urgent, and their supervisors are told until they look', async () => {
    const lead = await as('hotline_lead', { fresh: true }), uganda = await as('hotline_lead', { operation: 'UGA' });
    const id = await open();
    await sql(`UPDATE ticket SET asked_at = now() - interval '9 days', due_at = now() - interval '1 minute' WHERE id = ${id}`);
    await until('it was escalated', async () => (await one(`SELECT escalated FROM ticket WHERE id = ${id}`)) === '1', 15_000);
    assert.equal(await one(`SELECT priority FROM ticket WHERE id = ${id}`), '2');
    assert.equal(await one(`SELECT count(*) FROM ticket_alert WHERE ticket = ${id} AND staff = ${lead.id} AND seen_at IS NULL`), '1');
    assert.equal(await one(`SELECT count(*) FROM ticket_alert WHERE ticket = ${id} AND staff = ${uganda.id}`), '0');
    assert.ok((await lead.get('/tickets/summary')).body.alerts >= 1);
    assert.ok((await lead.get('/tickets?queue=escalated&limit=200')).body.items.some((each) => each.id === id));
    const got = (await lead.get(`/tickets/${id}`)).body;
    assert.equal(got.entries.at(-1).kind, 'escalated');
    assert.equal(await one(`SELECT seen_at IS NOT NULL FROM ticket_alert WHERE ticket = ${id} AND staff = ${lead.id}`), 't');
    assert.equal((await lead.post(`/tickets/${id}/taking-note`, { revision: got.revision })).status, 200);
    assert.ok(!(await lead.get('/tickets?queue=escalated&limit=200')).body.items.some((each) => each.id === id));
    assert.equal((await entries(id)).filter(([what]) => what === 'escalated').length, 1);
  });

  test('once more after a working day in which no supervisor took note, and then no more', async () => {
    const id = await open();
    await sql(`UPDATE ticket SET asked_at = now() - interval '30 days', due_at = now() - interval '20 days', escalated = 1, escalated_at = now() - interval '5 days', priority = 1 WHERE id = ${id}`);
    const seen = await open();
    await sql(`UPDATE ticket SET asked_at = now() - interval '30 days', due_at = now() - interval '20 days', escalated = 1, escalated_at = now() - interval '5 days',
      seen_by = ${(await as('hotline_lead')).id} WHERE id = ${seen}`);
    await until('it was escalated again', async () => (await one(`SELECT escalated FROM ticket WHERE id = ${id}`)) === '2', 15_000);
    assert.equal(await one(`SELECT priority FROM ticket WHERE id = ${id}`), '1');
    assert.equal(await one(`SELECT escalated FROM ticket WHERE id = ${seen}`), '1');
    assert.equal((await entries(id)).filter(([what]) => what === 'escalated').length, 1);
  });

  test('are due by the working days of the operation, holidays left out', async () => {
    const usual = await one(`SELECT (due_at AT TIME ZONE 'Africa/Nairobi')::date FROM ticket WHERE id = ${await open({ category: 'call_back', topic: 'assistance' })}`);
    await sql(`INSERT INTO operation_holiday VALUES ('KEN', '${usual}', '{"en": "Holiday"}')`);
    try {
      const [[day, open_then]] = await sql(`SELECT (due_at AT TIME ZONE 'Africa/Nairobi')::date > '${usual}'::date, (due_at AT TIME ZONE 'Africa/Nairobi')::time
        FROM ticket WHERE id = ${await open({ category: 'call_back', topic: 'assistance' })}`);
      assert.deepEqual([day, open_then], ['t', '17:00:00']);
    } finally {
      await sql(`DELETE FROM operation_holiday WHERE operation = 'KEN' AND day = '${usual}'`);
    }
  });

  test('a sensitive one is told only to supervisors who may open it', async () => {
    const hotline = await as('hotline_lead'), protection = await as('protection_lead');
    const id = await open({ sensitive: true, category: 'complaint', topic: 'other' });
    await sql(`UPDATE ticket SET asked_at = now() - interval '9 days', due_at = now() - interval '1 minute' WHERE id = ${id}`);
    await until('it was escalated', async () => (await one(`SELECT escalated FROM ticket WHERE id = ${id}`)) === '1', 15_000);
    const told = (await sql(`SELECT staff FROM ticket_alert WHERE ticket = ${id}`)).map(([each]) => Number(each));
    assert.ok(told.includes(protection.id) && !told.includes(hotline.id));
  });
});

describe('duplicates', () => {
  test('are shown beside it, and closed as such only when they are hers', async () => {
    const first = await open(), second = await open();
    const client = await as('hotline');
    assert.ok((await client.get(`/tickets/${second}`)).body.similar.some((each) => each.id === first));
    const other = await one(`SELECT i.id FROM individual i WHERE i.operation = 'KEN' AND i.id <> ${family.person} ORDER BY i.id DESC LIMIT 1`);
    const theirs = (await client.post('/tickets', { category: 'problem', topic: 'other', words: 'The same tap.', person: Number(other) })).body.id;
    const wrong = await client.post(`/tickets/${second}/closing`, { as: 'duplicate', of: theirs, revision: await revisionOf(second) });
    assert.equal(kind(wrong), 'conflict', wrong.text);
    const unnamed = await client.post(`/tickets/${second}/closing`, { as: 'duplicate', revision: await revisionOf(second) });
    assert.equal(unnamed.status, 422);
    const outbox = await one('SELECT count(*) FROM outbox');
    assert.equal((await client.post(`/tickets/${second}/closing`, { as: 'duplicate', of: first, tell: true, revision: await revisionOf(second) })).status, 200);
    assert.equal(await one('SELECT count(*) FROM outbox'), outbox, 'the other one is answered, not this');
    assert.equal((await client.get(`/tickets/${second}`)).body.duplicate_of, first);
  });
});
