// People and roles, reviews, one's own sessions, and the log, in Chromium.
import assert from 'node:assert/strict';
import { before } from 'node:test';
import { axe, consoleTest, eachView, house, settled, tabTo } from './lib.mjs';

let officer, due;
before(async () => {
  officer = await house.makeStaff('cash', { shownName: 'Zainab Warsame' });
  due = await house.makeStaff('hotline', { shownName: 'Peter Lokwang' });
  await house.sql(`UPDATE staff_grant SET since = now() - interval '100 days', until = now() + interval '100 days' WHERE staff = ${due.id}`);
}, { timeout: 60_000 });

eachView('access', 'administrator', '/access');
eachView('access-colleague', 'administrator', () => `/access/staff/${officer.id}`);
eachView('access-roles', 'representative', '/access/roles');
eachView('access-reviews', 'representative', '/access/reviews');
eachView('access-sessions', 'representative', '/access/me');
eachView('audit', 'auditor', '/audit');
eachView('access-new', 'administrator', '/access', {
  ready: async (page, { language }) => {
    await page.getByRole('button', { name: language === 'ar' ? 'إضافة حساب' : 'Add an account' }).click();
    await page.getByRole('dialog').waitFor();
    await page.waitForTimeout(300);
  },
});
eachView('access-give', 'representative', () => `/access/staff/${officer.id}`, {
  ready: async (page, { language }) => {
    await page.getByRole('button', { name: language === 'ar' ? 'منح دور' : 'Give a role' }).click();
    await page.getByRole('dialog').waitFor();
    await page.waitForTimeout(300);
  },
});

consoleTest('an account is made; its password is shown once', 'administrator', { at: '/access' }, async (page) => {
  await page.getByRole('button', { name: 'Add an account' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name that colleagues see').fill('Halima Noor');
  await dialog.getByLabel('Name for signing in').fill(`halima.${process.pid}`);
  await dialog.getByLabel('Training holds until').fill('2027-06-30');
  await dialog.getByRole('button', { name: 'Add an account' }).click();
  const shown = dialog.locator('[data-once]');
  await shown.waitFor();
  assert.match(await shown.innerText(), /^[a-z2-9]{5}(-[a-z2-9]{5}){3}$/);
  await axe(page, 'the password');
  await dialog.getByRole('link', { name: 'Open the account' }).click();
  await page.getByRole('heading', { name: /Halima Noor/ }).waitFor();
  assert.equal(await house.one(`SELECT trained_until FROM staff WHERE name = 'halima.${process.pid}'`), '2027-06-30');
  // The name that is taken is said in words.
  await page.goBack();
  await page.getByRole('button', { name: 'Add an account' }).click();
  await dialog.getByLabel('Name that colleagues see').fill('Halima Again');
  await dialog.getByLabel('Name for signing in').fill(`halima.${process.pid}`);
  await dialog.getByRole('button', { name: 'Add an account' }).click();
  assert.match(await dialog.getByRole('alert').innerText(), /Another account has this name/);
});

consoleTest('a role is given by keyboard alone, and what may not be held beside it is said before', 'representative', { at: '/access' }, async (page) => {
  await page.getByRole('search').getByLabel('Find by name').fill('Zainab');
  await page.getByRole('search').getByRole('button', { name: 'Search' }).click();
  await page.getByRole('link', { name: 'Zainab Warsame' }).click();
  await page.getByRole('heading', { name: /Zainab Warsame/ }).waitFor();
  assert.ok(!page.url().includes('Zainab'), 'a name stands in no address');
  await settled(page);
  await tabTo(page, 'Give a role');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  await dialog.getByLabel('Role').selectOption('cash_release');
  assert.match(await dialog.getByRole('note').innerText(), /Cash officer/);
  assert.equal(await dialog.getByRole('button', { name: 'Give a role' }).isDisabled(), true);
  await dialog.getByLabel('Role').selectOption('hotline');
  await dialog.getByLabel('Until').focus();
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('cell', { name: 'Hotline' }).or(page.getByRole('rowheader', { name: 'Hotline' })).first().waitFor();
  assert.equal(await house.one(`SELECT count(*) FROM staff_grant WHERE staff = ${officer.id} AND role = 'hotline' AND ended_at IS NULL`), '1');
});

consoleTest('a colleague of another operation is found by her whole name and given a role here', 'representative', { at: '/access' }, async (page) => {
  const away = await house.makeStaff('hotline', { operation: 'UGA', shownName: 'Grace Akello' });
  await page.getByRole('search').getByLabel('Find by name').fill(away.name);
  await page.getByRole('search').getByRole('button', { name: 'Search' }).click();
  await page.getByRole('button', { name: 'A role for Grace Akello' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Role').selectOption('hotline');
  await dialog.getByRole('button', { name: 'Give a role' }).click();
  await dialog.waitFor({ state: 'detached' });
  assert.equal(await house.one(`SELECT count(*) FROM staff_grant WHERE staff = ${away.id} AND operation = 'KEN' AND ended_at IS NULL`), '1');
});

consoleTest('what is due is confirmed, and is not due any more', 'representative', { at: '/access/reviews' }, async (page) => {
  await page.getByRole('button', { name: 'Still right: Hotline, Peter Lokwang' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Still right' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Still right: Hotline, Peter Lokwang' }).waitFor({ state: 'detached' });
  assert.equal(await house.one(`SELECT kind FROM audit WHERE kind LIKE 'grant.%' AND record = (SELECT id FROM staff_grant WHERE staff = ${due.id}) ORDER BY id DESC LIMIT 1`), 'grant.confirmed');
});

consoleTest('an account that somebody else changed meanwhile is not overwritten', 'administrator', { at: '/access' }, async (page) => {
  await page.goto(page.url().replace(/access$/, `access/staff/${due.id}`));
  await page.getByRole('button', { name: 'Change name' }).click();
  await house.sql(`UPDATE staff SET revision = revision + 1 WHERE id = ${due.id}`);
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name that colleagues see').fill('Peter L.');
  await dialog.getByRole('button', { name: 'Change name' }).click();
  assert.match(await dialog.getByRole('alert').innerText(), /Somebody else changed it/);
  assert.equal(await house.one(`SELECT shown_name FROM staff WHERE id = ${due.id}`), 'Peter Lokwang');
});

consoleTest('the log: its chain is verified, rows are found by kind', 'auditor', { at: '/audit' }, async (page) => {
  await house.until(async () => (await house.one('SELECT count(*) FROM audit WHERE seq IS NULL')) === '0', 20_000);
  await page.getByRole('button', { name: 'Verify the chain' }).click();
  await page.getByText(/The chain holds: .* rows/).waitFor();
  await page.getByLabel('Kind').fill('grant');
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await page.waitForURL(/kind=grant/);
  await settled(page);
  const kinds = await page.locator('main table tbody tr').allInnerTexts();
  assert.ok(kinds.length > 0 && kinds.every((each) => /Role|Reviews/.test(each)), kinds[0]);
});

consoleTest('the log is asked by a person’s number', 'auditor', { at: '/audit' }, async (page) => {
  const [[id, number]] = await house.sql(`SELECT id, individual_number FROM individual WHERE operation = 'KEN' ORDER BY id LIMIT 1`);
  await house.sql(`INSERT INTO audit (kind, actor, individual, detail) VALUES ('staff.viewed', 'staff:${due.id}', ${id}, 'record')`);
  await page.getByLabel('Person’s number or key').fill(number.toLowerCase());
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await page.waitForURL(/person=/);
  await settled(page);
  await page.getByRole('row', { name: /Opened a record.*Peter/ }).first().waitFor();
});
