// What pages are told without asking: jobs as they move, what is new; and the jobs themselves.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { as, mlango, one, sleep, sql, stranger, until } from './lib/house.mjs';
import { routeMatrix } from './lib/matrix.mjs';

// Of a kind that no runner knows, so that nothing but these tests moves it.
const begin = async (client, total = 1000) => Number(await one(`INSERT INTO staff_job (kind, made_by, total, begun_at, moved_at)
  VALUES ('nobodys_kind', ${client.id}, ${total}, now(), now()) RETURNING id`));
const move = (job, done) => sql(`UPDATE staff_job SET done = ${done}, moved_at = now() WHERE id = ${job}`);
const finish = (job) => sql(`UPDATE staff_job SET state = 'done', done = total, finished_at = now(), moved_at = now() WHERE id = ${job}`);
const pulses = (events) => events.filter((each) => each.event === 'pulse');

// Follows the number of one subject, and waits until it is still: what was before is told once more a little later, and
// on a busy machine that is not soon.
async function following(client, subject) {
  const ending = new AbortController();
  let number, moved;
  client.events((seen) => {
    const now = pulses(seen).at(-1)?.data[subject];
    if (now !== number) [number, moved] = [now, Date.now()];
    return false;
  }, { patience: 120_000, ending }).catch(() => null);
  const still = async () => {
    await until(async () => number !== undefined && Date.now() - moved > 4_000, 30_000, `that ${subject} are still`);
    return number;
  };
  return { still, moves: (from) => until(async () => number > from, 10_000, `news of ${subject}`), number: () => number, end: () => ending.abort() };
}
const jobsIn = (events) => events.filter((each) => each.event === 'jobs').map((each) => each.data);

describe('jobs', () => {
  test('are hers alone', async () => {
    const [hers, another] = [await as('registration_lead'), await as('registration')];
    const job = await begin(hers);
    assert.equal((await hers.get(`/jobs/${job}`)).body.state, 'running');
    assert.equal((await another.get(`/jobs/${job}`)).status, 404);
    assert.equal((await another.post(`/jobs/${job}/stop`)).status, 404);
    assert.ok((await hers.get('/jobs')).body.items.some((each) => each.id === job));
    assert.ok(!(await another.get('/jobs')).body.items.some((each) => each.id === job));
    await finish(job);
  });

  test('stop between two steps, once, and it is written down who did it', async () => {
    const client = await as('registration_lead');
    const job = await begin(client);
    await move(job, 400);
    const stopped = await client.post(`/jobs/${job}/stop`);
    assert.equal(stopped.body.state, 'stopped');
    assert.equal(stopped.body.done, 400);
    const again = await client.post(`/jobs/${job}/stop`);
    assert.equal(again.status, 409);
    assert.equal(again.body.current.state, 'stopped');
    assert.deepEqual(await sql(`SELECT actor FROM audit WHERE kind = 'job.stopped' AND record = ${job}`), [[`staff:${client.id}`]]);
  });

  test('keys that are none are no jobs', async () => {
    const client = await as('registration_lead');
    for (const key of ['0', '-1', 'x', '9'.repeat(30), '1e3'])
      assert.equal((await client.get(`/jobs/${key}`)).status, 404, key);
    assert.equal((await client.get('/jobs/%00')).status, 400);
  });
});

