// Kannel's bearerbox as an ESME, filled with messages over its box port. What a box says to bearerbox is a length and a
// packed message: 32-bit numbers, and texts with their length (none: -1).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { randomUUID } from 'node:crypto';
import { sleep } from './processes.mjs';

const SMS = 2, ACK = 3, MT_PUSH = 2, NONE = -1;
const RECEIPT_SUCCESS_OR_FAILURE = 3;

class Packing {
  parts = [];
  number(value) { const octets = Buffer.alloc(4); octets.writeInt32BE(value); this.parts.push(octets); return this; }
  text(value) { if (value === undefined) return this.number(NONE); const octets = Buffer.from(value); this.number(octets.length).parts.push(octets); return this; }
  whole() { const body = Buffer.concat(this.parts), size = Buffer.alloc(4); size.writeInt32BE(body.length); return Buffer.concat([size, body]); }
}

// Fields in the order of Kannel 1.4.5's sms: sender, receiver, header, text; time; five texts; id; numbers; …
function message(to, text, receipts) {
  const out = new Packing().number(SMS).text('MLANGO').text(to).text(undefined).text(text).number(Math.floor(Date.now() / 1000));
  for (let i = 0; i < 5; ++i) out.text(undefined);
  out.text(randomUUID()).number(MT_PUSH).number(NONE).number(NONE).number(0).number(NONE).number(NONE).number(NONE);
  out.number(receipts ? RECEIPT_SUCCESS_OR_FAILURE : NONE).text(undefined).number(NONE).number(NONE).number(NONE);
  out.text(undefined).text(undefined).text(undefined).number(NONE);
  return out.number(NONE).number(NONE).number(NONE).text(undefined).whole();
}

// The id of a packed message: behind five fields of the beginning and five texts.
function idOf(body) {
  let at = 4;
  const text = () => { const size = body.readInt32BE(at); at += 4 + Math.max(size, 0); return size < 0 ? '' : body.toString('latin1', at - size, at); };
  for (let i = 0; i < 4; ++i) text();
  at += 4;
  for (let i = 0; i < 5; ++i) text();
  return text();
}

class Box {
  receipts = 0;
  taken = 0;
  constructor(socket) {
    this.socket = socket;
    let held = Buffer.alloc(0);
    socket.on('error', () => {}).on('data', (some) => {
      held = held.length ? Buffer.concat([held, some]) : some;
      let at = 0;
      const answers = [];
      while (held.length - at >= 4 && held.length - at - 4 >= held.readInt32BE(at)) {
        const body = held.subarray(at + 4, at + 4 + held.readInt32BE(at));
        at += 4 + body.length;
        if (body.readInt32BE(0) === ACK) ++this.taken;
        if (body.readInt32BE(0) !== SMS) continue;
        ++this.receipts;
        answers.push(new Packing().number(ACK).number(0).number(Math.floor(Date.now() / 1000)).text(idOf(body)).whole());
      }
      held = held.subarray(at);
      if (answers.length) socket.write(Buffer.concat(answers));
    });
  }
  async fill(count, text, receipts) {
    for (let done = 0; done < count;) {
      const batch = [];
      for (; done < count && batch.length < 500; ++done) batch.push(message(String(254700000000 + done), text, receipts));
      if (!this.socket.write(Buffer.concat(batch))) await once(this.socket, 'drain');
    }
    while (this.taken < count) await sleep(20);
  }
}

// Starts bearerbox for a message centre at `port`, which need not be there yet.
export async function startKannel({ folder, port, adminPort, boxPort, window }) {
  writeFileSync(`${folder}/kannel.conf`, `group = core
admin-port = ${adminPort}
admin-password = bench
smsbox-port = ${boxPort}
box-allow-ip = "127.0.0.1"
sms-outgoing-queue-limit = 10000000
sms-incoming-queue-limit = 10000000
dlr-storage = internal

group = smsc
smsc = smpp
smsc-id = sink
host = 127.0.0.1
port = ${port}
transceiver-mode = true
smsc-username = kannel
smsc-password = bench
system-type = ""
max-pending-submits = ${window}
reconnect-delay = 1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = 0
`);
  const child = spawn('/usr/sbin/bearerbox', ['-v', '4', `${folder}/kannel.conf`], { cwd: folder, stdio: 'ignore' });
  for (let tries = 0; ; ++tries) {
    const socket = connect(boxPort, '127.0.0.1');
    if (await Promise.race([once(socket, 'connect').then(() => true), once(socket, 'error').then(() => false, () => false)]).catch(() => false))
      return { child, box: new Box(socket) };
    if (tries > 100 || child.exitCode !== null) throw new Error('bearerbox did not start');
    await sleep(50);
  }
}
