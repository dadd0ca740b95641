// What an aggregator does to us: its exact requests, repeated, at once, out of order, broken, huge, slow, and as noise.
// Each gets a right answer or a clear refusal, acts once, and leaves the server up.
import assert from 'node:assert/strict';
import { randomInt, randomUUID } from 'node:crypto';
import test from 'node:test';
import {
  Phone, families, formType, gateways, homeLanguage, jsonType, postForm, postJson, readyToMove, send,
} from './lib/phone.mjs';
import { exchange, requestBytes, statusesOf } from './lib/raw.mjs';
import { say, saying } from './lib/words.mjs';
import { adminUrl, effects, effectsOf, one, serverPid, sql, until, url } from './lib/world.mjs';

const door = '/ussd/africastalking?key=demo';
const good = (fields = {}) => ({
  sessionId: randomUUID(), phoneNumber: '+254711000001', networkCode: '63902', serviceCode: '*384#', text: '', ...fields,
});
const english = (first, count) => families(first, count, 'en');

async function isAnswering() {
  assert.equal(homeLanguage(await new Phone('+254711000001').dial()), 'en');
}

// A refusal that helps, and repeats nothing of what was sent.
function assertRefused(answer, status, detail, secret = 'zebra-7731') {
  assert.equal(answer.status, status);
  assert.match(answer.headers['content-type'], /^application\/problem\+json/);
  const problem = JSON.parse(answer.body);
  assert.equal(problem.status, status);
  assert.ok(problem.title);
  assert.match(problem.detail ?? '', detail);
  assert.ok(!answer.body.includes(secret), answer.body);
}

// Africa's Talking ---------------------------------------------------------------------------------------------------

test('the documented request is answered as plain text with CON', async () => {
  const answer = await postForm(door, good());
  assert.equal(answer.status, 200);
  assert.match(answer.headers['content-type'], /^text\/plain;\s*charset=utf-8$/i);
  assert.match(answer.body, /^CON 1 My assistance\n/);
});

test('networkCode may be absent, fields may come in any order, unknown ones are passed over', async () => {
  const { networkCode, ...rest } = good();
  const reversed = Object.fromEntries(Object.entries({ ...rest, extra: 'x', another: '' }).reverse());
  assert.equal((await postForm(door, reversed)).status, 200);
});

test('a number with a space for its unescaped + is understood', async () => {
  const body = `sessionId=${randomUUID()}&phoneNumber=+254711000001&serviceCode=*384%23&text=`;
  const answer = await send('POST', door, { headers: formType, body });
  assert.match(answer.body, /^CON 1 My assistance/);
});

test('a gateway by GET with its own field names and a small screen', async () => {
  const phone = new Phone('+254711000011', { gateway: 'con_end' });
  assert.equal(homeLanguage(await phone.dial()), 'en');
  await phone.type(1, '4826');
  assert.ok(phone.text.includes(say('en', 'common.more_98')), phone.text);
  const first = phone.text;
  assert.notEqual(await phone.type(98), first);
  assert.equal(await phone.type(0), first);
});

test('a gateway that sends the last input only', async () => {
  const phone = new Phone('+254711000001', { gateway: 'likeness' });
  await phone.dial();
  assert.ok((await phone.type(5)).startsWith(say('en', 'help.title')));
  assert.ok((await phone.type(1)).startsWith(say('en', 'topics.title')));
});

test('a gateway without hop identity: the same input within two seconds is one key press', async () => {
  const phone = new Phone('+254711000001', { gateway: 'likeness' });
  await phone.dial();
  await phone.type(5, 2);
  const before = phone.text;
  const happened = await effectsOf(async () => {
    const screen = await phone.type(4);
    const again = await phone.deliver();
    assert.equal(again.text, screen);
  });
  assert.notEqual(phone.text, before);
  assert.equal(happened.tickets, 1);
});

test('a gateway without hop identity: two requests and two wrong PINs in one session are two', async () => {
  const [who] = await english(30, 1);
  const phone = new Phone(who.number, { gateway: 'likeness' });
  await phone.dial();
  const failures = await effectsOf(async () => {
    await phone.type(2, '9911');
    assert.match(phone.text, saying('en', 'pin.wrong'));
    await phone.type('9922');
  });
  assert.deepEqual(failures, { failures: 2 });
  await phone.type(who.pin);
  assert.ok(phone.text.startsWith(say('en', 'details.title')), phone.text);
  const happened = await effectsOf(async () => {
    await phone.type(3, 1, 'Block 6', 1);
    const first = phone.reference();
    await phone.type('00', 2, 3, 1, 'Block 7', 1);
    assert.notEqual(phone.reference(), first);
  });
  assert.equal(happened.requests, 2);
});

