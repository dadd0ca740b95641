// USSD over SMPP with node-smpp as the message centre, by three profiles: the specification's, one with data_sm, one by
// service types alone.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { startHouse, until } from './lib/house.mjs';

const smpp = createRequire(import.meta.url)('smpp');
const centres = {};
let house;

// A message centre that hands each submission of ours to whoever waits for that phone.
async function startCentre(name) {
  const centre = { session: null, waiting: new Map(), came: new Map(), refuse: 0, responses: 0 };
  const take = (pdu) => {
    const code = centre.refuse;
    centre.session.send(pdu.response({ command_status: code, message_id: '1' }));
    const to = pdu.destination_addr, resolve = centre.waiting.get(to);
    if (resolve) { centre.waiting.delete(to); resolve(pdu); } else centre.came.set(to, pdu);
  };
  centre.server = smpp.createServer((session) => {
    session.on('error', () => {});
    session.on('bind_transceiver', (pdu) => { session.send(pdu.response({ system_id: name })); centre.session = session; });
    session.on('submit_sm', take);
    session.on('data_sm', take);
    session.on('enquire_link', (pdu) => session.send(pdu.response()));
    session.on('unbind', (pdu) => { session.send(pdu.response()); session.close(); });
    session.on('close', () => { if (centre.session === session) centre.session = null; });
  });
  await new Promise((done) => centre.server.listen(0, '127.0.0.1', done));
  centre.port = centre.server.address().port;
  centre.next = (number, patience = 10_000) => new Promise((done, failed) => {
    if (centre.came.has(number)) { const pdu = centre.came.get(number); centre.came.delete(number); return done(pdu); }
    const timer = setTimeout(() => failed(new Error(`nothing came to ${number}`)), patience);
    centre.waiting.set(number, (pdu) => { clearTimeout(timer); done(pdu); });
  });
  // The response comes before our screen does, or with it.
  centre.say = (number, fields) => new Promise((done) => {
    const { command = 'deliver_sm', ...rest } = fields;
    centre.session[command]({ source_addr_ton: 1, source_addr_npi: 1, source_addr: number, destination_addr: '384', ...rest },
      (answer) => { ++centre.responses; done(answer.command_status); });
  });
  return centre;
}
const words = (pdu) => {
  const body = pdu.short_message?.message?.length ? pdu.short_message.message : pdu.message_payload;
  const text = body?.message ?? body;
  return Buffer.isBuffer(text) ? (pdu.data_coding === 8 ? Buffer.from(text).swap16().toString('utf16le') : text.toString('latin1')) : String(text);
};
const its = (pdu) => (Buffer.isBuffer(pdu.its_session_info) ? pdu.its_session_info.readUInt16BE(0) : pdu.its_session_info);
const session = (value) => (typeof value === 'number' ? Buffer.from([value >> 8, value & 0xff]) : value);

before(async () => {
  for (const name of ['spec', 'cloudhopper', 'letters']) centres[name] = await startCentre(name);
  house = await startHouse(`smpp:\n${Object.entries(centres).map(([name, { port }]) =>
    `  - { name: ${name}, host: 127.0.0.1, port: ${port}, system_id: mlango, source: "384", first_backoff: 50ms, longest_backoff: 500ms,\n` +
    `      ussd: { profile: ${name}, service_code: "384", network: { region: KE } } }\n`).join('')}`);
  await until(() => Object.values(centres).every((one) => one.session), 10_000, 'the binds');
});
after(async () => {
  assert.equal(await house?.stop(), 0);
  for (const { server } of Object.values(centres)) server.close();
});

