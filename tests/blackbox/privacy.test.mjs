// Nothing that she typed, nobody's name or number, and no text of a screen stays where it does not belong: in Redis, in
// any log, in the metrics, on a command line; and a dump of the database without the keys gives no PIN, no number and
// no message. Runs last: it reads what all the other tests have left behind, too.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { appendFile, copyFile, readFile, readdir } from 'node:fs/promises';
import test, { before } from 'node:test';
import { Phone, families, postForm, send, startAgain } from './lib/phone.mjs';
import { languages, say, saying } from './lib/words.mjs';
import {
  adminUrl, dumpOfPostgres, folder, mlango, postgresPid, redis, redisPid, serverLog, serverOut, serverPid, sql, storesFolder, until,
} from './lib/world.mjs';

const typedNumber = '+254799123987', wrongPin = '908172', newPin = '730518', address = 'Zebra lane 77';
const operatorPin = '573914', operatorPassword = 'sauti ya mlima', bankNumber = '41003';
const smsText = 'purple giraffe 12', cardNumber = '803-23-77177', strangerNumber = '+254711000866', garbage = 'okapi-4471';

// [what it is, text] of all that must not be found. Names that are also words of a log are left out: see `words`.
const needles = [];
const words = new Set(['info', 'debug', 'error', 'warning', 'data', 'read', 'with', 'from', 'this', 'type', 'name']);

function waysToWrite(e164) {
  const digits = e164.replace('+', '');
  return [digits, `0${digits.slice(3)}`, digits.slice(3)];  // the last is within each of the others
}

before(async () => {
  const add = (what, ...texts) => needles.push(...texts.map((text) => [what, text]));
  add('a typed number', ...waysToWrite(typedNumber), '0799 123 987');
  add('a wrong PIN', wrongPin);
  add('a new PIN', newPin);
  add('an address', address, 'Zebra', encodeURIComponent(address), 'Zebra+lane');
  add('an SMS', smsText, 'giraffe', 'purple+giraffe');
  add('a card number', cardNumber);
  add('garbage', garbage);
  add('an operator\'s PIN', operatorPin);
  add('an operator\'s password', operatorPassword, encodeURIComponent(operatorPassword), operatorPassword.replaceAll(' ', '+'));
  const people = (await mlango(['demo-people'])).trim().split('\n').slice(1).map((line) => line.split('\t')[0]);
  for (const number of [...people, strangerNumber]) add('a demo number', waysToWrite(number).at(-1));
  for (let i = 0; i < 200; ++i) add('a family\'s number', `7${String(i).padStart(8, '0')}`);
  const names = await sql(`SELECT DISTINCT name FROM (SELECT given_name AS name FROM individual UNION SELECT family_name FROM individual) n
                            WHERE length(name) >= 4`);
  assert.ok(names.length > 100);
  for (const [name] of names) if (!words.has(name.toLowerCase())) add('a name', name);
  for (const [nickname] of await sql('SELECT DISTINCT nickname FROM phone WHERE length(nickname) >= 4')) add('a nickname', nickname);
  for (const language of languages)
    for (const key of ['pin.ask', 'home.assistance', 'details.recorded', 'stranger.title', 'topic.safety_title', 'phone.type'])
      add('a screen\'s text', say(language, key));
  for (const text of ['Mama Hodan', 'Kakuma', 'Kalobeyei', 'Nakivale', 'shelter']) add('a screen\'s text', text);
});

const isLetter = (byte) => (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122);
const isDigit = (byte) => byte >= 48 && byte <= 57;

// What is found of the needles. A name is a word, and digits are a whole number or follow a country's code, so that
// neither "Amina" in "examinable" nor nine digits of a longer figure count.
// Sealed bytes make any four letters by chance now and then: `shortest` is 5 where they are searched.
function search(haystack, shortest = 4) {
  const bytes = Buffer.isBuffer(haystack) ? haystack : Buffer.from(haystack);
  const found = [];
  for (const [what, text] of needles) {
    const needle = Buffer.from(text);
    if (needle.length < shortest) continue;
    const same = /^\d+$/.test(text) ? isDigit : /^[A-Za-z]+$/.test(text) ? isLetter : () => false;
    for (let at = bytes.indexOf(needle); at !== -1; at = bytes.indexOf(needle, at + 1)) {
      const previous = bytes[at - 1], next = bytes[at + needle.length];
      const prefix = bytes.subarray(Math.max(0, at - 3), at).toString('latin1');
      if (same(next) || (same(previous) && !/254$|0$/.test(prefix))) continue;
      found.push(`${what}: …${bytes.subarray(Math.max(0, at - 20), at).toString('latin1')}[${text.slice(0, 3)}…]`);
      break;
    }
  }
  return found;
}

const assertClean = (haystack, where, shortest) => {
  assert.ok(haystack.length > 0, `${where} is empty: nothing was searched`);
  assert.deepEqual(search(haystack, shortest), [], where);
};

