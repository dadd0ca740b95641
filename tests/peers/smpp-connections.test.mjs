// Ways to an SMSC: TLS with an authority of its own, a name that the certificate does not carry, IPv6, outbind, separate
// binds. One server, an account each.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { freePort, sleep, startHouse, until } from './lib/house.mjs';
import { delivery, startSmsc } from './lib/smsc.mjs';

const folder = mkdtempSync(join(tmpdir(), 'mlango-tls-'));
const certificate = (name, alternative) => {
  const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
    '-subj', `/CN=${name}`, '-addext', `subjectAltName=${alternative}`, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  return { file: cert, key: readFileSync(key), cert: readFileSync(cert) };
};
let house, outbindPort, people = 0;
const smsc = {};
const phone = () => String(254755000000 + ++people);

before(async () => {
  const right = certificate('localhost', 'DNS:localhost'), other = certificate('other', 'DNS:other.example');
  smsc.tls = await startSmsc({ tls: right });
  smsc.otherName = await startSmsc({ tls: other });
  smsc.unknown = await startSmsc({ tls: right });
  smsc.named = await startSmsc({ tls: other });
  smsc.v6 = await startSmsc({ host: '::1' });
  smsc.separate = await startSmsc();
  smsc.outbind = await startSmsc();
  outbindPort = await freePort();
  const account = (name, more) => `  - { name: ${name}, system_id: mlango, first_backoff: 20ms, longest_backoff: 200ms, ${more} }\n`;
  house = await startHouse(`gateways:
  - { name: hubtel, dialect: hubtel, secrets_file: secrets, profile: { region: KE } }
smpp:
${account('tls', `host: localhost, port: ${smsc.tls.port}, tls: true, ca_file: ${right.file}`)}${
  account('other_name', `host: localhost, port: ${smsc.otherName.port}, tls: true, ca_file: ${other.file}`)}${
  account('unknown', `host: localhost, port: ${smsc.unknown.port}, tls: true`)}${
  account('named', `host: 127.0.0.1, port: ${smsc.named.port}, tls: true, ca_file: ${other.file}, server_name: other.example`)}${
  account('v6', `host: "::1", port: ${smsc.v6.port}`)}${
  account('separate', `host: 127.0.0.1, port: ${smsc.separate.port}, bind: separate, binds: 2`)}${
  account('outbind', `outbind: { port: ${outbindPort}, address: 127.0.0.1, allow: [127.0.0.1], system_id: smsc }, bind: receiver`)}`);
});
after(async () => {
  assert.equal(await house?.stop(), 0);
  for (const each of Object.values(smsc)) await each.close();
  rmSync(folder, { recursive: true, force: true });
});

const takes = async (one) => {
  await one.bound();
  const inbox = Number(await house.one('SELECT count(*) FROM inbox'));
  one.session.send(delivery(1, phone(), 'HELLO'));
  await one.confirmed(1);
  assert.equal(one.confirmations[0].status, 0);
  assert.equal(Number(await house.one('SELECT count(*) FROM inbox')), inbox + 1);
};

test('TLS: an authority of the operator’s own, and messages go', async () => {
  await takes(smsc.tls);
  await until(() => smsc.tls.submits.length > 0, 10_000, 'a reply');
});
test('TLS: the certificate of another host is refused', async () => {
  await until(() => smsc.otherName.refusedHandshakes > 1 || smsc.otherName.sessions.length > 1, 10_000, 'two tries');
  assert.equal(smsc.otherName.binds, 0);
});
test('TLS: an authority that nobody knows is refused', async () => {
  await until(() => smsc.unknown.refusedHandshakes > 1 || smsc.unknown.sessions.length > 1, 10_000, 'two tries');
  assert.equal(smsc.unknown.binds, 0);
});
test('TLS: the certificate’s name may be told', () => takes(smsc.named));
test('IPv6', () => takes(smsc.v6));
test('separate binds: two transmitters, two receivers', async () => {
  await until(() => smsc.separate.binds === 4, 10_000, 'four binds');
});
test('outbind: who gives another name is left; who gives the right one is bound to', async () => {
  const stranger = smsc.outbind.outbind(outbindPort, 'stranger', '');
  await until(() => stranger.destroyed, 10_000, 'the end');
  assert.equal(smsc.outbind.binds, 0);
  await until(async () => {
    const socket = smsc.outbind.outbind(outbindPort, 'smsc', '');
    await sleep(200);
    return !socket.destroyed;
  }, 10_000, 'a connection');
  await takes(smsc.outbind);
});
