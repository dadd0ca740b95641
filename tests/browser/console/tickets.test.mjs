// Tickets in Chromium: queues, one ticket on a phone and on a desk, an answer while it is typed, and what somebody else
// changed meanwhile.
import assert from 'node:assert/strict';
import { axe, consoleTest, eachView, house, open, url } from './lib.mjs';

// Made by the API as staff of the tests, one for each test that changes it.
let person;
async function ticket({ sensitive = false, words = 'The tap by the school is dry since Monday.', category = 'problem' } = {}) {
  person ??= Number(await house.one(`SELECT i.id FROM individual i JOIN phone p ON p.individual = i.id AND p.disabled_at IS NULL
    LEFT JOIN number_preference l ON l.number_blind = p.number_blind
    WHERE i.operation = 'KEN' AND i.process_status = 'A' AND coalesce(l.sms_allowed, true) ORDER BY i.id LIMIT 1`));
  const client = await house.as(sensitive ? 'protection' : 'hotline');
  const made = await client.post('/tickets', { category, topic: 'other', words, person, sensitive });
  assert.equal(made.status, 201, made.text);
  return made.body.id;
}
const revisionOf = async (id) => Number(await house.one(`SELECT revision FROM ticket WHERE id = ${id}`));

let shown;
async function worked() {
  if (shown) return shown;
  const id = await ticket();
  const client = await house.as('hotline');
  await client.post(`/tickets/${id}/notes`, { text: 'The plumber comes tomorrow.' });
  await client.post(`/tickets/${id}/calls`, { outcome: 'no_answer', again_in_hours: 4, revision: await revisionOf(id) });
  await ticket({ words: 'Still no water.' });
  return (shown = id);
}
await worked();

// Of nobody who is known: somebody called, and may live elsewhere.
async function stranger() {
  const made = await (await house.as('hotline')).post('/tickets', { category: 'call_back', words: 'She calls from across the border.', operation: 'KEN' });
  assert.equal(made.status, 201, made.text);
  return made.body.id;
}
const ofStranger = await stranger();

eachView('tickets', 'hotline_lead', '/tickets');
eachView('tickets sensitive', 'protection', '/tickets?queue=sensitive');
eachView('ticket', 'hotline_lead', `/tickets/${shown}`, { ready: (page) => page.locator('blockquote').first().waitFor() });
eachView('ticket new', 'hotline', '/tickets/new');

eachView('ticket move', 'hotline', `/tickets/${ofStranger}`, {
  ready: async (page, { language }) => {
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: language === 'ar' ? 'نقل …' : 'Move …' }).click();
    await dialog.getByRole('combobox').click();
    await page.getByRole('option', { name: language === 'ar' ? 'أوغندا' : 'Uganda' }).click();
    await dialog.getByText(language === 'ar' ? 'لن تراها بعد ذلك' : 'you will not see it any more').waitFor();
  },
});

consoleTest('one of nobody who is known is moved to another operation, and is found there', 'hotline', async (page) => {
  const id = await stranger();
  const reference = await house.one(`SELECT reference FROM ticket WHERE id = ${id}`);
  await page.goto(`${url}/console/tickets/${id}`);
  const dialog = page.getByRole('dialog');
  const ask = async () => {
    await page.getByRole('button', { name: 'Move …' }).click();
    assert.equal(await dialog.getByRole('button', { name: 'Move' }).isDisabled(), true, 'nothing is chosen yet');
    await dialog.getByRole('combobox', { name: 'Operation' }).click();
    assert.equal(await page.getByRole('option', { name: 'Kenya' }).count(), 0, 'where it is');
    await page.getByRole('option', { name: 'Uganda' }).click();
  };
  await ask();
  await axe(page, 'the dialog of a move');
  // What somebody else did meanwhile is seen first.
  await (await house.as('hotline', { fresh: true })).post(`/tickets/${id}/priority`, { priority: 2, revision: await revisionOf(id) });
  await dialog.getByRole('button', { name: 'Move' }).click();
  await page.getByText(/Somebody else changed this ticket meanwhile/).waitFor();
  assert.equal(await house.one(`SELECT operation FROM ticket WHERE id = ${id}`), 'KEN');
  assert.equal(await dialog.getByRole('button', { name: 'Move' }).isDisabled(), true, 'not before she has looked');
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await page.getByRole('button', { name: 'Move …' }).click();
  await dialog.getByRole('button', { name: 'Move' }).click();
  await page.getByText('It was moved: Uganda.').waitFor();
  assert.equal(await house.one(`SELECT operation || state || coalesce(assigned_to::text, '') FROM ticket WHERE id = ${id}`), 'UGAnew');
  await page.locator('blockquote').waitFor({ state: 'detached' });
  await sqlFirst(id);
  const there = await open('hotline@UGA', { at: '/tickets?queue=free' });
  try {
    await there.page.getByRole('link', { name: new RegExp(reference) }).click();
    await there.page.locator('blockquote', { hasText: 'across the border' }).waitFor();
    await there.page.getByRole('listitem').filter({ hasText: 'Moved' }).filter({ hasText: 'Uganda' }).waitFor();
    assert.deepEqual(there.heard, []);
  } finally {
    await there.context.close();
  }
});

