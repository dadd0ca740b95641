// Notices: within whose reach, what may be said, who releases, and what becomes of them while they are sent.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { as, one, sleep, sql, until as waited } from './lib/house.mjs';
import { routeMatrix } from './lib/matrix.mjs';

const until = (what, question, patience) => waited(question, patience, what);
const kind = (answer) => answer.body?.type?.split('/').at(-1);
const draft = (change = {}) => ({
  name: 'Water', filter: { operation: 'KEN', ...change.filter }, texts: [{ language: 'en', text: 'Water comes on Monday. Dial {code}.' }, { language: 'sw', text: 'Maji Jumatatu. Piga {code}.' }],
  fallback: 'en', opens_at: 0, closes_at: 24, lasting_minutes: 600, per_second: null, ...Object.fromEntries(Object.entries(change).filter(([name]) => name !== 'filter')),
});
const write = async (change, client) => {
  const made = await (client ?? (await as('notices'))).post('/notices', draft(change));
  assert.equal(made.status, 201, made.text);
  return made.body.id;
};
const counted = async (id, client) => {
  const answer = await (client ?? (await as('notices_release'))).post(`/notices/${id}/count`, {});
  assert.equal(answer.status, 200, answer.text);
  return answer.body.recipients;
};
let office, place, programme;
before(async () => {
  [[office, place]] = await sql(`SELECT f.id, f.location FROM office f WHERE f.location LIKE 'KEN%' ORDER BY f.id LIMIT 1`);
  programme = await one('SELECT min(id) FROM programme');
});

describe('routes', () => {
  const wrong = ['hotline', 'registration', 'cash'];
  routeMatrix({ method: 'GET', path: '/notices', allowed: 'notices', wrong, elsewhere: true, elsewhereCheck: (answer) => assert.deepEqual(answer.body.items, []) });
  routeMatrix({ method: 'GET', path: '/notices/choices', allowed: 'notices', wrong, elsewhere: true,
    elsewhereCheck: (answer) => assert.deepEqual(answer.body.operations.map((each) => each.code), ['UGA']) });
  routeMatrix({ method: 'POST', path: '/notices/shape', body: { language: 'en', text: 'Hello' }, allowed: 'notices', wrong });
  routeMatrix({ method: 'POST', path: '/notices', body: draft, allowed: 'notices', wrong: [...wrong, 'notices_release'], elsewhere: true, elsewhereStatus: 403, allowedStatus: 201 });
  routeMatrix({ method: 'GET', name: 'GET /notices/{id}', path: async () => `/notices/${await write()}`, allowed: 'notices', wrong, elsewhere: true });
  routeMatrix({ method: 'POST', name: 'POST /notices/{id}/count', path: async () => `/notices/${await write()}/count`, body: { price: '0.8' }, allowed: 'notices_release', wrong, elsewhere: true });
  routeMatrix({ method: 'GET', name: 'GET /notices/{id}/outcomes', path: async () => `/notices/${await write()}/outcomes`, allowed: 'notices', wrong, elsewhere: true });
  routeMatrix({ method: 'GET', name: 'GET /notices/{id}/outcomes.csv', path: async () => `/notices/${await write()}/outcomes.csv`, allowed: 'notices', wrong, elsewhere: true });
  routeMatrix({ method: 'POST', name: 'POST /notices/{id}/stop', path: async () => `/notices/${await write()}/stop`, allowed: 'notices', wrong: ['hotline'], elsewhere: true });
  const paused = async () => {
    const id = await write();
    await sql(`UPDATE broadcast SET recipients = 1, counted_at = now() WHERE id = ${id};
      UPDATE broadcast SET state = 'released', released_by = 'x', released_at = now(), expires_at = now() + interval '1 hour' WHERE id = ${id};
      UPDATE broadcast SET state = 'paused' WHERE id = ${id}`);
    return id;
  };
  routeMatrix({ method: 'POST', name: 'POST /notices/{id}/resume', path: async () => `/notices/${await paused()}/resume`, allowed: 'notices_release', wrong: ['hotline'], elsewhere: true });
  // Of nobody's filter it would be over at once: these wait for hours that are not now.
  const waiting = async () => {
    const hour = Number(await one(`SELECT extract(hour FROM now() AT TIME ZONE 'Africa/Nairobi')`));
    const id = await write(hour >= 12 ? { opens_at: 1, closes_at: 2 } : { opens_at: 22, closes_at: 23 });
    const people = await counted(id);
    assert.equal((await (await as('notices_release')).post(`/notices/${id}/release`, { recipients: people })).status, 200);
    return id;
  };
  routeMatrix({ method: 'POST', name: 'POST /notices/{id}/pause', path: async () => `/notices/${await waiting()}/pause`, allowed: 'notices_release', wrong: ['hotline'], elsewhere: true });
  const ready = async () => {
    const id = await write({ filter: { location: [place] } });
    return { id, people: await counted(id) };
  };
  let made;
  routeMatrix({ method: 'POST', name: 'POST /notices/{id}/release', path: async () => { made = await ready(); return `/notices/${made.id}/release`; }, body: () => ({ recipients: made.people }),
    allowed: 'notices_release', wrong: ['notices', 'hotline'], elsewhere: true,
    stale: async () => { const { id, people } = await ready(); return { path: `/notices/${id}/release`, body: { recipients: people + 1 } }; },
    // The roles exclude each other; a grant of before the rule must not open the way either.
    own: async () => {
      const both = await as('notices', { fresh: true });
      const id = await write({}, both);
      await sql(`ALTER TABLE staff_grant DISABLE TRIGGER USER; INSERT INTO staff_grant (staff, role, operation, since, until)
        VALUES (${both.id}, 'notices_release', 'KEN', now() - interval '1 hour', now() + interval '1 day'); ALTER TABLE staff_grant ENABLE TRIGGER USER`);
      const people = await counted(id, both);
      return { client: both, path: `/notices/${id}/release`, body: { recipients: people } };
    } });
});

