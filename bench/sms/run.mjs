// script/bench smpp: our SMPP account and Kannel's bearerbox send the same messages to the same message centre, in turn.
// Reads no clock but its own, keeps every figure as JSON.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startKannel } from './kannel.mjs';
import { cpuSeconds, freePort, number, output, range, sleep, spread, startCentre, table } from './processes.mjs';

const { values: given } = parseArgs({ options: {
  programs: { type: 'string' }, results: { type: 'string' }, commit: { type: 'string', default: 'unknown' },
  rounds: { type: 'string', default: '3' }, messages: { type: 'string', default: '1000000' },
  outbox: { type: 'string', default: '100000' }, tests: { type: 'string' },
  parts: { type: 'string', default: 'windows,throttled,outbox' }, quick: { type: 'boolean', default: false } } });
const quick = given.quick, rounds = quick ? 1 : Number(given.rounds);
const ours = quick ? 100_000 : Number(given.messages);
const theirs = quick ? 10_000 : ours / 20, withReceipts = quick ? 5_000 : ours / 50;
const text = 'Your assistance is ready. Bring your card to the desk on Monday.';
const program = (name) => join(given.programs, name);
const folder = mkdtempSync(join(tmpdir(), 'mlango-bench-sms.'));
const runs = [];
let bad = false;
const say = (what) => console.error(`bench: ${what}`);
const complain = (what) => { bad = true; say(what); };
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const centreWords = (receipts) => (receipts ? ['--receipts', 'after'] : []);

async function runOurs(name, window, receipts, messages) {
  const centre = await startCentre(program('mlango_smsc'), centreWords(receipts));
  const words = ['--port', centre.port, '--window', window, '--messages', messages, ...(receipts ? ['--receipts'] : [])];
  const figures = await output(program(name), name === 'mlango_esme' ? [...words, '--text', text] : words);
  const seen = await centre.end();
  if (seen.accepted !== messages || (receipts && seen.receipts_sent !== messages)) complain(`${name}: ${messages} sent, ${seen.accepted} accepted`);
  return { ...figures, rate: messages / figures.seconds, centre_us: (seen.cpu_seconds * 1e6) / messages };
}

async function runKannel(window, receipts, messages) {
  const port = await freePort();
  const { child, box } = await startKannel({ folder, port, adminPort: await freePort(), boxPort: await freePort(), window });
  try {
    await box.fill(messages, text, receipts);
    const before = cpuSeconds(child.pid);
    const centre = await startCentre(program('mlango_smsc'), ['--port', port, ...centreWords(receipts)]);
    const patience = Date.now() + 120_000;
    let seen;
    do {
      await sleep(20);
      seen = await centre.ask();
    } while ((seen.accepted < messages || (receipts && box.receipts < messages)) && Date.now() < patience);
    const used = cpuSeconds(child.pid) - before;
    await centre.end();
    if (seen.accepted < messages || (receipts && box.receipts < messages)) complain(`Kannel: ${messages} sent, ${seen.accepted} accepted, ${box.receipts} receipts`);
    return { messages, seconds: seen.seconds, cpu_us: (used * 1e6) / messages, rate: messages / seen.seconds };
  } finally {
    box.socket.destroy();
    child.kill('SIGKILL');
    await new Promise((done) => { child.exitCode !== null || child.signalCode ? done() : child.on('exit', done); });
  }
}

const kinds = [
  ['bare', (window, receipts) => runOurs('mlango_blast', window, receipts, ours)],
  ['mlango', (window, receipts) => runOurs('mlango_esme', window, receipts, ours)],
  ['kannel', (window, receipts) => runKannel(window, receipts, receipts ? withReceipts : theirs)],
];
async function compareWindows() {
  for (const receipts of [false, true])
    for (const window of quick ? [100] : [10, 100, 1000])
      for (let round = 1; round <= rounds; ++round) {
        say(`window ${window}, ${receipts ? 'with' : 'without'} receipts, round ${round} of ${rounds}`);
        for (const [kind, run] of kinds) runs.push({ ...(await run(window, receipts)), part: 'windows', kind, window, receipts, round });
      }
}

// A message centre that takes 200 a second and refuses what is more: how much of it is used, and how much is refused.
async function throttled() {
  const limit = 200, seconds = quick ? 10 : 60;
  for (const window of quick ? [100] : [10, 100, 500])
    for (const kind of ['mlango', 'kannel']) {
      say(`${limit} a second, window ${window}: ${kind}`);
      const messages = limit * seconds;
      let figures;
      if (kind === 'mlango') {
        const centre = await startCentre(program('mlango_smsc'), ['--rate', limit]);
        await output(program('mlango_esme'), ['--port', centre.port, '--window', window, '--messages', messages, '--starting-rate', 10]);
        figures = await centre.end();
      } else {
        const port = await freePort();
        const { child, box } = await startKannel({ folder, port, adminPort: await freePort(), boxPort: await freePort(), window });
        await box.fill(messages, text, false);
        const centre = await startCentre(program('mlango_smsc'), ['--port', port, '--rate', limit]);
        for (let patience = 100; patience > 0 && (await centre.ask()).accepted === 0; --patience) await sleep(50);
        await sleep(seconds * 1000);
        figures = await centre.end();
        figures.seconds = seconds;
        box.socket.destroy();
        child.kill('SIGKILL');
      }
      runs.push({ part: 'throttled', kind, window, used: figures.accepted / figures.seconds / limit, refused: figures.throttled / figures.submits });
    }
}

