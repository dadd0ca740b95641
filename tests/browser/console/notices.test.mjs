// Notices in Chromium: written with the phone beside it, counted, released by a second person, and watched.
import assert from 'node:assert/strict';
import { consoleTest, eachView, house } from './lib.mjs';

async function written(change = {}) {
  const made = await (await house.as('notices')).post('/notices', {
    name: 'Water point', filter: { operation: 'KEN' }, texts: [{ language: 'en', text: 'Water comes on Monday. Dial {code}.' }, { language: 'ar', text: 'الماء يوم الاثنين.' }],
    fallback: 'en', opens_at: 0, closes_at: 24, lasting_minutes: 600, per_second: 2, ...change });
  assert.equal(made.status, 201, made.text);
  return made.body.id;
}
const draft = await written();

eachView('notices', 'notices', '/notices');
eachView('notice', 'notices_release', `/notices/${draft}`, { ready: (page) => page.locator('.phone .glass').first().waitFor() });
eachView('notice new', 'notices', '/notices/new', { ready: (page) => page.getByLabel(/Text in English|النص: الإنجليزية/).waitFor() });

consoleTest('is written with a phone beside it; a word that no SMS may say is told while it is typed', 'notices', { at: '/notices/new' }, async (page) => {
  await page.getByLabel('Name', { exact: false }).first().fill('Soap on Friday');
  const text = page.getByLabel('Text in English');
  await text.fill('For refugees');
  await page.getByText('A word tells what this service is, or what people are.').waitFor();
  await text.fill('Soap on Friday. Dial {code}.');
  await page.locator('.phone .glass', { hasText: 'Soap on Friday. Dial *384#.' }).waitFor();
  await page.getByText(/GSM-7: \d+ of 160 characters, 1 message/).waitFor();
  // A page that is loaded anew has lost nothing.
  await page.reload();
  assert.equal(await page.getByLabel('Text in English').inputValue(), 'Soap on Friday. Dial {code}.');
  await page.getByRole('button', { name: 'Keep the notice' }).click();
  await page.getByRole('heading', { level: 1, name: /Soap on Friday/ }).waitFor();
  await page.getByText('waits for release').waitFor();
});

consoleTest('another one begins with what this one says, and not over what is being written', 'notices', { at: `/notices/${draft}` }, async (page) => {
  await page.getByRole('button', { name: 'Write anew from this' }).click();
  await page.waitForURL(/\/notices\/new$/);
  const text = page.getByLabel('Text in English');
  assert.equal(await text.inputValue(), 'Water comes on Monday. Dial {code}.');
  await text.fill('Water comes on Tuesday. Dial {code}.');
  await page.goBack();
  await page.getByRole('button', { name: 'Write anew from this' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await page.goForward();
  assert.equal(await page.getByLabel('Text in English').inputValue(), 'Water comes on Tuesday. Dial {code}.');
});

consoleTest('is counted, released by a second person, watched, paused and stopped', 'notices_release', { timeout: 90_000 }, async (page) => {
  const id = await written({ name: 'Slow one' });
  await page.goto(page.url().replace(/\/console.*/, `/console/notices/${id}`));
  await page.getByLabel('Price of one message').fill('0.8');
  await page.getByRole('button', { name: 'Count now' }).click();
  await page.getByText(/\d+ people, \d+ messages · costs [\d.]+/).waitFor();
  await page.getByRole('button', { name: 'Release' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Release' }).click();
  await page.getByText('being sent').waitFor({ timeout: 15_000 });
  await page.getByText(/^[1-9]\d* of \d+$/).waitFor({ timeout: 20_000 });
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('paused', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Stop' }).click();
  await page.getByText('stopped', { exact: true }).waitFor();
  assert.equal(await house.one(`SELECT state FROM broadcast WHERE id = ${id}`), 'stopped');
});

consoleTest('its writer does not see a way to release it', 'notices', async (page) => {
  const id = await written({ name: 'Own one' });
  await page.goto(page.url().replace(/\/console.*/, `/console/notices/${id}`));
  await page.getByText('Another person than its writer releases it.').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Release' }).count(), 0);
});