describe('events', () => {
  test('a job is followed as it moves, within half a second, and after a page was closed', async () => {
    const client = await as('registration_lead', { fresh: true });
    const job = await begin(client);
    const following = client.events((seen) => jobsIn(seen).some((jobs) => jobs.some((each) => each.id === job && each.done === 250)));
    await sleep(600);
    const moved = Date.now();
    await move(job, 250);
    const seen = await following;
    assert.ok(seen.at(-1).at - moved < 1_000, `${seen.at(-1).at - moved} ms`);
    // The page is closed, and another one opened: it begins with what is there.
    await move(job, 700);
    await sleep(300);
    const anew = await client.events((events) => jobsIn(events).length > 0);
    assert.equal(jobsIn(anew)[0].find((each) => each.id === job).done, 700);
    const ending = client.events((events) => jobsIn(events).some((jobs) => jobs.some((each) => each.id === job && each.state === 'done')));
    await finish(job);
    await ending;
  });

  test('nobody is told of jobs of another', async () => {
    const [hers, another] = [await as('registration_lead', { fresh: true }), await as('registration', { fresh: true })];
    const listening = [hers, another].map((client) => client.events((seen) => jobsIn(seen).length > 0 && pulses(seen).length > 0));
    const job = await begin(hers);
    const [own, others] = await Promise.all(listening);
    assert.ok(own.length > 0);
    assert.ok(!JSON.stringify(jobsIn(others)).includes(`"id":${job},`));
    await finish(job);
  });

  test('the pulse of a subject changes when something of it is new, for whoever may look', async () => {
    const [registration, notices] = [await as('registration'), await as('notices')];
    const first = pulses(await registration.events((seen) => pulses(seen).length > 0))[0].data;
    assert.ok('cases' in first && !('notices' in first));
    const others = pulses(await notices.events((seen) => pulses(seen).length > 0))[0].data;
    assert.ok('notices' in others && !('cases' in others));
    await sleep(2_500);
    let from;
    const waiting = registration.events((seen) => {
      from ??= pulses(seen)[0]?.data.cases;
      return pulses(seen).some((each) => each.data.cases > from);
    });
    await until(async () => from !== undefined, 5_000, 'the first pulse');
    const asked = Date.now();
    await sql(`INSERT INTO audit (kind, actor, record) VALUES ('change.asked', 'phone', 1)`);
    const seen = await waiting;
    assert.ok(seen.at(-1).at - asked < 1_000, `${seen.at(-1).at - asked} ms`);
  });

  test('a record opened from elsewhere is news to who reviews such, and so is the review; looking at it is none', async () => {
    const [lead, supervisor] = [await as('registration_lead', { office: 1, fresh: true }), await as('registration_lead', { office: 6, fresh: true })];
    assert.ok(!('openings' in pulses(await (await as('hotline')).events((seen) => pulses(seen).length > 0))[0].data));
    const her = await one(`SELECT i.id FROM individual i JOIN membership m ON m.individual = i.id AND m.until IS NULL
      JOIN registration_group g ON g.id = m.registration_group WHERE g.location LIKE 'KEN-KAL2%' AND i.process_status = 'A' ORDER BY i.id LIMIT 1`);
    const openings = await following(supervisor, 'openings');
    let from = await openings.still();
    const opened = await lead.post(`/people/${her}/opening`, { reason: 'stands_here', words: 'She stands here and needs her card.' });
    assert.equal(opened.status, 201, opened.text);
    await openings.moves(from);
    from = await openings.still();
    await lead.get(`/people/${her}`);
    assert.equal(await openings.still(), from);
    await sleep(2_500);
    assert.equal(openings.number(), from);
    assert.equal((await supervisor.post(`/openings/${opened.body.id}/review`, { verdict: 'in_order' })).status, 200);
    await openings.moves(from);
    openings.end();
  });

  test('what was written before another and came later is told, too', async () => {
    const client = await as('registration');
    await sleep(2_500);
    // The first row's transaction ends after the second's, so it has the smaller number and comes later.
    const slow = sql(`BEGIN; INSERT INTO audit (kind, actor, record) VALUES ('change.asked', 'phone', 1); SELECT pg_sleep(1.2); COMMIT`);
    await sleep(300);
    let numbers = [];
    const following = client.events((seen) => { numbers = pulses(seen).map((each) => each.data.cases); return numbers.length >= 3; });
    await sleep(300);
    await sql(`INSERT INTO audit (kind, actor, record) VALUES ('change.asked', 'phone', 2)`);
    await slow;
    const came = Date.now();
    const seen = await following;
    assert.ok(pulses(seen).at(-1).at >= came, 'told again after the late one was there');
  });

  test('looking at records is no news', async () => {
    const cases = await following(await as('registration'), 'cases');
    const from = await cases.still();
    await sql(`INSERT INTO audit (kind, actor, record) VALUES ('change.viewed', 'staff:1', 1), ('staff.viewed_by_glass', 'staff:1', 1)`);
    await sleep(2_500);
    assert.equal(cases.number(), from);
    // Only to see that this page would have been told.
    await sql(`INSERT INTO audit (kind, actor, record) VALUES ('change.asked', 'phone', 1)`);
    await cases.moves(from);
    cases.end();
  });

  test('end with the session', async () => {
    const client = await as('hotline', { fresh: true });
    const listening = client.events((seen) => seen.some((each) => each.event === 'over'), { patience: 12_000 });
    await sleep(500);
    await mlango('staff', 'suspend', client.account.name);
    await listening;
  });

  test('a ninth page of one person waits', async () => {
    const client = await as('statistics', { fresh: true });
    let enough = false;
    const eight = Array.from({ length: 16 }, () => client.events(() => enough, { patience: 8_000 }).catch((fault) => fault));
    await sleep(1_500);
    let refused = 0;
    for (let i = 0; i < 6; ++i)
      await client.events(() => true, { patience: 3_000 }).catch((fault) => { if (/429/.test(fault.message)) ++refused; });
    enough = true;
    const faults = (await Promise.all(eight)).filter((each) => each instanceof Error);
    assert.ok(refused + faults.filter((each) => /429/.test(each.message)).length > 0);
  });

  test('are for whoever is signed in', async () => {
    assert.equal((await stranger().get('/events')).status, 401);
  });
});

routeMatrix({ method: 'GET', path: '/jobs', allowed: 'hotline' });
routeMatrix({ method: 'GET', path: '/me', allowed: 'hotline' });
routeMatrix({ method: 'PUT', path: '/me/language', body: { language: 'ar' }, allowed: 'statistics' });
