// The shell in Chromium: signing in, who may see what, languages, lines, keyboard.
import assert from 'node:assert/strict';
import { consoleTest, eachView } from './lib.mjs';

eachView('home', 'registration', '/');
eachView('jobs', 'cash', '/jobs');
eachView('password', 'registration', '/password');
eachView('sign-in', null, '/');

consoleTest('a page that is not hers says so and shows nothing', 'statistics', { at: '/jobs/none' }, async (page) => {
  assert.match(await page.locator('h1').innerText(), /no such page/);
});
