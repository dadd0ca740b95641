// The outbox of the real server, killed in the middle of its work, beside a gateway that remembers what it took.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { startHouse, until } from './lib/house.mjs';

// Africa's Talking's side. Of every `silentEvery` messages it takes one and never says so.
async function startGateway({ silentEvery }) {
  const taken = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (piece) => { body += piece; }).on('end', () => {
      const to = new URLSearchParams(body).get('to');
      const messageId = `ATXid_${taken.length + 1}`;
      taken.push({ to, messageId });
      if (taken.length % silentEvery === 0) return;
      setTimeout(() => response.setHeader('Content-Type', 'application/json').writeHead(201).end(JSON.stringify({
        SMSMessageData: { Message: 'Sent to 1/1', Recipients: [{ statusCode: 101, number: to, status: 'Success', messageId }] },
      })), 2);
    });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { taken, url: `http://127.0.0.1:${server.address().port}/messaging`, stop: () => { server.closeAllConnections?.(); server.close(); } };
}

const form = (fields) => ({
  method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams(fields).toString(),
});

test('killed twice in the middle of many messages: none is lost, none sent twice, what was unknown is settled by its receipt', { timeout: 400_000 }, async (context) => {
  const many = Number(process.env.MESSAGES ?? 600);
  const gateway = await startGateway({ silentEvery: 100 });
  context.after(() => gateway.stop());
  const house = await startHouse(`sms: { lease: 5s, submit_deadline: 1s, bulk_a_day: 0 }
gateways:
  - { name: at, dialect: africastalking, secrets_file: secrets, profile: { region: KE }, sms: { url: "${gateway.url}", username: mlango, sender: "384", api_key_file: secrets } }
`, { families: many });
  try {
    // One message of the server's own, to a number of nobody, so that there are arguments sealed with its key.
    const sent = await fetch(`${house.url}/sms/at/in?key=demo`, form({ id: 'm1', from: '+254711000098', to: '384', text: 'hello' }));
    assert.equal(sent.status, 200);
    await until(() => gateway.taken.length === 1, 20_000, 'the answer');
    // Every family's number is in the registry once, sealed.
    await house.sql(`INSERT INTO outbox (number_sealed, language, text_key, arguments_sealed, priority)
      SELECT p.number_sealed, 'sw', 'sms.how', o.arguments_sealed, 2
        FROM (SELECT DISTINCT ON (number_blind) number_blind, number_sealed FROM phone WHERE disabled_at IS NULL) p,
             (SELECT arguments_sealed, id FROM outbox ORDER BY id LIMIT 1) o LIMIT ${many}`);
    const rows = Number(await house.one('SELECT count(*) FROM outbox'));
    assert.ok(rows > many / 2, `${rows} messages`);

    // Attempts that a kill leaves: under way, written down ahead, or answered and not yet recorded.
    let open = 0;
    for (const share of [0.3, 0.6]) {
      await until(() => gateway.taken.length >= rows * share, 120_000, `${share} of the messages`);
      await house.kill();
      await until(async () => (await house.one("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()")) === '0',
        10_000, 'that the last statements of the killed one are over');
      const left = Number(await house.one("SELECT count(*) FROM outbox WHERE state = 'sending'"));
      assert.ok(left <= 64, `${left} attempts were open, more than a gateway takes in a moment`);
      open += left;
      await house.resume();
    }
    await until(async () => (await house.one("SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')")) === '0', 180_000, 'an empty outbox');

    const numbers = gateway.taken.map((each) => each.to);
    assert.equal(new Set(numbers).size, numbers.length, 'a message was sent twice');
    const states = Object.fromEntries(await house.sql('SELECT state, count(*) FROM outbox GROUP BY state'));
    // Of what was open nobody knows, and some of it never left.
    const silent = Math.floor(gateway.taken.length / 100);
    assert.equal(Number(states.sent ?? 0) + Number(states.unknown ?? 0), rows, JSON.stringify(states));
    assert.ok(gateway.taken.length >= rows - open, `${gateway.taken.length} of ${rows} were sent`);
    assert.ok(Number(states.unknown) >= silent && Number(states.unknown) <= silent + open, JSON.stringify({ ...states, silent, open }));

    // Receipts in any order, some of them twice; of the silent ones the ids were never told.
    const shuffled = gateway.taken.map((each) => [Math.random(), each]).sort((a, b) => a[0] - b[0]).map(([, each]) => each);
    for (const { to, messageId } of [...shuffled, ...shuffled.slice(0, 20)]) {
      const answer = await fetch(`${house.url}/sms/at/receipt?key=demo`, form({ id: messageId, status: 'Success', phoneNumber: to }));
      assert.equal(answer.status, 200);
    }
    await until(async () => Number(await house.one("SELECT count(*) FROM outbox WHERE state = 'delivered'")) === gateway.taken.length, 20_000,
      'that each message that was taken is delivered');
    assert.equal(Number(await house.one("SELECT count(*) FROM outbox WHERE state = 'unknown'")), rows - gateway.taken.length);
    assert.equal(await house.one('SELECT max(attempts) FROM outbox'), '1');
    const metrics = await house.metrics();
    assert.match(metrics, /sms_receipts_total\{gateway="at",outcome="duplicate"\} 20/);
    assert.doesNotMatch(await house.log(), /2547\d{8}/, 'a number in the log');
  } finally {
    assert.equal(await house.stop(), 0);
  }
});
