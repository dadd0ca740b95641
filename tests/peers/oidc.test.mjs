// Signing in at the console by an identity provider of others: npm's oidc-provider, certified for OpenID Connect. The
// test walks as a browser does, with its cookies, from address to address.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { Provider } from 'oidc-provider';
import { freePort, sleep, startHouse } from './lib/house.mjs';

const secret = 'a secret of the client, forty characters';
const api = '/api/staff/v1';
let house, issuer, idp;

async function startProvider(port, { alg = 'RS256' } = {}) {
  const { privateKey } = alg === 'RS256' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'console', client_secret: secret, redirect_uris: [`${house.url}${api}/sign-in/provider/back`], grant_types: ['authorization_code'], response_types: ['code'], id_token_signed_response_alg: alg }],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: `${alg}-${Date.now()}`, alg, use: 'sig' }] },
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'ES256'] },
    cookies: { keys: ['a key of the test'] },
    pkce: { required: () => true, methods: ['S256'] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, preferred_username: 'officer.one', email: 'officer.one@example.org' }) }),
  });
  const server = createServer(provider.callback()).listen(port, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  return { stop: () => new Promise((done) => { server.closeAllConnections(); server.close(done); }) };
}

// One browser: cookies by origin, redirections one at a time.
class Browser {
  constructor() { this.jars = new Map(); this.seen = []; }
  jar(url) {
    const { origin } = new URL(url);
    if (!this.jars.has(origin)) this.jars.set(origin, new Map());
    return this.jars.get(origin);
  }
  async go(url, { method = 'GET', form, json, headers = {} } = {}) {
    const jar = this.jar(url);
    const sent = { ...headers };
    if (jar.size) sent.Cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    if (json !== undefined) Object.assign(sent, { 'Content-Type': 'application/json', 'X-Mlango-Console': '1' });
    const answer = await fetch(url, { method, headers: sent, redirect: 'manual', body: form ? new URLSearchParams(form) : json === undefined ? undefined : JSON.stringify(json) });
    for (const line of answer.headers.getSetCookie()) {
      const [name, value] = line.split(';')[0].split(/=(.*)/s);
      if (value === '' || /max-age=0|expires=Thu, 01 Jan 1970/i.test(line)) jar.delete(name);
      else jar.set(name, value);
      this.seen.push({ name, line });
    }
    return { status: answer.status, location: answer.headers.get('location'), text: await answer.text(), url };
  }
  api(method, path, json) { return this.go(`${house.url}${api}${path}`, { method, json: method === 'GET' ? undefined : (json ?? {}) }).then((answer) => ({ ...answer, body: answer.text ? JSON.parse(answer.text) : null })); }

  // From `url` through the provider's own pages, as `who`, until the console has her back; returns that last address of
  // the console's API without visiting it. `refuses`: she says no.
  async through(url, who, { refuses = false } = {}) {
    let answer = await this.go(url);
    for (let step = 0; step < 20; ++step) {
      if (answer.location) {
        const to = new URL(answer.location, answer.url).href;
        if (to.startsWith(house.url)) return to;
        answer = await this.go(to);
        continue;
      }
      assert.equal(answer.status, 200, answer.text.slice(0, 400));
      const action = /action="([^"]+)"/.exec(answer.text)[1];
      const prompt = /name="prompt" value="([^"]+)"/.exec(answer.text)[1];
      if (refuses) answer = await this.go(/href="([^"]+\/abort)"/.exec(answer.text)[1]);
      else answer = await this.go(action, { method: 'POST', form: prompt === 'login' ? { prompt, login: who, password: 'x' } : { prompt } });
    }
    throw new Error('the provider’s pages have no end');
  }
  // The way back and where the console sends her then, below its own address.
  async back(address) {
    const answer = await this.go(address);
    assert.equal(answer.status, 303, answer.text);
    return answer.location.replace(house.url, '');
  }
  async signIn(who, options) { return this.back(await this.through(`${house.url}${api}/sign-in/provider`, who, options)); }
  get session() { return this.jar(house.url).get('mlango_console'); }
}