// Every kind of gateway ----------------------------------------------------------------------------------------------

Object.keys(gateways).forEach((gateway, at) => test(`${gateway}: a conversation whose every hop comes twice has one effect`, async () => {
  const [who] = await english(60 + 2 * at, 1);
  const happened = await effectsOf(async () => {
    const phone = await readyToMove(who, `Block ${at}`, { gateway, twice: true });
    await phone.type(1);
    assert.ok(phone.reference());
  });
  assert.equal(happened.requests, 1);
  const [languageOfHers] = await families(150 + at, 1, 'ar');
  const arabic = new Phone(languageOfHers.number, { gateway, twice: true });
  assert.equal(homeLanguage(await arabic.dial()), 'ar');
}));

test('gateways with JSON: what is malformed is told, without what was sent', async () => {
  const broken = ['', '{', '[]', 'null', '"zebra-7731"', '{"zebra-7731":', `{"a":${'['.repeat(500)}${']'.repeat(500)}}`,
    JSON.stringify({ SessionId: 'zebra-7731', sessionID: 'zebra-7731', USERID: 'zebra-7731' }), `{"SessionId":"${'zebra-7731'.repeat(3_000)}"}`,
    '{"SessionId":{"zebra-7731":1},"sessionID":[],"USERID":1.5}', Buffer.from('{"SessionId":"zebra-7731\xff"}', 'latin1')];
  for (const body of broken) {
    for (const gateway of ['hubtel', 'arkesel', 'nalo'])
      assertRefused(await send('POST', `/ussd/${gateway}?key=demo`, { headers: jsonType, body }), 400, /Send|neither/);
    const told = await send('POST', '/ussd/infobip/session/1/response?key=demo', { headers: jsonType, body });
    assert.equal(told.status, 200);
    assert.equal(JSON.parse(told.body).responseExitCode, 400);
    assert.ok(!told.body.includes('zebra-7731'));
  }
  await isAnswering();
});

test('hubtel: a release and a timeout are answered, and end the session', async () => {
  for (const Type of ['Release', 'TIMEOUT']) {
    const phone = new Phone('+254711000001', { gateway: 'hubtel' });
    await phone.dial();
    const told = await postJson('/ussd/hubtel?key=demo', { SessionId: phone.session, Mobile: '254711000001', Type, Message: '', Sequence: '2' });
    assert.equal(told.status, 200);
    assert.equal(JSON.parse(told.body).Type, 'Release');
  }
});

test('infobip: start, response, end and status have addresses of their own, and no other gateway has them', async () => {
  const at = (name, last) => `/ussd/${name}/session/${randomUUID()}/${last}?key=demo`;
  const status = await send('GET', at('infobip', 'status'));
  assert.deepEqual(JSON.parse(status.body), { sessionActive: true, responseExitCode: 200, responseMessage: '' });
  const end = await send('PUT', at('infobip', 'end'), { headers: jsonType, body: '{"reason":"gone","exitCode":500}' });
  assert.deepEqual(JSON.parse(end.body), { responseExitCode: 200, responseMessage: '' });
  for (const path of [at('hubtel', 'start'), at('nobody', 'start'), at('infobip', 'start').replace('demo', 'wrong'), '/ussd/infobip?key=demo']) {
    const answer = await postJson(path, { msisdn: '254711000001' });
    assert.equal(answer.status, 404, path);
    assert.equal(answer.body, '', path);
  }
  assert.equal((await send('GET', at('infobip', 'start'))).status, 405);
});

// Once, however often ------------------------------------------------------------------------------------------------

test('every hop of a session twice: the same screen, one effect', async () => {
  const [who] = await english(0, 1);
  const once = await effectsOf(async () => {
    const phone = new Phone(who.number);
    await phone.dial();
    await phone.type(2, who.pin, 3, 1, 'Block 1', 1);
  });
  assert.deepEqual(once, { requests: 1, audit: 2, outbox: 1 });
  const twice = await effectsOf(async () => {
    const phone = new Phone(who.number);
    await phone.dial();
    for (const input of [undefined, 2, who.pin, 3, 1, 'Block 2', 1]) {
      if (input !== undefined) await phone.type(input);
      for (let i = 0; i < 2; ++i) assert.equal((await phone.deliver()).text, phone.text);
    }
  });
  assert.deepEqual(twice, once);
});