describe('writing', () => {
  test('says what a text takes, and refuses what no SMS may say', async () => {
    const client = await as('notices');
    const plain = (await client.post('/notices/shape', { language: 'en', text: 'Dial {code}' })).body;
    assert.deepEqual([plain.text, plain.encoding, plain.segments, plain.faults], ['Dial *384#', 'GSM-7', 1, []]);
    const arabic = (await client.post('/notices/shape', { language: 'ar', text: 'م'.repeat(71) })).body;
    assert.deepEqual([arabic.encoding, arabic.segments], ['UCS-2', 2]);
    for (const [text, code] of [['For every refugee', 'forbidden_word'], ['Your PIN 1234', 'pin_or_code'], ['Hello {name}', 'placeholder'], ['a'.repeat(1500), 'too_long'], ['Card KEN-12C00011', 'registration_number'], ['Account 123456789', 'long_number'], ['http://x.example/a?b', 'link']]) {
      const answer = await client.post('/notices', draft({ texts: [{ language: 'en', text }] }));
      assert.equal(answer.status, 422, text);
      assert.deepEqual(answer.body.faults[0], { field: 'texts.en', code }, text);
    }
    const without = await client.post('/notices', draft({ fallback: 'fr' }));
    assert.deepEqual(without.body.faults, [{ field: 'texts.fr', code: 'no_text' }]);
    const twice = await client.post('/notices', draft({ texts: [{ language: 'en', text: 'a' }, { language: 'en', text: 'b' }] }));
    assert.deepEqual(twice.body.faults, [{ field: 'texts.en', code: 'twice' }]);
  });

  test('within bounds only', async () => {
    const client = await as('notices');
    const odd = [{ name: '' }, { name: 'a\nb' }, { texts: [] }, { opens_at: 9, closes_at: 9 }, { opens_at: -1 }, { lasting_minutes: 0 }, { lasting_minutes: 43201 }, { per_second: 0 }, { fallback: 'E' },
      { filter: { operation: 'KENYA' } }, { filter: { location: ['KEN,trust=0'] } }, { filter: { programme: ['x'] } }, { filter: { language: ['english'] } }, { filter: { trust: 9 } }, { filter: { fewest: 5, most: 2 } }];
    for (const change of odd) {
      const answer = await client.post('/notices', draft(change), { valid: false });
      assert.equal(answer.status, 400, `${JSON.stringify(change)}: ${answer.text}`);
    }
    for (const filter of [{ location: ['NOWHERE'] }, { programme: ['999999'] }]) {
      const answer = await client.post('/notices', draft({ filter }));
      assert.deepEqual(answer.body.faults, [{ field: 'filter', code: 'no_such' }]);
    }
  });

  test('reaches no further than the writer does', async () => {
    const local = await as('notices', { office: Number(office) });
    assert.equal((await local.post('/notices', draft())).status, 403, 'all of the country');
    assert.equal((await local.post('/notices', draft({ filter: { location: ['KEN'] } }))).status, 403);
    assert.equal((await local.post('/notices', draft({ filter: { location: [place] } }))).status, 201);
    const wide = await write();
    assert.equal((await local.get(`/notices/${wide}`)).status, 404);
    const cash = await as('notices', { programme: Number(programme) });
    assert.equal((await cash.post('/notices', draft())).status, 403);
    assert.equal((await cash.post('/notices', draft({ filter: { programme: [String(programme)] } }))).status, 201);
  });
});

