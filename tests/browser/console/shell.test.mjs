// The shell in Chromium: signing in and coming back, who may see what, languages, lines, keyboard.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axe, consoleTest, eachView, freshCode, house, open, settled, signIn, tabTo, theBrowser, url, holds } from './lib.mjs';

eachView('home', 'registration', '/', { languages: ['en', 'fr', 'ar'] });
eachView('jobs', 'cash', '/jobs');
eachView('password', 'registration', '/password');
eachView('sign-in', null, '/', { languages: ['en', 'fr', 'ar'] });

test('the dark colours have contrast, too', async () => {
  for (const at of ['/', '/jobs', '/password']) {
    const { page, context, heard } = await open('registration', { at, dark: true });
    await axe(page, `dark ${at}`);
    assert.deepEqual(heard, []);
    await context.close();
  }
});

consoleTest('an address that is no page says so', 'statistics', { at: '/jobs/none' }, async (page) => {
  assert.match(await page.locator('h1').innerText(), /no such page/);
});

consoleTest('the menu has what her roles open, and nothing else', 'statistics', async (page) => {
  const links = await page.locator('nav a').allInnerTexts();
  assert.ok(links.includes('Home'));
  for (const closed of ['Requests', 'People', 'Lists', 'Tickets', 'Audit']) assert.ok(!links.includes(closed), closed);
});

// Somebody new: the app is connected by the picture's address, then a password of her own.
test('at the first sign-in she connects an app and chooses a password', { timeout: 90_000 }, async () => {
  const name = `new.${process.pid}`;
  const out = await house.mlango('staff', 'add', name, '--shown-name', 'New Person', '--role', 'hotline', '--operation', 'KEN', '--trained-until', '2036-12-31');
  const given = out.split('\n').at(-3)?.trim(); // the line before "Shown once."
  assert.ok(given, 'the command shows a password');
  const { page, context, heard } = await open(null);
  await page.locator('input[name="username"]').fill(name);
  await page.locator('input[name="password"]').fill('certainly not this one');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('alert').waitFor();
  await page.locator('input[name="password"]').fill(given);
  await page.getByRole('button', { name: 'Continue' }).click();
  const key = page.locator('code');
  await key.waitFor();
  await axe(page, 'connecting an app');
  assert.equal(await page.getByRole('img', { name: 'Picture to scan with the app' }).locator('svg').count(), 1);
  const account = { name, secret: (await key.innerText()).replace(/\s/g, '') };
  assert.match(account.secret, /^[A-Z2-7]{32}$/);
  await page.locator('input[name="one-time-code"]').fill('000000');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('alert').waitFor();
  await page.locator('input[name="one-time-code"]').fill(await freshCode(account));
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('heading', { name: 'A password of your own' }).waitFor();
  await axe(page, 'a password of her own');
  // Loaded anew in the middle, it goes on where it was.
  await page.reload();
  const fresh = page.locator('input[name="new-password"]');
  await fresh.fill('password1234');
  await page.getByRole('button', { name: 'Save the password' }).click();
  await page.getByText('among the first that are tried').waitFor();
  await fresh.fill('four lanterns on the hill');
  await page.getByRole('button', { name: 'Save the password' }).click();
  await page.locator('main#main h1').waitFor();
  assert.match(await page.locator('h1').innerText(), /New Person/);
  assert.deepEqual(heard, []);
  await context.close();
});

test('a page whose line for news was refused dials again, says so meanwhile, and hears what is new', { timeout: 90_000 }, async () => {
  const { page, context, heard } = await open('registration');
  let refused = true, dialled = 0;
  await context.route('**/api/staff/v1/events', (route) => {
    dialled += 1;
    return refused ? route.fulfill({ status: 503, contentType: 'text/plain', body: 'busy' }) : route.continue();
  });
  await page.goto(`${url}/console/cases`);
  await settled(page);
  await page.getByText('News do not come by themselves').waitFor();
  assert.ok(dialled > 1, String(dialled));
  refused = false;
  await page.getByText('News do not come by themselves').waitFor({ state: 'detached' });
  const fetched = page.waitForResponse((response) => /\/cases\/counts/.test(response.url()), { timeout: 10_000 });
  await house.sql(`INSERT INTO audit (kind, actor, record) VALUES ('change.asked', 'phone', 1)`);
  await fetched;
  assert.deepEqual(heard.filter((each) => !/503|EventSource/.test(each)), []);
  await context.close();
});

test('signing in and out goes by keyboard alone, and signing out leaves nothing', { timeout: 120_000 }, async () => {
  const account = await house.makeStaff('hotline', { shownName: 'Key Board' });
  const { page, context, heard } = await open(null);
  await tabTo(page, /^Name/);
  await page.keyboard.type(account.name);
  await tabTo(page, /^Password/);
  await page.keyboard.type(account.password);
  await tabTo(page, 'Continue');
  await page.keyboard.press('Enter');
  await page.locator('input[name="one-time-code"]').waitFor(); // has the focus by itself
  await holds(page, () => document.activeElement?.getAttribute('name') === 'one-time-code');
  await page.keyboard.type(await freshCode(account));
  await page.keyboard.press('Enter');
  await page.locator('main#main h1').waitFor();
  // The first stop leads past the menu.
  await page.evaluate(() => document.activeElement?.blur());
  await tabTo(page, /Skip/);
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'main');
  await tabTo(page, /Your account/);
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Sign out' }).waitFor();
  for (let n = 0; n < 8 && !(await page.evaluate(() => /Sign out/.test(document.activeElement?.innerText ?? ''))); n++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.locator('input[name="username"]').waitFor();
  assert.deepEqual((await context.cookies()).filter((each) => each.value), []);
  assert.deepEqual(heard, []);
  await context.close();
});

