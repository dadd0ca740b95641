// A small phone: dials and types through a gateway's real endpoint, keeps the transcript, and fails when a screen does
// not fit or when the answer comes later than the gateway would wait.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { excessOf } from './screen.mjs';
import { languages, referencePattern, say } from './words.mjs';
import { url } from './world.mjs';

const deadline = 10_000;

export const gateways = {
  africastalking: {
    screen: { septets: 160, ucs2: 70 }, more: '#',
    form: (phone, inputs) => ({
      sessionId: phone.session, phoneNumber: phone.number, networkCode: '63902', serviceCode: '*384#', text: inputs.join('*'),
    }),
  },
  con_end: {
    screen: { septets: 140, ucs2: 63 }, more: '98', get: true,
    form: (phone, inputs) => ({
      session_id: phone.session, msisdn: phone.number, service_code: '*384#', ussd_string: inputs.join('*'),
    }),
  },
  likeness: {
    screen: { septets: 160, ucs2: 70 }, more: '#',
    form: (phone, inputs) => ({ sid: phone.session, msisdn: phone.number, input: inputs.at(-1) ?? '' }),
  },
  hubtel: {
    screen: { septets: 160, ucs2: 70 }, more: '#',
    json: (phone, inputs) => ({
      SessionId: phone.session, ServiceCode: '384', Type: inputs.length ? 'Response' : 'Initiation', Message: inputs.at(-1) ?? '*384*5*3#',
      Operator: 'mtn-gh', Mobile: phone.number.slice(1), ClientState: '', Sequence: inputs.length + 1, Platform: 'USSD',
    }),
    understand: ({ Message, Type }) => ({ text: Message, ended: Type === 'Release' }),
  },
  arkesel: {
    screen: { septets: 160, ucs2: 70 }, more: '#',
    json: (phone, inputs) => ({
      sessionID: phone.session, userID: 'SERVICE', newSession: inputs.length === 0, msisdn: phone.number.slice(1),
      userData: inputs.at(-1) ?? '*384#', network: 'MTN',
    }),
    understand: ({ message, continueSession }) => ({ text: message, ended: !continueSession }),
  },
  nalo: {
    screen: { septets: 120, ucs2: 70 }, more: '#',
    json: (phone, inputs) => ({
      USERID: 'SERVICE1', MSISDN: phone.number.slice(1), USERDATA: inputs.at(-1) ?? '*384#', MSGTYPE: inputs.length === 0,
      NETWORK: 'MTN', SESSIONID: phone.session,
    }),
    understand: ({ USERID, MSG, MSGTYPE }) => {
      assert.equal(USERID, 'SERVICE1');
      assert.ok([...MSG].length <= 120, MSG);
      return { text: MSG, ended: !MSGTYPE };
    },
  },
  infobip: {
    screen: { septets: 160, ucs2: 70 }, more: '#',
    below: (phone, inputs) => `/session/${phone.session}/${inputs.length ? 'response' : 'start'}`,
    json: (phone, inputs) => ({ msisdn: phone.number.slice(1), text: inputs.at(-1) ?? null, shortCode: '384', language: null }),
    understand: ({ ussdMenu, shouldClose, responseExitCode }) => {
      assert.equal(responseExitCode, 200);
      return { text: ussdMenu, ended: shouldClose };
    },
  },
};

const understandPrefix = (body) => {
  assert.match(body, /^(CON|END) /);
  return { text: body.slice(4), ended: body.startsWith('END') };
};

let agent = new http.Agent({ keepAlive: true, maxSockets: 512 });
// After the server was killed: its old connections are of no use.
export function freshConnections() {
  agent.destroy();
  agent = new http.Agent({ keepAlive: true, maxSockets: 512 });
}

// One request; resolves to { status, headers, body, took } or rejects with the socket's error.
export function send(method, path, { body, headers = {}, patience = deadline, through = agent } = {}) {
  return new Promise((done, failed) => {
    const begun = performance.now();
    const request = http.request(url + path, { method, headers, agent: through }, (response) => {
      const pieces = [];
      response.on('data', (piece) => pieces.push(piece));
      response.on('error', failed);
      response.on('end', () => {
        clearTimeout(timer);
        done({
          status: response.statusCode, headers: response.headers, body: Buffer.concat(pieces).toString('utf8'),
          took: performance.now() - begun,
        });
      });
    });
    const timer = setTimeout(() => request.destroy(new Error(`no answer within ${patience} ms`)), patience);
    request.on('error', (error) => { clearTimeout(timer); error.reused = request.reusedSocket; failed(error); });
    request.end(body);
  });
}

export const formType = { 'content-type': 'application/x-www-form-urlencoded' };

