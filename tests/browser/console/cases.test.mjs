// Case updates in Chromium: the queue, one request, deciding, all by the page itself; her side by her phone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { consoleTest, eachView, house, open, tabTo, url } from './lib.mjs';

let sessions = 0;
async function dial(number, ...keys) {
  const sessionId = `cases${process.pid}x${++sessions}`;
  let text = '', screen = '';
  for (const key of ['', ...keys]) {
    text = key === '' ? '' : text === '' ? key : `${text}*${key}`;
    const answer = await fetch(`${url}/ussd/africastalking?key=demo`, {
      method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ sessionId, phoneNumber: number, serviceCode: '*384#', networkCode: '63902', text }),
    });
    screen = await answer.text();
  }
  return screen;
}
const referenceIn = (screen) => {
  const found = /\b([ACDEFGHJKMNPQRTUVWXY234679]{4})\b\./.exec(screen)?.[1];
  assert.ok(found, screen);
  return found;
};
const newNumber = () => `+25471${String(1_000_000 + Math.floor(Math.random() * 8_000_000))}`;
const askNumber = async (from = '+254711000010') => {
  const wanted = newNumber();
  return { wanted, reference: referenceIn(await dial(from, '2', '4826', '2', '8', '4826', wanted, '1')) };
};
const askAddress = async (from, text) => referenceIn(await dial(from, '2', '4826', '3', '1', text, '1'));
const openRow = async (page, reference) => {
  await page.getByLabel(/^(Reference|Référence)$/).fill(reference);
  await page.getByRole('link', { name: new RegExp(reference) }).first().click();
  await page.getByRole('heading', { level: 1, name: new RegExp(reference) }).waitFor();
};

eachView('cases-queue', 'registration_lead', '/cases');
eachView('cases-one', 'registration', async () => {
  const { reference } = await askNumber('+254711000011');
  const { page, context } = await open('registration', { at: '/cases' });
  await openRow(page, reference);
  const at = new URL(page.url()).pathname.replace('/console', '');
  await context.close();
  return at;
});
eachView('cases-reject', 'registration', '/cases', {
  ready: async (page) => {
    await page.locator('main a[href*="/cases/"]').first().click();
    await page.locator('h2').first().waitFor();
    await page.locator('.actions button').filter({ hasText: /^(Refuse|رفض)$/ }).click();
    await page.getByRole('radio').first().check();
    await page.locator('.phone').waitFor();
  },
});

test('a number added by phone appears by itself, is approved by two people, and is hers', { timeout: 120_000 }, async () => {
  const first = await open('registration', { at: '/cases' });
  const second = await open('registration_lead', { at: '/cases' });
  try {
    const began = Date.now();
    const { wanted, reference } = await askNumber();
    await first.page.getByLabel('Reference').fill(reference);
    await first.page.getByRole('link', { name: new RegExp(reference) }).first().waitFor({ timeout: 5_000 });
    assert.ok(Date.now() - began < 10_000);
    await openRow(first.page, reference);
    assert.match(await first.page.locator('main').innerText(), new RegExp(wanted.replace('+', '\\+')));
    await first.page.getByRole('button', { name: 'Approve', exact: true }).click();
    const dialog = first.page.getByRole('dialog');
    const go = dialog.getByRole('button', { name: 'Approve', exact: true });
    assert.equal(await go.isDisabled(), true, 'not without evidence');
    await dialog.getByLabel('A paper').check();
    await go.click();
    await first.page.getByText('The second approval is another person’s', { exact: false }).waitFor();

    await openRow(second.page, reference);
    await second.page.getByRole('button', { name: 'Approve and apply' }).click();
    await second.page.getByRole('dialog').getByLabel('I called her back').check();
    await second.page.getByRole('dialog').getByRole('button', { name: 'Approve and apply' }).click();
    await second.page.locator('h1').getByText('done').waitFor();
    const text = await second.page.locator('main').innerText();
    assert.match(text, /Original and corrected/);
    // What the first officer has open tells it without being loaded anew.
    await first.page.locator('h1').getByText('done').waitFor({ timeout: 10_000 });
    assert.match(await dial(wanted), /My details/);
    assert.deepEqual([...first.heard, ...second.heard], []);
  } finally {
    await first.context.close();
    await second.context.close();
  }
});