// All of Redis: a snapshot without compression, and each key by itself.
async function allOfRedis() {
  await redis('CONFIG', 'SET', 'rdbcompression', 'no');
  await redis('CONFIG', 'SET', 'repl-diskless-sync-delay', '0');  // the snapshot at once
  const file = `${folder}/snapshot.rdb`;
  await redis('--rdb', file);
  const pieces = [await readFile(file)];
  const keys = (await redis('--raw', 'KEYS', '*')).toString('latin1').split('\n').filter(Boolean);
  pieces.push(await redis('--raw', 'EVAL', `local out = {}
    for _, key in ipairs(redis.call('KEYS', '*')) do
      out[#out + 1] = key
      if redis.call('TYPE', key).ok == 'string' then out[#out + 1] = redis.call('GET', key) end
      out[#out + 1] = redis.call('DUMP', key)
    end
    return out`, '0'));
  pieces.push(await redis('SLOWLOG', 'GET', '128'), await redis('INFO', 'everything'), await redis('CLIENT', 'LIST'));
  return { bytes: Buffer.concat(pieces), keys };
}

const speakers = [], codes = [];

before(async () => {
  const [english] = await families(150, 1, 'en');
  const talk = async (number, ...inputs) => {
    const phone = new Phone(number);
    speakers.push(phone);
    await phone.dial();
    await startAgain(phone);
    await phone.type(...inputs);
    return phone;
  };
  // Each is left in the middle, where its session holds the most.
  const adds = await talk(english.number, 2, wrongPin, english.pin, 2, 8, english.pin, '0799 123 987');
  assert.match(adds.text, saying('en', 'phone.add_check'));
  const moves = await talk(english.number, 2, english.pin, 3, 1, address);
  assert.ok(moves.text.includes(address));
  const pins = await talk(english.number, 6, 2, 1, english.pin, 2, newPin);
  assert.match(pins.text, saying('en', 'pin.repeat'));
  await talk('+254711000004', 2, '4826', 4);
  await talk('+254711000003', 1, '4826', 1);
  await talk('+254711000005', 1, 2, '4826', 1);
  await talk(strangerNumber, 1, 3, cardNumber);
  // She shows the bank that she is over 18 and leaves the code on her screen; another code the bank's teller takes.
  // The walks through all of Home have locked some wallets.
  await sql('UPDATE wallet_holder SET frozen_at = NULL');
  const shares = async (number) => {
    const phone = await talk(number, 3, '4826', 2, 1, 1, 2, bankNumber, 1, '4826');
    const code = /(\d{3} \d{3} \d{4,5})/.exec(phone.text)?.[1].replaceAll(' ', '');
    assert.ok(code, `no code: ${phone.text}`);
    codes.push(code);
    needles.push(['a share code', code]);
    return code;
  };
  await shares('+254711000001');
  const code = await shares('+254711000012');
  const teller = await talk('+254711000081', 1, 1, operatorPin, code);
  const receipt = /(\d{3} \d{3} \d{4})/.exec(teller.text)?.[1].replaceAll(' ', '');
  assert.ok(receipt, `no receipt: ${teller.text}`);
  const signedIn = await send('POST', '/verify/api/session', {
    headers: { 'content-type': 'application/json', 'x-mlango-verify': '1' },
    body: JSON.stringify({ verifier: bankNumber, operator: 'teller', password: operatorPassword }),
  });
  assert.equal(signedIn.status, 200);
  const sms = await postForm('/sms/africastalking/in?key=demo', { id: randomUUID(), from: strangerNumber, to: '384', text: smsText });
  assert.equal(sms.status, 200);
  // Requests that are refused are told of nowhere, either.
  for (const path of ['/ussd/africastalking?key=demo', `/ussd/africastalking?key=${garbage}`, `/${garbage}`, '/ussd/africastalking/end?key=demo'])
    await postForm(path, { sessionId: garbage, phoneNumber: typedNumber, serviceCode: garbage.repeat(20), text: `${wrongPin}*${address}` });
  await send('GET', `/ussd/con_end?key=demo&session_id=${garbage}&msisdn=${encodeURIComponent(typedNumber)}x&ussd_string=${newPin}`);
});

test('the search finds what is planted, in every place that is searched', async () => {
  for (const [what, text] of needles) assert.ok(search(`line one\nx=${text} y\n`).length > 0, `${what} ${text}`);
  assert.ok(search(`msisdn=+254${'711000001'} `).length > 0);
  assert.deepEqual(search('1711000001234 xNyandeng 1.1711000001'), []);
  await redis('SET', 'planted', `something long enough to be compressed ${address} ${'a'.repeat(500)}`);
  const { bytes, keys } = await allOfRedis();
  await redis('DEL', 'planted');
  assert.ok(keys.includes('planted'));
  assert.ok(search(bytes).some((found) => found.startsWith('an address')));
  const copy = `${folder}/planted.log`;
  await copyFile(serverLog, copy);
  await appendFile(copy, `2026-01-01 info hop number=${strangerNumber}\n`);
  assert.ok(search(await readFile(copy)).length > 0);
});

