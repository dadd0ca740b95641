// The six-hop session as a Node developer would build it: express and ussd-menu-builder. One menu for each request,
// because the package keeps the request's arguments on the menu and mixes callers up when they share one.
import express from 'express';
import UssdMenu from 'ussd-menu-builder';
import { callerOf, detailOf, detailText, helpText, homeText, listOf, listText, load, options, save } from './stores.js';

function menuFor(session) {
  const menu = new UssdMenu();
  const home = () => menu.con(homeText);
  const list = async () => {
    const rows = await listOf(session);
    session.choices = rows.map((row) => row.id);
    menu.con(listText(rows));
  };
  menu.startState({
    run: async () => {
      const caller = await callerOf(menu.args.phoneNumber);
      if (!caller) return menu.end('unknown');
      session.group = caller.registration_group;
      session.language = caller.language;
      home();
    },
    next: { 1: 'list', 5: 'help' },
  });
  menu.state('home', { run: home, next: { 1: 'list', 5: 'help' } });
  menu.state('list', { run: list, next: { 1: 'detail', 0: 'home' } });
  menu.state('detail', {
    run: async () => {
      const row = await detailOf(session);
      if (row) menu.con(detailText(row));
      else menu.end('gone');
    },
    next: { 0: 'list' },
  });
  menu.state('help', { run: () => menu.con(helpText), next: { 0: 'home' } });
  return menu;
}

const app = express();
app.use(express.urlencoded({ extended: false }));
app.post('/ussd', async (request, response) => {
  const session = await load(request.body.sessionId);
  const shown = await new Promise((resolve) => menuFor(session).run(request.body, resolve));
  await save(request.body.sessionId, session);
  response.type('text/plain').send(shown);
});
const server = app.listen(Number(options.port), '127.0.0.1', () => console.log(`ready: ${server.address().port}`));
server.keepAliveTimeout = 75_000;
