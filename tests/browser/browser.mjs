// A Chromium of the machine's own, and the phone's page opened in it.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';

const places = [process.env.MLANGO_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export const url = (process.env.MLANGO_URL ?? 'http://127.0.0.1:8080').replace(/\/$/, '');

export const launch = (more = []) =>
  chromium.launch({
    executablePath: places.find((place) => place && existsSync(place)),
    args: [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync', ...more,
    ],
  });

// Saved as NAME.png where pictures are wanted: MLANGO_PICTURES is a folder.
export async function saveView(page, name, options) {
  const folder = process.env.MLANGO_PICTURES;
  if (folder) await page.screenshot({ path: path.join(folder, `${name.replace(/\W+/g, '-')}.png`), ...options });
}

// The people of `mlango demo-people`, as the page is told of them.
export async function people() {
  const response = await fetch(`${url}/phone/api/setup`);
  if (!response.ok) throw new Error(`${url}/phone/api/setup answered ${response.status}`);
  return (await response.json()).people;
}

export async function openPhone(page, number) {
  await page.goto(`${url}/phone#as=${number}`);
  await page.locator('#people input:checked').waitFor({ state: 'attached' });
}

// Presses keys of the keypad with the mouse, then the green one.
export async function press(page, keys) {
  for (const key of keys) await page.locator(`.digit[data-key="${key}"]`).click();
  await page.locator('#call').click();
}

// Resolves to the screen when one has come that the server sent.
export async function screen(page) {
  await page.locator('#phone[data-view="open"], #phone[data-view="ended"]').waitFor();
  return page.locator('#text').textContent();
}