export function postForm(path, fields, options = {}) {
  return send('POST', path, { ...options, headers: formType, body: new URLSearchParams(fields).toString() });
}

export const jsonType = { 'content-type': 'application/json' };

export function postJson(path, body, options = {}) {
  return send('POST', path, { ...options, headers: jsonType, body: JSON.stringify(body) });
}

export class Phone {
  // `twice`: every hop is delivered a second time, and must be answered with the same screen.
  constructor(number, { gateway = 'africastalking', session = randomUUID(), through, twice = false } = {}) {
    Object.assign(this, { number, gateway, session, through, twice, inputs: [], text: undefined, ended: false, took: 0 });
  }

  // Delivers the hop that these inputs make, without taking it for the phone's own progress.
  async deliver(inputs = this.inputs) {
    const { form, json, get, below, understand, screen } = gateways[this.gateway];
    const fields = (form ?? json)(this, inputs);
    const path = `/ussd/${this.gateway}${below ? below(this, inputs) : ''}?key=demo`;
    const answer = get
      ? await send('GET', `${path}&${new URLSearchParams(fields)}`, { through: this.through })
      : await (json ? postJson : postForm)(path, fields, { through: this.through });
    assert.equal(answer.status, 200, `status ${answer.status}: ${answer.body}`);
    if (json) assert.equal(answer.headers['content-type'], 'application/json');
    const { text, ended } = json ? understand(JSON.parse(answer.body)) : understandPrefix(answer.body);
    assert.ok(excessOf(text, screen) <= 0, `too long for ${this.gateway}: ${JSON.stringify(text)}`);
    return { text, ended, took: answer.took };
  }

  async #go() {
    Object.assign(this, await this.deliver());
    if (this.twice) {
      const { text, ended } = await this.deliver();
      assert.deepEqual({ text, ended }, { text: this.text, ended: this.ended }, 'the same hop once more');
    }
    return this.text;
  }

  dial() {
    Object.assign(this, { session: randomUUID(), inputs: [] });
    return this.#go();
  }

  // Each input is a hop of its own; returns the last screen.
  async type(...inputs) {
    for (const input of inputs) {
      this.inputs.push(String(input));
      await this.#go();
    }
    return this.text;
  }

  // The whole of what is shown, all its pages, without the navigation.
  async whole() {
    const pages = [];
    for (;;) {
      const more = languages.map((language) => say(language, gateways[this.gateway].more === '#' ? 'common.more' : 'common.more_98'));
      const navigation = languages.flatMap((language) => [say(language, 'common.back'), say(language, 'common.home')]).concat(more);
      const lines = this.text.split('\n');
      const goesOn = more.some((word) => lines.at(-1).includes(word));
      const isNavigation = (line) => line !== '' && navigation.reduce((rest, word) => rest.replaceAll(word, ''), line).trim() === '';
      pages.push(lines.filter((line) => !isNavigation(line)).join('\n'));
      if (!goesOn) return pages.join('\n');
      await this.type(gateways[this.gateway].more);
    }
  }

  reference() {
    const found = referencePattern.exec(this.text);
    assert.ok(found, `a reference in ${JSON.stringify(this.text)}`);
    return found[0];
  }
}

// The language in which a text of this key stands on the screen, if any.
export const languageSaying = (text, key) => languages.find((language) => text.includes(say(language, key)));

// Home is what offers assistance, details, help and settings.
export const homeLanguage = (text) =>
  languages.find((language) => text.startsWith(`1 ${say(language, 'home.assistance')}\n2 ${say(language, 'home.details')}`));

// Families from number `first` on that a dial leads Home at once, of one language if it is given: [{ number, language,
// pin }]. Family i of 200 answers at +254700000000 + i, its PIN is 4826.
export async function families(first, count, wanted) {
  const found = [];
  for (let i = first; found.length < count; ++i) {
    assert.ok(i < 200, 'not enough families');
    const phone = new Phone(`+2547${String(i).padStart(8, '0')}`);
    const language = homeLanguage(await phone.dial());
    if (language && (!wanted || wanted === language)) found.push({ number: phone.number, language, pin: '4826' });
  }
  return found;
}

// Up to the last question of a new address: one more "1" asks for it.
// Where the last session of this number left a form: not that one.
export async function startAgain(phone) {
  const asked = languages.some((language) => phone.text.startsWith(say(language, 'resume.ask')));
  if (asked) await phone.type(2);
}

export async function readyToMove(who, address, options) {
  const phone = new Phone(who.number, options);
  await phone.dial();
  await startAgain(phone);
  await phone.type(2, who.pin, 3, 1, address);
  return phone;
}
