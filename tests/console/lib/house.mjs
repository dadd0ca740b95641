// The running server as its staff meet it: accounts of each role, signed in by password and code, whose requests and
// answers are checked against the API's description. Times are the machine's.
import { execFile, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { promisify } from 'node:util';
import { checkAgainst } from './description.mjs';
import { codeAt } from './totp.mjs';
import { forgetHighest, kill, memory, serve, serveAnother, serverLog, serverPid, sleep, until, url } from './server.mjs';

export { codeAt, stepNow } from './totp.mjs';
export { checkAgainst, description } from './description.mjs';
export { forgetHighest, kill, memory, serve, serveAnother, serverLog, serverPid, sleep, until, url };

const run = promisify(execFile);
export const root = process.env.MLANGO_ROOT;
export const conninfo = () => process.env.STORES_PG;
export const mlango = async (...words) => (await run(process.env.MLANGO_BIN, words, { maxBuffer: 1 << 26 })).stdout;
export const redis = async (...words) => (await run('redis-cli', ['-s', process.env.STORES_REDIS, ...words], { maxBuffer: 1 << 26 })).stdout.trimEnd();

// Rows of columns of a query's answer, all text.
export async function sql(query) {
  const { stdout } = await run('psql', ['-qAtX', '-v', 'ON_ERROR_STOP=1', '-F', '\t', conninfo(), '-c', query], { maxBuffer: 1 << 28 });
  return stdout.split('\n').filter((line) => line !== '').map((line) => line.split('\t'));
}
export const one = async (query) => (await sql(query))[0]?.[0];

// With `lines` on its standard input.
export function mlangoWith(lines, ...words) {
  return new Promise((done, failed) => {
    const child = spawn(process.env.MLANGO_BIN, words, { stdio: ['pipe', 'pipe', 'pipe'] });
    let out = '', err = '';
    child.stdout.on('data', (piece) => { out += piece; });
    child.stderr.on('data', (piece) => { err += piece; });
    child.on('error', failed).on('close', (code) => (code === 0 ? done(out) : failed(new Error(`mlango ${words[0]} ${words[1]} ended with ${code}: ${err}`))));
    child.stdin.end(`${lines.join('\n')}\n`);
  });
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
export const newSecret = () => Array.from({ length: 32 }, () => letters[randomInt(32)]).join('');

let people = 0;

// An account, not signed in. `roles` in `operation`; `trained`: a day, or null for nobody who was trained.
export async function makeStaff(roles, { operation = 'KEN', office, programme, trained = '2036-12-31', name, shownName, language = 'en' } = {}) {
  const list = [roles].flat();
  const account = {
    name: name ?? `${(list[0] ?? 'nobody').replaceAll('_', '-')}.${process.pid}.${++people}`,
    password: `horse battery ${process.pid} ${people}`, secret: newSecret(), roles: list, operation,
  };
  const words = ['staff', 'add', account.name, '--from-stdin', '--shown-name', shownName ?? account.name, '--language', language];
  if (list.length > 0) words.push('--role', list.join(','), '--operation', operation);
  if (office) words.push('--office', String(office));
  if (programme) words.push('--programme', String(programme));
  if (trained) words.push('--trained-until', trained);
  await mlangoWith([account.password, account.secret], ...words);
  account.id = Number(await one(`SELECT id FROM staff WHERE name = '${account.name}'`));
  return account;
}

// A browser's view of the API: a cookie, the page's header, JSON.
export class Client {
  constructor(account, base = url()) {
    this.account = account;
    this.base = base;
    this.cookie = null;
  }
  get id() { return this.account?.id; }

  // `raw`: a body as it is, with `type`. `check: false`: neither request nor answer need be as described; `valid: false`:
  // the request need not be. Answers { status, body, text, headers }; body is the JSON, or null.
  async ask(method, path, { body, raw, type = 'application/json', headers = {}, page = true, check = true, valid = true, signal } = {}) {
    const sent = { ...headers };
    if (page && method !== 'GET') sent['X-Mlango-Console'] ??= '1';
    if (this.cookie) sent.Cookie ??= this.cookie;
    if (body !== undefined || raw !== undefined) sent['Content-Type'] ??= type;
    const response = await fetch(`${this.base}/api/staff/v1${path}`, {
      method, headers: sent, body: raw ?? (body === undefined ? undefined : JSON.stringify(body)), redirect: 'manual', signal,
    });
    const text = await response.text();
    for (const each of response.headers.getSetCookie()) {
      const [pair] = each.split(';');
      this.cookie = pair.endsWith('=') ? null : pair;
    }
    const kind = (response.headers.get('content-type') ?? '').split(';')[0];
    if (check) await checkAgainst({ method, path, body, response, type: kind, text, request: valid });
    let json = null;
    if (kind.endsWith('json') && text !== '') json = JSON.parse(text);
    return { status: response.status, body: json, text, headers: response.headers };
  }
  get(path, options) { return this.ask('GET', path, options); }
  post(path, body, options) { return this.ask('POST', path, { body, ...options }); }
  put(path, body, options) { return this.ask('PUT', path, { body, ...options }); }
  patch(path, body, options) { return this.ask('PATCH', path, { body, ...options }); }
  delete(path, options) { return this.ask('DELETE', path, options); }

  async signIn({ password = this.account.password, step } = {}) {
    const first = await this.post('/sign-in', { name: this.account.name, password });
    if (first.status !== 200) throw new Error(`sign-in of ${this.account.name}: ${first.text}`);
    if (first.body.next === 'code') {
      const second = await this.post('/sign-in/code', { code: codeAt(this.account.secret, step) });
      if (second.status !== 200) throw new Error(`code of ${this.account.name}: ${second.text}`);
    }
    return this;
  }

  // Server-sent events until `enough(events)` is true; each is { event, data }. Throws when `patience` is over or `ending` aborts.
  async events(enough, { path = '/events', patience = 10_000, ending = new AbortController() } = {}) {
    const timer = setTimeout(() => ending.abort(), patience);
    const seen = [];
    try {
      const response = await fetch(`${this.base}/api/staff/v1${path}`, { headers: { Cookie: this.cookie ?? '' }, signal: ending.signal });
      if (response.status !== 200) throw new Error(`${path}: ${response.status}`);
      let text = '';
      for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
        text += piece;
        for (let end; (end = text.indexOf('\n\n')) >= 0; text = text.slice(end + 2)) {
          const event = /^event: (.*)$/m.exec(text.slice(0, end))?.[1];
          const data = /^data: (.*)$/m.exec(text.slice(0, end))?.[1];
          if (event && data) seen.push({ event, data: JSON.parse(data), at: Date.now() });
        }
        if (enough(seen)) return seen;
      }
    } catch (fault) {
      if (fault.name !== 'AbortError') throw fault;
    } finally {
      clearTimeout(timer);
      ending.abort();
    }
    throw new Error(`the events did not come within ${patience} ms; there were ${JSON.stringify(seen).slice(0, 500)}`);
  }
}
export const stranger = () => new Client(null);

const known = new Map();
// Somebody of that role, signed in; the same each time in one test file. `fresh` makes another one.
export async function as(roles, options = {}) {
  const key = JSON.stringify([roles, { ...options, fresh: undefined }]);
  if (!options.fresh && known.has(key)) return known.get(key);
  const making = makeStaff(roles, options).then((account) => new Client(account).signIn());
  if (!options.fresh) known.set(key, making);
  return making;
}

// Phones: what she sees at each hop of a session, through the real gateway's door.
let sessions = 0;
export function phone(number, { gateway = 'africastalking', code = '*384#' } = {}) {
  const sessionId = `console${process.pid}x${++sessions}`;
  let text = null;
  return async (input) => {
    text = text ? `${text}*${input}` : (input ?? '');
    const answer = await fetch(`${url()}/ussd/${gateway}?key=demo`, {
      method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ sessionId, phoneNumber: number, serviceCode: code, networkCode: '63902', text }),
    });
    return answer.text();
  };
}

export const house = { as, makeStaff, stranger, sql, one, mlango, phone, kill, serve, until, sleep };
