// Figures in Chromium: each chart with its table and CSV; the map of the menu.
import assert from 'node:assert/strict';
import { before } from 'node:test';
import { consoleTest, eachView, url, holds } from './lib.mjs';

// Somebody dials, so that there is something to be counted; it is stored within ten seconds.
before(async () => {
  for (let n = 0; n < 6; n++)
    for (const text of ['', '1', '1*1', '1*1*0'].slice(0, 1 + (n % 4)))
      await fetch(`${url}/ussd/africastalking?key=demo`, { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ sessionId: `figures${process.pid}${n}`, phoneNumber: '+254711000001', serviceCode: '*384#', networkCode: '63902', text }) });
  await new Promise((wake) => setTimeout(wake, 11_000));
}, { timeout: 60_000 });

const drawn = (page) => page.locator('.figure-svg').first().waitFor();
eachView('figures', 'statistics', '/figures?days=7', { ready: drawn });
eachView('figures map', 'statistics', '/figures?days=1', {
  languages: ['en'],
  ready: async (page) => {
    await drawn(page);
    await page.getByRole('button', { name: 'Map of the menu' }).click();
    await holds(page, () => document.querySelector('.figure-map img')?.naturalWidth > 1000);
  },
});

consoleTest('each figure has its table and its CSV', 'statistics', { at: '/figures' }, async (page) => {
  await drawn(page);
  for (const name of ['Sessions', 'Languages', 'Gateways', 'Where people leave', 'What waits', 'Messages', 'Entitlements']) {
    const sheet = page.locator('section', { has: page.getByRole('heading', { name, exact: true }) });
    await sheet.getByRole('button', { name: `Table: ${name}` }).click();
    await sheet.locator('table, .sheet').first().waitFor();
    const href = await sheet.getByRole('link', { name: `CSV: ${name}` }).getAttribute('href');
    const csv = await page.evaluate(async (at) => { const answer = await fetch(at); return { type: answer.headers.get('content-type'), text: await answer.text() }; }, href);
    assert.match(csv.type, /^text\/csv/);
    assert.ok(csv.text.split('\r\n').length >= 2, name);
  }
});
