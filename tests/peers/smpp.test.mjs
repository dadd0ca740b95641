// The server as an ESME of node-smpp: binds, messages both ways, receipts in their forms, a long message, unbind.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { startHouse, until } from './lib/house.mjs';

const smpp = createRequire(import.meta.url)('smpp');
let house, server, port;
const sessions = [], submits = [];
let unbinds = 0;
// What a test makes of a submission; the default takes it.
let answer = (session, pdu) => session.send(pdu.response({ message_id: String(submits.length) }));
let people = 0;
const phone = () => String(254744000000 + ++people);

before(async () => {
  server = smpp.createServer((session) => {
    session.on('error', () => {});
    for (const kind of ['bind_transceiver', 'bind_transmitter', 'bind_receiver'])
      session.on(kind, (pdu) => {
        const right = pdu.system_id === 'mlango' && pdu.password === 'secret';
        session.send(pdu.response({ command_status: right ? 0 : smpp.ESME_RINVPASWD, system_id: 'node' }));
        if (right) sessions.push({ kind, session });
      });
    session.on('submit_sm', (pdu) => { submits.push(pdu); answer(session, pdu); });
    session.on('enquire_link', (pdu) => session.send(pdu.response()));
    session.on('unbind', (pdu) => { ++unbinds; session.send(pdu.response()); session.close(); });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  ({ port } = server.address());
  process.env.MLANGO_SMPP_PASSWORD_NODE = 'secret';
  house = await startHouse(`gateways:
  - { name: hubtel, dialect: hubtel, secrets_file: secrets, profile: { region: KE } }
smpp:
  - { name: node, host: localhost, port: ${port}, system_id: mlango, source: "384", binds: 2, first_backoff: 50ms, longest_backoff: 500ms }
`);
  await until(() => sessions.length >= 2, 10_000, 'two binds');
});
after(async () => {
  assert.equal(await house?.stop(), 0);
  assert.ok(unbinds >= 2, 'each bind was unbound');
  server?.close();
});

// Resolves with the response to a message from a phone.
const deliver = (fields, by = 0) => new Promise((done) => sessions.at(-1 - by).session.deliver_sm(
  { source_addr_ton: 1, source_addr_npi: 1, destination_addr: '384', ...fields }, done));
const replyTo = (number) => submits.find((pdu) => pdu.destination_addr === number);
const delivered = async () => Number(await house.one("SELECT count(*) FROM outbox WHERE state = 'delivered'"));
const receipt = (to, id, state = 'DELIVRD') => ({ source_addr: to, esm_class: 4,
  short_message: `id:${id} sub:001 dlvrd:001 submit date:2601010000 done date:2601010001 stat:${state} err:000 text:` });

test('two transceivers are bound', () => {
  assert.deepEqual(sessions.map(({ kind }) => kind), ['bind_transceiver', 'bind_transceiver']);
});

test('a message over each of the binds is answered', async () => {
  for (const by of [0, 1]) {
    const from = phone();
    assert.equal((await deliver({ source_addr: from, short_message: 'HELLO' }, by)).command_status, 0);
    const reply = await until(() => replyTo(from), 10_000, 'a reply');
    assert.equal(reply.source_addr, '384');
    assert.equal(reply.dest_addr_ton, 1);
    assert.equal(reply.registered_delivery, 1);
    assert.ok(String(reply.short_message.message).length > 10);
    assert.ok(reply.user_message_reference > 0);
  }
});

test('Arabic comes and goes as UCS-2', async () => {
  const from = phone();
  assert.equal((await deliver({ source_addr: from, data_coding: 8, short_message: Buffer.from('مرحبا', 'utf16le').swap16() })).command_status, 0);
  await until(() => replyTo(from), 10_000, 'a reply');
});

for (const [form, sent, told] of [['decimal', '90001', '90001'], ['hexadecimal in the response', '15f92', '90002'], ['with leading zeros', '0000090003', '90003']])
  test(`a receipt whose id is ${form}`, async () => {
    const from = phone(), before = await delivered();
    answer = (session, pdu) => session.send(pdu.response({ message_id: sent }));
    await deliver({ source_addr: from, short_message: 'HELLO' });
    await until(() => replyTo(from), 10_000, 'a reply');
    assert.equal((await deliver(receipt(from, told))).command_status, 0);
    await until(async () => (await delivered()) === before + 1, 10_000, 'delivered');
  });

test('a receipt by TLV, without a text', async () => {
  const from = phone(), before = await delivered();
  answer = (session, pdu) => session.send(pdu.response({ message_id: 'abc-123' }));
  await deliver({ source_addr: from, short_message: 'HELLO' });
  await until(() => replyTo(from), 10_000, 'a reply');
  await deliver({ source_addr: from, esm_class: 4, receipted_message_id: 'abc-123', message_state: 2, short_message: '' });
  await until(async () => (await delivered()) === before + 1, 10_000, 'delivered');
});

test('a receipt before its response', async () => {
  const from = phone(), before = await delivered();
  answer = async (session, pdu) => { await deliver(receipt(from, 'early-1')); session.send(pdu.response({ message_id: 'early-1' })); };
  await deliver({ source_addr: from, short_message: 'HELLO' });
  await until(async () => (await delivered()) === before + 1, 10_000, 'delivered');
});

test('a long message in two parts over two binds, the last part first', async () => {
  const from = phone(), inbox = Number(await house.one('SELECT count(*) FROM inbox'));
  answer = (session, pdu) => session.send(pdu.response({ message_id: 'x1' }));
  const part = (number, words) => ({ source_addr: from, esm_class: 0x40, data_coding: 0,
    short_message: Buffer.concat([Buffer.from([5, 0, 3, 77, 2, number]), Buffer.from(words)]) });
  assert.equal((await deliver(part(2, 'of it'), 1)).command_status, 0);
  assert.equal((await deliver(part(1, 'HELLO, this is the beginning '), 0)).command_status, 0);
  await until(async () => Number(await house.one('SELECT count(*) FROM inbox')) === inbox + 1, 10_000, 'one message');
});

test('killed and started again: bound, and messages go', async () => {
  const before = sessions.length;
  await house.restart('SIGKILL');
  await until(() => sessions.length >= before + 2, 10_000, 'two binds');
  answer = (session, pdu) => session.send(pdu.response({ message_id: `again-${submits.length}` }));
  const from = phone();
  assert.equal((await deliver({ source_addr: from, short_message: 'HELLO' })).command_status, 0);
  await until(() => replyTo(from), 10_000, 'a reply');
});
