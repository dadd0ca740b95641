// The server of a run: started, killed and started again, whoever of the tests does it.
import { spawn } from 'node:child_process';
import { openSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

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

export async function kill(signal = 'SIGKILL') {
  const pid = serverPid();
  process.kill(pid, signal);
  await until(() => !isAlive(pid), 20_000, 'the end of the server');
}
