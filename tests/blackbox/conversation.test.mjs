// What each of the demo people meets when she dials, and that what she asks is in the registry's queue with the
// reference she was told. Every screen is checked by the phone to fit its gateway.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test, { beforeEach } from 'node:test';
import { Phone, families, homeLanguage, postForm } from './lib/phone.mjs';
import { optionsOf, sizeOf } from './lib/screen.mjs';
import { languages, ownName, say, beginning, saying } from './lib/words.mjs';
import { effectsOf, forgetWrongPins, mlango, one, sql, until, url } from './lib/world.mjs';

const people = (await mlango(['demo-people'])).trim().split('\n').slice(1).map((line) => {
  const [number, pin, language, situation] = line.split('\t');
  return { number, pin, language, situation };
});
const person = (last) => people.find(({ number }) => number.endsWith(String(last).padStart(6, '0')));
const english = (first, count) => families(first, count, 'en');
beforeEach(forgetWrongPins);

const isLanguageQuestion = (text) => languages.every((language) => text.replace('Francais', 'Français').includes(ownName(language)));
const arabic = /[\u0600-\u06ff]/;

async function dialled(number, ...inputs) {
  const phone = new Phone(number);
  await phone.dial();
  await phone.type(...inputs);
  return phone;
}

async function newRow(table, act, columns = '*') {
  const before = await one(`SELECT coalesce(max(id), 0) FROM ${table}`);
  await act();
  const rows = await sql(`SELECT ${columns} FROM ${table} WHERE id > ${before}`);
  assert.equal(rows.length, 1, `one new row of ${table}`);
  return rows[0];
}

// The whole menu, walked by everyone ---------------------------------------------------------------------------------

// What a thoughtful person types where no choice is offered; undefined where she only reads.
function inputFor(text, language, who) {
  const asks = (key) => saying(language, key).test(text);
  if (asks('pin.ask') || asks('pin.wrong')) return who.pin || '1111';
  if (asks('pin.new') || asks('pin.weak') || asks('pin.differs')) return '7391';
  if (asks('pin.repeat')) return '7392';  // not the same: her PIN stays
  if (asks('phone.type') || asks('phone.invalid')) return '0722 123 456';
  if (asks('address.type')) return 'Zone 3, behind the school';
  if (asks('link.ask')) return '803-23-00011';
  return undefined;
}

// Presses every key of every screen; the way to each is `inputs` from the dial. Returns the screens seen.
async function walk(who, language, most) {
  const phone = new Phone(who.number);
  const seen = new Map();  // what is offered or said → how it was reached
  let hops = 0;
  const asksPin = (text) => saying(language, 'pin.ask').test(text);
  // A new session asks for the PIN where the old one had it, and the other way round.
  const reach = async (inputs, goal) => {
    hops = inputs.length + 1;
    await phone.dial();
    for (const input of inputs) {
      if (asksPin(phone.text) && input !== who.pin) await phone.type(who.pin);
      if (input !== who.pin || asksPin(phone.text)) await phone.type(input);
    }
    if (asksPin(phone.text) && !asksPin(goal)) await phone.type(who.pin);
  };
  const visit = async (inputs) => {
    const text = phone.text;
    const known = text.replace(/[0-9٠-٩]/g, '0');
    if (seen.has(known) || seen.size >= most) return;
    seen.set(known, inputs.join('*'));
    assert.ok(!phone.ended, `${inputs.join('*')} ends: ${JSON.stringify(text)}`);
    for (const key of ['sorry.now', 'sorry.end'])
      assert.ok(!text.includes(say(language, key)), `${inputs.join('*')}: ${text}`);
    assert.doesNotMatch(text, /[{}]|undefined|null/);
    if (language === 'ar') assert.match(text, arabic);
    if (isLanguageQuestion(text)) return;
    const typed = inputFor(text, language, who);
    const keys = typed !== undefined ? [typed] : optionsOf(text).map(({ key }) => key);
    if (text.includes(say(language, 'common.more'))) keys.push('#');
    for (const key of keys) {
      if (phone.text !== text || hops > 120) await reach(inputs, text);
      if (phone.text !== text) return;  // a list that what was asked meanwhile has changed
      hops += 2;
      await phone.type(key);
      // A line that begins with a number and is no choice: a row to read, a date.
      if (phone.text.startsWith(say(language, 'common.not_understood'))) continue;
      const way = [...inputs, key];
      if (asksPin(phone.text) && !asksPin(text) && who.pin) {  // in front of many screens
        seen.set(phone.text, way.join('*'));
        await phone.type(who.pin);
        way.push(who.pin);
      }
      if (phone.text !== text) await visit(way);
      if (phone.text !== text) await phone.type('0');
    }
  };
  await phone.dial();
  await visit([]);
  return seen;
}

