// The web phone in Chromium against a running server with the demonstration's people: MLANGO_URL=… node --test
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { launch, openPhone, people, press, screen, url } from './browser.mjs';

const axe = createRequire(import.meta.url).resolve('axe-core');
const everybody = await people();
const english = everybody[0];
const arabic = everybody.find((person) => person.language === 'ar' && person.pin);
const stranger = everybody.find((person) => person.situation.includes('nobody'));

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

// One page for one test; what the page complains of fails the test, unless it says that it is prepared for it.
function phone(name, person, body, { viewport = { width: 1280, height: 900 }, prepare, complaints = /^$/ } = {}) {
  test(name, { timeout: 60_000 }, async () => {
    const context = await browser.newContext({ viewport });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    const heard = [];
    page.on('pageerror', (error) => heard.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && heard.push(message.text()));
    try {
      await prepare?.(page);
      await openPhone(page, person.msisdn);
      await body(page);
      assert.deepEqual(heard.filter((words) => !complaints.test(words)), []);
    } finally {
      await context.close();
    }
  });
}

const sendByKeyboard = async (page, text) => {
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
  return nextScreen(page);
};

// The screen after a step: waits until the page is no longer waiting for the server.
async function nextScreen(page) {
  await page.locator('#phone:not([data-view="waiting"])').waitFor();
  return screen(page);
}

async function answer(page, keys) {
  await press(page, keys);
  return nextScreen(page);
}

async function answerPin(page, text, pin) {
  return /PIN/.test(text) ? answer(page, pin) : text;
}

const units = async (page) => Number(await page.locator('#units').textContent());
const linesOf = (text) => text.split('\n');
// The key of the menu line that holds `words`.
const keyOf = (text, words) => {
  const line = linesOf(text).find((each) => each.includes(words));
  assert.ok(line, `“${words}” is not on the screen: ${text}`);
  return line.split(' ')[0];
};

async function scrollsSideways(page) {
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
}

phone('dials by clicking the keys and shows Home', english, async (page) => {
  assert.equal(await page.locator('#phone').getAttribute('data-view'), 'idle');
  const home = await answer(page, '*384#');
  for (const words of ['1 My assistance', '2 My details', '4 Appointments', '5 Help', '6 Settings', '9 Another person']) assert.ok(home.includes(words), home);
  assert.equal(await units(page), home.length);
  assert.match(await page.locator('#units-of').textContent(), /160 septets/);
  assert.match(await page.locator('#session-left').textContent(), /^(2:5\d|3:00)$/);
  await page.locator('#end').click();
  assert.equal(await page.locator('#phone').getAttribute('data-view'), 'idle');
});

phone('takes the PIN from the keyboard and lists assistance', english, async (page) => {
  await sendByKeyboard(page, '*384#');
  assert.match(await sendByKeyboard(page, '1'), /PIN/);
  const list = await sendByKeyboard(page, english.pin);
  assert.ok(list.startsWith('My assistance'), list);
  assert.match(list, /^1 /m);
  assert.ok((await units(page)) <= 160);
});