consoleTest('by keyboard alone: a request is refused with its reason, and she reads it', 'registration', { timeout: 90_000 }, async (page) => {
  const reference = await askAddress('+254711000012', 'Block 8, shelter 4');
  await page.goto(`${url}/console/cases`);
  await page.locator('h1').waitFor();
  await page.getByLabel('Reference').fill(reference);
  await page.getByRole('link', { name: new RegExp(reference) }).first().waitFor();
  await tabTo(page, new RegExp(reference));
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: new RegExp(reference) }).waitFor();
  await tabTo(page, 'Refuse');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await tabTo(page, /A paper is missing/);
  await page.keyboard.press('Space');
  await tabTo(page, 'Refuse');
  await page.keyboard.press('Enter');
  await page.locator('h1').getByText('refused').waitFor();
  assert.match(await dial('+254711000012', '2', '4826', '5', '1'), /a paper is missing/);
});

consoleTest('what a colleague does while the dialog is open is not decided over', 'registration', { timeout: 90_000 }, async (page) => {
  const reference = await askAddress('+254711000011', 'Block 9, shelter 2');
  await page.goto(`${url}/console/cases`);
  await page.locator('h1').waitFor();
  await openRow(page, reference);
  const id = Number(page.url().split('/').at(-1));
  const sent = [];
  page.on('request', (request) => request.method() === 'POST' && request.url().includes(`/cases/${id}/`) && sent.push(request.url()));
  await page.getByRole('button', { name: 'Refuse', exact: true }).click();
  const dialog = page.getByRole('dialog');
  const go = dialog.getByRole('button', { name: 'Refuse', exact: true });
  await dialog.getByLabel('A paper is missing').check();
  const colleague = await house.as('registration');
  const { revision } = (await colleague.get(`/cases/${id}`)).body;
  assert.equal((await colleague.post(`/cases/${id}/question`, { revision, question: 'still_wanted' })).status, 200);
  await dialog.getByText('Somebody else changed it meanwhile', { exact: false }).waitFor();
  assert.equal(await go.isDisabled(), true);
  assert.deepEqual(sent, []);
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Refuse', exact: true }).click();
  await dialog.getByLabel('A paper is missing').check();
  assert.equal(await dialog.getByText('Somebody else changed it meanwhile', { exact: false }).count(), 0);
  await go.click();
  await page.locator('h1').getByText('refused').waitFor();
});

consoleTest('many are approved as the typed reference leaves them, and as many as the dialog said', 'registration_lead', { at: '/cases', timeout: 90_000 }, async (page) => {
  const reference = await askAddress('+254711000010', 'Block 3, shelter 7');
  await page.getByLabel('Reference').fill(reference);
  await page.getByRole('link', { name: new RegExp(reference) }).first().waitFor();
  await page.getByRole('button', { name: 'Approve all of these' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('1 request is found now', { exact: false }).waitFor();
  let sent;
  await page.route('**/cases/bulk', (route) => {
    sent = route.request().postDataJSON();
    return route.fulfill({ status: 409, contentType: 'application/problem+json', body: JSON.stringify({ type: '/problems/stale', status: 409 }) });
  });
  await dialog.getByRole('button', { name: 'Approve 1 request' }).click();
  await dialog.getByRole('alert').waitFor();
  assert.deepEqual([sent.filter.reference, sent.expected], [reference, 1]);
});

consoleTest('somebody who may not decide sees no button for it', 'protection', { at: '/cases' }, async (page) => {
  await page.locator('main a[href*="/cases/"]').first().click();
  await page.locator('h2').first().waitFor();
  assert.deepEqual(await page.locator('.actions button').allInnerTexts(), []);
});