// An operator of a verifier has no record of his own: here, without a wallet, he is a stranger.
const persons = people.filter((who) => !who.situation.startsWith('An operator'));
for (const who of persons) {
  test(`a sensible conversation: ${who.number.slice(-2)} ${who.situation}`, async (t) => {
    const phone = new Phone(who.number);
    let language = who.language;
    await phone.dial();
    if (!languages.includes(language)) {
      assert.ok(isLanguageQuestion(phone.text), phone.text);
      assert.deepEqual(optionsOf(phone.text).map(({ label }) => label), languages.map(ownName));
      await phone.type(1);
      language = 'en';
      who.language = language;
    }
    const shared = who.situation.startsWith('One phone');
    const unknown = who.pin === '' && who.situation.startsWith('A number');
    if (shared) assert.ok(phone.text.startsWith(say(language, 'who.ask')), phone.text);
    else if (unknown) assert.ok(phone.text.startsWith(say(language, 'stranger.title')), phone.text);
    else assert.equal(homeLanguage(phone.text), language, phone.text);
    // The longest lists of the demo are cut short here: their pages have a test of their own.
    const seen = await walk(who, language, 70);
    t.diagnostic(`${seen.size} screens`);
    const opens = who.pin !== '' && !who.situation.startsWith('PIN locked');
    const screens = [...seen.keys()];
    assert.ok(screens.length >= (opens ? 25 : 12), screens.join('\n--\n'));
    // What is hers is behind the PIN.
    const hers = { 'details.title': [2], 'assistance.title': [1], 'household.title': [2, 4], 'requests.title': [2, 5] };
    const shows = (text, key) => text.startsWith(`${beginning(language, key)}\n`);
    for (const [key, [first, ...rest]] of Object.entries(hers)) {
      if (!opens) {
        assert.ok(!screens.some((text) => shows(text, key)), `${key}: ${screens.join('\n--\n')}`);
        continue;
      }
      const asked = new Phone(who.number);
      await asked.dial();
      if (asked.text.startsWith(say(language, 'resume.ask'))) await asked.type(2);
      if (shared) await asked.type(1, who.pin);
      await asked.type(first);
      if (saying(language, 'pin.ask').test(asked.text)) await asked.type(who.pin);
      await asked.type(...rest);
      assert.ok(shows(asked.text, key), `${key}: ${asked.text}`);
    }
  });
}