test('Redis in the middle of conversations holds nothing readable', async () => {
  const { bytes, keys } = await allOfRedis();
  assert.ok(keys.length >= speakers.length, `${keys.length} keys`);
  assertClean(bytes, 'Redis', 5);
});

test('the conversations still work, to their end', async () => {
  const [adds, moves, pins] = speakers;
  await adds.type(1);
  assert.match(adds.text, saying('en', 'request.done'));
  await moves.type(1);
  assert.match(moves.text, saying('en', 'request.done'));
  await pins.type(newPin);
  assert.match(pins.text, saying('en', 'pin.done'));
  await until(async () => (await sql(`SELECT 1 FROM outbox WHERE state = 'pending' AND due_at < now()`)).length === 0, 10_000, 'an empty outbox');
});

test('no log and no output of any process', async () => {
  assertClean(await readFile(serverLog), 'the server\'s log');
  const out = await readFile(serverOut);
  assert.deepEqual(search(out), [], 'the server\'s standard output');
  assertClean(await readFile(`${storesFolder}/postgres.log`), 'PostgreSQL\'s log');
  assertClean(await readFile(`${storesFolder}/redis.log`), 'Redis\' log');
  for (const name of (await readdir(folder)).filter((one) => one.endsWith('.log') && one !== 'planted.log'))
    assert.deepEqual(search(await readFile(`${folder}/${name}`)), [], name);
  const log = (await readFile(serverLog, 'utf8')).split('\n').filter(Boolean);
  for (const line of log) assert.doesNotMatch(line, /(?<!\d)\+?254\d{9}(?!\d)/, 'a number');
});

test('the metrics', async () => {
  assertClean(await (await fetch(`${adminUrl}/metrics`)).text(), 'the metrics');
});

test('the command lines', async () => {
  for (const pid of [await serverPid(), await redisPid(), await postgresPid()])
    assertClean(await readFile(`/proc/${pid}/cmdline`), `the command line of ${pid}`);
  const running = await sql('SELECT query FROM pg_stat_activity WHERE query IS NOT NULL');
  assertClean(running.flat().join('\n'), 'what PostgreSQL shows of running statements');
});

// Each row of a dump that matches, behind what is copied: which table and columns.
function rowsWith(dump, pattern) {
  let copied = '';
  return dump.split('\n').flatMap((line) => {
    if (line.startsWith('COPY ')) copied = line;
    return pattern.test(line) ? [`${copied}\n${line}`] : [];
  });
}

test('a dump of the database without the keys: no PIN, no number, no message', async () => {
  let dump = (await dumpOfPostgres()).toString('utf8');
  // A receipt of a verifier has ten random digits as well; one in fifty looks like a number of Kenya.
  for (const [receipt] of await sql('SELECT receipt FROM wallet_share WHERE receipt IS NOT NULL')) dump = dump.replaceAll(receipt, 'receipt');
  assert.ok(dump.includes(address), 'the dump is whole: staff have to read an address');
  const whole = (text) => new RegExp(`(?<![\\w.-])${text}(?![\\w-])`);
  // As microseconds they may turn up by chance, as values they may not.
  for (const pin of [newPin, wrongPin, operatorPin]) assert.deepEqual(rowsWith(dump, whole(pin)), []);
  assert.deepEqual(rowsWith(dump, whole('\\+?254[17]\\d{8}')), []);
  assert.deepEqual(rowsWith(dump, whole('0[17]\\d{8}')), []);
  assert.ok(!dump.includes('giraffe'));
  assert.ok(!dump.includes(operatorPassword));
  assert.equal(codes.length, 2);
  for (const code of codes)
    for (const form of [code, Buffer.from(code).toString('hex')]) assert.ok(!dump.includes(form), 'a share code');
  assert.ok(!dump.includes(Buffer.from(smsText).toString('hex')));
  for (const number of [typedNumber, strangerNumber, '+254711000001'])
    for (const form of [number, number.slice(1)]) assert.ok(!dump.includes(Buffer.from(form).toString('hex')), 'in hexadecimal');
  // And the search would have found them.
  for (const planted of [`x\t${newPin}\ty`, `"${wrongPin}"`]) assert.match(planted, planted.includes(newPin) ? whole(newPin) : whole(wrongPin));
  assert.match(`x\t${typedNumber}\ty`, whole('\\+?254[17]\\d{8}'));
  assert.deepEqual(rowsWith(`COPY public.t (a) FROM stdin;\n1\n${typedNumber}\n`, whole('\\+?254[17]\\d{8}')),
    [`COPY public.t (a) FROM stdin;\n${typedNumber}`]);
});
