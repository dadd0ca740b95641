// The page /verify in Chromium, against a running server: codes from a person's phone, printed cards from the command
// line, and a line that is really cut. MLANGO_URL=… MLANGO_BIN=… MLANGO_CONFIG=… node --test
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { isShareCode } from '../../exchange/web/src/codes.js';
import { factRows } from '../../exchange/web/src/facts.js';
import { tables } from '../../exchange/web/src/words.js';
import { launch, people, saveView, url } from './browser.mjs';
import { film, line, newVerifier, picture, pixels, printCard, registeredHousehold, removeFolder, shareCode, workFolder } from './verifier.mjs';

const { decodeQR } = await import('../../exchange/web/node_modules/qr/decode.js');
const axe = createRequire(import.meta.url).resolve('axe-core');
const everybody = await people();
const amina = everybody.find((person) => person.language === 'en' && person.pin);
let registration;

let browser;
let folder;
let bank;
const cards = {}; // by language: {pdf, credential}
before(async () => {
  browser = await launch();
  folder = await workFolder();
  bank = newVerifier('Kijani Bank');
  registration = registeredHousehold();
}, { timeout: 60_000 });
after(async () => {
  await browser.close();
  await removeFolder(folder);
});

async function cardIn(language) {
  if (!cards[language]) {
    const pdf = await printCard(folder, registration, language);
    cards[language] = { pdf, credential: decodeQR(await pixels(pdf, 300), { effort: Infinity, timeLimit: 5000 }) };
  }
  return cards[language];
}

// Each card takes the place of her one before: the one that is checked is printed last.
async function lastCard() {
  if (!cards.last) {
    const pdf = await printCard(folder, registration, 'en');
    cards.last = { pdf, credential: decodeQR(await pixels(pdf, 300), { effort: Infinity, timeLimit: 5000 }) };
  }
  return cards.last;
}

