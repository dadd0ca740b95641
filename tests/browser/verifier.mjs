// What the tests of /verify need of the world around the page: the command line, a phone, a printed card, a line that can
// be cut.
import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { url } from './browser.mjs';

const binary = process.env.MLANGO_BIN;
export const mlango = (...words) =>
  execFileSync(binary, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ASAN_OPTIONS: 'print_suppressions=0' } }).trim();

// A verifier with one operator: {number, operator, password}.
export function newVerifier(name, operator = 'grace') {
  const number = mlango('verifier', 'add', '--name', name, '--name', `fr=${name} SA`, '--purpose', 'To open an account', '--purpose', 'fr=Ouvrir un compte',
    '--country', 'KEN', '--presets', 'usual', '--contact', 'privacy@bank.example');
  return { number, operator, password: mlango('verifier', 'operator', number, operator) };
}

// One session on the person's phone; `step` sends keys and resolves to the screen.
export async function dial(person) {
  const session = `verify-${Math.random().toString(36).slice(2)}`;
  const inputs = [];
  const hop = async (event) => {
    const response = await fetch(`${url}/phone/api/hop`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ gateway: 'africastalking', session, from: person.msisdn, inputs, event }),
    });
    const answer = await response.json();
    if (answer.fault) throw new Error(answer.fault);
    return answer.text;
  };
  let screen = await hop('begin');
  const step = async (keys) => {
    inputs.push(keys);
    screen = await hop('answer');
    return screen;
  };
  return {
    step,
    get screen() {
      return screen;
    },
    // The line that holds `words`, by its key; a PIN that is asked first is given.
    async choose(words) {
      if (/PIN/.test(screen) && !screen.includes(words)) await step(person.pin);
      const line = screen.split('\n').find((each) => each.includes(words));
      if (!line) throw new Error(`“${words}” is not on the screen: ${screen}`);
      return step(line.split(' ')[0]);
    },
  };
}

// Shares `preset` (words of the screen) with a verifier and resolves to the code as it stands on her screen.
export async function shareCode(person, verifier, preset) {
  const phone = await dial(person);
  await phone.choose('My ID');
  await phone.choose('Share');
  for (let steps = 0; steps < 12; ++steps) {
    const code = /\b\d{3} \d{3} \d{4,5}\b/.exec(phone.screen);
    if (code) return code[0];
    if (/PIN/.test(phone.screen) && !/^[1-9] /m.test(phone.screen)) await phone.step(person.pin);
    else if (phone.screen.includes(preset)) await phone.choose(preset);
    else if (/number|Number/.test(phone.screen) && !/^1 /m.test(phone.screen)) await phone.step(verifier.number);
    else await phone.step('1'); // for herself; her proof of registration; agree
  }
  throw new Error(`no code came: ${phone.screen}`);
}

// The registration number of a household, as the registry holds it: phones show it partly hidden. Staff have seen her
// document, so that her name may stand on a card.
export function registeredHousehold() {
  const sql = `SELECT g.registration_number FROM registration_group g JOIN membership m ON m.registration_group = g.id
    JOIN individual i ON i.id = m.individual WHERE m.relationship = 'PA' AND m.until IS NULL AND i.process_status <> 'C' ORDER BY g.id DESC LIMIT 1`;
  const number = execFileSync('psql', ['-X', '-qAt', process.env.STORES_PG, '-c', sql], { encoding: 'utf8' }).trim();
  mlango('wallet', 'verify-person', number, '--method', 'document', '--reference', 'TEST-1');
  return number;
}

// The card's PDF in `folder`; `more` are further options of the command.
export async function printCard(folder, number, language, ...more) {
  const pdf = path.join(folder, `card-${language}-${Math.random().toString(36).slice(2)}.pdf`);
  mlango('card', '--registration-number', number, '-o', pdf, '--language', language, ...more);
  return pdf;
}

export async function picture(pdf, dpi, extra = []) {
  const base = pdf.replace(/\.pdf$/, `-${dpi}`);
  await promisify(execFile)('pdftoppm', ['-r', String(dpi), '-png', '-singlefile', ...extra, pdf, base]);
  return `${base}.png`;
}

// The page as grey pixels: {width, height, data (RGBA)}.
export async function pixels(pdf, dpi) {
  const { stdout } = await promisify(execFile)('pdftoppm', ['-r', String(dpi), '-gray', pdf], { encoding: 'buffer', maxBuffer: 1 << 28 });
  const head = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(stdout.subarray(0, 40).toString('latin1'));
  const grey = stdout.subarray(head[0].length);
  const data = new Uint8ClampedArray(grey.length * 4);
  for (let i = 0; i < grey.length; ++i) data.set([grey[i], grey[i], grey[i], 255], i * 4);
  return { width: Number(head[1]), height: Number(head[2]), data, grey };
}

// What a camera sees when the card is held before it: a Y4M film of one picture, for Chromium's played camera.
export async function film(file, image, width = 1280, height = 720) {
  const luma = Buffer.alloc(width * height, 200);
  for (let y = 0; y < Math.min(height, image.height); ++y) {
    for (let x = 0; x < Math.min(width, image.width); ++x) luma[y * width + x] = 40 + (image.grey[y * image.width + x] * 180) / 255;
  }
  const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, Buffer.alloc((width * height) / 2, 128)]);
  await writeFile(file, Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F5:1 Ip A1:1 C420jpeg\n`), frame, frame]));
}

// A line to the server that can be cut and mended; the page is opened at its far end.
export async function line() {
  const target = new URL(url);
  const sockets = new Set();
  let server;
  const listen = (port) =>
    new Promise((resolve) => {
      server = net.createServer((near) => {
        const far = net.connect(Number(target.port), target.hostname);
        for (const socket of [near, far]) {
          sockets.add(socket);
          socket.on('error', () => {});
          socket.on('close', () => sockets.delete(socket));
        }
        near.pipe(far).pipe(near);
      });
      server.listen(port, '127.0.0.1', resolve);
    });
  await listen(0);
  const { port } = server.address();
  return {
    url: `http://127.0.0.1:${port}`,
    async cut() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    mend: () => listen(port),
  };
}

export const workFolder = () => mkdtemp(path.join(os.tmpdir(), 'mlango-card-'));
export const removeFolder = (folder) => rm(folder, { recursive: true, force: true });
