// The server's own SMPP account (mlango_esme) against the message centre that remembers what it accepted (mlango_smsc):
// connections that break, responses that never come, receipts in any order. Nothing is sent twice, nothing is lost.
// Needs both programs in the build folder of the server: cmake --build … --target mlango_esme mlango_smsc.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { startCentre } from '../../bench/sms/processes.mjs';

const program = (name) => join(dirname(process.env.MLANGO_BIN), 'bench', name);

async function play(centreWords, esmeWords) {
  for (const name of ['mlango_smsc', 'mlango_esme']) assert.ok(existsSync(program(name)), `${name} is not built`);
  const centre = await startCentre(program('mlango_smsc'), [...centreWords, '--remember']);
  try {
    const child = spawn(program('mlango_esme'), ['--port', centre.port, ...esmeWords].map(String), { stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    child.stdout.on('data', (some) => { text += some; });
    await new Promise((done) => child.on('close', done));
    return { esme: JSON.parse(text), smsc: await centre.end() };
  } catch (fault) {
    await centre.end();
    throw fault;
  }
}

test('connections that break with submissions under way: what may have been sent is not sent again', async () => {
  const messages = 10_000;
  const { esme, smsc } = await play(['--hang-up-every', 700, '--delay', 2], ['--messages', messages, '--window', 50, '--binds', 3]);
  assert.ok(smsc.binds > 10, `${smsc.binds} binds`);
  assert.ok(esme.unknown > 0);
  assert.equal(smsc.duplicates, 0);
  assert.equal(esme.accepted + esme.unknown, messages);
  assert.equal(esme.refused, 0);
  // Each that was told as accepted was accepted; of the unknown ones some were.
  assert.ok(smsc.distinct >= esme.accepted && smsc.distinct <= messages, `${smsc.distinct} of ${esme.accepted} to ${messages}`);
});

test('responses that never come: each costs its own slot for its own time', async () => {
  const messages = 5_000;
  const { esme, smsc } = await play(['--lose-every', 100], ['--messages', messages, '--window', 20, '--response-timeout', 200]);
  assert.deepEqual([esme.accepted, esme.unknown], [messages - messages / 100, messages / 100]);
  assert.deepEqual([smsc.distinct, smsc.duplicates], [messages, 0]);
  assert.equal(smsc.binds, 1);
});

test('a receipt before each response', async () => {
  const { esme, smsc } = await play(['--receipts', 'before', '--ids', 'hex'], ['--messages', 20_000, '--window', 100, '--receipts']);
  assert.deepEqual([esme.accepted, esme.receipts, smsc.receipts_taken], [20_000, 20_000, 20_000]);
});

test('receipts held back and shuffled all come', async () => {
  const { esme, smsc } = await play(['--receipts', 'after', '--receipt-hold', 50_000, '--receipt-order', 'shuffled', '--receipt-tlv', '--no-receipt-text'],
    ['--messages', 50_000, '--window', 100, '--receipts']);
  assert.deepEqual([esme.accepted, esme.receipts, smsc.receipts_taken], [50_000, 50_000, 50_000]);
});

test('a long message: its parts go one after the other, and each is numbered', async () => {
  const { esme, smsc } = await play([], ['--messages', 500, '--window', 10, '--binds', 2, '--text', 'Ujumbe mrefu wa kujaribu. '.repeat(15)]);
  assert.deepEqual([esme.accepted, esme.parts, smsc.accepted], [500, 1_500, 1_500]);
});

test('a limit of 200 a second is not run into', async () => {
  const { esme, smsc } = await play(['--rate', 200], ['--messages', 1_500, '--window', 100, '--starting-rate', 10]);
  assert.equal(esme.accepted, 1_500);
  assert.equal(smsc.duplicates, 0);
  assert.ok(smsc.throttled / smsc.submits < 0.02, `${smsc.throttled} of ${smsc.submits} refused`);
});