test('every hop of a session twenty times at once: one screen, one effect', async () => {
  const [who] = await english(0, 1);
  let reference;
  const happened = await effectsOf(async () => {
    const phone = new Phone(who.number);
    for (const input of [undefined, 2, who.pin, 3, 1, 'Block 3', 1]) {
      if (input !== undefined) phone.inputs.push(String(input));
      const all = await Promise.all(Array.from({ length: 20 }, () => phone.deliver()));
      assert.equal(new Set(all.map(({ text }) => text)).size, 1, JSON.stringify(all.map(({ text }) => text)));
      phone.text = all[0].text;
    }
    reference = phone.reference();
  });
  assert.deepEqual(happened, { requests: 1, audit: 2, outbox: 1 });
  assert.equal(await one(`SELECT count(*) FROM change_request WHERE reference = '${reference}'`), '1');
});

test('a wrong PIN delivered twenty times at once counts once; the right one opens', async () => {
  const [who] = await english(20, 1);
  for (let round = 0; round < 2; ++round) {
    const phone = new Phone(who.number);
    await phone.dial();
    await phone.type(2);
    phone.inputs.push('9911');
    const happened = await effectsOf(async () => {
      const all = await Promise.all(Array.from({ length: 20 }, () => phone.deliver()));
      for (const { text } of all) assert.match(text, saying('en', 'pin.wrong'));
    });
    assert.deepEqual(happened, { failures: 1 });
    phone.inputs.push(who.pin);
    const all = await Promise.all(Array.from({ length: 20 }, () => phone.deliver()));
    for (const { text } of all) assert.ok(text.startsWith(say('en', 'details.title')), text);
  }
});

test('a call back and a confirmed receipt, twenty times at once', async () => {
  const [who] = await english(0, 1);
  const phone = new Phone(who.number);
  await phone.dial();
  await phone.type(5, 2);
  phone.inputs.push('1');
  const called = await effectsOf(() => Promise.all(Array.from({ length: 20 }, () => phone.deliver())));
  assert.deepEqual(called, { tickets: 1, audit: 1, outbox: 1 });

  const hers = new Phone('+254711000001');
  await hers.dial();
  await hers.type(1, '4826');
  const rows = hers.text.split('\n').filter((line) => /^\d .*: ready$/.test(line));
  assert.ok(rows.length > 0, hers.text);
  await hers.type(rows[0][0]);
  assert.ok(hers.text.includes(say('en', 'entitlement.received')), hers.text);
  await hers.type(1);
  hers.inputs.push('1');
  const confirmed = await effectsOf(async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => hers.deliver()));
    for (const { text } of all) assert.match(text, saying('en', 'receipt.thanks'));
  });
  assert.deepEqual(confirmed, { receipts: 1, audit: 1 });
});

test('an older hop after newer ones shows where she is, acts not, and harms nothing', async () => {
  const [who] = await english(0, 1);
  const happened = await effectsOf(async () => {
    const phone = await readyToMove(who, 'Block 4');
    await phone.type(1);
    const last = phone.text;
    for (let length = phone.inputs.length; length >= 0; --length)
      assert.equal((await phone.deliver(phone.inputs.slice(0, length))).text, last);
    assert.equal((await phone.deliver([...phone.inputs.slice(0, -1), '2'])).text, last);
    assert.ok((await phone.type('00')).startsWith('1 '));
  });
  assert.deepEqual(happened, { requests: 1, audit: 2, outbox: 1 });
});

test('all hops of a session shuffled and at once end in one consistent session', async () => {
  const [who] = await english(0, 1);
  const phone = new Phone(who.number);
  phone.inputs = ['5', '1', '1', '0', '2'];
  const lengths = Array.from({ length: 60 }, (_, i) => i % 6).sort(() => Math.random() - 0.5);
  const before = await effects();
  const all = await Promise.all(lengths.map((length) => phone.deliver(phone.inputs.slice(0, length))));
  assert.equal(all.length, 60);
  const now = await phone.deliver();
  assert.equal((await phone.deliver()).text, now.text);
  assert.equal((await effects()).requests, before.requests);
});