test('when the session ends she signs in over the page, and what she typed is still there', { timeout: 120_000 }, async () => {
  const account = await house.makeStaff('hotline', { shownName: 'Long Typing' });
  const { page, context, heard } = await open(null);
  await signIn(page, account);
  await page.goto(`${url}/console/password`);
  await page.getByLabel('New password').fill('typed before the end');
  await context.clearCookies();
  await page.getByLabel('Password now').fill('x');
  await page.getByRole('button', { name: 'Save the password' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  await page.waitForTimeout(300);
  await axe(page, 'the session is over');
  await dialog.locator('input[name="password"]').fill(account.password);
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await dialog.locator('input[name="one-time-code"]').fill(await freshCode(account));
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await dialog.waitFor({ state: 'detached' });
  assert.equal(await page.getByLabel('New password').inputValue(), 'typed before the end');
  assert.deepEqual(heard, []);
  await context.close();
});

consoleTest('a cut line is told, and its end', 'registration', async (page, { context }) => {
  await context.setOffline(true);
  await page.getByText('There is no line').waitFor();
  await context.setOffline(false);
  await page.getByText('There is no line').waitFor({ state: 'detached' });
});

test('the language that she chooses stays with her account', { timeout: 120_000 }, async () => {
  const account = await house.makeStaff('hotline');
  const { page, context } = await open(null);
  await signIn(page, account);
  const kept = page.waitForResponse((answer) => answer.url().endsWith('/me/language'));
  await page.getByRole('button', { name: 'Language' }).click();
  await page.getByRole('menuitem', { name: 'العربية' }).click();
  assert.ok((await kept).ok());
  await holds(page, () => document.documentElement.dir === 'rtl');
  assert.equal(await house.one(`SELECT language FROM staff WHERE name = '${account.name}'`), 'ar');
  await context.close();
});

test('nothing comes from elsewhere, and nothing of a person is kept in the browser', { timeout: 60_000 }, async () => {
  const { page, context, heard } = await open('registration_lead', { at: '/' });
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  for (const link of await page.locator('nav a').evaluateAll((all) => all.map((one) => one.getAttribute('href')))) {
    await page.goto(`${url}${link}`);
    await settled(page);
  }
  assert.deepEqual(asked.filter((each) => !each.startsWith(`${url}/`) && !each.startsWith('data:')), []);
  const stored = await page.evaluate(async () => ({ local: Object.keys(localStorage).sort(), session: Object.keys(sessionStorage), caches: await caches.keys(), databases: (await indexedDB.databases()).length }));
  assert.deepEqual(stored.session.concat(stored.caches), []);
  assert.equal(stored.databases, 0);
  assert.deepEqual(stored.local.filter((key) => !['mlango.language', 'mantine-color-scheme-value'].includes(key)), []);
  assert.deepEqual(heard, []);
  await context.close();
});

test('the first load is under 300 kB over the line, and the second asks for the page alone', { timeout: 60_000 }, async () => {
  const context = await theBrowser().newContext({ locale: 'en' });
  const page = await context.newPage();
  const line = await context.newCDPSession(page);
  await line.send('Network.enable');
  let bytes = 0;
  line.on('Network.loadingFinished', (event) => (bytes += event.encodedDataLength));
  await page.goto(`${url}/console/`);
  await page.locator('input[name="username"]').waitFor();
  await page.waitForTimeout(500);
  assert.ok(bytes > 100_000 && bytes < 300_000, `${bytes} bytes`);
  console.log(`# first load of the sign-in page: ${bytes} bytes`);
  bytes = 0;
  await page.reload();
  await page.locator('input[name="username"]').waitFor();
  await page.waitForTimeout(500);
  assert.ok(bytes < 10_000, `${bytes} bytes at the second load`);
  await context.close();
});

test('a policy forbids foreign and inline scripts, and the page lives with it', { timeout: 60_000 }, async () => {
  const answer = await fetch(`${url}/console/`);
  const policy = answer.headers.get('content-security-policy');
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /script-src 'self'(;|$)/);
  assert.doesNotMatch(policy, /unsafe/);
  const other = (await fetch(`${url}/console/cases`)).headers.get('content-security-policy');
  assert.notEqual(/nonce-([^']+)/.exec(policy)[1], /nonce-([^']+)/.exec(other)[1]);
  assert.equal((await fetch(`${url}/console/assets/none.js`)).status, 404);
  const { page, context, heard } = await open('registration');
  const refused = await page.evaluate(() => new Promise((done) => {
    document.addEventListener('securitypolicyviolation', (event) => done(event.violatedDirective), { once: true });
    const script = document.createElement('script');
    script.textContent = 'document.title = "taken over"';
    document.body.append(script);
    setTimeout(() => done('nothing'), 2000);
  }));
  assert.match(refused, /script-src/);
  assert.ok(heard.every((each) => /Content Security Policy/.test(each)), String(heard));
  await context.close();
});
