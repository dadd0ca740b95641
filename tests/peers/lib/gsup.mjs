// GSUP as an MSC speaks it to an HLR: IPA framing, PROC_SS, USSD strings. Written for the tests and on its own, so that
// it shares no mistake with the server's codec.
import { connect } from 'node:net';

const alphabet = '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const extension = { 0x0a: '\f', 0x14: '^', 0x28: '{', 0x29: '}', 0x2f: '\\', 0x3c: '[', 0x3d: '~', 0x3e: ']', 0x40: '|', 0x65: '€' };

export function packUssd(text) {
  const septets = [...text].map((c) => alphabet.indexOf(c));
  if (septets.includes(-1)) throw new Error('not GSM 7-bit');
  if (septets.length % 8 === 7) septets.push(0x0d);
  const octets = [];
  let bits = 0, count = 0;
  for (const septet of septets) {
    bits |= septet << count;
    count += 7;
    while (count >= 8) { octets.push(bits & 0xff); bits >>= 8; count -= 8; }
  }
  if (count > 0) octets.push(bits & 0xff);
  return Buffer.from(octets);
}

export function unpackUssd(octets) {
  const septets = [];
  let bits = 0, count = 0;
  for (const octet of octets) {
    bits |= octet << count;
    count += 8;
    while (count >= 7) { septets.push(bits & 0x7f); bits >>= 7; count -= 7; }
  }
  if (octets.length % 7 === 0 && septets.at(-1) === 0x0d) septets.pop();
  let text = '';
  for (let i = 0; i < septets.length; ++i)
    text += septets[i] === 0x1b ? extension[septets[++i]] : alphabet[septets[i]];
  return text;
}

function decoded(coding, octets) {
  if (coding === 0x0f) return unpackUssd(octets);
  if (coding === 0x48) return Buffer.from(octets).swap16().toString('utf16le');
  throw new Error(`coding ${coding}`);
}

const element = (tag, value) => Buffer.concat([Buffer.from([tag, value.length]), value]);
const tbcd = (imsi) => {
  const digits = imsi.length % 2 ? `${imsi}f` : imsi;
  return Buffer.from(digits.replace(/(.)(.)/g, '$2$1'), 'hex');
};