test('two people with one session id are two sessions', async () => {
  const session = randomUUID();
  const hers = new Phone('+254711000001', { session }), french = new Phone('+254711000003', { session });
  assert.equal(homeLanguage((await hers.deliver()).text), 'en');
  assert.equal(homeLanguage((await french.deliver()).text), 'fr');
});

test('after the end event the session can not be gone on with', async () => {
  const [who] = await english(0, 1);
  for (const status of ['Incomplete', 'Failed']) {
    const phone = await readyToMove(who, 'Block 5');
    const ended = await postForm('/ussd/africastalking/end?key=demo', {
      date: '2026-01-01 00:00:00', sessionId: phone.session, phoneNumber: phone.number, serviceCode: '*384#',
      networkCode: '63902', status, cost: '0', durationInMillis: '9000', hopsCount: '6', input: phone.inputs.join('*'),
      lastAppResponse: 'x', errorMessage: '',
    });
    assert.equal(ended.status, 200);
    assert.equal(ended.body, '');
    const happened = await effectsOf(async () => {
      // What she had typed is kept; what she answers now does not confirm it.
      assert.ok((await phone.type(1)).startsWith(say('en', 'resume.ask')), phone.text);
      assert.equal(homeLanguage(await phone.type(2)), 'en', phone.text);
      // The PIN of before the end does not hold any more.
      assert.match(await phone.type(2), saying('en', 'pin.ask'));
    });
    assert.deepEqual(happened, {});
  }
});

test('the end of a session that nobody knows, or regularly ended, is taken quietly', async () => {
  for (const status of ['Incomplete', 'Success', 'SomethingNew']) {
    const answer = await postForm('/ussd/africastalking/end?key=demo', { sessionId: randomUUID(), phoneNumber: '+254711000001', status });
    assert.equal(answer.status, 200);
  }
  assert.equal((await postForm('/ussd/con_end/end?key=demo', { session_id: 'x', msisdn: '+254711000001' })).status, 404);
});

// Who may not --------------------------------------------------------------------------------------------------------

test('a wrong or missing secret, an unknown gateway, another address: 404 and nothing else', async () => {
  for (const path of ['/ussd/africastalking?key=demo2', '/ussd/africastalking?key=', '/ussd/africastalking', '/ussd/africastalking?KEY=demo',
    '/ussd/africastalkin?key=demo', '/ussd/nobody?key=demo', '/ussd/elsewhere?key=demo', '/ussd/africastalking/end?key=wrong',
    '/sms/africastalking/in?key=wrong', '/sms/africastalking/receipt', '/sms/nobody/in?key=demo']) {
    const answer = await postForm(path, good({ id: 'x', from: '+254711000001', to: '384', status: 'Success' }));
    assert.equal(answer.status, 404, path);
    assert.equal(answer.body, '', path);
  }
});

test('an address that does not exist is a problem document; another method says which', async () => {
  const lost = await send('GET', '/nothing/here');
  assert.equal(lost.status, 404);
  assert.match(lost.headers['content-type'], /^application\/problem\+json/);
  const get = await send('GET', `${door}&${new URLSearchParams(good())}`);
  assertRefused(get, 405, /POST/);
  assert.equal(get.headers.allow, 'POST');
  assertRefused(await postForm('/ussd/con_end?key=demo', { session_id: 'x' }), 405, /GET/);
  assert.equal((await send('DELETE', door)).status, 405);
});

// Broken requests ----------------------------------------------------------------------------------------------------