// One page for one test; what the page complains of fails the test, unless it says that it is prepared for it.
function verify(name, body, { at = () => url, complaints = /Failed to load resource: the server responded with a status of 4/, timeout = 60_000, prepare, ...options } = {}) {
  test(name, { timeout }, async () => {
    const context = await browser.newContext({ viewport: { width: 390, height: 780 }, locale: 'en', reducedMotion: 'reduce', ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    const heard = [];
    page.on('pageerror', (error) => heard.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && heard.push(message.text()));
    try {
      await prepare?.(page);
      await open(page, at());
      await body(page, context);
      await pictured(page, name);
      assert.deepEqual(heard.filter((words) => !complaints.test(words)), []);
    } finally {
      await context.close();
    }
  });
}

// How a test leaves the page, at the widths of a phone and of a desk.
async function pictured(page, name) {
  if (!process.env.MLANGO_PICTURES) return;
  for (const width of [390, 1440]) {
    await page.setViewportSize({ width, height: 780 });
    await saveView(page, `verify-${name}-${width}`, { fullPage: true });
  }
}

async function open(page, at = url, fragment = '') {
  await page.goto(`${at}/verify${fragment}`);
  await page.locator('html[data-ready]').waitFor({ state: 'attached' });
}

async function signIn(page, who = bank) {
  await page.locator('#verifier').fill(who.number);
  await page.locator('#operator').fill(who.operator);
  await page.locator('#password').fill(who.password);
  await page.locator('#sign-in-form [type=submit]').click();
  await page.locator('#view-code').waitFor();
}

async function type(page, code) {
  await page.locator('#code-input').fill('');
  await page.locator('#code-input').pressSequentially(code);
  await page.locator('#code-send').click();
}

async function checkText(page, text) {
  if (await page.locator('#view-card').isHidden()) await page.locator('#again').click();
  if (await page.locator('#typed').isHidden()) await page.locator('#view-card summary').click();
  await page.locator('#typed').fill(text);
  await page.locator('#typed-form [type=submit]').click();
  await page.locator('#view-checked, #card-error:not([hidden])').first().waitFor();
}

const verdict = async (page) => ({
  words: await page.locator('#checked-title').textContent(),
  look: await page.locator('#verdict').getAttribute('class'),
});
const w = tables.en;

// A code that nobody has: right by its check digit, wrong by everything else.
function nobodysCode() {
  for (;;) {
    const digits = String(Math.floor(Math.random() * 1e10)).padStart(10, '0');
    if (isShareCode(digits)) return digits;
  }
}

test('says the same in every language', () => {
  const keys = (table) => Object.keys(table).flatMap((key) => (typeof table[key] === 'object' ? Object.keys(table[key]).map((one) => `${key}.${one}`) : [key])).sort();
  const marks = (text) => [...String(text).matchAll(/\{\w+\}/g)].map(String).sort();
  for (const [language, table] of Object.entries(tables)) {
    assert.deepEqual(keys(table), keys(tables.en), language);
    for (const key of Object.keys(table)) assert.deepEqual(marks(table[key]), marks(tables.en[key]), `${language} ${key}`);
  }
});

test('has words for every fact and kind that can be shared', async () => {
  const data = await readFile(new URL('../../wallet/credentials.yaml', import.meta.url), 'utf8');
  const [, facts, kinds] = /\nfacts:\n([\s\S]*?)\nkinds:\n([\s\S]*)/.exec(data);
  const names = (text) => [...text.matchAll(/^ {2}(\w+):/gm)].map((found) => found[1]);
  assert.ok(names(facts).length > 10 && names(kinds).length > 3);
  for (const table of Object.values(tables)) {
    assert.deepEqual(names(facts).filter((name) => !table.facts[name]), []);
    assert.deepEqual(names(kinds).filter((name) => !table.kinds[name]), []);
  }
  assert.deepEqual(factRows('en', w, { birthdate: '1987-03-14', given_name: '<b>', strange_fact: [1, null] }),
    [['Given name', '<b>'], ['Born', '14 March 1987'], ['strange fact', '1, –']]);
});

verify('refuses a wrong password in one way, and lets the right one in', async (page) => {
  for (const [number, operator, password] of [[bank.number, bank.operator, 'wrong'], [bank.number, 'nobody', bank.password], ['00000', bank.operator, bank.password]]) {
    await page.locator('#verifier').fill(number);
    await page.locator('#operator').fill(operator);
    await page.locator('#password').fill(password);
    await page.locator('#sign-in-form [type=submit]').click();
    await page.locator('#sign-in-error', { hasText: w.sign_in_wrong }).waitFor();
    assert.equal(await page.locator('#password').inputValue(), '');
    await page.locator('#verifier').fill('');
    await page.evaluate(() => { document.getElementById('sign-in-error').hidden = true; });
  }
  await signIn(page);
  assert.equal(await page.locator('#who-name').textContent(), 'Kijani Bank');
  assert.equal(await page.locator('#own-number').textContent(), bank.number);
  assert.equal(await page.locator('#own-purpose').textContent(), 'To open an account');
  await page.reload();
  await page.locator('#view-code').waitFor();
  await page.locator('#sign-out').click();
  await page.locator('#view-sign-in').waitFor();
  await open(page, url, '#receipt');
  assert.ok(await page.locator('#view-sign-in').isVisible(), 'signed out for good');
});

verify('tells a typing error without asking the server, and gives one answer for what is nobody’s', async (page) => {
  await signIn(page);
  const asked = [];
  page.on('request', (request) => request.url().endsWith('/redeem') && asked.push(request));
  const code = nobodysCode();
  const swapped = code.slice(0, 9) + ((Number(code[9]) + 1) % 10);
  await type(page, swapped);
  await page.locator('#code-error', { hasText: 'typing error' }).waitFor();
  assert.equal(await page.locator('#code-input').getAttribute('aria-invalid'), 'true');
  await type(page, '123');
  await page.locator('#code-error', { hasText: '10 or 11' }).waitFor();
  assert.equal(asked.length, 0);
  await type(page, code);
  await page.locator('#code-error', { hasText: w.not_found }).waitFor();
  assert.equal(asked.length, 1);
  assert.ok(!asked[0].url().includes(code));
});

verify('shows what she shares from her phone, once, finds it again by its receipt, and forgets it', async (page) => {
  await signIn(page);
  const code = await shareCode(amina, bank, 'I am over 18');
  // As an Arabic keypad types it.
  const arabic = code.replace(/\d/g, (digit) => String.fromCharCode(0x660 + Number(digit)));
  await type(page, arabic);
  await page.locator('#view-shared').waitFor();
  assert.match(await page.locator('#view-shared').textContent(), /18 or older.*Yes/s);
  assert.equal(await page.evaluate(() => document.activeElement.id), 'shared-title');
  const receipt = /\d{3} \d{3} \d{4}/.exec(await page.locator('#shared-about').textContent())[0];
  const kept = await page.evaluate(async () => {
    const names = await caches.keys();
    const addresses = [];
    for (const name of names) for (const request of await (await caches.open(name)).keys()) addresses.push(request.url);
    return { local: { ...localStorage }, session: { ...sessionStorage }, addresses, at: location.href, cookie: document.cookie };
  });
  assert.deepEqual(Object.keys(kept.local), ['mlango-verify-language']);
  assert.deepEqual(kept.session, {});
  assert.equal(kept.cookie, '', 'the session is out of a script’s reach');
  assert.ok(![...kept.addresses, kept.at].some((address) => /api|\d{10}/.test(address)), kept.addresses.join());

  await page.locator('#next').click();
  assert.equal(await page.locator('#shared-facts').textContent(), '');
  // The answer may have been lost on the way: the same operator finds the same receipt, a second one is not made.
  await type(page, code);
  await page.locator('#view-shared').waitFor();
  assert.ok((await page.locator('#shared-about').textContent()).includes(receipt));
  await page.locator('#next').click();

  await page.locator('.tabs a[href="#receipt"]').click();
  await page.locator('#receipt-input').pressSequentially(receipt);
  await page.locator('#receipt-form [type=submit]').click();
  await page.locator('#view-shared').waitFor();
  assert.match(await page.locator('#view-shared').textContent(), /18 or older.*Yes/s);
  await page.clock.fastForward('03:01');
  await page.locator('#notice', { hasText: w.hidden }).waitFor();
  assert.ok(await page.locator('#view-receipt').isVisible());
  assert.doesNotMatch(await page.locator('main').innerHTML(), /18 or older/);
}, { prepare: (page) => page.clock.install() });

verify('waits as long as the server says after too many tries', async (page) => {
  const guesser = newVerifier('Guess Bank', 'guesser');
  await signIn(page, guesser);
  for (let i = 0; i < 7 && !(await page.locator('#code-send').isDisabled()); ++i) {
    await type(page, nobodysCode());
    await page.locator('#code-form:not([aria-busy])').waitFor();
  }
  await page.locator('#code-error', { hasText: /go on in 1[45]:\d\d/ }).waitFor();
  assert.ok(await page.locator('#code-send').isDisabled());
});

verify('goes back to the sign-in when the time is over, and says so', async (page, context) => {
  await signIn(page);
  await context.clearCookies();
  await type(page, nobodysCode());
  await page.locator('#notice', { hasText: w.signed_out }).waitFor();
  assert.ok(await page.locator('#view-sign-in').isVisible());
});

for (const language of ['en', 'fr', 'ar', 'sw', 'am', 'so']) {
  test(`a printed card in ${language} is read from coarse print`, { timeout: 120_000 }, async () => {
    const { pdf, credential } = await cardIn(language);
    assert.match(credential, /^[\w-]+\.[\w-]+\.[\w-]+~([\w-]+~)+$/);
    assert.ok(credential.length < 1400, `${credential.length} characters`);
    for (const dpi of [150, 200]) {
      assert.equal(decodeQR(await pixels(pdf, dpi), { effort: Infinity, timeLimit: 5000 }), credential, `${dpi} dpi`);
    }
  });
}

verify('checks a photo of a printed card, signed in or not, and says what it can not know', async (page) => {
  const { pdf } = await lastCard();
  const photo = await picture(pdf, 200);
  await open(page, url, '#card');
  await page.locator('#photo').setInputFiles(photo);
  await page.locator('#view-checked').waitFor();
  assert.deepEqual(await verdict(page), { words: w.v_valid, look: 'verdict good' });
  assert.match(await page.locator('#checked-facts').textContent(), /Registered.*Yes.*Given name/s);
  assert.match(await page.locator('#limits').textContent(), /no photo.*copied/s);
  await open(page, url, '#code');
  await signIn(page);
  await page.locator('.tabs a[href="#card"]').click();
  await page.locator('#photo').setInputFiles(photo);
  await page.locator('#checked-ages', { hasText: w.server_says }).waitFor();
  assert.equal((await verdict(page)).words, w.v_valid);
});

test('reads a card that is held before the camera', { timeout: 90_000 }, async () => {
  const { pdf } = await lastCard();
  const card = path.join(folder, 'camera.y4m');
  const whole = await pixels(pdf, 220);
  // The card's part of the page, as a camera frames it.
  const from = { x: Math.round((100 / 25.4) * 220), y: Math.round((31 / 25.4) * 220), width: 700, height: 540 };
  const grey = Buffer.alloc(1280 * 720, 255);
  for (let y = 0; y < from.height; ++y) {
    for (let x = 0; x < from.width; ++x) grey[(y + 90) * 1280 + x + 290] = whole.grey[(from.y + y) * whole.width + from.x + x];
  }
  await film(card, { width: 1280, height: 720, grey });
  const own = await launch(['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${card}`]);
  try {
    const page = await (await own.newContext({ permissions: ['camera'], locale: 'en' })).newPage();
    page.setDefaultTimeout(30_000);
    await open(page, url, '#card');
    await page.locator('#camera').click();
    await page.locator('#view-checked').waitFor();
    assert.equal((await verdict(page)).words, w.v_valid);
    assert.equal(await page.evaluate(() => document.getElementById('video').srcObject), null, 'the camera is off again');
  } finally {
    await own.close();
  }
});

verify('refuses what was changed, what is another’s and what is no card', async (page) => {
  const { credential } = await lastCard();
  await open(page, url, '#card');
  const [jwt, ...disclosures] = credential.split('~');
  const [header, payload, signature] = jwt.split('.');
  const other = (text) => Buffer.from(text).toString('base64url');
  const claims = JSON.parse(Buffer.from(payload, 'base64url'));
  const forged = JSON.parse(Buffer.from(disclosures[0], 'base64url'));
  const spoilt = {
    'a claim': [header, other(JSON.stringify({ ...claims, exp: claims.exp + 86400 })), signature].join('.') + credential.slice(jwt.length),
    'a fact': credential.replace(disclosures[0], other(JSON.stringify([forged[0], forged[1], 'Somebody']))),
    'a fact of nobody’s': `${credential}${other('["c2FsdHNhbHRzYWx0c2FsdA","age_over_18",true]')}~`,
    'a fact twice': `${credential}${disclosures[0]}~`,
    'no algorithm': `${other('{"alg":"none","typ":"dc+sd-jwt"}')}.${payload}.${signature}~`,
    'another type': `${other(JSON.stringify({ ...JSON.parse(Buffer.from(header, 'base64url')), typ: 'JWT' }))}.${payload}.${signature}~`,
    'half a signature': credential.replace(signature, signature.slice(0, 43)),
  };
  for (const [what, text] of Object.entries(spoilt)) {
    await checkText(page, text);
    assert.deepEqual(await verdict(page), { words: w.v_broken, look: 'verdict bad' }, what);
    assert.equal(await page.locator('#checked-facts').textContent(), '', what);
  }
  await checkText(page, `${other(JSON.stringify({ ...JSON.parse(Buffer.from(header, 'base64url')), kid: 'other' }))}.${payload}.${signature}~`);
  assert.equal((await verdict(page)).words, w.v_unknown_key);
  await page.locator('#again').click();
  if (await page.locator('#typed').isHidden()) await page.locator('#view-card summary').click();
  await page.locator('#typed').fill('https://example.org/menu');
  await page.locator('#typed-form [type=submit]').click();
  await page.locator('#card-error', { hasText: w.not_card }).waitFor();
});

let wire;
before(async () => { wire = await line(); });
after(() => wire.cut());

verify('works when the line is cut: says how old its lists are and what they can not tell', async (page) => {
  const { credential } = await lastCard();
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.locator('a.button[href="#card"]').click();
  await page.locator('#kept-list', { hasText: /1 of 1|2 of 2/ }).waitFor();
  await wire.cut();
  await page.reload();
  await page.locator('html[data-ready]').waitFor({ state: 'attached' });
  await page.locator('#view-card').waitFor();
  await checkText(page, credential);
  assert.equal((await verdict(page)).words, w.v_valid);
  assert.match(await page.locator('#limits').textContent(), /stopped in the last few minutes/);

  // She gets a new card, which ends this one; a device without a line can not know, and says so.
  const next = await printCard(folder, registration, 'en', '--without-codes');
  cards.next = { pdf: next, credential: decodeQR(await pixels(next, 300), { effort: Infinity, timeLimit: 5000 }) };
  delete cards.en;
  await checkText(page, credential);
  assert.equal((await verdict(page)).words, w.v_valid);

  // Three days later.
  await page.evaluate(() => { const real = Date.now; Date.now = () => real() + 3 * 86400e3; });
  await checkText(page, credential);
  assert.deepEqual(await verdict(page), { words: w.v_unsure, look: 'verdict unsure' }, 'the list is over');
  assert.equal(await page.locator('#checked-more').textContent(), w.m_unsure_old_list);
  assert.match(await page.locator('#checked-ages').textContent(), /3 days old/);
  assert.match(await page.locator('#limits').textContent(), /stopped after .*\d{4}/);
  assert.match(await page.locator('#checked-ages').textContent(), /stopped cards: .*\d{4}/);
  await page.evaluate(() => { const real = Date.now; Date.now = () => real() - 6 * 86400e3; });
  await checkText(page, credential);
  assert.match(await page.locator('#checked-clock').textContent(), /date of this device is wrong/);

  // With a line again it knows.
  await wire.mend();
  await page.reload();
  await page.locator('#kept-list', { hasText: /just now/ }).waitFor();
  await checkText(page, credential);
  assert.deepEqual(await verdict(page), { words: w.v_stopped, look: 'verdict bad' });
  assert.equal(await page.locator('#checked-facts').textContent(), '');
  await checkText(page, cards.next.credential);
  assert.equal((await verdict(page)).words, w.v_valid);
}, { at: () => wire.url, complaints: /Failed to load resource|ERR_/, timeout: 120_000 });

verify('can be used by keyboard alone, in Arabic from right to left', async (page) => {
  assert.equal(await page.evaluate(() => document.documentElement.dir), 'rtl');
  await page.locator('#verifier').focus();
  await page.keyboard.type(bank.number);
  await page.keyboard.press('Tab');
  await page.keyboard.type(bank.operator);
  await page.keyboard.press('Tab');
  await page.keyboard.type(bank.password);
  await page.keyboard.press('Enter');
  await page.locator('#view-code').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), 'code-input');
  await page.keyboard.type(nobodysCode());
  await page.keyboard.press('Enter');
  await page.locator('#code-error', { hasText: tables.ar.not_found }).waitFor();
  // From the first element on, Tab reaches everything that can be used, and shows where it is.
  await page.locator('#skip').focus();
  const reached = new Set();
  for (let i = 0; i < 12; ++i) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const style = getComputedStyle(document.activeElement);
      return { id: document.activeElement.id || document.activeElement.getAttribute('href'), outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 };
    });
    if (at.outlined) reached.add(at.id);
  }
  for (const id of ['language', 'sign-out', '#code', '#card', '#receipt', 'code-input', 'code-send']) assert.ok(reached.has(id), `${id} of ${[...reached]}`);
}, { locale: 'ar' });