test('spec: dial, PIN, list, Arabic beside it, and the end by its bit', async () => {
  const { spec } = centres, her = '254711000001', his = '254711000004';
  const key = (number, op, id, text) => spec.say(number, { ussd_service_op: op, its_session_info: session(id), short_message: text });
  assert.equal(await key(her, 1, 0x2a00, '*384#'), 0);
  let pdu = await spec.next(her);
  assert.match(words(pdu), /^1 My assistance\n/);
  assert.equal(pdu.service_type, 'USSD');
  assert.equal(pdu.ussd_service_op, 2);
  assert.equal(its(pdu), 0x2a00);
  assert.equal(pdu.source_addr, '384');
  // Another phone with the same id at the same time.
  await key(his, 1, 0x2a00, '*384#');
  pdu = await spec.next(his);
  assert.equal(pdu.data_coding, 8);
  assert.match(words(pdu), /\p{Script=Arabic}/u);
  await key(her, 18, 0x2a00, '1');
  assert.match(words(await spec.next(her)), /^Enter your PIN/);
  await key(her, 18, 0x2a00, '4826');
  assert.match(words(await spec.next(her)), /^My assistance\n/);
  await key(her, 0x81, 0x2a00, '');
  const log = await house.log();
  for (const secret of ['4826', her, his, '*384#']) assert.ok(!log.includes(secret), `the log holds ${secret}`);
});

test('spec: a restart in mid-dialogue goes on where she was', async () => {
  const { spec } = centres, her = '254711000001';
  const key = (op, text) => spec.say(her, { ussd_service_op: op, its_session_info: session(0x3000), short_message: text });
  await key(1, '*384#');
  await spec.next(her);
  await key(18, '6');
  const settings = words(await spec.next(her));
  await house.restart('SIGKILL');
  await until(() => spec.session, 10_000, 'the bind');
  await key(18, '0');
  assert.match(words(await spec.next(her)), /^1 My assistance\n/);
  await key(18, '6');
  assert.equal(words(await spec.next(her)), settings);
  await key(0x81, '');
});

test('spec: a screen that is refused ends the dialogue', async () => {
  const { spec } = centres, her = '254711000001';
  spec.refuse = 0x0b;
  await spec.say(her, { ussd_service_op: 1, its_session_info: session(0x4000), short_message: '*384#' });
  await spec.next(her);
  spec.refuse = 0;
  await until(async () => /smpp_ussd_faults_total\{gateway="spec",kind="refused"\} 1/.test(await house.metrics()), 5_000, 'the refusal');
  assert.match(await house.metrics(), /ussd_hops_total\{gateway="spec",event="abort"\} [1-9]|ussd_hops_total\{event="abort",gateway="spec"\} [1-9]/);
});

test('an SMS beside USSD is an SMS', async () => {
  const { spec } = centres, from = '254744000001';
  assert.equal(await spec.say(from, { short_message: 'HELLO' }), 0);
  // Whichever account has room carries the answer.
  const pdu = await Promise.any(Object.values(centres).map((one) => one.next(from, 15_000)));
  assert.equal(pdu.ussd_service_op, undefined);
  assert.match(words(pdu), /^Welcome/);
});

test('cloudhopper: data_sm with its payload, both ways', async () => {
  const { cloudhopper } = centres, her = '254711000001';
  await cloudhopper.say(her, { command: 'data_sm', service_type: 'USSD', ussd_service_op: 1, its_session_info: session(0x0100), message_payload: '*384#' });
  const pdu = await cloudhopper.next(her);
  assert.equal(pdu.command, 'data_sm');
  assert.match(words(pdu), /^1 My assistance\n/);
});

test('letters: service types alone', async () => {
  const { letters } = centres, her = '254711000001';
  await letters.say(her, { service_type: 'BR', short_message: '*384#' });
  let pdu = await letters.next(her);
  assert.equal(pdu.service_type, 'CR');
  assert.match(words(pdu), /^1 My assistance\n/);
  await letters.say(her, { service_type: 'CA', short_message: '6' });
  pdu = await letters.next(her);
  assert.equal(pdu.service_type, 'CR');
  assert.equal(pdu.dest_bearer_type, 4);
  await letters.say(her, { service_type: 'AF' });
});
