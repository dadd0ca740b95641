// Menus are published while the server runs: who is in a conversation stays on the version that it began with, who
// dials anew gets the next, a roll back is one command, and nothing is restarted for any of it.
import assert from 'node:assert/strict';
import { cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import test, { after } from 'node:test';
import { Phone, families, freshConnections } from './lib/phone.mjs';
import { say } from './lib/words.mjs';
import { folder, mlango, one, serverPid, templates, until, world } from './lib/world.mjs';

const english = '+254711000001';
const filesWord = say('en', 'home.assistance');
const within = 5_000;

// A connection for each request: they spread over the server's threads.
const scattered = new http.Agent();
const firstLine = (text) => text.split('\n')[0];

// A number may dial 200 times in a row: they take turns.
const newcomers = await families(20, 10, 'en');
let turn = 0;
const homeOfNewcomer = async () =>
  firstLine(await new Phone(newcomers[turn++ % newcomers.length].number, { through: scattered }).dial());

// So many newcomers in a row reach both threads of the server. Resolves to how long it took.
async function allBeginWith(word) {
  const begun = performance.now();
  let good = 0;
  let shown;
  await until(async () => {
    shown = await homeOfNewcomer();
    good = shown === `1 ${word}` ? good + 1 : 0;
    return good >= 12;
  }, within).catch(() => assert.fail(`"${word}" on Home within ${within} ms; there was "${shown}"`));
  return performance.now() - begun;
}

// The menu's files in a folder of their own, Home's first line worded otherwise, or spoilt by `change`.
function files(name, word, change = () => {}) {
  const place = `${folder}/${name}`;
  rmSync(place, { recursive: true, force: true });
  cpSync(`${templates}/menus/main`, `${place}/menu`, { recursive: true });
  cpSync(`${templates}/texts`, `${place}/texts`, { recursive: true });
  replace(`${place}/texts/en.yaml`, `home.assistance: { text: "${filesWord}"`, `home.assistance: { text: "${word}"`);
  change(place);
  return ['--menu', `${place}/menu`, '--texts', `${place}/texts`];
}

function replace(file, from, to) {
  const content = readFileSync(file, 'utf8');
  assert.ok(content.includes(from), `${file} holds ${from}`);
  writeFileSync(file, content.replace(from, to));
}

const publish = (...words) => mlango(['menu', 'publish', '--by', 'amina', ...words]);

async function refusalOf(...words) {
  try {
    await mlango(['menu', ...words]);
  } catch (failure) {
    assert.equal(failure.code, 1, failure.stderr);
    return failure.stderr;
  }
  throw new Error(`menu ${words.join(' ')} was not refused`);
}

async function dialled(number, word) {
  const phone = new Phone(number, { through: scattered });
  assert.equal(firstLine(await phone.dial()), `1 ${word}`);
  return phone;
}

// Each of these hops may come to another thread.
async function staysOn(phone, word) {
  for (let i = 0; i < 6; ++i) {
    await phone.type(5);
    await phone.type(0);
    assert.equal(firstLine(phone.text), `1 ${word}`);
  }
}

after(async () => {
  if ((await one('SELECT version FROM publication_current ORDER BY id DESC LIMIT 1')) > 0) {
    await mlango(['menu', 'rollback', 'files']);
    await allBeginWith(filesWord);
  }
});

test('a new version is for who dials anew, without a restart', async (t) => {
  const [who] = await families(1, 1, 'en');
  const pid = await serverPid();
  const running = await dialled(who.number, filesWord);
  assert.match(await mlango(['menu', 'versions']), /nothing was published/);
  const told = await publish(...files('first', 'Help for you'), '--note', 'Plainer words');
  assert.match(told, /^published version 1: \d+ screens, \d+ texts, \d+ languages/);
  t.diagnostic(`on both threads after ${Math.round(await allBeginWith('Help for you'))} ms`);
  await staysOn(running, filesWord);
  assert.equal(await serverPid(), pid);
  assert.match(await mlango(['menu', 'versions']), /^ +1 +current .* amina +Plainer words$/m);
  assert.equal(await one("SELECT kind || ' ' || record FROM audit WHERE kind LIKE 'menu.%'"), 'menu.published 1');
});

test('the same content again is the same version', async () => {
  assert.match(await publish(...files('first', 'Help for you')), /^version 1 has this content and is current/);
  assert.equal(await one('SELECT count(*) FROM publication'), '1');
});

test('three versions live side by side', async () => {
  const onFirst = await dialled(english, 'Help for you');
  await publish(...files('second', 'What you get'));
  await allBeginWith('What you get');
  const onSecond = await dialled(english, 'What you get');
  await mlango(['menu', 'rollback', 'files']);
  await allBeginWith(filesWord);
  await Promise.all([staysOn(onFirst, 'Help for you'), staysOn(onSecond, 'What you get')]);
});

test('a session stays on its version over a crash of the server', async () => {
  await mlango(['menu', 'rollback', '1']);
  await allBeginWith('Help for you');
  const pinned = await dialled(english, 'Help for you');
  await mlango(['menu', 'rollback', '2']);
  await allBeginWith('What you get');
  await world('kill-server');
  await world('server');
  freshConnections();
  await staysOn(pinned, 'Help for you');
  assert.equal(await homeOfNewcomer(), '1 What you get');
});

test('a roll back is one command', async (t) => {
  const pid = await serverPid();
  const running = await dialled(english, 'What you get');
  assert.match(await mlango(['menu', 'rollback']), /^version 1 took the place of version 2/);
  t.diagnostic(`on both threads after ${Math.round(await allBeginWith('Help for you'))} ms`);
  await staysOn(running, 'What you get');
  assert.match(await mlango(['menu', 'rollback', '--by', 'baraka']), /^the files took the place of version 1/);
  await allBeginWith(filesWord);
  assert.match(await refusalOf('rollback'), /nothing before what is current/);
  assert.match(await refusalOf('rollback', '9'), /version 9 is current already, or was never published/);
  assert.match(await mlango(['menu', 'history', '--limit', '1']), /rolled back +the files +by baraka/);
  assert.equal(await serverPid(), pid);
});

test('what the proof refuses is not published', async () => {
  const before = await one('SELECT count(*) FROM publication');
  const tooLong = await refusalOf('publish', ...files('spoilt', 'This line of Home says far more than any screen of a phone can show. '.repeat(4)));
  assert.match(tooLong, /^home en africastalking: /m);
  assert.match(tooLong, /nothing was published/);
  const nowhere = await refusalOf('publish', ...files('spoilt', 'One', (place) =>
    replace(`${place}/menu/home.yaml`, 'to: help }', 'to: nowhere }')));
  assert.match(nowhere, /home\.yaml: home\.\S+: unknown target nowhere/);
  const missing = await refusalOf('publish', ...files('spoilt', 'One', (place) =>
    replace(`${place}/menu/help.yaml`, 'screens:', 'screens:\n  extra: { load: of_a_newer_program, text: home.help, end: true }')));
  assert.match(missing, /extra|of_a_newer_program/);
  assert.equal(await one('SELECT count(*) FROM publication'), before);
  assert.equal(await homeOfNewcomer(), `1 ${filesWord}`);
});

test('versions are compared and written out', async () => {
  const difference = await mlango(['menu', 'diff', '1', '2']);
  assert.match(difference, /^~ en texts home\.assistance\n +was .*Help for you.*\n +is +.*What you get/m);
  assert.equal(difference.match(/^[+~-] /gm).length, 1);
  assert.match(await mlango(['menu', 'diff', 'files', '2']), new RegExp(`was .*${filesWord}`));
  assert.equal(await mlango(['menu', 'diff', '2', '2']), 'no difference\n');
  rmSync(`${folder}/exported`, { recursive: true, force: true });
  await mlango(['menu', 'export', '2', `${folder}/exported`]);
  assert.deepEqual(readdirSync(`${folder}/exported/menu`), readdirSync(`${templates}/menus/main`));
  assert.match(await refusalOf('export', '2', `${folder}/exported`), /not empty/);
  assert.match(await refusalOf('export', '7', `${folder}/elsewhere`), /no version 7/);
  const again = await publish('--menu', `${folder}/exported/menu`, '--texts', `${folder}/exported/texts`);
  assert.match(again, /^version 2 has this content and is current again/);
});