for (const width of [320, 390, 768, 1440]) {
  verify(`fits ${width} pixels without scrolling sideways`, async (page) => {
    const sideways = () => page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    for (const language of ['en', 'fr', 'ar']) {
      await page.selectOption('#language', language);
      assert.equal(await sideways(), false, `${language} sign-in`);
    }
    await signIn(page);
    for (const language of ['fr', 'ar', 'en']) {
      await page.selectOption('#language', language);
      for (const tab of ['#code', '#receipt', '#card']) {
        await page.locator(`.tabs a[href="${tab}"]`).click();
        assert.equal(await sideways(), false, `${language} ${tab}`);
      }
    }
  }, { viewport: { width, height: 800 } });
}

for (const colorScheme of ['light', 'dark']) {
  verify(`has nothing that axe finds serious (${colorScheme})`, async (page) => {
    const source = await readFile(axe, 'utf8');
    const look = async (where) => {
      // Its text goes in through the debugger, which the page's policy for scripts does not bind.
      await page.evaluate(source);
      const { violations } = await page.evaluate(() => window.axe.run());
      const serious = violations.filter((each) => ['serious', 'critical', 'moderate'].includes(each.impact));
      assert.deepEqual(serious.map((each) => `${each.id}: ${each.nodes.map((node) => node.target).join(' ')}`), [], where);
    };
    // A verifier of its own: five misses make an operator wait.
    const office = newVerifier(`Office ${colorScheme}`);
    await look('sign-in');
    await signIn(page, office);
    await type(page, nobodysCode());
    await page.locator('#code-error:not([hidden])').waitFor();
    await look('code');
    await page.locator('.tabs a[href="#receipt"]').click();
    await look('receipt');
    await page.locator('.tabs a[href="#card"]').click();
    await look('card');
    const { credential } = await cardIn('fr');
    await checkText(page, credential);
    await look('checked');
    await page.locator('.tabs a[href="#code"]').click();
    await type(page, await shareCode(amina, office, 'I am over 18'));
    await page.locator('#view-shared').waitFor();
    await look('shared');
  }, { colorScheme });
}

test('is small enough for a slow line, keeps its files, and may do little', async () => {
  const page = await fetch(`${url}/verify`);
  const html = await page.text();
  const policy = page.headers.get('content-security-policy');
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe/);
  assert.match(page.headers.get('permissions-policy'), /camera=\(self\)/);
  assert.equal((await fetch(`${url}/verify`, { headers: { 'If-None-Match': page.headers.get('etag') } })).status, 304);
  const assets = /\/verify\/assets\/[0-9a-f]+\//.exec(html)[0];
  let bytes = html.length;
  for (const name of ['verify.css', 'verify.js', 'qr.js', 'icon.svg']) {
    const file = await fetch(url + assets + name);
    assert.equal(file.status, 200, name);
    assert.match(file.headers.get('cache-control'), /immutable/);
    bytes += (await file.arrayBuffer()).byteLength;
  }
  const worker = await fetch(`${url}/verify/sw.js`);
  assert.equal(worker.headers.get('service-worker-allowed'), '/verify');
  assert.match(await worker.text(), new RegExp(assets.split('/')[3]));
  assert.ok(bytes < 150_000, `${bytes} bytes`);
});