describe('a second person', () => {
  test('releases with the number that she was told, after a count of today', async () => {
    const id = await write({ filter: { location: [place] } });
    const second = await as('notices_release');
    const early = await second.post(`/notices/${id}/release`, { recipients: 5 });
    assert.deepEqual([kind(early), early.body.reason], ['wrong-state', 'not_counted']);
    const people = await counted(id);
    assert.ok(people > 0);
    const other = await second.post(`/notices/${id}/release`, { recipients: people + 1 });
    assert.deepEqual([kind(other), other.body.reason, other.body.current.recipients], ['stale', 'recount', people]);
    const done = await second.post(`/notices/${id}/release`, { recipients: people });
    assert.equal(done.status, 200, done.text);
    assert.deepEqual(await sql(`SELECT kind, actor FROM audit WHERE kind IN ('broadcast.created', 'broadcast.released') AND record = ${id} ORDER BY id`),
      [['broadcast.created', `staff:${(await as('notices')).id}`], ['broadcast.released', `staff:${second.id}`]]);
    const again = await second.post(`/notices/${id}/release`, { recipients: people });
    assert.equal(again.body.reason, 'not_draft');
  });

  test('counts as many as are reached, and costs what they take', async () => {
    const id = await write();
    const answer = (await (await as('notices')).post(`/notices/${id}/count`, { price: '0.8' })).body;
    assert.equal(answer.languages.reduce((sum, each) => sum + each.recipients, 0), answer.recipients);
    assert.equal(answer.messages, answer.languages.reduce((sum, each) => sum + each.recipients * each.segments, 0));
    assert.equal(Number(answer.cost), Math.round(answer.messages * 80) / 100);
    const everybody = Number(await one(`SELECT count(DISTINCT p.number_blind) FROM phone p JOIN individual i ON i.id = p.individual AND i.process_status = 'A'
      JOIN membership m ON m.individual = i.id AND m.until IS NULL JOIN registration_group g ON g.id = m.registration_group AND g.process_status = 'A'
      WHERE p.disabled_at IS NULL AND i.operation = 'KEN'`));
    assert.equal(answer.recipients + answer.left_out.said_stop + answer.left_out.only_asked + answer.left_out.untrusted, everybody);
    assert.ok(!JSON.stringify(answer).includes('+254'), 'no number');
  });
});

