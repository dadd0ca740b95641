// The processes around a test: the server's addresses, SQL through psql, Redis through redis-cli, and the script
// `world` that kills, freezes and starts them.
import { execFile, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const script = fileURLToPath(new URL('world', import.meta.url));

function given(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: start the tests with tests/blackbox/run`);
  return value;
}

export const url = given('MLANGO_URL');
export const adminUrl = given('MLANGO_ADMIN_URL');
export const folder = given('WORLD');
export const templates = given('MLANGO_TEMPLATES');
export const storesFolder = given('STORES_FOLDER');
export const serverLog = given('SERVER_LOG');
export const serverOut = given('SERVER_OUT');
const postgres = given('STORES_PG');
const redisSocket = given('STORES_REDIS');

export const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// Asks `question` until it answers something that counts as true; fails after `patience` milliseconds.
export async function until(question, patience = 5_000, what = 'it') {
  const end = Date.now() + patience;
  for (;;) {
    const answer = await question();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`${what} did not come about within ${patience} ms`);
    await sleep(25);
  }
}

export const world = (verb) => new Promise((done, failed) => {
  spawn(script, [verb], { stdio: 'ignore' }).on('error', failed)
    .on('exit', (status) => (status === 0 ? done() : failed(new Error(`world ${verb} failed: see ${folder}/world.log`))));
});

export async function mlango(words, input) {
  const running = run(given('MLANGO_BIN'), words);
  if (input !== undefined) running.child.stdin.end(input);
  return (await running).stdout;
}

export async function psql(query) {
  const { stdout } = await run('psql', ['-qAtX', '-F', '\t', postgres, '-c', query], { maxBuffer: 1 << 26 });
  return stdout;
}

// Rows of columns, all as text.
export async function sql(query) {
  return (await psql(query)).split('\n').filter((line) => line !== '').map((line) => line.split('\t'));
}

export const one = async (query) => (await sql(query))[0]?.[0];

// What tests of one file type wrong does not open the gateway's PIN breaker for the others.
export const forgetWrongPins = () => sql('DELETE FROM gateway_pins; DELETE FROM gateway_pin_heap');

export async function dumpOfPostgres() {
  return (await run('pg_dump', ['-d', postgres], { maxBuffer: 1 << 28, encoding: 'buffer' })).stdout;
}

export async function redis(...words) {
  const { stdout } = await run('redis-cli', ['-s', redisSocket, ...words], { maxBuffer: 1 << 28, encoding: 'buffer' });
  return stdout;
}

export const serverPid = async () => Number(await readFile(given('SERVER_PID'), 'utf8'));
export const redisPid = async () => Number(await readFile(`${storesFolder}/run/redis.pid`, 'utf8'));
export const postgresPid = async () => Number((await readFile(`${storesFolder}/postgres/postmaster.pid`, 'utf8')).split('\n')[0]);

export const serverStatus = async () =>
  Number(await until(() => readFile(`${folder}/server.status`, 'utf8').catch(() => ''), 20_000, 'the end of the server'));

// Everything that a conversation can leave behind, counted.
export async function effects() {
  const [row] = await sql(`SELECT (SELECT count(*) FROM change_request), (SELECT count(*) FROM ticket),
    (SELECT count(*) FROM receipt), (SELECT count(*) FROM audit), (SELECT count(*) FROM outbox),
    (SELECT count(*) FROM inbox), (SELECT sum(failures) FROM pin WHERE locked_until IS DISTINCT FROM 'infinity')`);
  const [requests, tickets, receipts, audit, outbox, inbox, failures] = row.map(Number);
  return { requests, tickets, receipts, audit, outbox, inbox, failures };
}

// What came about while `act` ran: only the counts that changed.
export async function effectsOf(act) {
  const before = await effects();
  await act();
  const after = await effects();
  return Object.fromEntries(Object.keys(after).filter((name) => after[name] !== before[name])
    .map((name) => [name, after[name] - before[name]]));
}
