// Lists in Chromium: a file sent over a line that breaks, its errors, lock by one and release by another, reports.
import assert from 'node:assert/strict';
import { before } from 'node:test';
import { cashRows, day, households, loadedList, lock, makeList, newCycle, send } from '../../console/lib/list_files.mjs';
import { consoleTest, eachView, house, open, settled } from './lib.mjs';

let cash, releaser, numbers, draft, locked, loaded;
before(async () => {
  cash = await house.as('cash');
  releaser = await house.as('cash_release');
  numbers = await households(12);
  draft = await makeList(cash, { cycle: await newCycle(), currency: 'KES' });
  await send(cash, draft.upload.id, cashRows(numbers.slice(0, 6)) + `KEN-12C99999,10,KES,${day()},${day(2)}\r\nnobody,-3,KES,then,${day(2)}\r\n`);
  locked = await makeList(cash, { cycle: await newCycle() });
  await send(cash, locked.upload.id, cashRows(numbers.slice(0, 3)));
  await lock(cash, locked.id);
  loaded = await loadedList(cash, releaser, cashRows(numbers));
  await house.sql(`INSERT INTO receipt (entitlement, individual, answer, hops) SELECT id, collector, 'not_received', ARRAY[substr(sha256(convert_to('b' || id, 'UTF8')), 1, 16)] FROM entitlement WHERE payment_list = ${loaded.id} ORDER BY id LIMIT 1`);
  const report = (await cash.post(`/lists/${loaded.id}/uploads`, { kind: 'report' })).body;
  await send(cash, report.id, `registration_number,outcome,reference\n${numbers.slice(0, 8).map((number, i) => `${number},collected,B${loaded.id}-${i}`).join('\n')}\n${numbers[9]},not_collected\nKEN-12C99999,not_collected\n`);
  await cash.post(`/uploads/${report.id}/application`, { leaving_out: 1 });
}, { timeout: 120_000 });

eachView('lists', 'cash', '/lists');
eachView('list new', 'cash', '/lists/new', { ready: (page) => page.locator('select option').nth(1).waitFor({ state: 'attached' }) });
eachView('list draft', 'cash', () => `/lists/${draft.id}`, { ready: (page) => page.locator('text=KEN1').first().waitFor({ state: 'attached' }) });
eachView('list locked', 'cash_release', () => `/lists/${locked.id}`);
eachView('list loaded', 'cash', () => `/lists/${loaded.id}`, { ready: (page) => page.locator('text=KEN-').first().waitFor({ state: 'attached' }) });

const chosen = (content, name = 'list.csv') => ({ name, mimeType: 'text/csv', buffer: Buffer.from(content) });

