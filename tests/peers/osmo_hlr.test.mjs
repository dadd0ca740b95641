// A community network's own USSD: Debian's osmo-hlr between our server, its External USSD Entity, and an MSC that the
// test plays (an MSC needs radio; nothing else is played).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connectMsc } from './lib/gsup.mjs';
import { sleep, startHouse, until } from './lib/house.mjs';
import { startHlr } from './lib/osmo_hlr.mjs';

const english = '001010000000001', arabic = '001010000000004', amharic = '001010000000013';
const numberless = '001010000000090', stranger = '001010000000099';
let house, hlr, msc;

const metric = async (name) => {
  const line = (await house.metrics()).split('\n').find((one) => one.startsWith(`${name} `) || one.startsWith(`${name}{`));
  return line ? Number(line.slice(line.lastIndexOf(' '))) : 0;
};
const connected = () => until(async () => (await metric('gsup_connected{gateway="village"}')) === 1, 15_000, 'the HLR');

before(async () => {
  hlr = await startHlr(`${process.env.WORLD}/osmo-hlr`);
  for (const [imsi, number] of [[english, '254711000001'], [arabic, '254711000004'], [amharic, '254711000013'], [numberless, null]])
    await hlr.subscriber(imsi, number);
  house = await startHouse(`gsup:\n  - { name: village, euse: mlango, address: ${hlr.address}, profile: { region: KE } }\n`);
  await connected();
  msc = await connectMsc(hlr.address);
  for (const imsi of [english, arabic, amharic, numberless]) assert.equal(await msc.attach(imsi), true);
});
after(async () => {
  msc?.close();
  assert.equal(await house?.stop(), 0);
  await hlr?.stop();
});

test('she dials, walks the menu and comes back, in the default alphabet', async () => {
  const phone = await msc.phone(english, { invoke: 7 }).dial('*384#');
  assert.match(phone.text, /^1 My assistance\n/);
  assert.equal(phone.coding, 0x0f);
  assert.equal(phone.ended, false);
  assert.match((await phone.type(1)).text, /^Enter your PIN/);
  assert.match((await phone.type('4826')).text, /^My assistance\n/);
  assert.ok(phone.octets <= 112, 'at most 128 septets');
  let pages = 1;
  while (/# More/.test(phone.text) && pages < 9) { await phone.type('#'); ++pages; }
  assert.ok(pages > 1, 'the list has pages');
  assert.match((await phone.type('00')).text, /^1 My assistance\n/);
  phone.abort();
});

test('a code with digits behind it reaches us by the prefix', async () => {
  const phone = await msc.phone(english).dial('*384*2#');
  assert.match(phone.text, /^1 My assistance\n/);
  phone.abort();
});

test('Arabic and Amharic go as UCS-2, at most 56 characters a screen, both ways', async () => {
  for (const [imsi, letters] of [[arabic, /\p{Script=Arabic}/u], [amharic, /\p{Script=Ethiopic}/u]]) {
    const phone = await msc.phone(imsi).dial('*384#');
    for (const input of ['1', '4826', '#', '#', '00']) {
      assert.equal(phone.coding, 0x48);
      assert.match(phone.text, letters);
      assert.ok(phone.octets <= 112, phone.text);
      await phone.type(input);
    }
    phone.abort();
  }
});

test('two dialogues at once do not mix', async () => {
  const [one, two] = await Promise.all([msc.phone(english).dial('*384#'), msc.phone(arabic).dial('*384#')]);
  for (const input of ['6', '0', '5']) await Promise.all([one.type(input), two.type(input)]);
  assert.match(one.text, /[a-z]/);
  assert.match(two.text, /\p{Script=Arabic}/u);
  one.abort();
  two.abort();
});

test('many dialogues are answered, each with its own screen', async () => {
  const phones = await Promise.all(Array.from({ length: 40 }, (_, i) => msc.phone([english, arabic, amharic][i % 3]).dial('*384#')));
  phones.forEach((phone, i) => assert.match(phone.text, [/My assistance/, /\p{Script=Arabic}/u, /\p{Script=Ethiopic}/u][i % 3]));
  phones.forEach((phone) => phone.abort());
});

test('an error of her phone ends her dialogue and not the service', async () => {
  const phone = await msc.phone(english).dial('*384#');
  // osmo-hlr keeps errors from us and answers them itself: facility not supported.
  await phone.answer(Buffer.from('a306020141020122', 'hex'));
  assert.equal(phone.error, 0x15);
  assert.match((await msc.phone(english).dial('*384#')).text, /^1 My assistance\n/);
});

test('a subscriber without a number, and one the HLR does not know, read an apology and nothing else', async () => {
  for (const imsi of [numberless, stranger]) {
    const phone = await msc.phone(imsi).dial('*384#');
    assert.equal(phone.ended, true);
    assert.match(phone.text, /[Ss]orry|not working|later/);
    assert.doesNotMatch(phone.text, /assistance|\d{6}/);
  }
  const log = await house.log();
  for (const secret of [english, arabic, amharic, numberless, stranger, '254711000001', '4826', '*384*2#'])
    assert.ok(!log.includes(secret), `the log holds ${secret}`);
});

test('the phone begins anew with a session number that is used again', async () => {
  const first = await msc.phone(english).dial('*384#');
  await first.type(6);
  first.abort();
  const again = msc.phone(english);
  assert.match((await again.dial('*384#')).text, /^1 My assistance\n/);
  again.abort();
});

test('our server killed in mid-dialogue and started again goes on where she was', async () => {
  const phone = await msc.phone(english, { invoke: 33 }).dial('*384#');
  const settings = (await phone.type(6)).text;
  await house.kill();
  await house.resume();
  await connected();
  assert.match((await phone.type(0)).text, /^1 My assistance\n/);
  assert.equal((await phone.type(6)).text, settings);
  assert.ok(await metric('gsup_dialogues{gateway="village"}') >= 1);
  phone.abort();
});

test('while our server is away her phone is told, and afterwards it works again', async () => {
  await house.kill();
  await sleep(200);
  const phone = await msc.phone(english).dial('*384#');
  assert.equal(phone.error, 0x22);
  await house.resume();
  await connected();
  assert.match((await msc.phone(english).dial('*384#')).text, /^1 My assistance\n/);
});

test('the HLR killed and started again is found again', async () => {
  await hlr.kill();
  await until(async () => (await metric('gsup_connected{gateway="village"}')) === 0, 5_000, 'the loss');
  msc.close();
  await hlr.resume();
  await connected();
  msc = await connectMsc(hlr.address);
  await msc.attach(english);
  const phone = await msc.phone(english).dial('*384#');
  assert.match(phone.text, /^1 My assistance\n/);
  assert.match((await phone.type(6)).text, /\w/);
});

test('told to stop, the server lets her read the last screen that she is owed', async () => {
  const answers = () => metric('ussd_hops_total{gateway="village",event="answer"}');
  const phone = await msc.phone(english).dial('*384#');
  const before = await answers();
  // Held long enough that the server is told to stop between her key and its answer.
  await house.holdRedis(1_000);
  const owed = phone.type(6);
  await until(async () => (await answers()) > before, 5_000, 'her key');
  const stopped = house.restart();
  assert.match((await owed).text, /\w/);
  await stopped;
  await connected();
});
