// The whole way in Chromium, on both sides: she asks on the web phone to have her number replaced, an officer's queue that
// is already open shows it within a second, two people approve, it is applied, written down, and her phone gets the SMS.
// The same for a request that is refused with its reason.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPhone, people, press, screen } from '../browser.mjs';
import { house, open, theBrowser } from './lib.mjs';

const taken = ['+254711000010', '+254711000011', '+254711000012']; // by other files' tests
const known = (await people()).filter((each) => each.language === 'en' && each.pin && each.msisdn.startsWith('+254') && !taken.includes(each.msisdn));
const her = known[0], other = known.at(-2); // the last is of another operation

// Presses the keys one screen after the other, or types what the keypad has no keys for; the last screen.
async function go(phone, keys) {
  let shown = '';
  for (const key of keys) {
    if (/^[0-9*#]*$/.test(key)) await press(phone, key);
    else {
      await phone.keyboard.type(key);
      await phone.keyboard.press('Enter');
      await phone.locator('#phone:not([data-view="waiting"])').waitFor();
    }
    shown = await screen(phone);
  }
  return shown;
}
const referenceIn = (shown) => /\b([A-Z0-9]{4})\b\./.exec(shown)?.[1] ?? assert.fail(shown);

// The officer's queue says by itself that something is there: no key, no reload.
async function appears(page, reference, since) {
  const row = page.getByRole('link', { name: new RegExp(reference) }).first();
  await row.waitFor({ timeout: 5000 });
  return { row, after: Date.now() - since };
}

test('a number replaced by phone: in the queue within a second, approved by two, applied, written down, told by SMS', { timeout: 180_000 }, async () => {
  const officer = await open('registration', { at: '/cases' });
  const lead = await open('registration_lead', { at: '/cases' });
  const context = await theBrowser().newContext({ locale: 'en', reducedMotion: 'reduce' });
  const phone = await context.newPage();
  phone.setDefaultTimeout(15_000);
  try {
    await openPhone(phone, her.msisdn);
    const wanted = `+25471${1_000_000 + Math.floor(Math.random() * 8_000_000)}`;
    await officer.page.waitForTimeout(1500); // the line for news is open
    await go(phone, ['', '2', her.pin, '2', '1', '1', her.pin, wanted]);
    const shown = await go(phone, ['1']);
    const asked = Date.now();
    const reference = referenceIn(shown);
    const { row, after } = await appears(officer.page, reference, asked);
    console.log(`# in the open queue ${after} ms after her phone's answer`);
    // A second is the goal; a machine that runs all tests is busy.
    assert.ok(after < Number(process.env.MLANGO_PATIENCE ?? 3000), `${after} ms`);
    await row.click();
    await officer.page.getByRole('button', { name: 'Approve', exact: true }).click();
    await officer.page.getByRole('dialog').getByLabel('A paper').check();
    await officer.page.getByRole('dialog').getByRole('button', { name: 'Approve', exact: true }).click();
    await officer.page.getByText('The second approval is another person’s', { exact: false }).waitFor();

    const before = await phone.locator('.messages li').count();
    await lead.page.getByLabel('Reference').fill(reference);
    await lead.page.getByRole('link', { name: new RegExp(reference) }).first().click();
    await lead.page.getByRole('button', { name: 'Approve and apply' }).click();
    await lead.page.getByRole('dialog').getByLabel('I called her back').check();
    await lead.page.getByRole('dialog').getByRole('button', { name: 'Approve and apply' }).click();
    await lead.page.locator('h1').getByText('done').waitFor();
    await phone.locator('.messages li', { hasText: `Your request ${reference} is done` }).waitFor({ timeout: 20_000 });
    assert.ok((await phone.locator('.messages li').count()) >= Math.min(20, before));

    const id = await house.one(`SELECT id FROM change_request WHERE reference = '${reference}' AND state = 'applied'`);
    assert.ok(id, 'it is applied');
    const kinds = (await house.sql(`SELECT kind, actor FROM audit WHERE record = ${id} AND kind LIKE 'change.%' ORDER BY id`)).map(([kind]) => kind);
    assert.equal(kinds.filter((kind) => kind === 'change.approved').length, 2, String(kinds));
    assert.equal(kinds.filter((kind) => kind === 'change.applied').length, 1, String(kinds));
    assert.equal(await house.one(`SELECT count(*) FROM correction WHERE change_request = ${id}`), '1');
    assert.deepEqual([...officer.heard, ...lead.heard], []);
  } finally {
    for (const each of [officer.context, lead.context, context]) await each.close();
  }
});

test('a request that is refused: she reads the reason on her phone', { timeout: 120_000 }, async () => {
  const officer = await open('registration', { at: '/cases' });
  const context = await theBrowser().newContext({ locale: 'en', reducedMotion: 'reduce' });
  const phone = await context.newPage();
  phone.setDefaultTimeout(15_000);
  try {
    await openPhone(phone, other.msisdn);
    const reference = referenceIn(await go(phone, ['', '2', other.pin, '3', '1', 'Block 9, shelter 2', '1']));
    const { row } = await appears(officer.page, reference, Date.now());
    await row.click();
    await officer.page.locator('.actions button').filter({ hasText: /^Refuse$/ }).click();
    const dialog = officer.page.getByRole('dialog');
    await dialog.getByLabel(/A paper is missing/).check();
    await dialog.getByRole('button', { name: 'Refuse' }).click();
    await officer.page.locator('h1').getByText('refused').waitFor();
    await phone.locator('.messages li', { hasText: `Your request ${reference} was not done: a paper is missing` }).waitFor({ timeout: 20_000 });
    assert.deepEqual(officer.heard, []);
  } finally {
    await officer.context.close();
    await context.close();
  }
});
