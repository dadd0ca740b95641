// Words and menus in Chromium: a translator finds a text, sees a phone while she types, saves, and somebody publishes.
import assert from 'node:assert/strict';
import { consoleTest, eachView, tabTo } from './lib.mjs';

const picture = (page) => page.locator('.phone .glass').first().waitFor();
eachView('words', 'words', '/words?language=ar', { showsKeys: true });
eachView('words text', 'words', '/words/texts/ar/home.help', { ready: picture, showsKeys: true });
eachView('words menus', 'words', '/words/menus', { showsKeys: true });
eachView('words menu', 'words', '/words/menus/home.yaml', { ready: picture, showsKeys: true });
eachView('words draft', 'words', '/words/draft', { showsKeys: true });
eachView('words versions', 'words', '/words/versions', { showsKeys: true });

consoleTest('what is typed is proven and stands on the phone before it is saved', 'words', { at: '/words/texts/fr/home.help' }, async (page) => {
  await picture(page);
  const field = page.getByLabel('Words of home.help in French');
  await field.fill('Aide ici');
  await page.locator('.phone .glass', { hasText: 'Aide ici' }).waitFor();
  await page.getByText('It fits on every phone.').waitFor();
  await field.fill('Une aide beaucoup trop longue pour la place');
  await page.getByText(/over its room of 20/).first().waitFor();
  await field.fill('Aide ici');
  await page.getByText('It fits on every phone.').waitFor();
  await page.getByRole('button', { name: 'Save the draft' }).click();
  await page.getByText('The draft is saved.').waitFor();
  await page.reload();
  assert.equal(await field.inputValue(), 'Aide ici');
});

consoleTest('two who write the same text: nothing is lost and nothing is overwritten unseen', 'words', { at: '/words/texts/fr/home.settings' }, async (page) => {
  await picture(page);
  const field = page.getByLabel('Words of home.settings in French');
  await field.fill('Mes options');
  // Somebody else saves meanwhile, by the API in the same browser.
  const other = await page.evaluate(async () => {
    const headers = { 'X-Mlango-Console': '1', 'Content-Type': 'application/json' };
    const found = await (await fetch('/api/staff/v1/words/texts?language=fr&query=home.settings')).json();
    const row = found.items.find((each) => each.key === 'home.settings');
    return (await fetch('/api/staff/v1/words/texts/fr/home.settings', { method: 'PUT', headers, body: JSON.stringify({ words: 'Leurs options', revision: row.draft?.revision ?? 0 }) })).status;
  });
  assert.equal(other, 200);
  await page.getByRole('button', { name: 'Save the draft' }).click();
  await page.getByText('Leurs options').waitFor();
  assert.equal(await field.inputValue(), 'Mes options');
  await page.getByRole('button', { name: 'Save mine over it' }).click();
  await page.getByText('The draft is saved.').waitFor();
});

consoleTest('everything is proven, published and rolled back', 'words', { at: '/words/texts/fr/past.title', timeout: 120_000 }, async (page) => {
  await picture(page);
  await page.getByLabel('Words of past.title in French').fill(`Avant ${Date.now() % 1000}`);
  await page.getByRole('button', { name: 'Save the draft' }).click();
  await page.getByText('The draft is saved.').waitFor();
  await page.goto(page.url().replace(/\/words\/.*/, '/words/draft'));
  await page.getByText('fr past.title').waitFor();
  await page.getByRole('button', { name: 'Prove everything' }).click();
  await page.getByText('It fits on every phone.').waitFor({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  await page.getByRole('dialog').getByLabel('Note').fill('from a browser');
  await page.getByRole('dialog').getByRole('button', { name: 'Publish' }).click();
  await page.getByText('Nothing is drafted.').waitFor({ timeout: 60_000 });
  await page.getByRole('link', { name: 'Versions' }).click();
  await page.getByText('from a browser').first().waitFor();
  await page.getByRole('button', { name: 'Back to the program’s files' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Make it current' }).click();
  await page.getByText('It is current now.').waitFor();
});

consoleTest('a text is changed by keyboard alone', 'words', { at: '/words/texts/sw/home.help' }, async (page) => {
  await picture(page);
  await tabTo(page, /Words of home.help in Swahili/);
  await page.keyboard.press('End');
  await page.keyboard.type('!');
  await page.locator('.phone .glass', { hasText: '!' }).waitFor();
  await tabTo(page, 'Save the draft', 4);
  await page.keyboard.press('Enter');
  await page.getByText('The draft is saved.').waitFor();
});
