// A house that issues credentials, and a phone that dials it: the wallet's tests share them.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { promisify } from 'node:util';
import { root, startHouse, until } from './house.mjs';

const run = promisify(execFile);

// `wallet`: further lines of the section, indented by two.
export async function startWalletHouse({ wallet = '', ...options } = {}) {
  const folder = await mkdtemp(`${process.env.WORLD}/issuer-`);
  await run(process.env.MLANGO_BIN, ['keys', 'issuer', 'new', '--folder', `${folder}/keys`]);
  const house = await startHouse(`gateways:
  - name: africastalking
    dialect: africastalking
    secrets_file: secrets
    profile: { septets: 160, ucs2_units: 70, deadline: 10s, region: KE }
wallet:
  issuer: http://127.0.0.1:@PORT@
  signing_keys: ${folder}/keys
  kinds: ${root}/wallet/credentials.yaml
  list_pause: 200ms
  list_ttl: 1s
${wallet}`, options);
  // The lists are made by the first round.
  await until(async () => (await (await fetch(`${house.url}/verify/trust.json`)).json()).status_lists.length > 0, 20_000, 'a status list');
  return house;
}

export async function addVerifier(house, { presets = 'usual', country = 'KEN', name = 'Bahari Bank' } = {}) {
  return (await house.mlango('verifier', 'add', '--name', name, '--purpose', 'To open an account', '--country', country,
    '--presets', presets, '--contact', 'privacy@bank.example')).trim();
}

export async function addClient(house, verifier, name = 'core') {
  const told = await house.mlango('verifier', 'client', verifier, name);
  return { id: /client_id (\S+)/.exec(told)[1], secret: /client_secret (\S+)/.exec(told)[1] };
}

// A session of the web phone. Each step answers the screen's whole text.
export class Phone {
  constructor(house, number, pin) {
    Object.assign(this, { house, number, pin });
  }
  async #hop(event) {
    const answer = await fetch(`${this.house.url}/phone/api/hop`, {
      method: 'POST', headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ gateway: 'africastalking', session: this.session, from: this.number, inputs: this.inputs, event }),
    });
    const body = await answer.json();
    assert.equal(answer.status, 200, JSON.stringify(body));
    assert.equal(body.fault, undefined, JSON.stringify(body.fault));
    this.text = body.text;
    return this.text;
  }
  async dial() {
    Object.assign(this, { session: randomUUID(), inputs: [] });
    return this.#hop('begin');
  }
  async type(...keys) {
    for (const key of keys) {
      this.inputs.push(String(key));
      await this.#hop('answer');
      if (/PIN/.test(this.text) && this.pin !== undefined && !this.inputs.at(-1).startsWith(this.pin)) {
        this.inputs.push(this.pin);
        await this.#hop('answer');
      }
    }
    return this.text;
  }
  // Chooses the line that says `words`, over as many pages as there are.
  async choose(words) {
    for (let page = 0; page < 8; ++page) {
      const line = this.text.split('\n').find((one) => /^\d+ /.test(one) && words.test(one));
      if (line) return this.type(line.split(' ')[0]);
      assert.match(this.text, /^# /m, `no line says ${words}: ${this.text}`);
      await this.type('#');
    }
    throw new Error(`no line says ${words}: ${this.text}`);
  }
  async openWallet() {
    await this.dial();
    return this.choose(/My ID/);
  }
}

export const amina = (house) => new Phone(house, '+254711000001', '4826');
const digitsOf = (text) => text.replace(/[^0-9]/g, '');

// She shares with `verifier`, and reads the code from her screen.
export async function shareByPhone(phone, verifier, preset = /18/) {
  await phone.openWallet();
  await phone.choose(/Share/);
  if (/whom/.test(phone.text)) await phone.type(1);
  if (/Which card/.test(phone.text)) await phone.choose(/registration/i);
  assert.match(phone.text, /What may they see/);
  await phone.choose(preset);
  await phone.type(verifier);
  await phone.choose(/Agree/);
  const code = /(\d{3} \d{3} \d{4,5})/.exec(phone.text);
  assert.ok(code, phone.text);
  return digitsOf(code[1]);
}

// She asks for a card on a smartphone: what stands on her screen and nowhere else.
export async function offerByPhone(phone, card = /registration/i) {
  await phone.openWallet();
  await phone.choose(/smartphone/);
  await phone.choose(card);
  const told = /(\d{3} \d{3} \d{4}).*?(\d{3} \d{3})(?!\d)/s.exec(phone.text);
  assert.ok(told, phone.text);
  return { number: digitsOf(told[1]), txCode: digitsOf(told[2]) };
}