test('mlango dial shows each of them the same through the real gateway', async () => {
  for (const who of people) {
    const transcript = await mlango(['dial', '*384#', '--as', who.number, '--url', url], '');
    assert.match(transcript, /^> \*384#\n< /m);
    const screen = transcript.split('\n').filter((line) => line.startsWith('< ')).map((line) => line.slice(2)).join('\n');
    assert.equal(screen, await new Phone(who.number).dial());
  }
});

test('Arabic is Arabic and takes at most 70 units', async () => {
  const phone = await dialled(person(4).number, 1, '4826');
  assert.equal(sizeOf(phone.text).alphabet, 'ucs2');
  assert.ok(sizeOf(phone.text).units <= 70);
  assert.ok(phone.text.startsWith(beginning('ar', 'assistance.title')));
  const small = new Phone(person(4).number, { gateway: 'con_end' });
  await small.dial();
  await small.type(2, '4826', 1);
  assert.ok(sizeOf(small.text).units <= 63);
  // Her own digits do, too.
  const hers = await dialled(person(4).number, '١', '٤٨٢٦');
  assert.equal(hers.text, phone.text);
});

test('what one is not asked for changes nothing', async () => {
  const happened = await effectsOf(async () => {
    const phone = await dialled(person(1).number);
    for (const odd of ['8', '7', '#', '*', '', '-1', '１', 'assistance', '1 1', '🙂', '٧', '99999999999', "'; DROP TABLE person"]) {
      await phone.type(odd);
      assert.ok(phone.text.endsWith(say('en', 'home.other')), `${odd}: ${phone.text}`);
    }
    assert.equal(homeLanguage(await phone.type('00')), 'en');
  });
  assert.deepEqual(happened, {});
});

// Her assistance -----------------------------------------------------------------------------------------------------

test('two key presses after the PIN to an amount, a date, a place', async () => {
  const phone = await dialled(person(14).number, 1, '4826');
  const cash = optionsOf(phone.text).find(({ label }) => /UGX/.test(label));
  assert.ok(cash, phone.text);
  await phone.type(cash.key);
  assert.match(phone.text, /\d{1,3},\d{3}\sUGX/);
  assert.doesNotMatch(phone.text, /\.\d\d/);
});

test('twelve entitlements, all reached by more, and back page by page', async () => {
  const phone = await dialled(person(11).number, 1, '4826');
  const rows = [];
  const wholeList = async () => {
    const pages = [phone.text];
    for (;;) {
      rows.push(...optionsOf(phone.text).map(({ label }) => label).filter((label) => label !== say('en', 'assistance.past')));
      if (!phone.text.includes(say('en', 'common.more'))) return pages;
      pages.push(await phone.type('#'));
      assert.ok(pages.length < 13);
    }
  };
  await wholeList();
  await phone.type(8);
  const pages = await wholeList();
  assert.ok(pages.length > 1);
  assert.equal(rows.length, 12, rows.join('\n'));
  assert.equal(new Set(rows).size, 12);
  for (const page of pages.slice(0, -1).reverse()) assert.equal(await phone.type('0'), page);
  await phone.type('#');
  const second = optionsOf(phone.text)[0];
  await phone.type(second.key);
  assert.ok(phone.text.startsWith(second.label.split(' ')[0]), phone.text);
  assert.equal(await phone.type('0'), pages[1]);
});

// A phone that looks at an entitlement of which this can be said.
async function openEntitlement(first, option) {
  for (const who of await english(first, 8)) {
    const phone = await dialled(who.number, 1, who.pin);
    const list = phone.text;
    for (const { key } of optionsOf(list)) {
      await phone.type(key);
      const found = optionsOf(phone.text).find(({ label }) => label === say('en', option));
      if (found) return { phone, key: found.key };
      await phone.type('0');
      assert.equal(phone.text, list);
    }
  }
  throw new Error('nobody has such an entitlement');
}

test('she says that she received it', async () => {
  const { phone, key } = await openEntitlement(120, 'entitlement.received');
  const last = await one('SELECT coalesce(max(id), 0) FROM audit');
  const happened = await effectsOf(async () => {
    await phone.type(key, 2);
    assert.ok(phone.text.includes(say('en', 'entitlement.received')), 'one wrong key signs for nothing');
    await phone.type(key, 1);
    assert.match(phone.text, saying('en', 'receipt.thanks'));
  });
  assert.deepEqual(happened, { receipts: 1, audit: 1 });
  const [[kind, answer, entitlement]] = await sql(`SELECT kind, detail, record FROM audit WHERE id > ${last}`);
  assert.deepEqual([kind, answer], ['receipt.given', 'received']);
  assert.equal(await one(`SELECT answer FROM receipt WHERE entitlement = ${entitlement}`), 'received');
});

test('she reports a problem, gets a reference, and finds it among her requests', async () => {
  const { phone, key } = await openEntitlement(130, 'entitlement.problem');
  const [reference, topic, entitlement, state] = await newRow('ticket', async () => {
    await phone.type(key, 1);
    assert.match(phone.text, saying('en', 'problem.done'));
  }, 'reference, topic, entitlement, state');
  assert.equal(phone.reference(), reference);
  assert.deepEqual([topic, state], ['not_received', 'new']);
  assert.equal(await one(`SELECT answer FROM receipt WHERE entitlement = ${entitlement}`), 'not_received');
  await phone.type('00', 2, 5);
  const row = (await phone.whole()).split('\n').find((line) => line.includes(reference));
  assert.match(row ?? '', /problem: waiting$/);
});

// Her details --------------------------------------------------------------------------------------------------------

test('a replaced phone number is in change_request, before and after, masked and sealed', async () => {
  const phone = await dialled(person(2).number, 2, '4826', 2);
  assert.match(phone.text, /\(.+\)/);  // "this phone"
  await phone.type(1, 1);
  assert.match(phone.text, saying('sw', 'pin.ask'));  // again, though she gave it a moment ago
  await phone.type('4826');
  assert.match(phone.text, saying('sw', 'phone.type'));
  await phone.type('0799 123 456');
  assert.match(phone.text, saying('sw', 'phone.replace_check'));
  const phonesBefore = await one('SELECT md5(string_agg(p::text, \'\' ORDER BY id)) FROM phone p');
  const columns = `reference, kind, state, channel, trust, before->'msisdn'->>'masked', after->'msisdn'->>'masked',
    before->'msisdn'->>'sealed', after->'msisdn'->>'sealed', phone IS NOT NULL, individual, id`;
  let row;
  const happened = await effectsOf(async () => { row = await newRow('change_request', () => phone.type(1), columns); });
  const [reference, kind, state, channel, , before, after, beforeSealed, afterSealed, hasPhone, individual, id] = row;
  assert.match(phone.text, saying('sw', 'request.done'));
  assert.equal(phone.reference(), reference);
  assert.deepEqual([kind, state, channel, hasPhone], ['phone_replace', 'pending', 'phone', 't']);
  assert.match(before, /^\+2547•+002$/);
  assert.match(after, /^\+2547•+456$/);
  for (const sealed of [beforeSealed, afterSealed]) assert.match(sealed, /^[\w-]{40,}$/);
  assert.notEqual(beforeSealed, afterSealed);
  assert.deepEqual(happened, { requests: 1, audit: 1, outbox: 1 });
  assert.equal(await one(`SELECT detail FROM audit WHERE kind = 'change.asked' AND record = ${id} AND individual = ${individual}`), 'phone_replace');
  assert.equal(await one('SELECT md5(string_agg(p::text, \'\' ORDER BY id)) FROM phone p'), phonesBefore, 'the registry itself stays');
  // Her own list of requests names it.
  await phone.type('00', 2, 5);
  assert.ok((await phone.whole()).includes(reference), phone.text);
});

test('what is typed badly is asked again, what is no is no', async () => {
  const [who] = await english(40, 1);
  const happened = await effectsOf(async () => {
    const phone = await dialled(who.number, 2, who.pin, 2);
    await phone.type(8, who.pin);
    assert.match(phone.text, saying('en', 'phone.type'));
    for (const bad of ['123', 'no number', '+1', '0'.repeat(20), '07111']) assert.match(await phone.type(bad), saying('en', 'phone.invalid'));
    await phone.type('0711 222 333', 2);
    assert.ok(phone.text.startsWith(say('en', 'phones.title')), phone.text);
    await phone.type('00', 2, 3, 1, 'x');
    assert.match(phone.text, saying('en', 'address.invalid'));
  });
  assert.deepEqual(Object.keys(happened), ['audit']);  // the PIN's
});

test('her own number is not replaced by itself', async () => {
  const [who] = await english(40, 1);
  const phone = await dialled(who.number, 2, who.pin, 2);
  const here = optionsOf(phone.text).find(({ label }) => label.includes('(this phone)'));
  const happened = await effectsOf(async () => {
    await phone.type(here.key, 1);
    if (saying('en', 'pin.ask').test(phone.text)) await phone.type(who.pin);
    await phone.type(who.number.replace('+254', '0'), 1);
    assert.match(phone.text, saying('en', 'phone.same'));
  });
  assert.equal(happened.requests, undefined);
});

test('a changed SIM: no number is changed from it', async () => {
  const who = person(8);
  const happened = await effectsOf(async () => {
    for (const way of [[8], [1, 1], [1, 2]]) {
      const phone = await dialled(who.number, 2, who.pin, 2);
      await phone.type(...way);
      for (let step = 0; step < 4 && !saying('en', 'phone.desk').test(await phone.whole()); ++step) {
        if (saying('en', 'pin.ask').test(phone.text)) await phone.type(who.pin);
        else if (saying('en', 'phone.type').test(phone.text)) await phone.type('0799 222 333');
        else await phone.type(1);
      }
      assert.match(await phone.whole(), saying('en', 'phone.desk'));
    }
  });
  assert.equal(happened.requests, undefined);
  assert.equal(happened.outbox, undefined);
});

// Who she is ---------------------------------------------------------------------------------------------------------

test('a changed PIN works, the old one does not', async () => {
  const [who] = await english(60, 1);
  const phone = await dialled(who.number, 6, 2, 1, who.pin, 2);
  assert.match(phone.text, saying('en', 'pin.new'));
  assert.match(await phone.type('1234'), saying('en', 'pin.weak'));
  assert.match(await phone.type('7391'), saying('en', 'pin.repeat'));
  assert.match(await phone.type('7392'), saying('en', 'pin.differs'));
  await phone.type('7391', '7391');
  assert.match(phone.text, saying('en', 'pin.done'));
  const old = await dialled(who.number, 2, who.pin);
  assert.match(old.text, saying('en', 'pin.wrong'));
  const fresh = await dialled(who.number, 2, '7391');
  assert.ok(fresh.text.startsWith(say('en', 'details.title')), fresh.text);
  await dialled(who.number, 6, 2, 1, '7391', 2).then((back) => back.type('4826', '4826'));
  assert.ok((await dialled(who.number, 2, '4826')).text.startsWith(say('en', 'details.title')));
});

test('three wrong PINs may be followed by the right one; after a fourth she waits, told nothing', async () => {
  const [who] = await english(180, 1);
  const phone = await dialled(who.number, 2);
  for (const wrong of ['1002', '1003', '1004']) assert.match(await phone.type(wrong), saying('en', 'pin.wrong'));
  assert.ok((await phone.type(who.pin)).startsWith(say('en', 'details.title')));
  const again = await dialled(who.number, 2);
  const screens = new Set();
  for (const wrong of ['1002', '1003', '1004', '1005', who.pin]) screens.add(await again.type(wrong));
  assert.equal(screens.size, 1, [...screens].join('\n--\n'));
});

test('wrong, locked: the same screen in the same time', async (t) => {
  const others = await english(80, 9);
  const times = { wrong: [], locked: [] }, screens = new Set();
  for (const who of others) {
    for (const [kind, number] of [['wrong', who.number], ['locked', person(6).number]]) {
      const phone = await dialled(number, 2);
      screens.add(await phone.type(kind === 'wrong' ? '9911' : '4826'));
      times[kind].push(phone.took);
    }
  }
  assert.equal(screens.size, 1);
  const median = (list) => list.toSorted?.((a, b) => a - b)[list.length >> 1] ?? [...list].sort((a, b) => a - b)[list.length >> 1];
  const wrong = median(times.wrong), locked = median(times.locked);
  t.diagnostic(`wrong ${wrong.toFixed(1)} ms, locked ${locked.toFixed(1)} ms`);
  assert.ok(wrong > 5 && locked > 5, 'each costs one Argon2id');
  assert.ok(wrong / locked < 1.6 && locked / wrong < 1.6, 'within noise');
  assert.equal(await one(`SELECT count(*) FROM pin WHERE locked_until = 'infinity'`), '1');
});

test('without a PIN nothing of hers is shown', async () => {
  const phone = await dialled(person(7).number, 2);
  assert.ok(saying('en', 'pin.none').test(await phone.whole()), phone.text);
  const locked = await dialled(person(6).number, 1, '4826');
  assert.match(locked.text, saying('en', 'pin.wrong'));
  for (const key of ['00', '5', '1', '1']) await locked.type(key);
  assert.ok((await locked.whole()).includes(say('en', 'topic.cash').slice(0, 20)), 'information is for everybody');
});

test('behind a shared number each has her own', async () => {
  const shared = person(5);
  const phone = await dialled(shared.number);
  const names = optionsOf(phone.text).map(({ label }) => label);
  assert.deepEqual(names, ['Mama Hodan', 'Abdi', 'Asha', say('en', 'help.title')]);
  const screens = new Set();
  for (const key of [1, 2, 3]) {
    const hers = await dialled(shared.number, key, shared.pin, 2, 1);
    if (saying('en', 'pin.ask').test(hers.text) || saying('sw', 'pin.ask').test(hers.text)) await hers.type(shared.pin);
    screens.add(hers.text);
  }
  assert.equal(screens.size, 3);
});

test('a chosen language stays when she dials again', async () => {
  const [who] = await english(100, 1);
  for (const language of ['ar', 'fr', 'sw', 'en']) {
    const phone = await dialled(who.number, 6, 1);
    assert.ok(isLanguageQuestion(phone.text), phone.text);
    await phone.type(languages.indexOf(language) + 1);
    assert.equal(homeLanguage(phone.text), language);
    assert.equal(homeLanguage(await new Phone(who.number).dial()), language);
  }
});

// Unknown numbers ----------------------------------------------------------------------------------------------------

async function stranger(last, language = 'en') {
  const phone = await dialled(`+2547110008${last}`);
  if (isLanguageQuestion(phone.text)) await phone.type(languages.indexOf(language) + 1);
  assert.ok(phone.text.startsWith(say(language, 'stranger.title')), phone.text);
  return phone;
}

test('a stranger asks to be called', async () => {
  const phone = await stranger('01', 'fr');
  const option = optionsOf(phone.text).find(({ label }) => label === say('fr', 'help.call_me'));
  const [reference, category, topic, individual, blind, language] = await newRow('ticket', async () => {
    await phone.type(option.key, 1);
    assert.match(phone.text, saying('fr', 'call.done'));
  }, 'reference, category, topic, individual, length(number_blind), language');
  assert.equal(phone.reference(), reference);
  assert.deepEqual([category, topic, individual, blind, language], ['call_back', 'assistance', '', '16', 'fr']);
});

test('a stranger asks to be linked to her card', async () => {
  const phone = await stranger('02');
  const option = optionsOf(phone.text).find(({ label }) => label === say('en', 'stranger.link'));
  const [reference, kind, individual, masked, card] = await newRow('change_request', async () => {
    await phone.type(option.key, '803-23-00011');
    assert.match(phone.text, saying('en', 'link.done'));
  }, `reference, kind, individual, after->'msisdn'->>'masked', after->>'registration_number'`);
  assert.equal(phone.reference(), reference);
  assert.deepEqual([kind, individual, card], ['link_number', '', '803-23-00011']);
  assert.match(masked, /^\+2547•+802$/);
});

// SMS ----------------------------------------------------------------------------------------------------------------

// The messages that the played provider delivers to a number from now on.
async function inboxOf(number) {
  const stopping = new AbortController();
  const response = await fetch(`${url}/phone/api/inbox?number=${encodeURIComponent(number)}`, { signal: stopping.signal });
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type'), /^text\/event-stream/);
  const messages = [];
  (async () => {
    let rest = '';
    try {
      for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
        const events = (rest + piece).split('\n\n');
        rest = events.pop();
        for (const event of events) {
          const data = event.split('\n').find((line) => line.startsWith('data: '));
          if (data) messages.push(JSON.parse(data.slice(6)));
        }
      }
    } catch (error) {
      if (error.name !== 'AbortError') throw error;
    }
  })();
  return { messages, close: () => stopping.abort() };
}