consoleTest('whose place is known stays there', 'hotline', async (page) => {
  await page.goto(`${url}/console/tickets/${await ticket()}`);
  await page.getByRole('button', { name: 'Assign' }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Move …' }).count(), 0);
});

consoleTest('an answer is measured while it is typed, refused where it may not be sent, and sent', 'hotline', async (page) => {
  const id = await ticket();
  await page.goto(page.url().replace(/\/console.*/, `/console/tickets/${id}`));
  await page.locator('blockquote', { hasText: 'The tap by the school' }).waitFor();
  const field = page.getByLabel('Your answer');
  await field.fill('Ask at the refugee desk');
  await page.getByText('A word tells what this service is, or what she is.').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Send the answer' }).isDisabled(), true);
  await field.fill('It is repaired.');
  await page.getByText(/GSM-7: \d+ of 160 characters, 1 message/).waitFor();
  await page.locator('.phone .glass', { hasText: 'It is repaired.' }).waitFor();
  await page.getByRole('button', { name: 'Send the answer' }).click();
  await page.getByText('The answer is written.').waitFor();
  await page.getByRole('listitem').filter({ hasText: 'Answered' }).filter({ hasText: 'It is repaired.' }).waitFor();
  assert.equal(await house.one(`SELECT count(*) FROM ticket_entry WHERE ticket = ${id} AND kind = 'answer' AND outbox IS NOT NULL`), '1');
});

consoleTest('what somebody else did meanwhile is shown, and what was typed stays', 'hotline', async (page) => {
  const id = await ticket();
  await page.goto(page.url().replace(/\/console.*/, `/console/tickets/${id}`));
  await page.getByLabel('Your answer').fill('We come today.');
  await (await house.as('hotline', { fresh: true })).post(`/tickets/${id}/priority`, { priority: 1, revision: await revisionOf(id) });
  await page.getByText(/1 message/).waitFor();
  await page.getByRole('button', { name: 'Send the answer' }).click();
  await page.getByText(/Somebody else changed this ticket meanwhile/).waitFor();
  assert.equal(await page.getByLabel('Your answer').inputValue(), 'We come today.');
  assert.equal(await house.one(`SELECT count(*) FROM ticket_entry WHERE ticket = ${id} AND kind = 'answer'`), '0');
  await page.getByRole('button', { name: 'Send the answer' }).click();
  await page.getByText('The answer is written.').waitFor();
});

consoleTest('a new one appears in the queue by itself', 'hotline', { at: '/tickets?queue=free' }, async (page) => {
  const id = await ticket({ category: 'call_back' });
  const reference = await house.one(`SELECT reference FROM ticket WHERE id = ${id}`);
  await sqlFirst(id);
  await page.getByRole('link', { name: new RegExp(reference) }).waitFor({ timeout: 5_000 });
});
// To the top of the queue, however many there are.
const sqlFirst = (id) => house.sql(`UPDATE ticket SET priority = 1, due_at = asked_at WHERE id = ${id}`);

consoleTest('closed off by whoever reads it, it is gone for him', 'hotline', async (page) => {
  const id = await ticket();
  await page.goto(page.url().replace(/\/console.*/, `/console/tickets/${id}`));
  await page.getByRole('button', { name: 'Sensitive …' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Keep' }).click();
  await page.getByText('There is no such record').or(page.getByText(/not there|does not exist/i)).first().waitFor();
  assert.equal(await house.one(`SELECT sensitive FROM ticket WHERE id = ${id}`), 't');
});

consoleTest('the number is shown only when it is asked for', 'hotline', async (page) => {
  const id = await ticket();
  await page.goto(page.url().replace(/\/console.*/, `/console/tickets/${id}`));
  await page.getByText(/•••/).first().waitFor();
  await page.getByRole('button', { name: 'Show (is written down)' }).click();
  await page.getByText(/^\+254\d{9}$/).waitFor();
  assert.equal(await house.one(`SELECT count(*) FROM audit WHERE kind = 'ticket.number_shown' AND record = ${id}`), '1');
});

consoleTest('what is about safety is taken down by the hotline, who tells her the reference and reads it no more', 'hotline', { at: '/tickets/new' }, async (page) => {
  await page.getByRole('combobox', { name: 'What it is about' }).click();
  await page.getByRole('option', { name: 'safety' }).click();
  await page.getByRole('note').getByText('It goes to those who deal with protection', { exact: false }).waitFor();
  await page.getByLabel('Her words').fill('There is a man at the water point at night.');
  await page.getByRole('button', { name: 'Open the ticket' }).click();
  const told = await page.getByText(/It is taken down as [A-Z0-9]{4}/).innerText();
  assert.equal(await house.one(`SELECT sensitive FROM ticket WHERE reference = '${/as ([A-Z0-9]{4})/.exec(told)[1]}'`), 't');
});
