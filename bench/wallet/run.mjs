// script/bench wallet: reads what the programs measured, asks the running server as a bank's program would, and prints
// tables. Reads no clock but its own, keeps every figure as JSON.
import { mkdirSync, readFileSync, existsSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { inflateSync } from 'node:zlib';
import { cpuSeconds, number, sleep, table } from '../sms/processes.mjs';

const { values: given } = parseArgs({ options: {
  work: { type: 'string' }, results: { type: 'string' }, commit: { type: 'string' }, url: { type: 'string' }, pid: { type: 'string' },
  rate: { type: 'string' }, seconds: { type: 'string' } } });
const read = (name) => (existsSync(join(given.work, name)) ? JSON.parse(readFileSync(join(given.work, name), 'utf8')) : undefined);
const summary = { commit: given.commit, goals: [] };
let bad = false;
const complain = (what) => { bad = true; console.error(`bench: ${what}`); };
const goal = (what, value, limit, atLeast = true) => {
  const reached = atLeast ? value >= limit : value <= limit;
  summary.goals.push({ what, value, limit, reached });
};
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

// Milliseconds from `began` (when it was due, not when the socket was free) to the last byte.
function ask(method, path, { headers = {}, body, began = performance.now() } = {}) {
  return new Promise((done, fail) => {
    const request = http.request(given.url + path, { method, agent, headers }, (response) => {
      const pieces = [];
      response.on('data', (piece) => pieces.push(piece));
      response.on('end', () => done({ status: response.statusCode, headers: response.headers, body: Buffer.concat(pieces), ms: performance.now() - began }));
    });
    request.on('error', fail);
    request.end(body);
  });
}
const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
const times = (all) => { const sorted = [...all].sort((a, b) => a - b); return { p50_ms: at(sorted, 0.5), p99_ms: at(sorted, 0.99), most_ms: sorted.at(-1) }; };

async function tokenOf({ name, secret }) {
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: name, client_secret: secret }).toString();
  const answer = await ask('POST', '/api/partner/v1/token', { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: form });
  if (answer.status !== 200) throw new Error(`no token: ${answer.status} ${answer.body}`);
  return JSON.parse(answer.body).access_token;
}

// A redemption each 1/rate s, whether or not the one before was answered.
async function redeem(services) {
  const tokens = [];
  for (const program of services.programs) tokens.push(await tokenOf(program));
  const rate = Number(given.rate), count = Math.min(services.codes.length, rate * Number(given.seconds));
  const send = async (index, began) => {
    const answer = await ask('POST', '/api/partner/v1/redemptions', {
      began, headers: { authorization: `Bearer ${tokens[index % tokens.length]}`, 'content-type': 'application/json' },
      body: JSON.stringify({ code: services.codes[index] }),
    });
    const told = answer.status === 201 ? JSON.parse(answer.body) : {};
    const right = told.facts?.registered === true && typeof told.facts?.age_over_18 === 'boolean' && told.credential?.split('~').length === 4;
    if (!right) complain(`redemption ${index}: ${answer.status} ${answer.body.toString().slice(0, 200)}`);
    return { ms: answer.ms, receipt: told.receipt, credential: told.credential };
  };
  const warm = rate;  // a second's worth that is not counted
  for (let index = count; index < Math.min(count + warm, services.codes.length); index += 1) await send(index, performance.now());
  const cpu = cpuSeconds(Number(given.pid)), began = performance.now(), under = [];
  for (let index = 0; index < count; index += 1) {
    const due = began + (index * 1000) / rate;
    while (performance.now() < due) await sleep(Math.max(0, due - performance.now() - 0.5));
    under.push(send(index, due));
  }
  const all = await Promise.all(under);
  const seconds = (performance.now() - began) / 1000, cpu_us = ((cpuSeconds(Number(given.pid)) - cpu) * 1e6) / count;
  if (new Set(all.map((one) => one.receipt)).size !== count) complain('receipts are not distinct');
  // Each code once.
  const again = await ask('POST', '/api/partner/v1/redemptions', { headers: { authorization: `Bearer ${tokens[1]}`, 'content-type': 'application/json' }, body: JSON.stringify({ code: services.codes[0] }) });
  if (again.status !== 404) complain(`a used code was answered ${again.status}`);
  return { count, rate: count / seconds, ...times(all.map((one) => one.ms)), cpu_us, credential: all[0].credential };
}

