// An SMSC on a raw socket, as polite or as rude as a test makes it: it answers each request by `answers`, which a test
// replaces one by one. PDUs are written and read here, by the octet, so that they can be wrong.
import { connect, createServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { until } from './house.mjs';

export const id = { bind_receiver: 1, bind_transmitter: 2, query_sm: 3, submit_sm: 4, deliver_sm: 5, unbind: 6, bind_transceiver: 9,
  enquire_link: 0x15, generic_nack: 0x80000000, response: 0x80000000 };
export const status = { ok: 0, RINVMSGLEN: 1, RINVCMDLEN: 2, RALYBND: 5, RSYSERR: 8, RINVPASWD: 0x0e, RMSGQFUL: 0x14, RTHROTTLED: 0x58, RX_T_APPN: 0x64 };

export const text = (words) => Buffer.from(`${words}\0`, 'latin1');
export const octets = (...values) => Buffer.from(values);
export function tlv(tag, value) {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(tag);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value]);
}
export function pdu(command, code, sequence, ...body) {
  const head = Buffer.alloc(16), rest = Buffer.concat(body);
  [16 + rest.length, command, code, sequence].forEach((value, at) => head.writeUInt32BE(value >>> 0, at * 4));
  return Buffer.concat([head, rest]);
}
// A message from a phone, or a receipt (esm 4).
export const delivery = (sequence, from, words, { to = '384', esm = 0, coding = 0, tlvs = [] } = {}) => {
  const message = Buffer.isBuffer(words) ? words : Buffer.from(words, 'latin1');
  return pdu(id.deliver_sm, 0, sequence, text(''), octets(1, 1), text(from), octets(3, 0), text(to), octets(esm, 0, 0), text(''), text(''),
    octets(0, 0, coding, 0, message.length), message, ...tlvs);
};
export const receiptText = (name, state = 'DELIVRD') =>
  `id:${name} sub:001 dlvrd:001 submit date:2601010000 done date:2601010001 stat:${state} err:000 text:`;

export function readSubmit(body) {
  let at = 0;
  const string = () => { const end = body.indexOf(0, at), value = body.toString('latin1', at, end); at = end + 1; return value; };
  const out = {};
  string();
  at += 2; out.from = string();
  at += 2; out.to = string();
  out.esm = body[at]; at += 3;
  string(); string();
  out.registered = body[at]; out.coding = body[at + 2];
  const size = body[at + 4]; at += 5;
  out.message = body.subarray(at, at + size); at += size;
  out.tlvs = {};
  while (at + 4 <= body.length) { const end = at + 4 + body.readUInt16BE(at + 2); out.tlvs[body.readUInt16BE(at)] = body.subarray(at + 4, end); at = end; }
  return out;
}

// `tls`: key and cert. `host`: where it listens.
export async function startSmsc({ host = '127.0.0.1', tls } = {}) {
  const smsc = {
    sessions: [],      // all there ever were, the last one last
    submits: [],       // as readSubmit() reads them
    confirmations: [], // deliver_sm_resp: { status, sequence }
    nacks: [],         // generic_nack that came: { status, sequence }
    binds: 0,          // taken
    refusedHandshakes: 0,
    nextId: 1,
    answers: {},
    get session() { return smsc.sessions.at(-1); },
    // Politely again.
    polite: () => { smsc.answers = {}; },
    bound: (patience) => until(() => smsc.session?.bound && !smsc.session.socket.destroyed, patience, 'a bind'),
    submitted: (count, patience) => until(() => smsc.submits.length >= count, patience, `submission ${count}`),
    confirmed: (count, patience) => until(() => smsc.confirmations.length >= count, patience, `confirmation ${count}`),
    // Connects to an ESME that waits for it, and asks to be bound to.
    outbind: (port, name, password) => {
      const socket = connect(port, '127.0.0.1');
      serve(socket);
      socket.on('connect', () => socket.write(pdu(0x0b, 0, 1, text(name), text(password))));
      return socket;
    },
    close: () => { smsc.sessions.forEach(({ socket }) => socket.destroy()); return new Promise((done) => server.close(done)); },
  };
  const polite = {
    bind: (session, { command, sequence }) => {
      session.bound = true;
      ++smsc.binds;
      session.send(pdu((command | id.response) >>> 0, 0, sequence, text('rude'), tlv(0x0210, octets(0x34))));
    },
    submit: (session, { sequence }) => session.send(pdu(id.submit_sm | id.response, 0, sequence, text(String(smsc.nextId++)))),
    enquire: (session, { sequence }) => session.send(pdu(id.enquire_link | id.response, 0, sequence)),
    unbind: (session, { sequence }) => { session.send(pdu(id.unbind | id.response, 0, sequence)); session.socket.end(); },
    query: (session, { sequence }) => session.send(pdu(id.query_sm | id.response, 0x67, sequence)),
  };
  const kinds = { 1: 'bind', 2: 'bind', 9: 'bind', 4: 'submit', 0x15: 'enquire', 6: 'unbind', 3: 'query' };
  const serve = (socket) => {
    const session = { socket, bound: false, sequence: 1, unbound: false, send: (...pieces) => { if (!socket.destroyed) socket.write(Buffer.concat(pieces)); } };
    smsc.sessions.push(session);
    let held = Buffer.alloc(0);
    socket.on('error', () => {}).on('close', () => { session.bound = false; }).on('data', (some) => {
      held = Buffer.concat([held, some]);
      while (held.length >= 16 && held.length >= held.readUInt32BE(0)) {
        const size = held.readUInt32BE(0);
        const request = { command: held.readUInt32BE(4), status: held.readUInt32BE(8), sequence: held.readUInt32BE(12), body: held.subarray(16, size) };
        held = held.subarray(size);
        if (request.command === ((id.deliver_sm | id.response) >>> 0)) smsc.confirmations.push({ ...request, session });
        if (request.command === id.generic_nack) smsc.nacks.push(request);
        const kind = kinds[request.command];
        if (kind === 'submit') smsc.submits.push({ ...readSubmit(request.body), sequence: request.sequence, session });
        if (kind === 'unbind') session.unbound = true;
        if (kind) (smsc.answers[kind] ?? polite[kind])(session, request, polite[kind]);
      }
    });
  };
  const server = tls ? createTlsServer(tls, serve) : createServer(serve);
  server.on('tlsClientError', () => { ++smsc.refusedHandshakes; });
  await new Promise((done) => server.listen(0, host, done));
  smsc.port = server.address().port;
  return smsc;
}
