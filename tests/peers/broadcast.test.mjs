// `mlango broadcast` as staff type it, from the text to what came of it; the server is killed in the middle.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { startCentre } from '../../bench/sms/processes.mjs';
import { startHouse, until } from './lib/house.mjs';

const gateways = `gateways:
  - name: africastalking
    dialect: africastalking
    secrets_file: secrets
    sms:
      url: http://127.0.0.1:@PORT@/simulator/africastalking/version1/messaging
      username: sandbox
      sender: "384"
      api_key_file: secrets
    profile: { region: KE }
`;

test('a broadcast is written, previewed, released by another, watched, paused, resumed and told about', async () => {
  const house = await startHouse(gateways, { families: 600 });
  try {
    const en = `${house.folder}/en.txt`, sw = `${house.folder}/sw.txt`, bad = `${house.folder}/bad.txt`;
    await writeFile(en, 'Food from 8 to 12 on Monday. Dial {code}\n');
    await writeFile(sw, 'Chakula Jumatatu saa 2 hadi 6. Piga {code}\n');
    await writeFile(bad, 'For every refugee');
    const refused = async (...words) => {
      try {
        await house.mlango(...words);
      } catch (fault) {
        return fault.stderr;
      }
      throw new Error(`not refused: ${words.join(' ')}`);
    };
    const made = ['--by', 'asha', '--window', '0-24'];
    assert.match(await refused('broadcast', 'new', '--name', 'x', '--filter', '', '--text', `en=${bad}`, ...made), /forbidden word/);
    assert.match(await refused('broadcast', 'new', '--name', 'x', '--filter', 'colour=red', '--text', `en=${en}`, ...made), /colour is not known/);
    const written = await house.mlango('broadcast', 'new', '--name', 'Food', '--filter', 'operation=KEN,trust=0', '--text', `en=${en}`,
      '--text', `sw=${sw}`, '--per-second', '150', ...made);
    const id = /broadcast (\d+) is written/.exec(written)[1];

    const preview = await house.mlango('broadcast', 'preview', id, '--price', '0.8', '--currency', 'KES');
    assert.match(preview, /\| Food from 8 to 12 on Monday\. Dial \*384#/);
    assert.match(preview, /\+\d{4}•••\d{3}/);
    assert.doesNotMatch(preview, /\+\d{9}/);
    const recipients = Number(/^recipients: (\d+); messages: \d+, [\d.]+ KES$/m.exec(preview)[1]);
    assert.ok(recipients > 200, preview);

    assert.match(await refused('broadcast', 'release', id, '--recipients', String(recipients), '--by', 'asha'), /another person/);
    assert.match(await refused('broadcast', 'release', id, '--recipients', '1', '--by', 'boniface'), /not the number/);
    await house.mlango('broadcast', 'release', id, '--recipients', String(recipients), '--by', 'boniface');
    const status = async () => JSON.parse(await house.mlango('broadcast', 'status', id, '--json'));
    await until(async () => (({ sent, delivered }) => sent + delivered > 50)((await status()).messages), 60_000, 'sending');

    await house.mlango('broadcast', 'pause', id, '--by', 'asha');
    const settled = async () => { const now = await status(); return now.written - now.messages.pending - now.messages.sending; };
    await until(async () => (await status()).messages.sending === 0, 5_000, 'what was on its way');
    const held = await settled();
    assert.equal(await settled(), held);
    assert.equal((await status()).state, 'paused');
    await house.mlango('broadcast', 'resume', id, '--by', 'asha');
    await house.kill();
    await house.resume();
    const last = await house.mlango('broadcast', 'status', id, '--follow');
    assert.match(last, /done: /);
    const end = await status();
    assert.equal(end.written, recipients);
    assert.equal(await house.one(`SELECT count(DISTINCT number_blind) FROM outbox WHERE broadcast = ${id}`), String(recipients));
    assert.equal(await house.one(`SELECT count(*) FROM outbox WHERE broadcast = ${id} AND attempts > 1`), '0');

    const csv = `${house.folder}/out.csv`;
    await house.mlango('broadcast', 'outcomes', id, '--csv', csv);
    const rows = (await readFile(csv, 'utf8')).trim().split('\r\n').slice(1).map((line) => line.split(','));
    assert.equal(rows.filter((row) => row[1] !== 'left out').reduce((sum, row) => sum + Number(row[3]), 0), recipients);
    assert.match(await house.mlango('broadcast', 'list'), /done .*Food/);
    assert.match(await refused('broadcast', 'stop', id), /it is done/);
    assert.match(await house.mlango('audit', 'verify'), /./);
  } finally {
    await house.stop();
  }
});

// The message centre answers each submission late, so that a kill leaves a window of attempts of which nobody here knows
// whether they were taken, and some that were written down and never left. It remembers what it took, and by which
// reference of ours. No receipts: what is settled is settled by asking. FAMILIES=117500 makes 100,000 recipients of it.
const families = Number(process.env.FAMILIES ?? 800);
test('killed in the middle of a broadcast over SMPP: what is unknown is asked about, none is lost, none sent twice', { timeout: 400_000 + families * 15 }, async (context) => {
  const program = join(dirname(process.env.MLANGO_BIN), 'bench', 'mlango_smsc');
  assert.ok(existsSync(program), 'mlango_smsc is not built');
  const centre = await startCentre(program, ['--remember', '--query-by-reference', '--delay', 200]);
  context.after(() => centre.end().catch(() => {}));
  const house = await startHouse(`sms: { lease: 5s, submit_deadline: 1s }
smpp:
  - { name: sink, host: 127.0.0.1, port: ${centre.port}, system_id: mlango, source: "384", window: 100, starting_rate: 1000000, query: by_reference,
      first_backoff: 50ms, longest_backoff: 500ms }
`, { families });
  try {
    const en = `${house.folder}/en.txt`;
    await writeFile(en, 'Food from 8 to 12 on Monday. Dial {code}\n');
    const written = await house.mlango('broadcast', 'new', '--name', 'Food', '--filter', 'operation=KEN,trust=0', '--text', `en=${en}`, '--by', 'asha', '--window', '0-24');
    const id = /broadcast (\d+) is written/.exec(written)[1];
    const recipients = Number(/^recipients: (\d+);/m.exec(await house.mlango('broadcast', 'preview', id))[1]);
    await house.mlango('broadcast', 'release', id, '--recipients', String(recipients), '--by', 'boniface');
    await until(async () => (await centre.ask()).accepted > recipients * 0.3, 60_000 + families * 5, 'a third of the messages');
    await house.kill();
    const open = Number(await house.one("SELECT count(*) FROM outbox WHERE state = 'sending'"));
    assert.ok(open > 0, 'nothing was under way at the kill');
    await house.resume();
    await until(async () => (await house.one("SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending', 'unknown')")) === '0'
      && (await house.one(`SELECT count(*) FROM outbox WHERE broadcast = ${id}`)) === String(recipients), 180_000 + families * 5, 'that none is open');
    const seen = await centre.ask();
    assert.deepEqual([seen.distinct, seen.duplicates], [recipients, 0], JSON.stringify(seen));
    assert.ok(seen.queries_answered > 0, 'some were taken, and told of when asked');
    assert.equal(await house.one("SELECT count(*) FROM outbox WHERE state NOT IN ('sent', 'delivered')"), '0');
    console.log(`recipients ${recipients}, open at the kill ${open}, asked ${seen.queries}, had been taken ${seen.queries_answered}`);
  } finally {
    await house.stop();
  }
});
