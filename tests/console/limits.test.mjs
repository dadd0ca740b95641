// Limits of sessions and of addresses, cookies over TLS, stores that are away: servers of their own, configured so that
// a test need not wait for hours.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { Client, makeStaff, serveAnother, sleep, stepNow } from './lib/house.mjs';

const without = (yaml) => yaml.replace(/^console:\n( .*\n?)+/m, '');
const withConsole = (yaml, console) => `${without(yaml)}\nconsole: ${console}\n`;

describe('a session', () => {
  let server;
  before(async () => {
    server = await serveAnother((yaml, port) => withConsole(yaml, `{ public_url: "http://127.0.0.1:${port}", idle_time: 2s, longest_session: 6s }`));
  });
  after(() => server.stop());

  test('ends when it is idle', async () => {
    const client = await new Client(await makeStaff('hotline'), server.url).signIn();
    await sleep(1_200);
    assert.equal((await client.get('/me')).status, 200);
    await sleep(1_200);
    assert.equal((await client.get('/me')).status, 200, 'a request of hers lets the time begin anew');
    await sleep(2_600);
    assert.equal((await client.get('/me')).status, 401);
  });

  test('is not kept alive by what the page asks by itself', async () => {
    const client = await new Client(await makeStaff('hotline'), server.url).signIn();
    const end = Date.now() + 3_200;
    let last;
    while (Date.now() < end) {
      last = await client.get('/me', { headers: { 'X-Mlango-Background': '1' } });
      await sleep(300);
    }
    assert.equal(last.status, 401);
  });

  test('ends at its longest, however busy she is', async () => {
    const client = await new Client(await makeStaff('hotline'), server.url).signIn();
    const begun = Date.now();
    let status = 200;
    while (status === 200 && Date.now() - begun < 9_000) {
      await sleep(250);
      ({ status } = await client.get('/me'));
    }
    assert.equal(status, 401);
    assert.ok(Date.now() - begun > 4_500 && Date.now() - begun < 8_000, `${Date.now() - begun} ms`);
  });
});

test('over TLS the cookie is Secure and nobody else can set it', async () => {
  const server = await serveAnother((yaml) => withConsole(yaml, '{ public_url: "https://mlango.example" }'));
  try {
    const account = await makeStaff('hotline');
    const client = new Client(account, server.url);
    const answer = await client.post('/sign-in', { name: account.name, password: account.password });
    const cookie = answer.headers.get('set-cookie');
    assert.match(cookie, /^__Host-mlango_console=[A-Za-z0-9_-]{43}; Path=\/; /);
    assert.match(cookie, /; Secure/);
    await client.signIn({ step: stepNow() });
    assert.equal((await client.get('/me')).status, 200);
    client.cookie = client.cookie.replace('__Host-', '');
    assert.equal((await client.get('/me')).status, 401, 'the name of a plain page is none here');
  } finally {
    await server.stop();
  }
});

test('an address that guesses is held off, those who are signed in go on', async () => {
  const server = await serveAnother((yaml, port) => `${withConsole(yaml, `{ public_url: "http://127.0.0.1:${port}", rates: { sign_in_a_minute: 6, sign_in_at_once: 4 } }`)}`.replace(/^threads: .*$/m, 'threads: 1'));
  try {
    const client = await new Client(await makeStaff('hotline'), server.url).signIn();
    let held;
    for (let i = 0; i < 6; ++i) {
      const answer = await new Client(null, server.url).post('/sign-in', { name: `nobody${i}`, password: 'wrong wrong wrong' });
      if (answer.status === 429) held = answer;
    }
    assert.ok(held, 'held off');
    assert.ok(Number(held.headers.get('retry-after')) >= 1);
    assert.equal((await client.get('/me')).status, 200);
  } finally {
    await server.stop();
  }
});

test('a body that comes by drops, and one that is too large, hold nobody up', async () => {
  const server = await serveAnother((yaml, port) => withConsole(yaml, `{ public_url: "http://127.0.0.1:${port}" }`)
    .replace(/^listen: \{(.*)\}$/m, 'listen: {$1, header_timeout: 1s }'));
  try {
    const head = `POST /api/staff/v1/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nX-Mlango-Console: 1\r\n`;
    const answered = (send) => new Promise((done) => {
      const socket = connect(server.port, '127.0.0.1');
      let text = '';
      socket.on('data', (piece) => { text += piece; }).on('close', () => done(text)).on('error', () => done(text));
      send(socket);
    });
    const drops = Array.from({ length: 20 }, () => answered((socket) => {
      socket.write(`${head}Content-Length: 500\r\n\r\n{`);
      const timer = setInterval(() => socket.write(' '), 200);
      socket.on('close', () => clearInterval(timer));
    }));
    const begun = Date.now();
    assert.equal((await new Client(null, server.url).get('/sign-in')).status, 200);
    assert.ok(Date.now() - begun < 2_000);
    for (const text of await Promise.all(drops)) assert.match(text, /^HTTP\/1\.1 408/);
    assert.match(await answered((socket) => socket.write(`${head}Content-Length: 10000000\r\n\r\n`)), /^HTTP\/1\.1 413/);
  } finally {
    await server.stop();
  }
});

for (const [what, edit] of [['Redis', (yaml) => yaml.replace(/^redis:.*$/m, 'redis: { url: "unix:/nowhere/redis.sock" }')],
  ['PostgreSQL', (yaml) => yaml.replace(/^postgres:.*$/m, 'postgres: { conninfo: "host=/nowhere dbname=mlango" }')]])
  test(`without ${what} the answer is a problem that passes`, async () => {
    const account = await makeStaff('hotline');
    const server = await serveAnother(edit, { ready: false });
    try {
      const client = new Client(account, server.url);
      const answer = await client.post('/sign-in', { name: account.name, password: account.password });
      assert.equal(answer.status, 503);
      assert.match(answer.body.type, /unavailable$/);
      assert.equal(client.cookie, null);
    } finally {
      await server.stop();
    }
  });

test('what is wrong in the configuration is said', async () => {
  for (const [console, fault] of [['{ public_url: "http://mlango.example" }', /public_url/], ['{ public_url: "https://x/" }', /public_url/],
    ['{ public_url: "https://x", idle_time: 9h }', /idle_time/], ['{ public_url: "https://x", nonsense: 1 }', /nonsense/]]) {
    const { execFile } = await import('node:child_process');
    const { readFile, writeFile } = await import('node:fs/promises');
    const file = `${process.env.CONSOLE_WORLD}/faulty.yaml`;
    await writeFile(file, withConsole(await readFile(`${process.env.CONSOLE_WORLD}/mlango.yaml`, 'utf8'), console));
    const said = await new Promise((done) => execFile(process.env.MLANGO_BIN, ['check-config', '--config', file], (error, out, err) => done(error ? err : 'good')));
    assert.match(said, fault);
  }
});
