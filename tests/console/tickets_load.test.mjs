// Queues with many tickets: a page, the counts and a walk through all of it, for somebody of the whole operation and for
// somebody of one office, and what is late raised in one go. TICKETS is how many are open (default 3000; 100000 takes about
// two minutes to make).
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { as, one, sql, until as waited } from './lib/house.mjs';

const tickets = Number(process.env.TICKETS ?? 3000);
const patience = Number(process.env.TICKETS_PATIENCE_MS ?? 1500); // of one answer, with sanitizers
const until = (what, question, patience) => waited(question, patience, what);
let office;
before(async () => {
  // Closed ones have no reference that is in use: they are made as such, and opened past the trigger that gives one. The
  // office's calendar would have some of them late already.
  await sql(`ALTER TABLE ticket DISABLE TRIGGER ticket_opens;
    INSERT INTO ticket (reference, hop_key, category, topic, registration_group, individual, sensitive, asked_at, due_at, priority)
    SELECT 'AAAA', decode(md5('load' || n), 'hex'), 'problem', 'partial', g.id, m.individual, n % 50 = 0, now() - n % 20 * interval '1 day',
           now() + interval '40 days', 1 + n % 5
      FROM generate_series(1, ${tickets}) n
      JOIN LATERAL (SELECT id FROM registration_group WHERE operation = 'KEN' ORDER BY id OFFSET n % 30 LIMIT 1) g ON true
      JOIN membership m ON m.registration_group = g.id AND m.until IS NULL AND m.relationship = 'PA';
    UPDATE ticket SET due_at = now() + interval '40 days' WHERE reference = 'AAAA';
    ALTER TABLE ticket ENABLE TRIGGER ticket_opens; ANALYZE ticket`);
  office = Number(await one(`SELECT f.id FROM office f JOIN ticket t ON t.location IN (SELECT locations_of(f.id)) WHERE t.operation = 'KEN' GROUP BY f.id ORDER BY count(*) LIMIT 1`));
});

const timed = async (what) => {
  const begun = performance.now();
  const answer = await what();
  return [answer, performance.now() - begun];
};

for (const [whose, options] of [['the whole operation', () => ({})], ['one office', () => ({ office })]])
  test(`a page and the counts of ${tickets} open tickets, for ${whose}`, async () => {
    const client = await as('protection', options());
    await client.get('/tickets/summary');
    const [summary, counting] = await timed(() => client.get('/tickets/summary'));
    const [page, listing] = await timed(() => client.get('/tickets?limit=50'));
    const [, sensitive] = await timed(() => client.get('/tickets?queue=sensitive&limit=50'));
    console.log(`# ${whose}: ${summary.body.open} open; counts ${counting.toFixed(0)} ms, a page ${listing.toFixed(0)} ms, sensitive ones ${sensitive.toFixed(0)} ms`);
    assert.ok(page.body.items.length > 0);
    for (const took of [counting, listing, sensitive]) assert.ok(took < patience, `${took} ms`);
    if (tickets > 5000) return;
    let seen = 0, after = '';
    do {
      const next = (await client.get(`/tickets?limit=200${after && `&after=${after}`}`)).body;
      seen += next.items.length;
      after = next.next ?? '';
    } while (after);
    assert.equal(seen, summary.body.open);
  });

test('a thousand late ones are raised, each once', async () => {
  const late = Math.min(1000, tickets);
  await sql(`UPDATE ticket SET due_at = now() - interval '1 minute', asked_at = now() - interval '30 days'
    WHERE id IN (SELECT id FROM ticket WHERE reference = 'AAAA' AND state <> 'closed' ORDER BY id LIMIT ${late})`);
  await until('all are raised', async () => Number(await one(`SELECT count(*) FROM ticket WHERE reference = 'AAAA' AND escalated = 1`)) === late, 60_000);
  assert.equal(Number(await one(`SELECT count(*) FROM ticket_entry e JOIN ticket t ON t.id = e.ticket WHERE t.reference = 'AAAA' AND e.kind = 'escalated'`)), late);
  assert.equal(Number(await one(`SELECT count(*) FROM audit WHERE kind = 'ticket.escalated' AND detail = 'level_1' AND record IN (SELECT id FROM ticket WHERE reference = 'AAAA')`)), late);
});