const says = (number, text, id = randomUUID()) =>
  postForm('/sms/africastalking/in?key=demo', { id, from: number, to: '384', text, date: '2026-01-01 00:00:00', networkCode: '63902' });

test('a request is confirmed by SMS in her language, and the receipt is written down', async () => {
  const phone = await stranger('03', 'ar');
  const box = await inboxOf(phone.number);
  try {
    const [id] = await newRow('outbox', async () => {
      const option = optionsOf(phone.text).find(({ label }) => label === say('ar', 'help.call_me'));
      await phone.type(option.key, 4);
    }, 'id');
    const reference = phone.reference();
    const message = await until(() => box.messages.find(({ text }) => text.includes(reference)), 5_000, 'the SMS');
    assert.match(message.text, saying('ar', 'sms.call'));
    assert.equal(message.segments, 1);
    const delivered = await until(async () => {
      const [[state, receipt, attempts]] = await sql(`SELECT state, receipt, attempts FROM outbox WHERE id = ${id}`);
      return state === 'delivered' && { receipt, attempts };
    }, 10_000, 'the receipt');
    assert.deepEqual(delivered, { receipt: 'delivered', attempts: '1' });
    assert.equal(box.messages.length, 1);
  } finally {
    box.close();
  }
});

test('STOP ends the messages, START brings them back, a message with one id counts once', async () => {
  const phone = await stranger('04');
  const box = await inboxOf(phone.number);
  const callMe = async () => {
    const key = optionsOf(await phone.type('00')).find(({ label }) => label === say('en', 'help.call_me')).key;
    const [id] = await newRow('outbox', () => phone.type(key, 4), 'id');
    return { id, reference: phone.reference() };
  };
  try {
    const id = randomUUID();
    const happened = await effectsOf(async () => {
      const all = await Promise.all(Array.from({ length: 10 }, () => says(phone.number, ' Stop! ', id)));
      for (const { status, body } of all) assert.deepEqual([status, body], [200, '']);
      assert.equal((await says(phone.number, 'stop', id)).status, 200);
    });
    assert.equal(happened.inbox, 1);
    assert.equal(happened.outbox, 1);
    await until(() => box.messages.some(({ text }) => saying('en', 'sms.stopped').test(text)), 5_000, 'the answer to STOP');
    const kept = await callMe();
    await until(async () => (await one(`SELECT state FROM outbox WHERE id = ${kept.id}`)) === 'suppressed', 5_000, 'its being kept back');
    assert.equal((await says(phone.number, 'START')).status, 200);
    await until(() => box.messages.some(({ text }) => saying('en', 'sms.started').test(text)), 5_000, 'the answer to START');
    const sent = await callMe();
    await until(() => box.messages.some(({ text }) => text.includes(sent.reference)), 5_000, 'the SMS');
    assert.ok(!box.messages.some(({ text }) => text.includes(kept.reference)));
  } finally {
    box.close();
  }
});

