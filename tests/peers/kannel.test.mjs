// Kannel (bearerbox, smsbox) in front of us, with fakesmsc as the phones: her SMS comes by an sms-service, ours goes by
// sendsms, receipts come by dlr-url. Everything on loopback ports of the test's own.
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { freePort, startHouse, startPeer, until } from './lib/house.mjs';

const fakesmsc = '/usr/lib/kannel/test/fakesmsc';
const her = '254711000001';
const password = 'sendsms-5ecret';

let house, kannel;

const listens = (port) => new Promise((done) => {
  const socket = connect(port, '127.0.0.1');
  socket.on('connect', () => socket.destroy(done(true))).on('error', () => done(false));
});

// A blank line ends a group.
const configuration = (port) => `group = core
admin-port = ${port.admin}
admin-password = nobody
smsbox-port = ${port.box}
box-allow-ip = 127.0.0.1
log-file = bearerbox.txt
log-level = 0
dlr-storage = internal

group = smsc
smsc = fake
smsc-id = phones
port = ${port.phones}
connect-allow-ip = 127.0.0.1

group = smsc
smsc = fake
smsc-id = writing
port = ${port.writing}
connect-allow-ip = 127.0.0.1
allowed-smsc-id = nothing

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = ${port.sendsms}
mo-recode = true
http-request-retry = 600
http-queue-delay = 1
log-file = smsbox.txt
log-level = 0

group = sendsms-user
username = mlango
password = ${password}
concatenation = true
max-messages = 10

group = sms-service
keyword = get
get-url = "http://127.0.0.1:${port.mlango}/sms/kannel/in?key=demo&id=%I&from=%p&to=%P&text=%a&charset=%C"
max-messages = 0

group = sms-service
keyword = default
post-url = "http://127.0.0.1:${port.mlango}/sms/kannel/in?key=demo&id=%I"
send-sender = true
max-messages = 0
`;

async function startKannel(folder, port) {
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}/kannel.conf`, configuration(port));
  const log = () => readFile(`${folder}/smsbox.txt`, 'utf8');
  const bearerbox = await startPeer('bearerbox', '/usr/sbin/bearerbox', ['kannel.conf'], { folder, ready: () => listens(port.box) });
  const smsbox = await startPeer('smsbox', '/usr/sbin/smsbox', ['kannel.conf'], { folder, ready: () => listens(port.sendsms) });
  // -m 0: they write nothing, they only listen. What they get stands in their log.
  const connects = async () => (await phonesLog(folder)).split('Connecting').length;
  const switchOn = async () => {
    const before = await connects();
    return startPeer('phones', fakesmsc, ['-H', '127.0.0.1', '-r', String(port.phones), '-m', '0', `${her} 1 text x`],
      { folder, ready: async () => (await connects()) > before });
  };
  let phones = await switchOn();
  let written = 0;
  const serviced = async () => (await log()).split('Starting to service <').length - 1;
  return {
    smsbox: log,
    phonesOff: () => phones.stop(),
    phonesOn: async () => { phones = await switchOn(); },
    received: async () => (await phonesLog(folder)).split('\n').filter((line) => line.includes('Got message')).map((line) => line.replace(/^.*?: </, '').replace(/>$/, '')),
    // She writes: fakesmsc's words, "text Msaada" or "ucs2 %06%33…".
    write: async (words, from = her) => {
      const name = `writing${++written}`;
      const sent = () => readFile(`${folder}/${name}.log`, 'utf8').then((text) => text.includes('sent message'));
      const phone = await startPeer(name, fakesmsc, ['-H', '127.0.0.1', '-r', String(port.writing), '-i', '0.1', '-m', '1', `${from} 384 ${words}`], { folder, ready: sent });
      // Were the phone away before smsbox has it, it could be lost in between.
      await until(async () => (await serviced()) >= written, 20_000, 'that smsbox has it');
      await phone.stop();
    },
    stop: async () => {
      await phones.stop();
      await smsbox.stop();
      await bearerbox.stop();
    },
  };
}
const phonesLog = (folder) => readFile(`${folder}/phones.log`, 'utf8').catch(() => '');

const metric = async (name) => Number((await house.metrics()).match(new RegExp(`^${name}(?:{[^}]*})? ([0-9.]+)`, 'm'))?.[1] ?? 0);
const reaches = (name, value) => until(async () => (await metric(name)) >= value, 20_000, `${name} ${value}`);

before(async () => {
  const port = { admin: await freePort(), box: await freePort(), phones: await freePort(), writing: await freePort(), sendsms: await freePort() };
  house = await startHouse(`gateways:
  - name: kannel
    dialect: kannel
    secrets_file: secrets
    profile: { region: KE }
    sms: { url: "http://127.0.0.1:${port.sendsms}/cgi-bin/sendsms", username: mlango, sender: "384", route: phones, api_key_file: sendsms, callback: "http://127.0.0.1:@PORT@" }
