// The leanest Node server of the six-hop session: node:http, ioredis with automatic pipelining, pg with prepared queries.
import { createServer } from 'node:http';
import { callerOf, detailOf, detailText, helpText, homeText, listOf, listText, load, options, save } from './stores.js';

const moves = { home: { 1: 'list', 5: 'help' }, list: { 1: 'detail', 0: 'home' }, detail: { 0: 'list' }, help: { 0: 'home' } };

async function answer(form) {
  const id = form.get('sessionId');
  const text = form.get('text');
  const session = await load(id);
  if (text === '') {
    const caller = await callerOf(form.get('phoneNumber'));
    if (!caller) return 'END unknown';
    Object.assign(session, { group: caller.registration_group, language: caller.language, screen: 'home' });
  } else {
    session.screen = moves[session.screen]?.[text.slice(text.lastIndexOf('*') + 1)] ?? session.screen;
  }
  let shown = session.screen === 'help' ? helpText : homeText;
  if (session.screen === 'list') {
    const rows = await listOf(session);
    session.choices = rows.map((row) => row.id);
    shown = listText(rows);
  } else if (session.screen === 'detail') {
    const row = await detailOf(session);
    if (!row) return 'END gone';
    shown = detailText(row);
  }
  await save(id, session);
  return `CON ${shown}`;
}

function reply(response, body) {
  response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}

const server = createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    answer(new URLSearchParams(Buffer.concat(parts).toString('utf8'))).then(
      (body) => reply(response, body),
      () => reply(response, 'END sorry'),
    );
  });
});
server.keepAliveTimeout = 75_000;
server.listen(Number(options.port), '127.0.0.1', () => console.log(`ready: ${server.address().port}`));