test('broken forms: 400 that names the field and repeats nothing', async (t) => {
  const form = (fields) => new URLSearchParams(fields).toString();
  const without = (name) => { const fields = good({ text: 'zebra-7731' }); delete fields[name]; return form(fields); };
  const full = form(good({ text: 'zebra-7731' }));
  const cases = [
    ['no session', without('sessionId'), /sessionId/],
    ['no number', without('phoneNumber'), /phoneNumber/],
    ['no service code', without('serviceCode'), /serviceCode/],
    ['empty session', form(good({ sessionId: '', text: 'zebra-7731' })), /sessionId/],
    ['empty body', '', /sessionId/],
    ['two sessions', `${full}&sessionId=zebra-7731`, /sessionId/],
    ['two texts', `${full}&text=zebra-7731`, /text/],
    ['bad UTF-8', `${form({ ...good() }).replace('text=', 'text=zebra-7731%FF')}`, /text/],
    ['raw bad UTF-8', Buffer.from(`${form({ ...good() })}zebra-7731\xC3(`, 'latin1'), /text/],
    ['a NUL', form(good()).replace('text=', 'text=zebra-7731%00'), /text/],
    ['a broken escape', form(good()).replace('text=', 'text=zebra-7731%G1'), /text/],
    ['an escape cut short', `${form(good())}zebra-7731%4`, /text/],
    ['no number at all', form(good({ phoneNumber: 'zebra-7731' })), /phoneNumber/],
    ['a number too long', form(good({ phoneNumber: `+${'2'.repeat(40)}` })), /phoneNumber/],
    ['a session too long', form(good({ sessionId: 'zebra-7731'.repeat(20) })), /sessionId/],
    ['control characters', form(good({ sessionId: 'zebra-7731\r\nX: y' })), /sessionId/],
    ['a transcript too long', form(good({ text: 'zebra-7731'.repeat(300) })), /text/],
    ['sixty-five fields', `${form(good())}${'&z=zebra-7731'.repeat(65)}`, /64 fields/],
    ['JSON', JSON.stringify(good({ text: 'zebra-7731' })), /sessionId/, 'application/json'],
    ['multipart', '--b\r\nContent-Disposition: form-data; name="sessionId"\r\n\r\nzebra-7731\r\n--b--', /sessionId/, 'multipart/form-data; boundary=b'],
  ];
  const happened = await effectsOf(async () => {
    for (const [name, body, detail, type = formType['content-type']] of cases)
      await t.test(name, async () => assertRefused(await send('POST', door, { headers: { 'content-type': type }, body }), 400, detail));
  });
  assert.deepEqual(happened, {});
  await isAnswering();
});

test('broken SMS and receipts: 400, too', async () => {
  assertRefused(await postForm('/sms/africastalking/in?key=demo', { from: '+254711000001', to: '384', text: 'zebra-7731' }), 400, /id/);
  assertRefused(await postForm('/sms/africastalking/in?key=demo', { id: 'zebra-7731', to: '384', text: 'x' }), 400, /from/);
  assertRefused(await postForm('/sms/africastalking/receipt?key=demo', { id: 'zebra-7731' }), 400, /status/);
  assert.equal((await postForm('/sms/africastalking/receipt?key=demo', { id: 'never sent', status: 'Success' })).status, 200);
});

test('a body of a megabyte: 413, whether it says its length or not', async () => {
  const megabyte = 'x'.repeat(1 << 20);
  const told = await exchange([requestBytes('POST', door, `text=${megabyte}`, formType)]);
  assert.deepEqual(statusesOf(told.text), [413], told.text.slice(0, 300));
  assert.match(told.text, /application\/problem\+json/);
  const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
  const untold = await exchange([requestBytes('POST', door, '', { ...formType, 'transfer-encoding': 'chunked' }), chunk.repeat(16), '0\r\n\r\n']);
  assert.deepEqual(statusesOf(untold.text), [413], untold.text.slice(0, 300));
  await isAnswering();
});

test('a header too large: 431', async () => {
  const long = await exchange([requestBytes('POST', door, '', { ...formType, cookie: 'zebra-7731'.repeat(2_000) })]);
  assert.deepEqual(statusesOf(long.text), [431]);
  assert.ok(!long.text.includes('zebra'));
  const longTarget = await exchange([requestBytes('GET', `/ussd/con_end?key=demo&ussd_string=${'1*'.repeat(8_000)}`)]);
  assert.ok([414, 431].includes(statusesOf(longTarget.text)[0]), longTarget.text.slice(0, 200));
});

test('bytes that are no HTTP are refused or hung up on', async () => {
  for (const noise of ['\0\0\0\0\0\0\0\0', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 'HELO mail\r\n\r\n', 'GET\r\n\r\n', '\r\n'.repeat(2_000),
    'POST /ussd/africastalking?key=demo HTTP/9.9\r\n\r\n', 'POST /ussd HTTP/1.1\r\nContent-Length: -5\r\n\r\n',
    'POST /ussd HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n', 'POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n']) {
    const { text } = await exchange([Buffer.from(noise, 'latin1')], { halfClose: true, patience: 6_000 });
    for (const status of statusesOf(text)) assert.ok(status >= 400 && status < 500, `${JSON.stringify(noise)}: ${status}`);
  }
  await isAnswering();
});