`, { files: { sendsms: password } });
  port.mlango = house.port;
  kannel = await startKannel(`${house.folder}/kannel`, port);
});

after(async () => {
  await kannel?.stop();
  await house?.stop();
});

test('she writes, is answered, and the answer is known to have arrived', async () => {
  await kannel.write('text Msaada wangu');
  await reaches('sms_received_total', 1);
  const [answer] = await until(async () => { const got = await kannel.received(); return got.length > 0 && got; }, 20_000, 'the answer');
  assert.match(answer, new RegExp(`^384 \\+?${her} text `));
  assert.match(answer, /\*384#/);
  await until(() => house.one("SELECT count(*) FROM outbox WHERE state = 'delivered'").then((count) => count === '1'), 20_000, 'the receipt');
  assert.equal(await metric('sms_receipts_unmatched_total'), 0);
});

test('STOP in another script, as UCS-2, is honoured and confirmed', async () => {
  const before = (await kannel.received()).length;
  await kannel.write('ucs2 %06%42%06%41', '254711000002'); // قف
  await reaches('sms_received_total', 2);
  await until(async () => (await kannel.received()).length > before, 20_000, 'the confirmation');
  await until(() => house.one("SELECT count(*) FROM outbox WHERE state = 'delivered'").then((count) => count === '2'), 20_000, 'its receipt');
});

test('a get-url is read as well', async () => {
  const before = await metric('sms_received_total');
  await kannel.write('text get habari & karibu', '254711000003');
  await reaches('sms_received_total', before + 1);
});

test('what she writes while the server is away comes when it is back', async () => {
  const before = (await kannel.received()).length;
  await house.kill();
  await kannel.write('text Msaada', '254711000004');
  await house.resume();
  await reaches('sms_received_total', 1); // counted anew since the start
  await until(async () => (await kannel.received()).length > before, 20_000, 'the answer');
});

test('a receipt that comes while the server is away is told when it is back', async () => {
  const count = async (state) => Number(await house.one(`SELECT count(*) FROM outbox WHERE ${state}`));
  // What the tests before have sent is settled first: their receipts come when they come, and would be counted as ours.
  await until(async () => (await count("state <> 'delivered'")) === 0, 20_000, 'the receipts of what was sent before');
  const before = await count('true');
  const got = (await kannel.received()).length;
  await kannel.phonesOff();
  await kannel.write('text Msaada', '254711000005');
  // Kannel has nobody to hand it to: "3: Queued for later delivery".
  await until(async () => (await count("state = 'sent'")) === 1 && (await count('true')) === before + 1, 20_000, 'the queued answer');
  await house.kill();
  await kannel.phonesOn();
  await until(async () => (await kannel.received()).length > got, 30_000, 'the answer');
  const id = await house.one("SELECT id FROM outbox WHERE state = 'sent'");
  for (const state of [8, 1])
    await until(async () => new RegExp(`Couldn't fetch <[^>]*receipt\\?key=demo&ref=${id}&state=${state}>`).test(await kannel.smsbox()), 20_000,
      `that the receipt ${state} found nobody`);
  await house.resume();
  // Every message is settled, whichever order its receipts (8 and 1) came in.
  await until(async () => (await count("state = 'delivered'")) === before + 1, 20_000, 'the receipt');
});

test('an empty answer makes no SMS, and no number or text stands in an address or in our log', async () => {
  assert.doesNotMatch((await kannel.received()).join('\n'), /Empty reply|Could not fetch/);
  const smsbox = await kannel.smsbox();
  const addresses = [...smsbox.matchAll(/<(http:[^>]*)>/g)].map((match) => match[1]).filter((one) => !one.includes('text=get'));
  for (const address of addresses) assert.doesNotMatch(address, /2547|Msaada/i);
  assert.doesNotMatch(await house.log(), /2547110000|Msaada|habari/i);
  assert.doesNotMatch(await house.log(), new RegExp(password));
});
