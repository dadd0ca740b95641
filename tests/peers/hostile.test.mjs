// SMSCs as they are: each test is a behaviour that was seen in the field or in another's program, and what the server
// must do then: stay up, refuse what is wrong by its number, connect again, lose nothing, send nothing twice.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { sleep, startHouse, until } from './lib/house.mjs';
import { delivery, id, octets, pdu, receiptText, startSmsc, status, text, tlv } from './lib/smsc.mjs';

let house, smsc, listening;
let people = 0, sequence = 1000;
const phone = () => String(254733000000 + ++people);

before(async () => {
  smsc = await startSmsc();
  listening = await startSmsc();
  listening.answers.bind = (session, { sequence: number }) => {
    // osmo-msc answers whatever bind as a transmitter's.
    session.bound = true;
    session.send(pdu((id.bind_transmitter | id.response) >>> 0, 0, number, text('osmo')));
  };
  house = await startHouse(`gateways:
  - { name: hubtel, dialect: hubtel, secrets_file: secrets, profile: { region: KE } }
smpp:
  - name: rude
    host: 127.0.0.1
    port: ${smsc.port}
    system_id: mlango
    source: "384"
    window: 5
    starting_rate: 1000
    response_timeout: 700ms
    enquire_link: 1s
    first_backoff: 20ms
    longest_backoff: 200ms
  - { name: osmo, host: 127.0.0.1, port: ${listening.port}, system_id: mlango, bind: receiver, first_backoff: 20ms, longest_backoff: 200ms }
`);
});
after(async () => {
  assert.equal(await house?.stop(), 0, 'the server ends as it should');
  await smsc?.close();
  await listening?.close();
});
beforeEach(async () => {
  smsc.polite();
  await smsc.bound();
  smsc.submits.length = smsc.confirmations.length = smsc.nacks.length = 0;
});

const say = (from, words, options) => smsc.session.send(delivery(++sequence, from, words, options));
const repliesTo = (number) => smsc.submits.filter((one) => one.to === number).length;
// Somebody writes, is confirmed and gets her reply: everything works.
async function works() {
  await smsc.bound();
  const from = phone();
  say(from, 'HELLO');
  await until(() => repliesTo(from) === 1, 10_000, 'a reply');
  await until(() => smsc.confirmations.some((one) => one.sequence === sequence && one.status === 0), 5_000, 'a confirmation');
}
const counted = async (name) => Number((await house.metrics()).match(new RegExp(`^${name.replaceAll(/[{}"]/g, '\\$&')} (\\d+)`, 'm'))?.[1] ?? 0);

test('polite: a message is confirmed and answered', works);

test('a receiver is bound although the response names a transmitter', async () => {
  await listening.bound();
  listening.session.send(delivery(1, phone(), 'HELLO'));
  await listening.confirmed(1);
  assert.equal(listening.confirmations[0].status, 0);
});

test('no answer to some submissions: the slot is free again, the others go, nothing goes twice', async () => {
  let unanswered = 0;
  smsc.answers.submit = (session, request, politely) => { if (unanswered < 6) ++unanswered; else politely(session, request); };
  const people = Array.from({ length: 8 }, phone);
  for (const each of people) say(each, 'HELLO');
  await smsc.submitted(8, 20_000);
  await sleep(1_500);
  for (const each of people) assert.equal(repliesTo(each), 1);
});

test('a generic_nack whose sequence number is a length is no answer to anything', async () => {
  const before = await counted('smpp_unexpected_responses_total{account="rude"}');
  smsc.answers.submit = (session, request, politely) => { session.send(pdu(id.generic_nack, status.RINVCMDLEN, 91)); politely(session, request); };
  await works();
  await until(async () => (await counted('smpp_unexpected_responses_total{account="rude"}')) > before, 3_000, 'the count');
});

test('a length that says HTTP is refused, and the connection made anew', async () => {
  const old = smsc.session;
  old.send(Buffer.from('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'));
  await until(() => smsc.nacks.some((nack) => nack.status === status.RINVCMDLEN), 5_000, 'a nack');
  await until(() => smsc.session !== old && smsc.session.bound, 5_000, 'a new connection');
  await works();
});

test('a length below that of a header is refused in the same way', async () => {
  const old = smsc.session;
  old.send(octets(0, 0, 0, 8, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 1));
  await until(() => smsc.session !== old && smsc.session.bound, 5_000, 'a new connection');
  await works();
});