test('a client that dawdles is told so and does not hold up the others', async () => {
  const bytes = requestBytes('POST', door, new URLSearchParams(good()).toString(), formType);
  const slow = Promise.all([
    exchange([bytes.subarray(0, 20)], { patience: 8_000 }),
    exchange([bytes.subarray(0, bytes.length - 5)], { patience: 8_000 }),
    exchange([...bytes.subarray(0, 200)].map((byte) => Buffer.from([byte])), { pause: 60, patience: 9_000 }),
  ]);
  const begun = performance.now();
  await isAnswering();
  assert.ok(performance.now() - begun < 1_500);
  for (const { text, how } of await slow) {
    assert.notEqual(how, 'patience');
    assert.deepEqual(statusesOf(text), [408], text);
  }
});

test('a request in many small pieces is a request', async () => {
  const bytes = requestBytes('POST', door, new URLSearchParams(good()).toString(), { ...formType, connection: 'close' });
  const pieces = [];
  for (let at = 0; at < bytes.length; at += 7) pieces.push(bytes.subarray(at, at + 7));
  const { text } = await exchange(pieces, { pause: 2 });
  assert.match(text, /\r\n\r\nCON 1 My assistance/);
});

const lastWord = say('en', 'home.other');
test('pipelined requests are answered in order', async () => {
  const numbers = ['+254711000001', '+254711000003', '+254711000004', '+254711000002', '+254711000001'];
  const bytes = Buffer.concat(numbers.map((phoneNumber) => requestBytes('POST', door, new URLSearchParams(good({ phoneNumber })).toString(), formType)));
  const { text } = await exchange([bytes], { until: (all) => statusesOf(all).length === 5 && all.endsWith(lastWord) });
  const screens = Buffer.from(text, 'latin1').toString('utf8').split('HTTP/1.1 200').slice(1).map((part) => part.split('\r\n\r\n')[1].slice(4));
  assert.deepEqual(screens.map(homeLanguage), ['en', 'fr', 'ar', 'sw', 'en']);
});

test('a gateway that sends more than it may: 429', async () => {
  const all = await Promise.all(Array.from({ length: 30 }, () => postForm('/ussd/throttled?key=demo', good())));
  const refused = all.filter(({ status }) => status === 429);
  assert.ok(refused.length >= 20, `${refused.length} refused`);
  assertRefused(refused[0], 429, /fewer/i);
  assert.ok(Number(refused[0].headers['retry-after']) >= 1);
  assert.ok(all.some(({ status }) => status === 200));
});

test('a number that dials too often is held off, others are not', async () => {
  const number = '+254711000098';
  let held = 0;
  await Promise.all(Array.from({ length: 10 }, async () => {
    for (let i = 0; i < 40; ++i) if (/^END /.test((await postForm(door, good({ phoneNumber: number }))).body)) held += 1;
  }));
  assert.ok(held >= 50, `${held} of 400 were held off`);
  await isAnswering();
});