// RFC 6238.
function codeOf(base32, step) {
  let bits = '';
  for (const letter of base32) bits += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0');
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const sum = createHmac('sha1', Buffer.from(bits.match(/.{8}/g).map((octet) => parseInt(octet, 2)))).update(counter).digest();
  return String((sum.readUInt32BE(sum[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

const password = 'correct horse battery';
const app = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
async function makeStaff(name) {
  await new Promise((done, failed) => {
    const child = spawn(process.env.MLANGO_BIN, ['staff', 'add', name, '--from-stdin', '--role', 'statistics', '--operation', 'KEN', '--trained-until', '2036-01-01'], { env: { ...process.env, MLANGO_CONFIG: `${house.folder}/mlango.yaml` }, stdio: ['pipe', 'ignore', 'inherit'] });
    child.on('close', (code) => (code === 0 ? done() : failed(new Error(`staff add ended with ${code}`))));
    child.stdin.end(`${password}\n${app}\n`);
  });
  return Number(await house.one(`SELECT id FROM staff WHERE name = '${name}'`));
}
async function byPassword(name) {
  const browser = new Browser();
  await browser.api('POST', '/sign-in', { name, password });
  const { body } = await browser.api('POST', '/sign-in/code', { code: codeOf(app, Math.floor(Date.now() / 30_000)) });
  assert.equal(body.next, 'done');
  return browser;
}
const link = (name, subject) => house.sql(`UPDATE staff SET issuer = '${issuer}', subject = '${subject}' WHERE name = '${name}'`);

let port;
before(async () => {
  port = await freePort();
  issuer = `http://127.0.0.1:${port}`;
  house = await startHouse(`gateways:
  - { name: con_end, dialect: con_end, secrets_file: secrets, profile: { septets: 160, ucs2_units: 70, deadline: 10s, idle_time: 30s, session_time: 180s, region: KE } }
console:
  public_url: http://127.0.0.1:@PORT@
  rates: { sign_in_a_minute: 10000, sign_in_at_once: 10000, requests_a_minute: 100000, requests_at_once: 100000 }
  oidc: { issuer: "${issuer}", client_id: console, client_secret_file: oidc-secret, shown_name: Test House }
`, { files: { 'oidc-secret': `${secret}\n` } });
  idp = await startProvider(port);
}, { timeout: 400_000 });
after(async () => {
  await idp?.stop();
  await house?.stop();
});

describe('signing in by an identity provider', () => {
  test('the sign-in page names it', async () => {
    const { body } = await new Browser().api('GET', '/sign-in');
    assert.deepEqual(body.providers, [{ name: 'Test House', path: `${api}/sign-in/provider` }]);
  });
  test('an account is linked by herself, with her password once more, and then opens by the provider alone', async () => {
    const id = await makeStaff('officer.one');
    const before_ = await byPassword('officer.one');
    assert.equal((await new Browser().api('POST', '/me/identity', { password })).status, 401, 'not signed in');
    const wrong = await before_.api('POST', '/me/identity', { password: 'not this' });
    assert.equal(wrong.status, 422);
    assert.deepEqual(wrong.body.faults, [{ field: 'password', code: 'wrong' }]);
    const { body } = await before_.api('POST', '/me/identity', { password });
    const asked = new URL(body.address).searchParams;
    assert.equal(asked.get('code_challenge_method'), 'S256');
    assert.equal(asked.get('prompt'), 'login');
    assert.equal(await before_.back(await before_.through(body.address, 'subject-17')), '/console/access/me?provider=linked');
    assert.deepEqual(await house.sql(`SELECT issuer, subject FROM staff WHERE id = ${id}`), [[issuer, 'subject-17']]);
    assert.equal(await house.one(`SELECT actor FROM audit WHERE kind = 'staff.linked' AND record = ${id}`), `staff:${id}`);

    const browser = new Browser();
    assert.equal(await browser.signIn('subject-17'), '/console/');
    const me = await browser.api('GET', '/me');
    assert.equal(me.body.name, 'officer.one');
    assert.equal(await house.one(`SELECT detail FROM audit WHERE kind = 'staff.signed_in' AND record = ${id} ORDER BY id DESC`), 'provider');
    const flow = browser.seen.find((each) => each.name === 'mlango_provider').line;
    assert.match(flow, /HttpOnly; SameSite=Lax/);
    assert.match(browser.seen.find((each) => each.name === 'mlango_console').line, /HttpOnly; SameSite=Strict/);
    assert.equal(browser.jar(house.url).has('mlango_provider'), false, 'what was under way is forgotten');
  });
  test('an identity that nobody linked opens nothing, whatever name or address it brings', async () => {
    await makeStaff('nobody.linked');
    for (const subject of ['subject-99', 'nobody.linked', 'officer.one']) {
      const browser = new Browser();
      assert.equal(await browser.signIn(subject), '/console/?provider=unknown');
      assert.equal(browser.session, undefined);
    }
  });
  test('an account that is suspended is as unknown', async () => {
    await makeStaff('gone.away');
    await link('gone.away', 'subject-gone');
    await house.sql(`UPDATE staff SET state = 'suspended' WHERE name = 'gone.away'`);
    const browser = new Browser();
    assert.equal(await browser.signIn('subject-gone'), '/console/?provider=unknown');
    assert.equal(browser.session, undefined);
  });
  test('an identity is linked with one account', async () => {
    await makeStaff('second.one');
    const browser = await byPassword('second.one');
    const { body } = await browser.api('POST', '/me/identity', { password });
    assert.equal(await browser.back(await browser.through(body.address, 'subject-17')), '/console/access/me?provider=others');
  });
  test('she says no', async () => {
    assert.equal(await new Browser().signIn('subject-17', { refuses: true }), '/console/?provider=refused');
  });
});

describe('what an attacker tries', () => {
  const start = `${api}/sign-in/provider`;
  test('a way back in another browser: the victim is not signed in as the attacker', async () => {
    const attacker = new Browser();
    const address = await attacker.through(`${house.url}${start}`, 'subject-17');
    const victim = new Browser();
    assert.equal(await victim.back(address), '/console/?provider=again');
    assert.equal(victim.session, undefined);
    // Nor when the victim has a sign-in of her own under way.
    await victim.go(`${house.url}${start}`);
    assert.equal(await victim.back(address), '/console/?provider=again');
    assert.equal(victim.session, undefined);
  });
  test('a code of another flow, put into one’s own: PKCE does not let it through', async () => {
    const victim = new Browser();
    const stolen = new URL(await victim.through(`${house.url}${start}`, 'subject-17')).searchParams.get('code');
    const attacker = new Browser();
    const own = new URL(await attacker.through(`${house.url}${start}`, 'subject-99'));
    own.searchParams.set('code', stolen);
    assert.equal(await attacker.back(own.href), '/console/?provider=again');
    assert.equal(attacker.session, undefined);
  });
  test('the same way back twice', async () => {
    const browser = new Browser();
    const address = await browser.through(`${house.url}${start}`, 'subject-17');
    const cookie = browser.jar(house.url).get('mlango_provider');
    assert.equal(await browser.back(address), '/console/');
    const again = new Browser();
    again.jar(house.url).set('mlango_provider', cookie);
    assert.equal(await again.back(address), '/console/?provider=again');
    assert.equal(again.session, undefined);
  });
  test('a state, issuer or cookie that was changed', async () => {
    for (const spoil of [
      (url) => url.searchParams.set('state', 'x'), (url) => url.searchParams.delete('state'), (url) => url.searchParams.set('iss', 'https://evil.example'),
      (url) => url.searchParams.delete('iss'), (url) => url.searchParams.set('code', 'x'), (url) => url.searchParams.delete('code'),
      (url, browser) => browser.jar(house.url).set('mlango_provider', 'AAAA'),
      (url, browser) => browser.jar(house.url).set('mlango_provider', `${browser.jar(house.url).get('mlango_provider').slice(0, -3)}AAA`),
    ]) {
      const browser = new Browser();
      const url = new URL(await browser.through(`${house.url}${start}`, 'subject-17'));
      spoil(url, browser);
      assert.equal(await browser.back(url.href), '/console/?provider=again', String(spoil));
      assert.equal(browser.session, undefined);
    }
  });
  test('where she is sent to is never what the request says', async () => {
    const browser = new Browser();
    const answer = await browser.go(`${house.url}${start}?return_to=https://evil.example&redirect_uri=https://evil.example`, { headers: { Host: 'evil.example' } });
    const to = new URL(answer.location);
    assert.equal(to.origin, issuer);
    assert.equal(to.searchParams.get('redirect_uri'), `${house.url}${api}/sign-in/provider/back`);
  });
});

describe('the provider changes and fails', () => {
  test('a new key, of another kind, is fetched when a token names it', { timeout: 60_000 }, async () => {
    await idp.stop();
    idp = await startProvider(port, { alg: 'ES256' });
    await sleep(10_500);  // keys are asked for again after ten seconds at the earliest
    const browser = new Browser();
    assert.equal(await browser.signIn('subject-17'), '/console/');
    assert.equal((await browser.api('GET', '/me')).status, 200);
  });
  test('a provider that is away is said to be', { timeout: 60_000 }, async () => {
    const browser = new Browser();
    const address = await browser.through(`${house.url}${api}/sign-in/provider`, 'subject-17');
    await idp.stop();
    idp = null;
    assert.equal(await browser.back(address), '/console/?provider=away');
    assert.equal(browser.session, undefined);
    await house.restart();
    assert.equal(await new Browser().back(`${house.url}${api}/sign-in/provider`), '/console/?provider=away');
    assert.equal((await byPassword('nobody.linked')).session.length, 43, 'passwords work all the same');
  });
  test('no code, token, secret or subject stands in the log', async () => {
    const log = await house.log();
    assert.ok(log.includes('console_provider'));
    for (const word of ['subject-17', 'subject-99', secret, 'eyJ', 'code=', 'id_token']) assert.ok(!log.includes(word), word);
  });
});