test('a deliver_sm that breaks off is refused by its number, and the session goes on', async () => {
  const { session } = smsc;
  session.send(pdu(id.deliver_sm, 0, 4711, text(''), octets(1, 1), text('254733')));
  const refused = () => smsc.nacks.find((nack) => nack.sequence === 4711) ?? smsc.confirmations.find((one) => one.sequence === 4711 && one.status !== 0);
  await until(refused, 5_000, 'a refusal');
  const lies = delivery(4712, phone(), 'HELLO');
  lies[lies.length - 6] = 200; // sm_length
  session.send(lies);
  await until(() => smsc.nacks.some((nack) => nack.sequence === 4712) || smsc.confirmations.some((one) => one.sequence === 4712 && one.status !== 0), 5_000, 'a refusal');
  await works();
  assert.equal(smsc.session, session);
});

test('an unknown command is refused by its number, and the session goes on', async () => {
  const { session } = smsc;
  session.send(pdu(0x00000999, 0, 4713, octets(1, 2, 3)));
  await until(() => smsc.nacks.some((nack) => nack.sequence === 4713 && nack.status === 3), 5_000, 'a nack');
  await works();
  assert.equal(smsc.session, session);
});

test('a connection that ends inside a PDU is made anew, and the message comes again whole', async () => {
  const old = smsc.session, from = phone(), whole = delivery(++sequence, from, 'HELLO');
  old.socket.end(whole.subarray(0, 30));
  await until(() => smsc.session !== old && smsc.session.bound, 5_000, 'a new connection');
  smsc.session.send(whole);
  await until(() => repliesTo(from) === 1, 5_000, 'a reply');
});

test('PDUs that come octet by octet are read', async () => {
  const from = phone(), whole = delivery(++sequence, from, 'HELLO');
  for (const one of whole) { smsc.session.send(octets(one)); await sleep(1); }
  await until(() => repliesTo(from) === 1, 5_000, 'a reply');
});

test('RALYBND: the dead session is waited for', async () => {
  let refused = 0;
  smsc.answers.bind = (session, request, politely) => {
    if (++refused > 3) return politely(session, request);
    session.send(pdu((request.command | id.response) >>> 0, status.RALYBND, request.sequence));
  };
  smsc.session.socket.destroy();
  await until(() => refused > 3 && smsc.session.bound, 10_000, 'a bind');
  await works();
});

test('a wrong password is told as an error and tried again', async () => {
  let refused = 0;
  smsc.answers.bind = (session, request, politely) => {
    if (++refused > 2) return politely(session, request);
    session.send(pdu((request.command | id.response) >>> 0, status.RINVPASWD, request.sequence));
    session.socket.end();
  };
  smsc.session.socket.destroy();
  await until(() => refused > 2 && smsc.session.bound, 10_000, 'a bind');
  assert.match(await house.log(), /error smpp_bind_refused account=rude .*ESME_RINVPASWD/);
  await works();
});

test('an SMSC that answers no enquire_link is left, and found again', async () => {
  const old = smsc.session;
  smsc.answers.enquire = () => {};
  await until(() => smsc.session !== old, 10_000, 'a new connection');
  smsc.polite();
  await works();
});

test('an SMSC that reads nothing any more is left, although what it was told is stuck, and found again', async () => {
  const old = smsc.session, asks = Buffer.concat(Array.from({ length: 4096 }, (_, number) => pdu(id.enquire_link, 0, number + 1)));
  old.socket.pause();
  // Each question has an answer; until the answers fill all that lies between, and the server reads no more either.
  let room = true, sent = 0;
  while (room && sent++ < 1_000) {
    if (!old.socket.write(asks)) room = await Promise.race([new Promise((done) => old.socket.once('drain', () => done(true))), sleep(700).then(() => false)]);
  }
  assert.equal(room, false, 'the connection is full');
  await until(() => smsc.session !== old && smsc.session.bound, 10_000, 'a new connection');
  old.socket.destroy();
  await works();
});

test('the SMSC repeats a sequence number: both messages are taken', async () => {
  const [one, other] = [phone(), phone()];
  smsc.session.send(delivery(7, one, 'HELLO'), delivery(7, other, 'HELLO'));
  await until(() => repliesTo(one) === 1 && repliesTo(other) === 1, 5_000, 'two replies');
  assert.equal(smsc.confirmations.filter((each) => each.sequence === 7 && each.status === 0).length, 2);
});