describe('while it is sent', () => {
  // The routes above have sent what a number gets on a day (sms: bulk_a_day).
  before(() => sql('DELETE FROM bulk_day'));
  test('it is told within a second, paused, resumed, and everybody gets one', async () => {
    const writer = await as('notices'), second = await as('notices_release');
    const id = await write({ per_second: 30 });
    const people = await counted(id);
    assert.ok(people >= 20, `${people} people`);
    const news = writer.events((seen) => {
      const pulses = seen.filter((each) => each.event === 'pulse').map((each) => each.data.notices);
      return pulses.length > 1 && pulses.at(-1) !== pulses[0];
    });
    await sleep(300);
    await second.post(`/notices/${id}/release`, { recipients: people });
    await news;
    await until('some are through', async () => (await writer.get(`/notices/${id}`)).body.settled > 0, 20_000);
    const held = await writer.post(`/notices/${id}/pause`);
    assert.equal(held.status, 200, held.text);
    await sleep(1_500);
    const before = (await writer.get(`/notices/${id}`)).body;
    await sleep(1_500);
    const after = (await writer.get(`/notices/${id}`)).body;
    assert.equal(after.state, 'paused');
    assert.equal(after.settled, before.settled, 'nothing goes on');
    assert.ok(after.settled < people);
    assert.equal(kind(await writer.post(`/notices/${id}/pause`)), 'wrong-state');
    assert.equal((await second.post(`/notices/${id}/resume`)).status, 200);
    const done = await until('it is done', async () => {
      const now = (await writer.get(`/notices/${id}`)).body;
      return now.state === 'done' ? now : null;
    }, 60_000);
    assert.equal(done.written, people);
    assert.equal(await one(`SELECT count(*) = count(DISTINCT number_blind) FROM outbox WHERE broadcast = ${id}`), 't');
    const outcomes = (await writer.get(`/notices/${id}/outcomes`)).body.items.filter((each) => each.outcome !== 'left out');
    assert.equal(outcomes.reduce((sum, each) => sum + each.messages, 0), people);
    // Receipts still come in: the file and the page are compared until nothing moved between the two.
    const file = await until('the file has the page\'s rows', async () => {
      const lines = (await writer.get(`/notices/${id}/outcomes.csv`)).text.trimEnd().split('\r\n');
      return lines.length === 1 + (await writer.get(`/notices/${id}/outcomes`)).body.items.length ? lines : null;
    }, 30_000);
    assert.equal(file[0], 'language,outcome,reason,messages');
    assert.deepEqual((await sql(`SELECT kind, actor FROM audit WHERE record = ${id} AND kind LIKE 'broadcast.%' ORDER BY id`)).map((each) => each.join(' ')),
      [`broadcast.created staff:${writer.id}`, `broadcast.released staff:${second.id}`, 'broadcast.started server', `broadcast.paused staff:${writer.id}`, `broadcast.resumed staff:${second.id}`, 'broadcast.done server']);
  });

  test('a stop is for good', async () => {
    const second = await as('notices_release');
    const id = await write({ per_second: 2 });
    const people = await counted(id);
    await second.post(`/notices/${id}/release`, { recipients: people });
    await until('it runs', async () => (await second.get(`/notices/${id}`)).body.written > 0, 20_000);
    assert.equal((await second.post(`/notices/${id}/stop`)).status, 200);
    const left = await until('what waited was put aside', async () => {
      const now = (await second.get(`/notices/${id}`)).body;
      return now.messages.waiting === 0 ? now : null;
    }, 20_000);
    assert.ok(left.messages.suppressed > 0);
    assert.equal(kind(await second.post(`/notices/${id}/resume`)), 'wrong-state');
  });

  test('outside its hours it waits, and says until when', async () => {
    const hour = Number(await one(`SELECT extract(hour FROM now() AT TIME ZONE 'Africa/Nairobi')`));
    const id = await write(hour >= 12 ? { opens_at: 1, closes_at: 2 } : { opens_at: 22, closes_at: 23 });
    const second = await as('notices_release');
    await second.post(`/notices/${id}/release`, { recipients: await counted(id) });
    await until('it is running', async () => (await second.get(`/notices/${id}`)).body.state === 'running', 10_000);
    const now = (await second.get(`/notices/${id}`)).body;
    assert.ok(Date.parse(now.closed_until) > Date.now());
    assert.equal(now.settled, 0);
  });

  test('a draft is thrown away by who writes such ones, not by who releases', async () => {
    const id = await write();
    assert.equal((await (await as('notices_release')).post(`/notices/${id}/stop`)).status, 403);
    assert.equal((await (await as('notices')).post(`/notices/${id}/stop`)).status, 200);
  });
});
