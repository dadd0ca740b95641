// The same Redis and PostgreSQL work for every peer: a GET and a SET a hop, prepared queries, the blind index of a
// phone number. Arguments: --port 0 --redis SOCKET --pg FOLDER --database NAME --user NAME --keys FILE --sql FOLDER
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Redis from 'ioredis';
import pg from 'pg';

const names = ['port', 'redis', 'pg', 'database', 'user', 'keys', 'sql'];
export const { values: options } = parseArgs({
  options: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
});

const redis = new Redis({ path: options.redis, enableAutoPipelining: true });
const registry = new pg.Pool({ host: options.pg, database: options.database, user: options.user, max: 4 });
const keepSeconds = 60;
const sessionBytes = 300;

// Of the lines "purpose id hex" the highest id of the purpose "blind".
const blindKey = readFileSync(options.keys, 'utf8')
  .split('\n')
  .map((line) => line.trim().split(/\s+/))
  .filter(([purpose]) => purpose === 'blind')
  .sort(([, a], [, b]) => Number(b) - Number(a))
  .map(([, , hex]) => Buffer.from(hex, 'hex'))[0];

const blind = (number) => createHmac('sha256', blindKey).update('msisdn\0').update(number).digest().subarray(0, 16);

const ask = (name, parameters) => registry.query({ name, text: sql[name], values: parameters }).then(({ rows }) => rows);
const sql = Object.fromEntries(
  ['person', 'list', 'detail'].map((name) => [name, readFileSync(join(options.sql, `${name}.sql`), 'utf8')]),
);
// Days as they are written, not as JavaScript's dates.
pg.types.setTypeParser(1082, (text) => text);

export const callerOf = async (number) => (await ask('person', [blind(number)]))[0];
export const listOf = (session) => ask('list', [session.group, session.language]);
export const detailOf = async (session) => (await ask('detail', [session.choices[0], session.group, session.language]))[0];

export async function load(id) {
  const stored = await redis.get(`b:${id}`);
  return stored === null ? {} : JSON.parse(stored);
}

export function save(id, session) {
  return redis.set(`b:${id}`, JSON.stringify(session).padEnd(sessionBytes), 'EX', keepSeconds);
}

const amount = (row) => (row.amount_minor === null ? '' : ` ${(row.amount_minor / 100).toFixed(2)} ${row.currency}`);

export const homeText = '1 My assistance\n2 My details\n4 Appointments\n5 Help\n6 Settings';
export const helpText = 'Help\n1 Information\n2 Call me back\n0 Back';
export const listText = (rows) =>
  ['My assistance', ...rows.map((row, at) => `${at + 1} ${row.programme}${amount(row)} ${row.day}: ${row.state}`), '0 Back'].join('\n');
export const detailText = (row) =>
  `${row.programme}${amount(row)}\n${row.state}: ${row.place}\n${row.day}-${row.valid_to}, ${row.hours}\n` +
  `Collects: ${row.collector}\nNo. ${row.order_number}\n1 I received it\n0 Back`;
