// The console in Chromium for the tests beside this file: signing in as a role, axe, both widths, both directions,
// pictures. `house` (tests/console/lib/house.mjs) prepares by the API, by SQL and by phone what a page should show. Needs
// what tests/browser/run sets.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { house } from '../../console/lib/house.mjs';
import { codeAt, stepNow } from '../../console/lib/totp.mjs';
import { launch, saveView, url } from '../browser.mjs';

export { house, url };
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
export const widths = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } };
const kept = process.env.MLANGO_STAFF; // a folder: the accounts of this run and their sessions

const names = ['Wanjiru Kamau', 'Joseph Otieno', 'Fatuma Abdi', 'Grace Achieng', 'Daniel Mutua', 'Leïla Haddad'];

// "registration", "registration_lead#2" (another person), "registration+cash" (both roles), "cash@UGA" (operation). One
// account for each such word in a run: {name, password, secret, shownName}.
export async function staffOf(word) {
  const file = path.join(kept, `${word.replace(/\W/g, '_')}.account.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const [, roles, operation, , number] = /^([a-z_+]+)(?:@([A-Z]{3}))?(#(\d+))?$/.exec(word) ?? assert.fail(`no such role: ${word}`);
  const shownName = names[[...word].reduce((sum, letter) => sum + letter.charCodeAt(0), Number(number ?? 0)) % names.length];
  const account = { ...(await house.makeStaff(roles.split('+'), { ...(operation ? { operation } : {}), shownName })), shownName };
  writeFileSync(file, JSON.stringify(account));
  return account;
}

// A code works once: one of a step after the last that was used for this account, waited for where it is not near yet.
export async function freshCode(account) {
  const note = path.join(kept, `${account.name}.step`);
  const last = existsSync(note) ? Number(readFileSync(note, 'utf8')) : 0;
  const step = Math.max(stepNow(), last + 1);
  while (step > stepNow() + 1) await house.sleep(500); // one ahead is taken
  writeFileSync(note, String(step));
  return codeAt(account.secret, step);
}

// By the page itself, as people do.
export async function signIn(page, account) {
  await page.goto(`${url}/console/`);
  await page.locator('input[name="username"]').fill(account.name);
  await page.locator('input[name="password"]').fill(account.password);
  await page.locator('input[name="password"]').press('Enter');
  await page.locator('input[name="one-time-code"]').fill(await freshCode(account));
  await page.locator('input[name="one-time-code"]').press('Enter');
  await page.locator('main#main').waitFor();
}

let browser;
export const theBrowser = () => browser;
before(async () => { browser = await launch(); }, { timeout: 60_000 });
after(async () => browser?.close());

// A signed-in session a role, made once and used by all test files of a run.
async function cookiesOf(role) {
  const file = path.join(kept, `${role.replace(/\W/g, '_')}.cookies.json`);
  const probe = async (state) => (await fetch(`${url}/api/staff/v1/me`, { headers: { Cookie: state.cookies.map((each) => `${each.name}=${each.value}`).join('; ') } })).ok;
  if (existsSync(file)) {
    const state = JSON.parse(readFileSync(file, 'utf8'));
    if (await probe(state)) return state;
  }
  const context = await browser.newContext({ locale: 'en', reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  await signIn(page, await staffOf(role));
  const state = await context.storageState();
  state.origins = [];
  writeFileSync(file, JSON.stringify(state));
  await context.close();
  return state;
}

// Opens `role`'s console: {page, context, heard}. What the page complains of is in `heard`.
export async function open(role, { at = '/', language = 'en', width = 'wide', dark = false, ...options } = {}) {
  const context = await browser.newContext({
    locale: language,
    viewport: widths[width],
    reducedMotion: 'reduce',
    colorScheme: dark ? 'dark' : 'light',
    storageState: role ? await cookiesOf(role) : undefined,
    ...(width === 'narrow' ? { isMobile: true, hasTouch: true, deviceScaleFactor: 2 } : {}),
    ...options,
  });
  // The account's own language is not changed by looking at it in another one.
  await context.addInitScript((code) => localStorage.setItem('mlango.language', code), language);
  if (role) await context.route('**/api/staff/v1/me', async (route) => {
    const answer = await route.fetch();
    if (!answer.ok()) return route.fulfill({ response: answer });
    return route.fulfill({ response: answer, json: { ...(await answer.json()), language } });
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const heard = [];
  page.on('pageerror', (error) => heard.push(String(error)));
  // A refusal that a test provokes is told by the browser, too; everything else fails the test.
  page.on('console', (message) => message.type() === 'error' && !/Failed to load resource: the server responded with a status of 4|net::ERR_(INTERNET_DISCONNECTED|CONNECTION_RESET)/.test(message.text()) && heard.push(message.text()));
  await page.goto(`${url}/console${at}`);
  await settled(page);
  return { page, context, heard };
}

// Until the page says yes. Playwright's own waiting evaluates words in the page, which the page's policy forbids.
export async function holds(page, question, patience = 15_000) {
  for (const end = Date.now() + patience; !(await page.evaluate(question));) {
    if (Date.now() > end) throw new Error(`not within ${patience} ms: ${question}`);
    await new Promise((go) => setTimeout(go, 50));
  }
}

// The heading is there and nothing is being fetched that the page waits for.
export async function settled(page) {
  await page.locator('h1').first().waitFor();
  await holds(page, () => !document.querySelector('main [role="status"] .mantine-Loader-root'));
}

// One page for one test. body(page, {context}) ; what the page complains of fails it.
export function consoleTest(name, role, options, body) {
  if (typeof options === 'function') [options, body] = [{}, options];
  test(name, { timeout: options.timeout ?? 60_000 }, async () => {
    const { page, context, heard } = await open(role, options);
    try {
      await body(page, { context });
      assert.deepEqual(heard, []);
    } catch (error) {
      await saveView(page, `failed-${name}`).catch(() => null);
      throw error;
    } finally {
      await context.close();
    }
  });
}

export async function axe(page, what = page.url()) {
  await page.evaluate(axeSource);
  const found = await page.evaluate(async () => {
    const result = await globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
    return result.violations.filter((each) => ['serious', 'critical'].includes(each.impact)).map((each) => `${each.id}: ${each.nodes.slice(0, 3).map((node) => `${node.target} ${node.failureSummary?.split('\n')[1] ?? ''}`).join(' | ')}`);
  });
  assert.deepEqual(found, [], `axe on ${what}`);
}

// Nothing sticks out at the side: a page that scrolls sideways is lost on a phone.
export async function fits(page, what = page.url()) {
  const over = await page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room + 1) return [];
    return [...document.querySelectorAll('main *')].filter((one) => one.getBoundingClientRect().right > room + 1 || one.getBoundingClientRect().left < -1).slice(0, 4).map((one) => `${one.tagName} ${one.className}`.slice(0, 120));
  });
  assert.deepEqual(over, [], `wider than the screen: ${what}`);
}

// A page in English and Arabic, wide and on a phone: no complaint, axe content, nothing wider than the screen, nothing
// left untranslated; pictures where they are wanted. `ready(page)` waits for, or opens, what is to be looked at.
export function eachView(name, role, at, { showsKeys = false, ready, refused, languages = ['en', 'ar'], timeout = 240_000 } = {}) {
  test(`${name}: ${at}, in ${languages.join(' and ')}, wide and on a phone`, { timeout }, async () => {
    for (const language of languages) {
      for (const width of Object.keys(widths)) {
        const { page, context, heard } = await open(role, { at: typeof at === 'function' ? await at() : at, language, width });
        const what = `${name} ${language} ${width}`;
        try {
          if (ready) await ready(page, { language, width });
          await page.waitForTimeout(150);
          await saveView(page, `${name}-${language}-${widths[width].width}`, { fullPage: true });
          assert.equal(await page.locator('html').getAttribute('dir'), language === 'ar' ? 'rtl' : 'ltr', what);
          await axe(page, what);
          await fits(page, what);
          // Nothing went wrong on it, unless the view is of that.
          if (!refused) assert.deepEqual(await page.locator('main .mantine-Alert-root[role="alert"]').allInnerTexts(), [], what);
          // A key that has no text shows as itself; a page of `showsKeys` is about such keys.
          if (!showsKeys) assert.deepEqual((await page.locator('body').innerText()).match(/\b(?:shell|parts|problems|home|jobs|cases|people|lists|tickets|notices|words|figures|audit|access)\.[a-z_]+[a-z_.]*/g), null, what);
          assert.deepEqual(heard, [], what);
        } finally {
          await context.close();
        }
      }
    }
  });
}

// Goes from control to control by Tab until the one whose accessible name matches has the focus; fails when it never does.
export async function tabTo(page, name, most = 80) {
  for (let n = 0; n < most; n++) {
    await page.keyboard.press('Tab');
    const here = await page.evaluate(() => {
      const one = document.activeElement;
      return one ? (one.getAttribute('aria-label') ?? one.labels?.[0]?.innerText ?? one.innerText ?? '') : '';
    });
    if (name instanceof RegExp ? name.test(here) : here.trim() === name) return;
  }
  assert.fail(`${name} is not reached by the Tab key`);
}
