// What waits for whom (GET /waiting): counted by what one may do, and never what one began oneself.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { as, makeStaff, Client, one, sql } from './lib/house.mjs';
import { routeMatrix } from './lib/matrix.mjs';

routeMatrix({ method: 'GET', path: '/waiting', allowed: 'registration' });

const queues = async (client) => Object.fromEntries((await client.get('/waiting')).body.items.map((each) => [each.queue, each]));

test('each role has its own queues', async () => {
  const of = async (role) => Object.keys(await queues(await as(role)));
  assert.deepEqual(await of('registration'), ['cases']);
  assert.deepEqual(await of('registration_lead'), ['cases', 'cases_confirm', 'openings']);
  assert.deepEqual(await of('cash_release'), ['lists_release']);
  assert.deepEqual(await of('hotline'), ['tickets']);
  assert.deepEqual(await of('notices_release'), ['notices_release']);
  assert.deepEqual(await of('words'), []);
});

test('requests are those of her operation that nobody approved, late ones and the oldest among them', async () => {
  const seen = (await queues(await as('registration'))).cases;
  const [count, late, oldest] = (await sql(`
    SELECT count(*), count(*) FILTER (WHERE due_at <= now()), to_char(min(asked_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
      FROM change_request c WHERE operation = 'KEN' AND state IN ('pending', 'validated') AND needs > 0
       AND NOT EXISTS (SELECT FROM approval a WHERE a.change_request = c.id AND a.verdict = 'approved')`))[0];
  assert.ok(Number(count) > 0, 'there are requests');
  assert.deepEqual(seen, { queue: 'cases', count: Number(count), late: Number(late), oldest });
});

test('tickets of another operation are not counted, nor those that a colleague has', async () => {
  const elsewhere = await as('hotline', { operation: 'UGA' });
  const here = await as('hotline');
  const before = (await queues(here)).tickets.count;
  const away = (await queues(elsewhere)).tickets.count;
  const ticket = await one(`SELECT id FROM ticket WHERE operation = 'KEN' AND state = 'new' AND NOT sensitive AND about_office IS NULL AND assigned_to IS NULL LIMIT 1`);
  assert.ok(ticket, 'there is a ticket');
  const colleague = await makeStaff('hotline');
  await sql(`UPDATE ticket SET assigned_to = ${colleague.id}, state = 'assigned' WHERE id = ${ticket}`);
  assert.equal((await queues(here)).tickets.count, before - 1);
  assert.equal((await queues(await new Client(colleague).signIn())).tickets.count, before);
  assert.equal((await queues(elsewhere)).tickets.count, away);
});

test('whose training is over has nothing waiting', async () => {
  const client = await as('registration', { fresh: true });
  assert.deepEqual(Object.keys(await queues(client)), ['cases']);
  await sql(`UPDATE staff SET trained_until = '2020-01-01' WHERE id = ${client.id}`);
  assert.deepEqual(await queues(client), {});
});
