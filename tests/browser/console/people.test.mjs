// Finding somebody, her record, and what is done at it, in Chromium: by keyboard, on a phone, right-to-left.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { axe, consoleTest, eachView, house, signIn, tabTo, url } from './lib.mjs';

const sql = (query) => execFileSync('psql', ['-qAtX', '-F', '\t', process.env.STORES_PG, '-c', query], { encoding: 'utf8' }).trim();
// A principal of the seeded families with numbers, entitlements and requests.
const her = () => {
  const [id, given, family, number] = sql(`SELECT i.id, i.given_name, coalesce(i.family_name, ''), i.individual_number FROM individual i
    JOIN membership m ON m.individual = i.id AND m.until IS NULL AND m.relationship = 'PA'
    WHERE i.operation = 'KEN' AND i.process_status = 'A' AND EXISTS (SELECT FROM phone p WHERE p.individual = i.id AND p.disabled_at IS NULL)
      AND EXISTS (SELECT FROM change_request c WHERE c.individual = i.id) ORDER BY i.id LIMIT 1`).split('\t');
  return { id, name: `${given} ${family}`.trim(), number };
};
const searched = (words) => async (page) => {
  await page.getByRole('search').getByRole('textbox').fill(words);
  await page.keyboard.press('Enter');
  await page.locator('main table tbody tr, main .card-list li').first().waitFor();
};

eachView('people', 'registration_lead', '/people', { ready: (page) => searched(her().name)(page) });
eachView('person', 'registration_lead', () => `/people/${her().id}`, { ready: (page) => page.locator('main table, main .card-list').first().waitFor() });
eachView('person-assistance', 'registration', () => `/people/${her().id}`, { ready: async (page) => { await page.getByRole('tab').nth(1).click(); await page.locator('main table, main .card-list').first().waitFor(); } });
eachView('person-requests', 'registration', () => `/people/${her().id}`, { ready: async (page) => { await page.getByRole('tab').nth(2).click(); await page.locator('main table, main .card-list').first().waitFor(); } });
eachView('person-activity', 'registration', () => `/people/${her().id}`, { ready: async (page) => { await page.getByRole('tab').nth(4).click(); await page.locator('main table, main .card-list').first().waitFor(); } });
eachView('openings', 'registration_lead', '/people/openings');
eachView('verifications', 'registration_lead', '/people/verifications');

eachView('person-shown', 'registration', () => `/people/${her().id}`, { ready: async (page) => { await page.getByRole('tab').nth(3).click(); await page.locator('main section').first().waitFor(); } });

for (const [language, principal] of [['fr', 'Demandeur principal'], ['ar', 'مقدم الطلب الرئيسي']])
  consoleTest(`relationships, places and programmes are named in the reader’s language: ${language}`, 'registration', { language, at: '/people' }, async (page) => {
    const one = her();
    const [place, operation, programme] = sql(`SELECT l.name->>'${language}', o.name->>'${language}', (SELECT p.name->>'${language}' FROM entitlement e
        JOIN payment_list y ON y.id = e.payment_list JOIN cycle c ON c.id = y.cycle JOIN programme p ON p.id = c.programme
        WHERE e.registration_group = g.id AND p.name->>'${language}' IS NOT NULL ORDER BY e.id DESC LIMIT 1)
      FROM membership m JOIN registration_group g ON g.id = m.registration_group JOIN location l ON l.code = g.location
      JOIN operation o ON o.code = g.operation WHERE m.individual = ${one.id} AND m.until IS NULL`).split('\t');
    const named = (text) => page.locator('main bdi').getByText(text, { exact: true }).first().waitFor();
    await searched(one.number)(page);
    await named(place);
    await page.goto(`${url}/console/people/${one.id}`);
    await named(place);
    await named(operation);
    await page.getByRole('rowheader', { name: principal }).or(page.getByRole('cell', { name: principal })).first().waitFor();
    await page.getByRole('tab').nth(1).click();
    await named(programme);
    // Of what has no name in it, the English one, and read as English.
    const names = sql(`SELECT name FROM operation WHERE code = 'KEN'`);
    sql(`UPDATE operation SET name = name - '${language}' WHERE code = 'KEN'`);
    try {
      await page.reload();
      await page.locator('main bdi[lang=en]', { hasText: 'Kenya' }).waitFor();
    } finally {
      sql(`UPDATE operation SET name = '${names}' WHERE code = 'KEN'`);
    }
  });

