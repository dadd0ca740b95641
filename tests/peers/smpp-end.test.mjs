// The server ends while an SMSC owes it an answer: every account is unbound all the same.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startHouse } from './lib/house.mjs';
import { delivery, startSmsc } from './lib/smsc.mjs';

let house, slow, polite, ended;

before(async () => {
  [slow, polite] = [await startSmsc(), await startSmsc()];
  house = await startHouse(`smpp:
  - { name: slow, host: 127.0.0.1, port: ${slow.port}, system_id: mlango, source: "384", first_backoff: 50ms }
  - { name: polite, host: 127.0.0.1, port: ${polite.port}, system_id: mlango, source: "384", first_backoff: 50ms }
`);
  await slow.bound(20_000);
  await polite.bound(20_000);
});
after(async () => {
  if (ended === undefined) await house?.stop();
  await slow?.close();
  await polite?.close();
});

test('one submission without an answer: both accounts are unbound, and the server ends as it should', async () => {
  slow.answers.submit = () => {};
  slow.session.send(delivery(1, '254744000001', 'HELLO'));
  await slow.submitted(1);
  const began = Date.now();
  ended = await house.stop();
  assert.equal(ended, 0);
  assert.ok(Date.now() - began < 15_000, 'not long after drain_time, which is 8 s');
  assert.ok(polite.session.unbound, 'the polite one');
  assert.ok(slow.session.unbound, 'the one that owes an answer');
});
