// Files of lists for the console's tests: households of the seeded population, pieces, and waiting for what jobs do.
import assert from 'node:assert/strict';
import { one, sleep, sql, until } from './house.mjs';

export const day = (ahead = 0) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
export const kindOf = (answer) => answer.body?.type?.split('/').at(-1);

// A cycle of a programme of that kind which is not over, with its own days.
let cycles = 0;
export async function newCycle(kind = 'cash') {
  const title = `T${process.pid}-${++cycles}`;
  return Number(await one(`WITH p AS (INSERT INTO programme (name, kind) VALUES ('${JSON.stringify({ en: title, fr: title, ar: title })}', '${kind}') RETURNING id)
    INSERT INTO cycle (programme, title, since, until, state) SELECT id, '${title}', '${day(-20)}', '${day(60)}', 'active' FROM p RETURNING id`));
}

export const households = async (count, operation = 'KEN') => (await sql(`SELECT registration_number FROM registration_group g
  WHERE operation = '${operation}' AND process_status = 'A' AND EXISTS (SELECT FROM membership m WHERE m.registration_group = g.id AND m.until IS NULL AND m.relationship = 'PA')
  ORDER BY id LIMIT ${count}`)).map(([number]) => number);

export const cashRows = (numbers, amount = '1500.50') => ['registration_number,amount,currency,valid_from,valid_to',
  ...numbers.map((number) => `${number},${amount},KES,${day(-1)},${day(30)}`)].join('\r\n') + '\r\n';

export async function makeList(client, { cycle, ...more }) {
  const made = await client.post('/lists', { operation: 'KEN', cycle, type: 'regular', ...more });
  assert.equal(made.status, 201, made.text);
  return made.body;
}

export async function sendPieces(client, upload, content, { size = 61_440, from = 1, to = Infinity, during } = {}) {
  const bytes = Buffer.from(content);
  const pieces = Math.ceil(bytes.length / size);
  for (let n = from; n <= Math.min(pieces, to); ++n) {
    const raw = bytes.subarray((n - 1) * size, n * size);
    const answer = await client.put(`/uploads/${upload}/pieces/${n}`, undefined, { raw, type: 'application/octet-stream' });
    if (answer.status !== 200) return { pieces, answer };
    await during?.(n, answer.body);
  }
  return { pieces };
}

export const uploadIn = (client, upload, state, patience = 60_000) => until(async () => {
  const { body } = await client.get(`/uploads/${upload}`);
  return body.state === state && body;
}, patience, `upload ${state}`);

// Sent, complete and checked.
export async function send(client, upload, content, options) {
  const { pieces, answer } = await sendPieces(client, upload, content, options);
  assert.equal(answer, undefined, answer?.text);
  const done = await client.post(`/uploads/${upload}/completion`, { pieces });
  assert.equal(done.status, 200, done.text);
  return done.body.state === 'refused' ? done.body : uploadIn(client, upload, 'checked', options?.patience);
}

export async function lock(client, list) {
  const { body } = await client.get(`/lists/${list}`);
  const locked = await client.post(`/lists/${list}/lock`, { revision: body.revision, leaving_out: body.bad });
  assert.equal(locked.status, 200, locked.text);
  return locked.body;
}

export async function release(client, list) {
  const { body } = await client.get(`/lists/${list}`);
  const released = await client.post(`/lists/${list}/release`, { revision: body.revision });
  assert.equal(released.status, 200, released.text);
  return released.body;
}

// A list that is loaded: made, filled, locked and released by two people.
export async function loadedList(cash, releaser, content, options = {}) {
  const list = await makeList(cash, { cycle: options.cycle ?? await newCycle(), ...options.list });
  await send(cash, list.upload.id, content, options);
  await lock(cash, list.id);
  await release(releaser, list.id);
  await uploadIn(cash, list.upload.id, 'applied', options.patience);
  return list;
}

export { sleep };