phone('refuses a code that is not the service', english, async (page) => {
  await press(page, '*123#');
  assert.match(await page.locator('#trouble').textContent(), /\*384#/);
  assert.equal(await page.locator('#phone').getAttribute('data-view'), 'idle');
});

phone('shows Arabic from right to left within 70 units', arabic, async (page) => {
  let text = await answer(page, '');
  for (const keys of ['1', arabic.pin]) {
    assert.match(text, /\p{Script=Arabic}/u);
    assert.ok((await units(page)) <= 70, text);
    assert.match(await page.locator('#units-of').textContent(), /70 UCS-2/);
    assert.equal(await page.locator('#text').evaluate((element) => getComputedStyle(element).direction), 'rtl');
    text = await answer(page, keys);
  }
  assert.match(text, /\p{Script=Arabic}/u);
  assert.ok((await units(page)) <= 70, text);
});

phone('changes the language and back', english, async (page) => {
  await answer(page, '');
  let text = await answer(page, '6');
  text = await answer(page, keyOf(text, 'Language'));
  const swahili = await answer(page, keyOf(text, 'Kiswahili'));
  assert.ok(!swahili.includes('My assistance'), swahili);
  await page.locator('#end').click();
  text = await answer(page, '');
  assert.ok(!text.includes('My assistance'), 'the language is kept for the next session');
  text = await answer(page, '6');
  text = await answer(page, '1');
  assert.ok((await answer(page, keyOf(text, 'English'))).includes('My assistance'));
});

phone('asks for another number, gives a reference, and the SMS arrives live', english, async (page) => {
  await page.locator('#live.on').waitFor();
  const before = await page.locator('.messages li').count();
  await answer(page, '');
  let text = await answerPin(page, await answer(page, '2'), english.pin);
  text = await answer(page, keyOf(text, 'Phone numbers'));
  text = await answer(page, '1');
  text = await answerPin(page, await answer(page, keyOf(text, 'Replace')), english.pin);
  text = await answer(page, `0712${String(Date.now()).slice(-6)}`);
  assert.match(text, /in place of/);
  text = await answer(page, '1');
  const reference = /reference is ([0-9A-Z]{4})/.exec(text)?.[1];
  assert.ok(reference, text);
  await page.locator('.messages li.unread', { hasText: reference }).waitFor({ timeout: 20_000 });
  assert.equal(await page.locator('.messages li').count(), Math.min(20, before + 1));
  assert.match(await page.locator('#unread').textContent(), /1 new/);
  assert.ok(!(await page.locator('#letter').isHidden()));

  // On the phone itself, by the right soft key.
  await page.locator('#end').click();
  await page.locator('#soft-right').click();
  assert.ok((await page.locator('#text').textContent()).includes(reference));
  assert.ok(await page.locator('#unread').isHidden());
});

phone('gets an answer to an SMS', english, async (page) => {
  await page.locator('#live.on').waitFor();
  await page.locator('#sms').fill('hello');
  await page.locator('#compose button').click();
  // The same Home as by keys, whatever the menu holds by then; the outbox brings it.
  const arrived = page.locator('.messages li.unread', { hasText: 'My assistance' }).first();
  await arrived.waitFor({ timeout: 20_000 });
  assert.match(await arrived.textContent(), /^384.*1 My assistance/s);
  assert.match(await page.locator('#sms-note').textContent(), /Sent/);
});

phone(
  'ends the session when the network’s time is over, and tells the server',
  english,
  async (page) => {
    await answer(page, '');
    const aborted = page.waitForRequest((request) => request.postDataJSON()?.event === 'abort');
    await page.clock.fastForward('00:31');
    await aborted;
    assert.match(await page.locator('#text').textContent(), /ended by the network/);
    assert.match(await page.locator('#trouble').textContent(), /no answer came in time/);
    assert.equal(await page.locator('#phone').getAttribute('data-view'), 'ended');
  },
  { prepare: (page) => page.clock.install() },
);

phone('replays the last request and gets the same screen', english, async (page) => {
  await answer(page, '');
  const shown = await answer(page, '5');
  await page.locator('#replay').click();
  await page.locator('#replay-note.good').waitFor();
  assert.equal(await page.locator('#text').textContent(), shown);
  await page.locator('#wire-box > summary').click();
  const request = await page.locator('#wire-request').textContent();
  assert.match(request, /^POST \/ussd\/\S+\?key=… HTTP\/1\.1$/m);
  assert.match(request, /sessionId=web-[0-9a-f]+/);
  assert.match(await page.locator('#wire-answer').textContent(), /^CON Help$/m);
});

phone(
  'says what is wrong when the server is away, and goes on when it is back',
  english,
  async (page) => {
    await page.route('**/phone/api/hop', (route) => route.abort('connectionrefused'));
    await page.locator('#call').click();
    await page.locator('#phone[data-view="failed"]').waitFor();
    assert.match(await page.locator('#trouble').textContent(), /can not be reached/);
    await page.unroute('**/phone/api/hop');
    await page.locator('#replay').click();
    assert.ok((await nextScreen(page)).includes('My assistance'));
    assert.ok(await page.locator('#trouble').isHidden());
  },
  { complaints: /ERR_CONNECTION_REFUSED/ },
);

phone('writes letters by pressing a key several times', stranger, async (page) => {
  let text = await answer(page, '');
  // The first time, the service asks a number it does not know for its language.
  if (text.includes('Kiswahili')) text = await answer(page, keyOf(text, 'English'));
  text = await answer(page, keyOf(text, 'Link my number'));
  await page.locator('#soft-left').click();
  for (const key of '2233') await page.locator(`.digit[data-key="${key}"]`).click();
  assert.equal(await page.locator('#answer').inputValue(), 'be');
  await page.locator('#clear').click();
  assert.equal(await page.locator('#answer').inputValue(), 'b');
});

phone('works by keyboard alone', english, async (page) => {
  await page.locator('#person-0').focus();
  await page.keyboard.press('ArrowDown');
  await page.locator('#person-1:checked').waitFor();
  await page.keyboard.press('ArrowUp');
  await page.locator('#person-0:checked').waitFor();
  assert.ok((await sendByKeyboard(page, '*384#')).includes('My assistance'));
  assert.match(await page.locator('#announce').textContent(), /My assistance/);
  await page.keyboard.type('77');
  await page.keyboard.press('Backspace');
  assert.equal(await page.locator('#answer').inputValue(), '7');
  await page.keyboard.press('Escape');
  await page.locator('#phone[data-view="idle"]').waitFor();

  // Every key can be reached by Tab, shows that it is, and is pressed by Enter.
  await page.locator('#soft-left').focus();
  const reached = [];
  for (let i = 0; i < 19; ++i) {
    reached.push(
      await page.evaluate(() => {
        const key = document.activeElement;
        const outline = getComputedStyle(key);
        return { id: key.id || key.dataset.key, outlined: outline.outlineStyle !== 'none' && parseFloat(outline.outlineWidth) >= 2 };
      }),
    );
    await page.keyboard.press('Tab');
  }
  const missing = ['soft-left', 'up', 'down', 'soft-right', 'call', 'clear', 'end', ...'123456789*0#'].filter(
    (id) => !reached.some((key) => key.id === id && key.outlined),
  );
  assert.deepEqual(missing, []);
  await page.locator('.digit[data-key="5"]').focus();
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('#answer').inputValue(), '5');
});

