// What people ask to have changed, for tests: by a real phone where the number or the name matters, else as rows.
import { createHash } from 'node:crypto';
import { phone, one, sql, sleep, url } from './house.mjs';

const alphabet = 'ACDEFGHJKMNPQRTUVWXY234679';
let made = 0;

// Groups of an operation that nobody asked anything for here yet, with their principal.
const taken = new Set();
export async function household(operation = 'KEN', { members = 1 } = {}) {
  const found = await sql(`SELECT g.id, m.individual, coalesce(g.address_line, ''), i.birth_date,
      (SELECT x.individual FROM membership x WHERE x.registration_group = g.id AND x.until IS NULL AND x.relationship <> 'PA' LIMIT 1)
    FROM registration_group g JOIN membership m ON m.registration_group = g.id AND m.until IS NULL AND m.relationship = 'PA'
    JOIN individual i ON i.id = m.individual
    WHERE g.operation = '${operation}' AND i.process_status = 'A' AND g.id < 9000000
      AND NOT EXISTS (SELECT FROM change_request c WHERE c.registration_group = g.id)
      AND (SELECT count(*) FROM membership x WHERE x.registration_group = g.id AND x.until IS NULL) >= ${members}
    ORDER BY g.id`);
  const row = found.find(([group]) => !taken.has(group));
  if (!row) throw new Error('no household is left: CONSOLE_FAMILIES is too small');
  taken.add(row[0]);
  return { group: Number(row[0]), person: Number(row[1]), address: row[2], born: row[3], member: Number(row[4] || 0) };
}

// A row as requests.cpp writes it. `more`: SQL of further columns by name.
export async function ask(kind, { before = {}, after = {}, who, trust = 3, more = {} } = {}) {
  const of = who ?? await household();
  for (;;) {
    const reference = Array.from({ length: 4 }, () => alphabet[Math.floor(Math.random() * alphabet.length)]).join('');
    const hop = createHash('md5').update(`${process.pid} ${++made}`).digest('hex');
    const columns = { reference: `'${reference}'`, hop_key: `'\\x${hop}'`, kind: `'${kind}'`, individual: of.person,
      registration_group: of.group, before: `'${JSON.stringify(before)}'`, after: `'${JSON.stringify(after)}'`,
      base_revision: `(SELECT revision FROM registration_group WHERE id = ${of.group})`, trust, ...more };
    try {
      const [[id, revision]] = await sql(`WITH made AS (INSERT INTO change_request (${Object.keys(columns)}) VALUES (${Object.values(columns)}) RETURNING *), `
        + `noted AS (INSERT INTO audit (kind, actor, individual, registration_group, record, detail) SELECT 'change.asked', 'phone', individual, registration_group, id, kind FROM made) SELECT id, revision FROM made`);
      return { id: Number(id), revision: Number(revision), reference, ...of };
    } catch (fault) {
      if (!String(fault).includes('open_reference')) throw fault;
    }
  }
}
export const askAddress = async (options = {}) => {
  const who = options.who ?? await household(options.operation);
  return ask('address', { before: { address_line: who.address }, after: { address_line: `Block ${++made}, shelter 7` }, ...options, who });
};
// Two approvals.
export const askBirthDate = async (options = {}) => {
  const who = options.who ?? await household(options.operation);
  return ask('birth_date', { before: { birth_date: who.born }, after: { birth_date: '1985-06-01' }, ...options, who });
};

// Walks the keys and answers the last screen.
export async function dial(number, ...keys) {
  const press = phone(number);
  let screen = await press('');
  for (const key of keys) screen = await press(key);
  return screen;
}
// Of a screen, or nothing.
export const referenceIn = (screen) => /\b([ACDEFGHJKMNPQRTUVWXY234679]{4})\b(?=\.|$)/m.exec(screen)?.[1] ?? null;

// The short messages that a number's phone shows, as the page /phone hears them.
export async function follow(number) {
  const ending = new AbortController();
  const texts = [];
  const response = await fetch(`${url()}/phone/api/inbox?number=${encodeURIComponent(number)}`, { signal: ending.signal });
  (async () => {
    let text = '';
    for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
      text += piece;
      for (let end; (end = text.indexOf('\n\n')) >= 0; text = text.slice(end + 2)) {
        const data = /^data: (.*)$/m.exec(text.slice(0, end))?.[1];
        if (data) texts.push(JSON.parse(data).text);
      }
    }
  })().catch(() => null);
  return { texts, close: () => ending.abort(), has: async (pattern, patience = 15_000) => {
    for (const end = Date.now() + patience; Date.now() < end; await sleep(50)) {
      const found = texts.find((each) => pattern.test(each));
      if (found) return found;
    }
    throw new Error(`no message matches ${pattern}; there are ${texts.length}`);
  } };
}
export const requestOf = async (reference) => {
  const id = await one(`SELECT id FROM change_request WHERE reference = '${reference}' ORDER BY id DESC LIMIT 1`);
  return id && Number(id);
};
