// Messages of hers that an SMSC delivers again because the server was killed before it confirmed them.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { startHouse, until } from './lib/house.mjs';
import { delivery, startSmsc } from './lib/smsc.mjs';

const her = '254744000001';
let house, smsc, sequence = 100;

before(async () => {
  smsc = await startSmsc();
  house = await startHouse(`smpp:
  - { name: rude, host: 127.0.0.1, port: ${smsc.port}, system_id: mlango, source: "384", first_backoff: 50ms, longest_backoff: 200ms }
`);
  await smsc.bound(20_000);
});
after(async () => {
  await house?.stop();
  await smsc?.close();
});

const says = (words) => smsc.session.send(delivery(++sequence, her, words));
const inbox = async (where = 'true') => Number(await house.one(`SELECT count(*) FROM inbox WHERE ${where}`));
const restart = async () => {
  const binds = smsc.binds;
  await house.resume();
  await until(() => smsc.binds > binds && smsc.session.bound, 20_000, 'a bind');
};

test('stored, and killed before it was confirmed: delivered again it is known, and answered once', { timeout: 300_000 }, async () => {
  // The answer can not be written, so that the message is stored and its confirmation waits.
  const { STORES_HOST: host } = process.env;
  const database = await house.one('SELECT current_database()');
  execFile('psql', ['-qX', '-h', host, '-U', 'mlango', '-d', database, '-c', 'BEGIN; LOCK TABLE outbox IN EXCLUSIVE MODE; SELECT pg_sleep(600)'], () => {});
  await until(async () => (await house.one("SELECT count(*) FROM pg_locks WHERE mode = 'ExclusiveLock' AND relation = 'outbox'::regclass AND granted")) === '1', 10_000, 'the lock');
  says('HELLO');
  await until(async () => (await inbox()) === 1, 10_000, 'that it is stored');
  assert.equal(smsc.confirmations.length, 0, 'it was not confirmed');
  await house.kill();
  await house.one("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE mode = 'ExclusiveLock' AND relation = 'outbox'::regclass");
  await restart();
  says('HELLO');
  await smsc.confirmed(1, 20_000);
  assert.equal(smsc.confirmations[0].status, 0);
  await smsc.submitted(1, 60_000);
  // The answer that the killed one had begun may be written all the same, by its orphaned connection; its claim on the
  // message holds for half a minute in either case. Who claims it then must not answer it a second time.
  await until(async () => (await inbox("state = 'done'")) === 1, 60_000, 'that it is answered');
  assert.equal(await inbox(), 1, 'heard once');
  assert.equal(await house.one('SELECT count(*) FROM outbox'), '1', 'answered once');
});

test('confirmed before the kill, the same words are new ones', async () => {
  await until(async () => (await inbox("provider_id LIKE 'u:%'")) === 0, 10_000, 'that the confirmation is written down');
  await house.kill();
  await restart();
  says('HELLO');
  await smsc.confirmed(2, 20_000);
  assert.equal(await inbox(), 2, 'she says it again');
});