phone('speaks as every kind of gateway that is chosen', english, async (page) => {
  const names = await page.locator('#gateway option').evaluateAll((options) => options.map((option) => option.value));
  assert.deepEqual([...names].sort(), ['africastalking', 'arkesel', 'con_end', 'hubtel', 'infobip', 'kannel', 'nalo', 'twilio']);
  const targets = new Set();
  for (const name of names.filter((one) => one !== 'kannel' && one !== 'twilio')) {
    await page.selectOption('#gateway', name);
    assert.match(await answer(page, ''), /^1 My assistance\n/, name);
    const request = await page.locator('#wire-request').textContent();
    assert.match(request, new RegExp(`^(POST|GET) /ussd/${name}[/?]`));
    assert.doesNotMatch(request, /key=demo/);
    targets.add(request);
    await page.keyboard.press('Escape');
    await page.locator('#phone:not([data-view="open"])').waitFor();
  }
  assert.equal(targets.size, 6);
});

phone('says of a gateway that carries SMS only that it can not be dialled, and sends her SMS by it', english, async (page) => {
  await page.selectOption('#gateway', 'kannel');
  await page.locator('#call').click();
  await page.locator('#trouble', { hasText: 'SMS only' }).waitFor();
  await page.locator('#sms').fill('hello');
  await page.locator('#compose button').click();
  await page.locator('#sms-note.good').waitFor();
});

for (const width of [320, 768, 1440]) {
  phone(
    `fits ${width} pixels without scrolling sideways`,
    english,
    async (page) => {
      assert.equal(await scrollsSideways(page), false);
      await answer(page, '');
      await page.evaluate(() => document.querySelectorAll('details').forEach((each) => (each.open = true)));
      assert.equal(await scrollsSideways(page), false);
      const columns = await page.evaluate(() => {
        const text = document.getElementById('text');
        return text.clientWidth >= 24 * 0.6 * parseFloat(getComputedStyle(text).fontSize) - 1;
      });
      assert.ok(columns, 'the screen is 24 characters wide');
    },
    { viewport: { width, height: 800 } },
  );
}

for (const colorScheme of ['light', 'dark']) {
  phone(
    `has nothing that axe finds serious (${colorScheme})`,
    english,
    async (page) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await answer(page, '');
      await page.evaluate(() => document.querySelectorAll('details').forEach((each) => (each.open = true)));
      // Its text goes in through the debugger, which the page's policy for scripts does not bind.
      const { readFile } = await import('node:fs/promises');
      await page.evaluate(await readFile(axe, 'utf8'));
      const { violations } = await page.evaluate(() => window.axe.run());
      const serious = violations.filter((each) => ['serious', 'critical', 'moderate'].includes(each.impact));
      assert.deepEqual(serious.map((each) => `${each.id}: ${each.nodes.map((node) => node.target).join(' ')}`), []);
    },
  );
}

test('is small enough for a slow line, keeps its files, and answers 304', async () => {
  const page = await fetch(`${url}/phone`);
  const html = await page.text();
  assert.match(page.headers.get('content-security-policy'), /default-src 'none'/);
  assert.equal((await fetch(`${url}/phone`, { headers: { 'If-None-Match': page.headers.get('etag') } })).status, 304);
  const folder = /\/phone\/assets\/[0-9a-f]+\//.exec(html)[0];
  let bytes = html.length;
  for (const name of ['phone.css', 'door.svg', 'phone.js', 'api.js', 'line.js', 'keypad.js', 'inbox.js', 'people.js', 'wire.js']) {
    const file = await fetch(url + folder + name);
    assert.equal(file.status, 200, name);
    assert.match(file.headers.get('cache-control'), /immutable/);
    bytes += (await file.arrayBuffer()).byteLength;
  }
  assert.ok(bytes < 60_000, `${bytes} bytes`);
});
