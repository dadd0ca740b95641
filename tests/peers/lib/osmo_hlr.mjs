// Debian's osmo-hlr on a loopback address of its own: its GSUP and control ports can not be chosen.
import { connect } from 'node:net';
import { mkdir, writeFile } from 'node:fs/promises';
import { startPeer, until } from './house.mjs';

let hlrs = 0;

export async function startHlr(folder, { euse = 'mlango', guard = 180 } = {}) {
  const address = `127.${100 + (process.pid % 100)}.${(process.pid >> 8) & 0x7f}.${1 + ++hlrs}`;
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}/hlr.cfg`, `log stderr
 logging filter all 1
 logging print category 1
 logging level main notice
 logging level ss debug
line vty
 bind ${address}
ctrl
 bind ${address}
hlr
 gsup
  bind ip ${address}
 euse ${euse}
 ussd route prefix *384 external ${euse}
 ussd route prefix *#100# internal own-msisdn
 ncss-guard-timeout ${guard}
`);
  const open = (port) => new Promise((done, failed) => { const socket = connect({ host: address, port }); socket.once('connect', () => done(socket)).once('error', failed); });
  const listens = () => Promise.all([4222, 4259].map(open)).then((all) => { for (const one of all) one.destroy(); return true; }, () => false);
  const start = () => startPeer('osmo-hlr', 'osmo-hlr', ['-c', 'hlr.cfg', '-l', 'hlr.db'], { folder, ready: listens });
  let peer = await start();
  // SET and GET of its control interface.
  const control = async (text) => {
    const socket = await open(4259), payload = Buffer.from(text);
    socket.write(Buffer.concat([Buffer.from([0, payload.length + 1, 0xee, 0x00]), payload]));
    const answer = await new Promise((done) => socket.once('data', (data) => done(data.subarray(4).toString())));
    socket.destroy();
    return answer;
  };
  const vty = async (...lines) => {
    const socket = await open(4258);
    let seen = '';
    socket.on('data', (data) => { seen += data; });
    for (const line of ['enable', ...lines]) {
      const before = seen.length;
      socket.write(`${line}\n`);
      await until(() => /OsmoHLR[#>] $/.test(seen.slice(before)), 5_000, `an answer to ${line}`);
    }
    socket.destroy();
    return seen;
  };
  return {
    address, control, vty, log: () => peer.log(),
    subscriber: async (imsi, number) => {
      await control(`SET 1 subscriber.create ${imsi}`);
      if (number) await control(`SET 2 subscriber.by-imsi-${imsi}.msisdn ${number}`);
    },
    kill: () => peer.stop('SIGKILL'),
    resume: async () => { peer = await start(); },
    stop: () => peer.stop(),
  };
}
