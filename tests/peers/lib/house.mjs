// A server of a test's own: its database, its keys, its configuration, on the stores that tests/peers/run started.
import { execFile, spawn } from 'node:child_process';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { promisify } from 'node:util';

const run = promisify(execFile);

function given(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: start the tests with tests/peers/run`);
  return value;
}
export const root = given('MLANGO_ROOT');

export const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// Asks `question` until it answers something that counts as true; fails after three times `patience` milliseconds, which
// are meant for a machine without other tests beside.
export async function until(question, patience = 10_000, what = 'it') {
  const longest = 3 * patience, end = Date.now() + longest;
  for (;;) {
    const answer = await question();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`${what} did not come about within ${longest} ms`);
    await sleep(25);
  }
}

export const freePort = () => new Promise((done, failed) => {
  const probe = createServer().on('error', failed).listen(0, '127.0.0.1', () => {
    const { port } = probe.address();
    probe.close(() => done(port));
  });
});

// A program of others in a folder of the test's; ends with stop(). `ready` is asked until it is true.
export async function startPeer(name, command, words, { folder, ready, env = {}, patience = 10_000 }) {
  await mkdir(folder, { recursive: true });
  const log = await open(`${folder}/${name}.log`, 'a');
  const child = spawn(command, words, { cwd: folder, env: { ...process.env, ...env }, stdio: ['ignore', log.fd, log.fd] });
  let ended = null;
  const gone = new Promise((done) => child.on('exit', (code, signal) => { ended = signal ?? code; done(); })
    .on('error', (fault) => { ended = fault.message; done(); }));
  const peer = {
    pid: child.pid, log: () => readFile(`${folder}/${name}.log`, 'utf8'),
    stop: async (signal = 'SIGTERM') => {
      if (ended === null) child.kill(signal);
      await Promise.race([gone, sleep(20_000).then(() => child.kill('SIGKILL'))]);
      await gone;
      await log.close().catch(() => {});
      return ended;
    },
  };
  try {
    if (ready) await until(() => { if (ended !== null) throw new Error(`${name} ended (${ended}): ${folder}/${name}.log`); return ready(); }, patience, name);
  } catch (fault) {
    await peer.stop('SIGKILL');
    throw fault;
  }
  return peer;
}

let houses = 0;

// `sections`: YAML below the common part (gateways:, smpp:, …); @PORT@ stands for the server's own port. `files`: name and
// content of further files in its folder, for secrets.
export async function startHouse(sections, { families = 20, operation = '', files = {} } = {}) {
  const name = `house${process.pid}_${++houses}`;
  const folder = `${given('WORLD')}/${name}`;
  await mkdir(folder, { recursive: true });
  const [port, admin] = [await freePort(), await freePort()];
  const host = given('STORES_HOST');
  await run('createdb', ['-h', host, '-U', 'mlango', name]);
  const config = `${folder}/mlango.yaml`;
  const env = { MLANGO_CONFIG: config };
  const mlango = async (...words) => (await run(given('MLANGO_BIN'), words, { env: { ...process.env, ...env }, maxBuffer: 1 << 26 })).stdout;
  await run(given('MLANGO_BIN'), ['keys', 'new', '--output', `${folder}/keys`]);
  await writeFile(`${folder}/secrets`, 'demo\n');
  for (const [file, content] of Object.entries(files)) await writeFile(`${folder}/${file}`, content);
  await writeFile(config, `listen: { address: 127.0.0.1, port: ${port} }
admin: { address: 127.0.0.1, port: ${admin} }
threads: 2
drain_time: 8s
redis: { url: "unix:${given('STORES_REDIS')}", session_prefix: "${(process.pid + houses).toString(36).slice(-6)}:" }
postgres: { conninfo: "host=${host} user=mlango dbname=${name}" }
keys_file: keys
texts: ${root}/templates/texts
menu: ${root}/templates/menus/main
log_level: debug
sms_pause: 50ms
operation:
  service_code: "*384#"
  default_language: en
  languages: [en, sw, fr, ar, am, so]
  dials_per_minute: 6000
  dials_burst: 6000
${operation}
phone: true
${sections.replaceAll('@PORT@', String(port))}`);
  await mlango('check-config');
  await mlango('migrate');
  await mlango('seed', '--families', String(families));
  const url = `http://127.0.0.1:${port}`;
  const start = () => startPeer('server', given('MLANGO_BIN'), ['serve'], {
    folder, env, patience: 60_000, ready: () => fetch(`${url}/readyz`).then((answer) => answer.ok).catch(() => false) });
  let server = await start();
  const psql = async (query) => (await run('psql', ['-qAtX', '-F', '\t', '-h', host, '-U', 'mlango', '-d', name, '-c', query], { maxBuffer: 1 << 26 })).stdout;
  return {
    folder, url, adminUrl: `http://127.0.0.1:${admin}`, port, mlango, log: () => server.log(),
    sql: async (query) => (await psql(query)).split('\n').filter((line) => line !== '').map((line) => line.split('\t')),
    one: async (query) => (await psql(query)).split('\n')[0],
    metrics: async () => (await fetch(`http://127.0.0.1:${admin}/metrics`)).text(),
    // Redis answers nothing for that many milliseconds.
    holdRedis: (time) => run('redis-cli', ['-s', given('STORES_REDIS'), 'CLIENT', 'PAUSE', String(time), 'ALL']),
    restart: async (signal = 'SIGTERM') => { await server.stop(signal); server = await start(); },
    kill: () => server.stop('SIGKILL'),
    resume: async () => { server = await start(); },
    stop: () => server.stop(),
  };
}