test('a thousand random requests: the server stays up and answers right', async (t) => {
  const seed = Number(process.env.FUZZ_SEED ?? randomInt(2 ** 31));
  t.diagnostic(`FUZZ_SEED=${seed}`);
  let state = seed >>> 0;
  const random = (below) => {  // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) % below;
  };
  const pick = (list) => list[random(list.length)];
  const seeds = () => {
    const text = Array.from({ length: random(5) }, () => pick(['1', '0', '00', '#', '98', '4826', '٤', 'é', '%', '*', '+254', ''])).join('*');
    const fields = new URLSearchParams(good({ text, phoneNumber: pick(['+254711000001', '+254711000004', '+254711000077', 'x', '']) })).toString();
    return pick([
      () => requestBytes('POST', door, fields, formType),
      () => requestBytes('GET', `/ussd/con_end?key=demo&session_id=f&msisdn=%2B254711000001&service_code=%2A384%23&ussd_string=${text}`),
      () => requestBytes('POST', `/ussd/${pick(['hubtel', 'arkesel', 'nalo', 'infobip/session/f/start', 'infobip/session/f/response'])}?key=demo`, JSON.stringify({
        SessionId: 'f', Mobile: '254711000077', Type: pick(['Initiation', 'Response', 'Release', 'x']), Sequence: random(4), Message: text,
        sessionID: 'f', newSession: pick([true, false, 'x']), msisdn: '254711000077', userData: text, text,
        USERID: 'f', MSISDN: pick(['254711000077', 7]), MSGTYPE: pick([true, false]), USERDATA: text, ExtraData: { deep: [[[]]] },
      }), jsonType),
      () => requestBytes('POST', '/ussd/africastalking/end?key=demo', `${fields}&status=Incomplete`, formType),
      () => requestBytes('POST', '/sms/africastalking/in?key=demo', 'id=fuzz&from=%2B254711000077&to=384&text=x', formType),
      () => requestBytes('POST', '/sms/africastalking/receipt?key=demo', 'id=x&status=Success', formType),
      () => requestBytes('POST', '/phone/api/hop', JSON.stringify({ gateway: 'africastalking', session: 'f', from: '+254711000001', inputs: ['1'], event: 'answer' }), { 'content-type': 'application/json' }),
      () => requestBytes('POST', '/simulator/africastalking/version1/messaging', 'username=sandbox&to=%2B254711000001&message=x', { ...formType, apikey: 'demo' }),
      () => requestBytes('GET', pick(['/healthz', '/readyz', '/phone', '/phone/assets/x/y', '/phone/api/inbox?number=x'])),
      () => Buffer.from(Array.from({ length: random(400) }, () => random(256))),
    ])();
  };
  const spoil = (bytes) => {
    let out = Buffer.from(bytes);
    for (let i = random(6); i > 0 && out.length > 0; --i) {
      const at = random(out.length);
      switch (random(5)) {
        case 0: out[at] = random(256); break;
        case 1: out = out.subarray(0, at); break;
        case 2: out = Buffer.concat([out.subarray(0, at), Buffer.from(pick(['\r\n', '\0', '%', '&', ' ', '\xff', ': ', '=']), 'latin1'), out.subarray(at)]); break;
        case 3: out = Buffer.concat([out.subarray(0, at), out.subarray(at + random(20))]); break;
        default: out = Buffer.concat([out, out.subarray(at)]);
      }
    }
    return out;
  };
  const requests = Array.from({ length: 1_000 }, () => spoil(seeds()));
  const pid = await serverPid();
  const seen = new Map();
  let next = 0;
  await Promise.all(Array.from({ length: 40 }, async () => {
    while (next < requests.length) {
      const bytes = requests[next++];
      const { text } = await exchange([bytes], { halfClose: true, patience: 6_000 });
      assert.ok(text === '' || text.startsWith('HTTP/1.1 '), `FUZZ_SEED=${seed}: ${JSON.stringify(text.slice(0, 80))}`);
      for (const status of statusesOf(text)) {
        seen.set(status, (seen.get(status) ?? 0) + 1);
        assert.ok(status < 500, `FUZZ_SEED=${seed}: ${status} for ${JSON.stringify(bytes.toString('latin1'))}`);
      }
    }
  }));
  t.diagnostic([...seen].sort().map(([status, count]) => `${status}: ${count}`).join(', '));
  assert.ok((seen.get(200) ?? 0) > 20 && (seen.get(400) ?? 0) > 20, 'the requests are neither all good nor all bad');
  assert.equal(await serverPid(), pid);
  process.kill(pid, 0);
  await isAnswering();
});

test('after all that: ready, counted, and no connection leaked', async () => {
  assert.equal((await send('GET', '/healthz')).status, 200);
  assert.equal((await send('GET', '/readyz')).status, 200);
  const metrics = await (await fetch(`${adminUrl}/metrics`)).text();
  assert.match(metrics, /ussd_hops_total\{[^}]*gateway="africastalking"[^}]*\} [1-9]/);
  assert.match(metrics, /gateway_refusals_total\{[^}]*reason="secret"[^}]*\} [1-9]/);
  const refused = await fetch(`${url}/metrics`);
  assert.equal(refused.status, 404);
  await until(async () => {
    const open = [...(await (await fetch(`${adminUrl}/metrics`)).text()).matchAll(/^http_open_connections\S* (\d+)/gm)].reduce((sum, [, n]) => sum + Number(n), 0);
    return open < 120;
  }, 5_000, 'a small number of open connections');
  assert.deepEqual(await sql('SELECT reference FROM change_request GROUP BY reference HAVING count(*) > 1'), []);
});
