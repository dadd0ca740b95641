// The server of a run: started, killed and started again, whoever of the tests does it.
import { spawn } from 'node:child_process';
import { openSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';

function given(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: start the tests with tests/console/run`);
  return value;
}
const world = () => given('CONSOLE_WORLD');
export const url = () => `http://127.0.0.1:${given('CONSOLE_PORT')}`;
export const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// Asks `question` until it answers something that counts as true; fails after `patience` milliseconds.
export async function until(question, patience = 10_000, what = 'it') {
  const end = Date.now() + patience;
  for (;;) {
    const answer = await question();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`${what} did not come about within ${patience} ms`);
    await sleep(25);
  }
}

const isAlive = (pid) => {
  try {
    // A killed child stays a zombie until its parent looks: not alive.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};
export const serverPid = () => Number(readFileSync(`${world()}/server.pid`, 'utf8'));
// The server's memory in MB: VmRSS now, VmHWM the highest since it began, or since `forgetHighest`.
export const memory = (what = 'VmRSS') => Number(new RegExp(`${what}:\\s+(\\d+)`).exec(readFileSync(`/proc/${serverPid()}/status`, 'utf8'))[1]) / 1024;
export const forgetHighest = () => writeFileSync(`/proc/${serverPid()}/clear_refs`, '5');
export const serverLog = () => readFile(`${world()}/server.log`, 'utf8');

export async function serve() {
  const log = openSync(`${world()}/server.log`, 'a');
  const child = spawn(given('MLANGO_BIN'), ['serve'], { detached: true, stdio: ['ignore', log, log] });
  child.unref();
  writeFileSync(`${world()}/server.pid`, String(child.pid));
  await until(async () => {
    if (!isAlive(child.pid)) throw new Error(`the server ended: ${world()}/server.log`);
    return fetch(`${url()}/readyz`).then((answer) => answer.ok, () => false);
  }, 60_000, 'the server');
}

// A second server on the same stores, whose configuration `changed` makes of the first one's; ends with stop().
let others = 0;
export async function serveAnother(changed, { ready = true } = {}) {
  const port = await new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => { const { port: free } = probe.address(); probe.close(() => done(free)); });
  });
  const file = `${world()}/another${process.pid}_${++others}.yaml`;
  const first = (await readFile(`${world()}/mlango.yaml`, 'utf8')).replace(/^listen:.*$/m, `listen: { address: 127.0.0.1, port: ${port} }`);
  await writeFile(file, changed(first, port));
  const log = openSync(`${world()}/another.log`, 'a');
  const child = spawn(given('MLANGO_BIN'), ['serve'], { stdio: ['ignore', log, log], env: { ...process.env, MLANGO_CONFIG: file } });
  const gone = new Promise((done) => child.on('exit', done));
  const base = `http://127.0.0.1:${port}`;
  await until(() => fetch(`${base}/${ready ? 'readyz' : 'healthz'}`).then((answer) => answer.ok, () => false), 60_000, 'another server');
  return { url: base, port, stop: async () => { child.kill('SIGTERM'); await gone; } };
}

export async function kill(signal = 'SIGKILL') {
  const pid = serverPid();
  process.kill(pid, signal);
  await until(() => !isAlive(pid), 20_000, 'the end of the server');
}