consoleTest('a file goes on over a line that breaks; one locks, another releases', 'cash', { at: '/lists/new', timeout: 180_000 }, async (page, { context }) => {
  const cycle = await newCycle();
  await page.reload();
  await settled(page);
  await page.getByLabel('Programme and cycle').selectOption(String(cycle));
  await page.getByRole('button', { name: 'Make the draft' }).click();
  await page.waitForURL(/\/lists\/\d+$/);
  const id = Number(page.url().split('/').at(-1));
  // Long enough for several pieces; the second is lost on its way, and the answer to the third.
  const filler = Array.from({ length: 3500 }, (_, i) => `KEN-99C${String(i).padStart(7, '0')},1,KES,${day()},${day(2)}`).join('\r\n');
  let cuts = 0;
  await context.route('**/pieces/2', (route) => (cuts++ === 0 ? route.abort('connectionreset') : route.continue()));
  let lost = 0;
  await context.route('**/pieces/3', async (route) => { await route.fetch(); return lost++ === 0 ? route.abort('connectionreset') : route.continue(); });
  await page.locator('input[type=file]').setInputFiles(chosen(cashRows(numbers.slice(0, 5)) + filler));
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText('No household of the operation has this number').first().waitFor({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Lock and sign' }).waitFor({ timeout: 60_000 });
  await page.getByText('3,500 rows had errors').first().waitFor();
  assert.ok(cuts >= 2 && lost >= 2, `${cuts} ${lost}`);
  assert.equal(await house.one(`SELECT row_count FROM list_upload WHERE payment_list = ${id}`), '3505');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'All errors as a file' }).click()]);
  const { readFileSync } = await import('node:fs');
  assert.equal(readFileSync(await download.path(), 'utf8').trimEnd().split('\r\n').length, 3501);
  await page.getByRole('button', { name: 'Lock and sign' }).click();
  await page.getByRole('dialog').getByText('5 rows are signed').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Lock and sign' }).click();
  await page.getByText('waits for release').first().waitFor();
  assert.equal(await page.getByRole('button', { name: 'Release', exact: true }).count(), 0, 'not her own');

  const other = await open('cash_release', { at: `/lists/${id}` });
  await other.page.getByRole('button', { name: 'Release', exact: true }).click();
  await other.page.getByRole('dialog').getByRole('button', { name: 'Release', exact: true }).click();
  await other.page.getByText('released', { exact: true }).first().waitFor();
  await other.page.getByText('Ready', { exact: true }).first().waitFor({ timeout: 30_000 });
  await other.page.getByRole('button', { name: 'Check it now' }).click();
  await other.page.getByText('as signed').nth(2).waitFor();
  assert.deepEqual(other.heard, []);
  await other.context.close();
  await page.getByText('released', { exact: true }).first().waitFor({ timeout: 15_000 });
  assert.equal(await house.one(`SELECT count(*) FROM entitlement WHERE payment_list = ${id}`), '5');
});

consoleTest('a list that was sent back and locked anew while the dialog was open is not released unseen', 'cash_release', { at: '/lists', timeout: 90_000 }, async (page) => {
  const list = await makeList(cash, { cycle: await newCycle() });
  await send(cash, list.upload.id, cashRows(numbers.slice(0, 4)));
  await lock(cash, list.id);
  await page.goto(page.url().replace(/\/lists.*/, `/lists/${list.id}`));
  await settled(page);
  await page.getByRole('button', { name: 'Release', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  const { revision } = (await cash.get(`/lists/${list.id}`)).body;
  assert.equal((await cash.post(`/lists/${list.id}/return`, { revision })).status, 200);
  await lock(cash, list.id);
  await dialog.getByText('Somebody else changed it meanwhile', { exact: false }).waitFor();
  assert.equal(await dialog.getByRole('button', { name: 'Release', exact: true }).isDisabled(), true);
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  assert.equal(await house.one(`SELECT state FROM payment_list WHERE id = ${list.id}`), 'locked');
});

// Those of the file before, which was sent by this account.
eachView('jobs of lists', 'cash', '/jobs', { ready: (page) => page.locator('a[download]').first().waitFor() });

consoleTest('a file of something else is told in her language, and another one takes its place', 'cash', { at: '/lists', language: 'fr', timeout: 90_000 }, async (page) => {
  const list = await makeList(cash, { cycle: await newCycle() });
  // A colleague began it and went home.
  await page.goto(page.url().replace(/\/lists.*/, `/lists/${list.id}`));
  await settled(page);
  await page.getByRole('button', { name: 'Un autre fichier' }).click();
  await page.locator('input[type=file]').setInputFiles(chosen('nom,montant\nx,1\n'));
  await page.getByRole('button', { name: 'Envoyer', exact: true }).click();
  await page.getByText('Le fichier ne peut pas être lu comme une telle liste', { exact: false }).waitFor();
  await page.getByText('Colonne inconnue').first().waitFor();
  await page.getByRole('button', { name: 'Un autre fichier' }).click();
  await page.locator('input[type=file]').setInputFiles(chosen(cashRows(numbers.slice(0, 2))));
  await page.getByRole('button', { name: 'Envoyer', exact: true }).click();
  await page.getByRole('button', { name: 'Verrouiller et signer' }).waitFor({ timeout: 30_000 });
});