consoleTest('by keyboard alone from a name to her record, with nothing of her in an address', 'registration', { at: '/people' }, async (page) => {
  const one = her();
  const addresses = [];
  page.on('request', (request) => addresses.push(decodeURIComponent(request.url())));
  await tabTo(page, /Name, number/);
  await page.keyboard.type(one.name);
  await page.keyboard.press('Enter');
  await page.locator('main table tbody tr').first().waitFor();
  await tabTo(page, one.name);
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/people/${one.id}`);
  await page.getByRole('tab').first().waitFor();
  assert.match(await page.locator('h1').innerText(), new RegExp(one.name));
  assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'H1', 'the heading has the focus');
  for (const address of addresses) assert.ok(!address.includes(one.name) && !address.includes(one.number), address);
  // Back to what was found.
  await page.goBack();
  assert.equal(await page.getByRole('search').getByRole('textbox').inputValue(), one.name);
});

consoleTest('a code for a new PIN is made, shown once, and gone', 'registration', { at: '/' }, async (page) => {
  const one = her();
  await page.goto(`${url}/console/people/${one.id}`);
  await page.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: 'Give a code for a new PIN' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: 'By questions about what is recorded' }).check();
  await axe(page, 'the dialog of a code');
  await dialog.getByRole('button', { name: 'Make the code' }).click();
  const shown = page.getByText(/^\d{3} \d{3} \d{3}$/);
  await shown.waitFor();
  await axe(page, 'the code');
  await page.keyboard.press('Escape');
  await shown.waitFor({ state: 'detached' });
  assert.equal(sql(`SELECT count(*) FROM pin_code WHERE individual = ${one.id} AND ended_at IS NULL AND used_at IS NULL`), '1');
});

consoleTest('a record that is opened from elsewhere stands there by itself', 'registration_lead', { at: '/people/openings' }, async (page) => {
  const lead = await house.as('registration_lead', { office: 1, fresh: true });
  const id = sql(`SELECT i.id FROM individual i JOIN membership m ON m.individual = i.id AND m.until IS NULL
    JOIN registration_group g ON g.id = m.registration_group WHERE g.location LIKE 'KEN-KAL2%' AND i.process_status = 'A' ORDER BY i.id DESC LIMIT 1`);
  const words = 'The bridge is gone, and this office is the nearer one.';
  const opened = await lead.post(`/people/${id}/opening`, { reason: 'emergency', words });
  assert.equal(opened.status, 201, opened.text);
  const row = page.getByRole('row').filter({ hasText: words });
  await row.waitFor({ timeout: 5_000 });
  await (await house.as('registration_lead', { office: 6, fresh: true })).post(`/openings/${opened.body.id}/review`, { verdict: 'in_order' });
  await row.waitFor({ state: 'detached', timeout: 5_000 });
});

// An account of an office, for this file alone.
function ofAnOffice() {
  const account = { name: `office.lead.${process.pid}`, password: 'a lamp over the river', secret: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567' };
  const added = spawnSync(process.env.MLANGO_BIN, ['staff', 'add', account.name, '--from-stdin', '--role', 'registration_lead', '--operation', 'KEN', '--office', '1', '--trained-until', '2036-12-31'],
    { input: `${account.password}\n${account.secret}\n`, encoding: 'utf8' });
  assert.equal(added.status, 0, added.stderr);
  return account;
}

consoleTest('another office’s record opens with a reason, says so, and offers nothing to change', null, async (page) => {
  await signIn(page, ofAnOffice());
  const [id, number] = sql(`SELECT i.id, i.individual_number FROM individual i JOIN membership m ON m.individual = i.id AND m.until IS NULL
    JOIN registration_group g ON g.id = m.registration_group WHERE g.location LIKE 'KEN-KAL2%' AND i.process_status = 'A' ORDER BY i.id LIMIT 1`).split('\t');
  await page.goto(`${url}/console/people`);
  await searched(number)(page);
  await page.getByRole('button', { name: 'Open with a reason' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: /Why it is needed/ }).fill('She stands here after the flood.');
  await axe(page, 'the dialog of a reason');
  await dialog.getByRole('button', { name: 'Open with a reason' }).click();
  await page.waitForURL(`**/people/${id}`);
  await page.getByText('another office’s record').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Actions' }).count(), 0);
});
