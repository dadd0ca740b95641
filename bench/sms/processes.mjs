// Programs that a measurement starts, what they cost, and figures of several rounds.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

export const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

export const freePort = () => new Promise((done) => {
  const probe = createServer().listen(0, '127.0.0.1', () => { const { port } = probe.address(); probe.close(() => done(port)); });
});

// User and system seconds of a process with all its threads.
export function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

// mlango_smsc: ask() gives its figures, end() stops it and gives the last.
export async function startCentre(program, words) {
  const child = spawn(program, words.map(String), { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => (await lines.next()).value;
  const first = await next();
  if (!first?.startsWith('ready: ')) throw new Error('mlango_smsc did not start');
  return {
    port: Number(first.slice(7)),
    ask: async () => { child.stdin.write('figures\n'); return JSON.parse(await next()); },
    say: (line) => child.stdin.write(`${line}\n`),
    end: async () => { child.kill('SIGTERM'); return JSON.parse(await next()); },
  };
}

// The JSON that a program prints: all of its output, or the line of it that begins with a brace.
export async function output(program, words, environment = {}) {
  const child = spawn(program, words.map(String), { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, ...environment } });
  let text = '';
  child.stdout.on('data', (some) => { text += some; });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
  return JSON.parse(text.split('\n').find((line) => line.startsWith('{')) ?? text);
}

export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b), middle = sorted.length >> 1;
  const median = sorted.length === 0 ? NaN : sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, min: sorted[0] ?? NaN, max: sorted.at(-1) ?? NaN };
}

const digits = (value) => (!Number.isFinite(value) ? '–' : value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));
export const number = digits;
export const range = ({ median, min, max }) => `${digits(median)} [${digits(min)}–${digits(max)}]`;

export function table(title, heads, rows) {
  if (rows.length === 0) return;
  const width = heads.map((head, at) => Math.max(head.length, ...rows.map((row) => String(row[at]).length)));
  const line = (cells) => cells.map((cell, at) => (at < 3 ? String(cell).padEnd(width[at]) : String(cell).padStart(width[at]))).join('  ');
  console.log(`\n${title}\n${line(heads)}\n${width.map((size) => '-'.repeat(size)).join('  ')}`);
  for (const row of rows) console.log(line(row));
}
