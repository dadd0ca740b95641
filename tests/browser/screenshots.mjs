// Takes the pictures of docs/images from a running demonstration: MLANGO_URL=… node screenshots.mjs [folder]
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch, openPhone, people, press, screen } from './browser.mjs';

const folder = process.argv[2] ?? path.join(path.dirname(fileURLToPath(import.meta.url)), '../../docs/images');
await mkdir(folder, { recursive: true });

const everybody = await people();
const english = everybody.find((person) => person.language === 'en' && person.pin);
const arabic = everybody.find((person) => person.language === 'ar' && person.pin);

const browser = await launch();

async function picture(name, options, person, keys, { sms = false, wire = false } = {}) {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  await openPhone(page, person.msisdn);
  if (sms) {
    // A request to be called back, whose receipt comes by SMS.
    await press(page, '');
    for (const key of ['5', '2', '1']) {
      await screen(page);
      await press(page, key);
    }
    await page.locator('.messages li').first().waitFor();
    await page.locator('#end').click();
  }
  await press(page, '');
  for (const key of keys) {
    await screen(page);
    await press(page, key);
  }
  await screen(page);
  if (wire) await page.locator('#wire-box > summary').click();
  await page.evaluate(() => {
    document.activeElement?.blur();
    scrollTo(0, 0);
  });
  await page.waitForTimeout(500);
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
  await context.close();
}

const desktop = { viewport: { width: 1440, height: 920 } };
await picture('phone', desktop, english, ['1', english.pin], { sms: true, wire: true });
await picture('phone-arabic', { ...desktop, colorScheme: 'dark' }, arabic, ['1', arabic.pin]);
await picture('phone-small', { viewport: { width: 390, height: 812 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true }, english, []);
await browser.close();