test('any other SMS is answered by the same menu, and a machine that repeats itself a few times only', async () => {
  const number = '+254711000805';
  const box = await inboxOf(number);
  try {
    const asked = await effectsOf(async () => assert.equal((await says(number, 'help')).status, 200));
    assert.equal(asked.inbox, 1);
    assert.equal(asked.outbox, 1);
    const message = await until(() => box.messages[0], 5_000, 'the answer');
    assert.match(message.text, /\n1 /);
    const repeated = await effectsOf(async () => {
      for (let i = 0; i < 8; ++i) assert.equal((await says('+254711000806', 'this is one more word from us')).status, 200);
    });
    assert.equal(repeated.inbox, 8);
    assert.ok(repeated.outbox >= 1 && repeated.outbox <= 3, `${repeated.outbox} answers`);
  } finally {
    box.close();
  }
});

test('every SMS is neutral, and the log of what was done holds together', async () => {
  for (const language of languages)
    for (const key of ['sms.request', 'sms.problem', 'sms.call', 'sms.how', 'sms.stopped', 'sms.started'])
      assert.doesNotMatch(say(language, key), /refugee|UNHCR|WFP|asylum|réfugi|mkimbizi|لاجئ|\d{4}/i);
  await until(async () => /, 0 wait/.test(await mlango(['audit', 'verify'])), 5_000, 'a whole chain');
});
