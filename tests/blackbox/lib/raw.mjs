// Bytes straight into a socket, for what no well-behaved client sends.
import net from 'node:net';
import { url } from './world.mjs';

const { hostname, port } = new URL(url);

// Sends the pieces with `pause` milliseconds between them and resolves to everything that came back once the server
// has closed, `until` of it says enough, or `patience` is over. Never rejects: a reset is an answer, too.
export function exchange(pieces, { pause = 0, patience = 5_000, until = () => false, halfClose = false } = {}) {
  return new Promise((done) => {
    const received = [];
    const socket = net.connect(Number(port), hostname);
    let closed = false;
    const text = () => Buffer.concat(received).toString('latin1');
    const finish = (how) => {
      if (closed) return;
      closed = true;
      clearTimeout(timer);
      socket.destroy();
      done({ text: text(), how });
    };
    const timer = setTimeout(() => finish('patience'), patience);
    socket.on('data', (piece) => {
      received.push(piece);
      if (until(text())) finish('enough');
    });
    socket.on('error', (error) => finish(error.code));
    socket.on('close', () => finish('closed'));
    socket.on('connect', async () => {
      for (const [i, piece] of pieces.entries()) {
        if (i > 0 && pause > 0) await new Promise((next) => setTimeout(next, pause));
        if (closed) return;
        socket.write(piece);
      }
      if (halfClose && !closed) socket.end();
    });
  });
}

export function requestBytes(method, path, body = '', headers = {}) {
  const all = { host: `${hostname}:${port}`, ...(body === '' ? {} : { 'content-length': Buffer.byteLength(body) }), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines}\r\n${body}`);
}

export const statusesOf = (text) => [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