async function statusList(credential) {
  const payload = JSON.parse(Buffer.from(credential.split('.')[1], 'base64url'));
  const path = new URL(payload.status.status_list.uri).pathname;
  const headers = { accept: 'application/statuslist+jwt' };
  const all = [];
  let answer;
  for (let round = 0; round < 200; round += 1) all.push((answer = await ask('GET', path, { headers })).ms);
  if (answer.status !== 200) throw new Error(`status list: ${answer.status}`);
  const list = JSON.parse(Buffer.from(answer.body.toString().split('.')[1], 'base64url')).status_list;
  const entries = (inflateSync(Buffer.from(list.lst, 'base64url')).length * 8) / list.bits;
  const unchanged = await ask('GET', path, { headers: { ...headers, 'if-none-match': answer.headers.etag } });
  return { entries, bytes: answer.body.length, ...times(all), unchanged: unchanged.status };
}

const codecs = read('codecs.json'), services = read('services.json');
if (codecs) {
  summary.codecs = codecs;
  const { bytes, ...rows } = codecs;
  table('The codecs on one core (core time)', ['', 'a second', 'µs'], Object.entries(rows).map(([name, row]) => [name, number(row.per_second), number(row.microseconds)]));
  table('Sizes', ['', 'bytes'], Object.entries(bytes).map(([name, size]) => [name, size]));
  goal('issuing, × the signature alone', codecs['issue, six facts'].microseconds / codecs['signature alone'].microseconds, 1.5, false);
  goal('verifying, × the verification alone', codecs['verify, six facts'].microseconds / codecs['verification alone'].microseconds, 1.3, false);
}
if (services) {
  const rows = ['share', 'redeem'].filter((name) => services[name]);
  summary.services = Object.fromEntries(rows.map((name) => [name, services[name]]));
  table('The services on PostgreSQL, sixteen at once, one thread (without HTTP)', ['', 'a second', 'µs of its CPU'], rows.map((name) => [name, number(services[name].per_second), number(services[name].cpu_us)]));
}
if (given.url) {
  const { credential, ...redemption } = await redeem(services);
  const list = await statusList(credential);
  summary.redemption = redemption;
  summary.status_list = list;
  table('The running server, one thread, asked by a program', ['', 'count', 'a second', 'p50 ms', 'p99 ms', 'most ms', 'µs of its CPU'], [
    ['redemptions', redemption.count, number(redemption.rate), number(redemption.p50_ms), number(redemption.p99_ms), number(redemption.most_ms), number(redemption.cpu_us)],
    [`status list, ${list.entries} entries, ${list.bytes} bytes`, 200, '', number(list.p50_ms), number(list.p99_ms), number(list.most_ms), '']]);
  goal(`p99 of redemptions at ${given.rate} a second, ms`, redemption.p99_ms, 50, false);
  goal('entries of a status list', list.entries, 1_000_000);
  goal('a status list that did not change is answered 304', list.unchanged, 304);
}
table('Goals', ['goal', 'measured', 'limit', ''], summary.goals.map((each) => [each.what, number(each.value), number(each.limit), each.reached ? 'reached' : 'MISSED']));
mkdirSync(given.results, { recursive: true });
const file = join(given.results, 'wallet.json');
writeFileSync(file, JSON.stringify(summary, null, 1));
console.log(`\nEvery figure: ${file}`);
agent.destroy();
process.exit(bad ? 1 : 0);