// The same account behind the outbox in PostgreSQL, from the row to the receipt that settles it.
async function withOutbox() {
  const messages = quick ? 5_000 : Number(given.outbox);
  for (const window of quick ? [100] : [10, 100, 500]) {
    say(`${messages} messages through the outbox, window ${window}`);
    const centre = await startCentre(program('mlango_smsc'), ['--receipts', 'after', '--remember']);
    const figures = await output(join(given.tests, 'integration_handlers'), ['--gtest_filter=sms_load.over_smpp_with_receipts'],
      { MLANGO_SMS_CENTRE: centre.port, MLANGO_SMS_LOAD: messages, MLANGO_SMS_WINDOW: window, MLANGO_SMS_CONNECTIONS: 3 });
    const seen = await centre.end();
    if (seen.distinct !== messages || seen.duplicates !== 0) complain(`outbox: ${messages} messages, ${seen.distinct} accepted, ${seen.duplicates} of them twice`);
    runs.push({ part: 'outbox', kind: 'mlango', window, ...figures });
  }
}

if (given.parts.includes('windows')) await compareWindows();
if (given.parts.includes('throttled')) await throttled();
if (given.parts.includes('outbox')) await withOutbox();

const summary = { commit: given.commit, rounds, messages: ours, windows: [], throttled: [], outbox: [], goals: [] };
const goal = (what, value, limit, atLeast = true) => { if (Number.isFinite(value)) summary.goals.push({ what, value, limit, reached: atLeast ? value >= limit : value <= limit }); };
const of = (wanted) => runs.filter((run) => Object.entries(wanted).every(([key, value]) => run[key] === value));
for (const receipts of [false, true])
  for (const window of [10, 100, 1000]) {
    const pairs = of({ part: 'windows', kind: 'mlango', window, receipts }).map((mine) => [mine, of({ part: 'windows', kind: 'kannel', window, receipts, round: mine.round })[0]]);
    if (pairs.length === 0) continue;
    const ratio = spread(pairs.map(([mine, other]) => other.cpu_us / mine.cpu_us));
    for (const [kind] of kinds) {
      const mine = of({ part: 'windows', kind, window, receipts });
      summary.windows.push({ receipts, window, kind, cpu_us: spread(mine.map((run) => run.cpu_us)), rate: spread(mine.map((run) => run.rate)),
        p50_ms: spread(mine.map((run) => run.p50_ms ?? NaN)), p99_ms: spread(mine.map((run) => run.p99_ms ?? NaN)), ...(kind === 'mlango' ? { kannel_cpu_ratio: ratio } : {}) });
    }
    goal(`× Kannel per CPU second, window ${window}, ${receipts ? 'with' : 'without'} receipts`, ratio.median, 8);
    if (!receipts && window === 100) {
      goal('submit_sm a CPU second at window 100', 1e6 / spread(pairs.map(([mine]) => mine.cpu_us)).median, 100_000);
      goal('the message centre takes × what the faster of both sends', spread(of({ part: 'windows', kind: 'bare', window, receipts }).map((run) => 1e6 / run.centre_us)).median
        / Math.max(...pairs.map(([mine, other]) => Math.max(mine.rate, other.rate))), 10);
    }
  }
table('The same messages to the same message centre: µs of CPU a message (user and system), messages a second, ms to the response; median [least–most]',
  ['receipts', 'window', 'sender', 'µs', 'messages/s', 'p50 ms', 'p99 ms', 'Kannel’s CPU ÷ ours'],
  summary.windows.map((row) => [row.receipts ? 'with' : 'without', row.window, row.kind, range(row.cpu_us), range(row.rate), number(row.p50_ms.median), number(row.p99_ms.median), row.kannel_cpu_ratio ? range(row.kannel_cpu_ratio) : '']));
for (const run of of({ part: 'throttled' })) {
  summary.throttled.push(run);
  if (run.kind !== 'mlango') continue;
  goal(`% of a limit of 200/s used, window ${run.window}`, run.used * 100, 90);
  goal(`% of submissions refused there, window ${run.window}`, run.refused * 100, 2, false);
}
table('A limit of 200 a second', ['sender', 'window', '', '% used', '% refused'], summary.throttled.map((run) => [run.kind, run.window, '', number(run.used * 100), number(run.refused * 100)]));
for (const run of of({ part: 'outbox' })) {
  summary.outbox.push(run);
  if (run.messages >= 100_000) goal(`seconds for ${run.messages} through the outbox, with receipts, window ${run.window}`, run.seconds, 60, false);
}
table('Through the outbox in PostgreSQL, fsync on, until the receipt is recorded: µs of CPU a message',
  ['messages', 'window', '', 'seconds', 'messages/s', 'server µs', 'PostgreSQL µs', 'account alone µs'],
  summary.outbox.map((run) => [run.messages, run.window, '', number(run.seconds), number(run.rate), number(run.server_us), number(run.postgres_us),
    number(spread(of({ part: 'windows', kind: 'mlango', window: run.window, receipts: true }).map((each) => each.cpu_us)).median)]));
table('Goals', ['goal', '', '', 'measured', 'limit', ' '], summary.goals.map((each) => [each.what, '', '', number(each.value), number(each.limit), each.reached ? 'reached' : 'MISSED']));
mkdirSync(given.results, { recursive: true });
writeFileSync(join(given.results, 'smpp-runs.json'), JSON.stringify(runs, null, 1));
writeFileSync(join(given.results, 'smpp.json'), JSON.stringify(summary, null, 1));
console.log(`\nEvery figure: ${join(given.results, 'smpp-runs.json')}; the summary: ${join(given.results, 'smpp.json')}`);
process.exit(bad ? 1 : 0);