test('TLVs that are unknown, of a wrong length or broken off cost no message', async () => {
  const people = [phone(), phone(), phone()];
  say(people[0], 'HELLO', { tlvs: [tlv(0x1500, Buffer.from('vendor')), tlv(0x0428, octets(1, 2, 3, 4, 5))] });
  say(people[1], 'HELLO', { tlvs: [tlv(0x0204, octets(1))] });
  say(people[2], 'HELLO', { tlvs: [octets(0x04, 0x24, 0x7f, 0xff, 1, 2)] });
  for (const each of people) await until(() => repliesTo(each) === 1, 5_000, 'a reply');
});

test('responses to nothing are counted and passed over', async () => {
  smsc.session.send(pdu(id.submit_sm | id.response, 0, 999999, text('77')), pdu(id.deliver_sm | id.response, 0, 5), pdu(id.enquire_link | id.response, 0, 0x7fffffff));
  await works();
});

test('a receipt before the response is not lost', async () => {
  smsc.answers.submit = (session, request, politely) => {
    const { to } = smsc.submits.at(-1), name = String(smsc.nextId);
    session.send(delivery(++sequence, to, receiptText(name), { esm: 4 }));
    politely(session, request);
  };
  const before = Number(await house.one("SELECT count(*) FROM outbox WHERE state = 'delivered'"));
  const people = Array.from({ length: 5 }, phone);
  for (const each of people) say(each, 'HELLO');
  await until(async () => Number(await house.one("SELECT count(*) FROM outbox WHERE state = 'delivered'")) === before + 5, 10_000, 'five deliveries');
});

test('a constant message id: each receipt settles its own message', async () => {
  const before = Number(await house.one("SELECT count(*) FROM outbox WHERE state = 'delivered'"));
  smsc.answers.submit = (session, { sequence: number }) => session.send(pdu(id.submit_sm | id.response, 0, number, text('msg_id_not_implemented')));
  const people = [phone(), phone(), phone()];
  for (const each of people) say(each, 'HELLO');
  await smsc.submitted(3);
  await sleep(300);
  for (const each of people) say(each, receiptText('msg_id_not_implemented'), { esm: 4 });
  await until(async () => Number(await house.one("SELECT count(*) FROM outbox WHERE state = 'delivered'")) === before + 3, 10_000, 'three deliveries');
});

test('receipts that name nothing, or nothing of ours, are confirmed', async () => {
  say(phone(), receiptText('no-such-message'), { esm: 4 });
  say(phone(), 'this is no receipt', { esm: 4 });
  await smsc.confirmed(2);
  assert.deepEqual(smsc.confirmations.map((one) => one.status), [0, 0]);
});

test('a confirmation that is lost with its connection: the message counts once', async () => {
  const from = phone(), words = 'HELLO', old = smsc.session;
  old.send(delivery(51, from, words));
  await until(() => smsc.confirmations.some((one) => one.sequence === 51) && repliesTo(from) === 1, 5_000, 'the confirmation and the reply');
  await sleep(200); // the response to our reply is read
  old.socket.destroy();
  await until(() => smsc.session !== old && smsc.session.bound, 5_000, 'a new connection');
  const inbox = await house.one('SELECT count(*) FROM inbox');
  smsc.session.send(delivery(1, from, words));
  await until(() => smsc.confirmations.some((one) => one.sequence === 1 && one.status === 0), 5_000, 'the confirmation');
  assert.equal(await house.one('SELECT count(*) FROM inbox'), inbox);
  await works();
  assert.equal(repliesTo(from), 1);
});

test('the same words in two turns of a conversation are two messages', async () => {
  const from = phone(), inbox = Number(await house.one('SELECT count(*) FROM inbox'));
  say(from, '1');
  await smsc.confirmed(1);
  await sleep(3_200);
  say(from, '1');
  await smsc.confirmed(2);
  assert.equal(Number(await house.one('SELECT count(*) FROM inbox')), inbox + 2);
});

test('throttled: the message goes later, once', async () => {
  let throttled = 0;
  smsc.answers.submit = (session, request, politely) => {
    if (++throttled > 2) return politely(session, request);
    session.send(pdu(id.submit_sm | id.response, status.RTHROTTLED, request.sequence));
  };
  const from = phone();
  say(from, 'HELLO');
  await until(() => throttled > 2, 20_000, 'a later try');
  await sleep(500);
  assert.equal(repliesTo(from), 3);
});

test('the SMSC unbinds: it is answered, and bound to again', async () => {
  const old = smsc.session;
  let answered = false;
  old.socket.on('data', (some) => { answered ||= some.readUInt32BE(4) === ((id.unbind | id.response) >>> 0); });
  old.send(pdu(id.unbind, 0, 88));
  await until(() => smsc.session !== old && smsc.session.bound, 5_000, 'a new connection');
  assert.ok(answered);
  await works();
});