function elements(octets) {
  const found = new Map();
  for (let at = 0; at + 2 <= octets.length;) {
    const length = octets[at + 1];
    if (at + 2 + length > octets.length) throw new Error('an element does not fit');
    found.set(octets[at], octets.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return found;
}

// As strict as a phone: lengths in one octet up to 127.
function element_at(octets, at) {
  if (octets[at + 1] > 127) throw new Error(`length octet ${octets[at + 1]}`);
  if (at + 2 + octets[at + 1] > octets.length) throw new Error('a part does not fit');
  return { tag: octets[at], value: octets.subarray(at + 2, at + 2 + octets[at + 1]), end: at + 2 + octets[at + 1] };
}

function understood(octets) {
  const whole = element_at(octets, 0);
  const id = element_at(whole.value, 0);
  const read = { kind: { 0xa1: 'invoke', 0xa2: 'result', 0xa3: 'error', 0xa4: 'reject' }[whole.tag], id: id.value[0] };
  if (read.kind === 'error') return { ...read, code: element_at(whole.value, id.end).value[0] };
  if (read.kind === 'reject' || id.end === whole.value.length) return read;
  let inside = whole.value, at = id.end;
  if (read.kind === 'result') { inside = element_at(inside, at).value; at = 0; }
  const operation = element_at(inside, at);
  const sequence = element_at(inside, operation.end).value;
  const coding = element_at(sequence, 0);
  const text = element_at(sequence, coding.end).value;
  return { ...read, operation: operation.value[0], coding: coding.value[0], octets: text.length, text: decoded(coding.value[0], text) };
}

const ussdString = (text) => element(0x30, Buffer.concat([element(0x04, Buffer.from([0x0f])), element(0x04, packUssd(text))]));
const small = (value) => element(0x02, Buffer.from([value]));

// An MSC with any number of phones. `name` is what the HLR routes by.
export async function connectMsc(address, { port = 4222, name = 'MSC-test' } = {}) {
  const socket = connect({ host: address, port });
  await new Promise((done, failed) => socket.once('connect', done).once('error', failed));
  socket.setNoDelay(true);
  const sessions = new Map(), attaching = new Map();
  let input = Buffer.alloc(0), nextSession = 0x20000000 + (process.pid & 0xffff) * 16, greeted;
  const ready = new Promise((done) => { greeted = done; });
  const send = (stream, payload) => socket.write(Buffer.concat([Buffer.from([payload.length >> 8, payload.length & 0xff, stream]), payload]));
  const gsup = (payload) => send(0xee, Buffer.concat([Buffer.from([0x05]), payload]));
  const proc = (type, imsi, session, state, component) => {
    const id = Buffer.alloc(4);
    id.writeUInt32BE(session);
    gsup(Buffer.concat([Buffer.from([type]), element(0x01, tbcd(imsi)), element(0x30, id), element(0x31, Buffer.from([state])),
      component ? element(0x35, component) : Buffer.alloc(0)]));
  };
  const onCcm = (payload) => {
    if (payload[0] === 0x00) send(0xfe, Buffer.from([0x01]));
    if (payload[0] === 0x06) greeted();
    if (payload[0] !== 0x04) return;
    const tag = (which, text) => { const value = Buffer.from(`${text}\0`); return Buffer.concat([Buffer.from([0, value.length + 1, which]), value]); };
    send(0xfe, Buffer.concat([Buffer.from([0x05]), tag(0, name), tag(1, name), tag(8, '0/0/0')]));
    send(0xfe, Buffer.from([0x06]));
  };
  const onGsup = (payload) => {
    const type = payload[0], parts = elements(payload.subarray(1));
    const imsi = parts.get(0x01)?.toString('hex').replace(/(.)(.)/g, '$2$1').replace(/f$/, '');
    if (type === 0x10) gsup(Buffer.concat([Buffer.from([0x12]), element(0x01, tbcd(imsi)), element(0x28, Buffer.from([2]))]));
    if (type === 0x06 || type === 0x05) attaching.get(imsi)?.(type === 0x06);
    if (type < 0x20 || type > 0x22 || !parts.has(0x30)) return;
    const session = parts.get(0x30).readUInt32BE(), key = `${imsi}/${session}`;
    const told = { type, state: parts.get(0x31)?.[0], ...(parts.has(0x35) ? understood(parts.get(0x35)) : {}) };
    if (told.state === 1) phones.get(imsi)?.(session, told);
    else sessions.get(key)?.(told);
  };
  socket.on('data', (data) => {
    input = Buffer.concat([input, data]);
    while (input.length >= 3 && input.length >= 3 + input.readUInt16BE(0)) {
      const length = input.readUInt16BE(0), stream = input[2], payload = input.subarray(3, 3 + length);
      input = input.subarray(3 + length);
      if (stream === 0xfe) onCcm(payload);
      else if (stream === 0xee && payload[0] === 0x05) onGsup(payload.subarray(1));
    }
  });
  socket.on('error', () => {});
  const phones = new Map();
  await ready;

  // What comes to a session, one at a time.
  const inbox = (key) => {
    const waiting = [], asking = [];
    sessions.set(key, (told) => (asking.length ? asking.shift()(told) : waiting.push(told)));
    return (patience) => new Promise((done, failed) => {
      if (waiting.length) return done(waiting.shift());
      const timer = setTimeout(() => { asking.splice(asking.indexOf(take), 1); failed(new Error(`nothing came within ${patience} ms`)); }, patience);
      const take = (told) => { clearTimeout(timer); done(told); };
      asking.push(take);
    });
  };

  return {
    attach: (imsi) => new Promise((done) => {
      attaching.set(imsi, done);
      gsup(Buffer.concat([Buffer.from([0x04]), element(0x01, tbcd(imsi)), element(0x28, Buffer.from([2]))]));
    }),
    // Texts that the network shows without being asked; `confirm` answers as phones do.
    onNotice: (imsi, act) => phones.set(imsi, (session, told) => {
      act(told);
      if (told.operation === 0x3d) proc(0x22, imsi, session, 3, element(0xa2, small(told.id)));
    }),
    phone: (imsi, { patience = 15_000, invoke = 1 } = {}) => {
      const session = nextSession++, next = inbox(`${imsi}/${session}`);
      let asked = null;
      const phone = {
        session, text: '', ended: false, error: null, coding: null,
        dial: (code) => { proc(0x20, imsi, session, 1, element(0xa1, Buffer.concat([small(invoke), small(0x3b), ussdString(code)]))); return phone.see(); },
        type: (input) => phone.answer(element(0xa2, Buffer.concat([small(asked), element(0x30, Buffer.concat([small(0x3c), ussdString(String(input))]))]))),
        answer: (component) => { proc(0x22, imsi, session, 2, component); return phone.see(); },
        see: async () => {
          const told = await next(patience);
          phone.ended = told.state === 3;
          phone.error = told.kind === 'error' ? told.code : null;
          if (told.kind === 'error' || told.kind === 'reject') return phone;
          // An answer to what was asked, or a question.
          if (phone.ended && (told.kind !== 'result' || told.id !== invoke || told.operation !== 0x3b)) throw new Error('the last screen answers something else');
          if (!phone.ended && (told.kind !== 'invoke' || told.id === invoke || told.operation !== 0x3c)) throw new Error('the screen asks nothing');
          asked = told.id;
          phone.text = told.text;
          phone.coding = told.coding;
          phone.octets = told.octets;
          return phone;
        },
        // The red key.
        abort: () => proc(0x20, imsi, session, 3, null),
      };
      return phone;
    },
    close: () => socket.destroy(),
  };
}
