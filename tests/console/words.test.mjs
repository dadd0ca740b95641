// Texts and menus: drafts with a revision each, the proof as one types, reading, publishing, what differs, rolling back;
// and that a phone shows what was published.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { as, one, phone, sql, until } from './lib/house.mjs';
import { routeMatrix } from './lib/matrix.mjs';

const kindOf = (answer) => answer.body?.type?.split('/').at(-1);
let nth = 0;
// Another text each time, so that no test meets another's draft.
const keys = ['home.help', 'home.details', 'home.settings', 'home.appointments', 'home.assistance', 'receipt.thanks', 'past.title', 'past.none', 'problem.ask', 'problem.less'];
const nextKey = () => keys[nth++ % keys.length];
const textOf = async (client, key, language = 'fr') => {
  const answer = await client.get(`/words/texts?language=${language}&query=${key}&limit=200`);
  return answer.body.items.find((each) => each.key === key);
};
const drafted = async (client, key, words, language = 'fr') => {
  const seen = (await textOf(client, key, language)).draft?.revision ?? 0;
  const answer = await client.put(`/words/texts/${language}/${key}`, { words, revision: seen });
  assert.equal(answer.status, 200, answer.text);
  return answer.body.revision;
};
const nothingDrafted = async (client) => {
  for (const each of (await client.get('/words/draft')).body.items)
    await client.delete(`${each.language ? `/words/texts/${each.language}/` : '/words/menus/'}${each.name}?revision=${each.revision}`);
};

before(async () => nothingDrafted(await as('words')));

for (const path of ['/words', '/words/texts', '/words/menus/home.yaml', '/words/draft', '/words/versions', '/words/difference?from=0&to=draft'])
  routeMatrix({ method: 'GET', path, allowed: 'words', wrong: ['registration', 'cash'] });
routeMatrix({ method: 'PUT', path: '/words/texts/fr/home.other', body: async () => ({ words: 'Autre personne', revision: (await textOf(await as('words'), 'home.other')).draft?.revision ?? 0 }),
  allowed: 'words', wrong: ['registration', 'administrator'],
  stale: async () => { const client = await as('words'); await drafted(client, 'home.other', 'Une autre'); return { body: { words: 'x', revision: 0 } }; } });
routeMatrix({ method: 'DELETE', name: 'DELETE /words/texts/{language}/{key}', path: async () => { const client = await as('words'); return `/words/texts/fr/home.title?revision=${await drafted(client, 'home.title', '')}`; },
  allowed: 'words', wrong: ['registration', 'administrator'],
  stale: async () => { await drafted(await as('words'), 'home.title', ''); return { path: '/words/texts/fr/home.title?revision=1' }; } });
routeMatrix({ method: 'POST', path: '/words/texts/fr/pin.wrong/reading', body: async () => ({ words: (await textOf(await as('words'), 'pin.wrong')).words }),
  allowed: 'words', wrong: ['registration', 'administrator'],
  own: async () => { const client = await as('words', { name: 'own-words' }); await drafted(client, 'pin.weak', 'Trop facile'); return { client, path: '/words/texts/fr/pin.weak/reading', body: { words: 'Trop facile' } }; },
  stale: async () => ({ body: { words: 'not these' } }) });
routeMatrix({ method: 'PUT', path: '/words/menus/home.yaml', allowed: 'words', wrong: ['registration', 'administrator'],
  body: async () => { const { body } = await (await as('words')).get('/words/menus/home.yaml'); return { words: body.words, revision: body.draft?.revision ?? 0 }; },
  stale: async () => { const { body } = await (await as('words')).get('/words/menus/home.yaml'); return { body: { words: body.words, revision: (body.draft?.revision ?? 0) + 1000 } }; } });
routeMatrix({ method: 'DELETE', name: 'DELETE /words/menus/{file}', allowed: 'words', wrong: ['registration', 'administrator'],
  path: async () => {
    const client = await as('words');
    const { body } = await client.get('/words/menus/home.yaml');
    return `/words/menus/home.yaml?revision=${body.draft?.revision ?? (await client.put('/words/menus/home.yaml', { words: body.words, revision: 0 })).body.revision}`;
  },
  stale: async () => ({ path: '/words/menus/home.yaml?revision=1' }) });
routeMatrix({ method: 'POST', path: '/words/proof', body: { language: 'fr', key: 'home.help', words: 'Aide' }, allowed: 'words', wrong: ['registration'] });
routeMatrix({ method: 'POST', path: '/words/draft/proof', body: {}, allowed: 'words', wrong: ['registration'],
  allowedCheck: (answer) => assert.deepEqual(answer.body.faults, []) });
// Nothing is drafted, so it ends before the proof; what is published is the last test's.
routeMatrix({ method: 'POST', path: '/words/versions', allowed: 'words', allowedStatus: 409, allowedCheck: (answer) => assert.equal(kindOf(answer), 'wrong-state'), wrong: ['registration', 'administrator'],
  body: async () => {
    const client = await as('words');
    await nothingDrafted(client);
    return { note: 'in a test', current: (await client.get('/words/draft')).body.current, revision: 0 };
  },
  stale: async () => ({ body: { note: '', current: 0, revision: 1 } }) });

test('a role for one office reads the words and changes none', async () => {
  const office = await one(`SELECT o.id FROM office o JOIN location l ON l.code = o.location LIMIT 1`);
  const client = await as('words', { office });
  assert.equal((await client.get('/words/texts')).status, 200);
  const answer = await client.put('/words/texts/fr/home.help', { words: 'Aide', revision: 0 });
  assert.equal(answer.status, 403, answer.text);
  assert.equal(kindOf(answer), 'not-allowed');
});

test('two who write one text: the second is told what the first wrote, and nothing is lost', async () => {
  const [first, second] = [await as('words'), await as('words', { name: 'second-writer' })];
  const key = nextKey();
  const revision = await drafted(first, key, 'Premier');
  const [a, b] = await Promise.all([first.put(`/words/texts/fr/${key}`, { words: 'Un', revision }), second.put(`/words/texts/fr/${key}`, { words: 'Deux', revision })]);
  assert.deepEqual([a.status, b.status].sort(), [200, 409]);
  const [won, lost] = a.status === 200 ? [a, b] : [b, a];
  assert.equal(lost.body.current.revision, won.body.revision);
  assert.equal(lost.body.current.words, a.status === 200 ? 'Un' : 'Deux');
  assert.equal((await textOf(first, key)).words, lost.body.current.words);
});

test('the proof of what is typed: faults with how much, pictures of each gateway, and nothing stored', async () => {
  const client = await as('words');
  const before = await one('SELECT count(*) FROM word_draft');
  const good = await client.post('/words/proof', { language: 'sw', key: 'home.help', words: 'Msaada' });
  assert.deepEqual(good.body.faults, []);
  const { body: { profiles } } = await client.get('/words');
  for (const profile of profiles) {
    const picture = good.body.pictures.find((each) => each.profile === profile && each.screen === 'home');
    assert.ok(picture, `a picture for ${profile}`);
    assert.ok(picture.pages.some((page) => page.text.includes('Msaada')), JSON.stringify(picture));
    for (const page of picture.pages) assert.ok(page.units <= page.room);
  }
  const long = await client.post('/words/proof', { language: 'sw', key: 'home.help', words: 'M'.repeat(23) });
  const over = long.body.faults.find((each) => each.what.includes('over its room of 20'));
  assert.equal(over?.excess, 3, JSON.stringify(long.body.faults));
  const broken = await client.post('/words/proof', { language: 'sw', key: 'receipt.thanks', words: '{a, select,' });
  assert.ok(broken.body.faults.length > 0);
  const menu = (await client.get('/words/menus/home.yaml')).body.published;
  const spoilt = await client.post('/words/proof', { language: 'en', file: 'home.yaml', words: menu.replace('home.help', 'home.hulp') });
  assert.ok(spoilt.body.faults.some((each) => each.what.includes('home.hulp')), JSON.stringify(spoilt.body.faults));
  assert.equal(await one('SELECT count(*) FROM word_draft'), before);
});

test('bodies out of bounds are refused and name the field', async () => {
  const client = await as('words');
  for (const [body, field] of [[{ words: 'x'.repeat(5000), revision: 0 }, 'words'], [{ words: 'x' }, 'revision'], [{ words: 'x', revision: -1 }, 'revision'], [{ words: 'x', revision: '0' }, 'revision'], [{ revision: 0 }, 'words']]) {
    const answer = await client.put('/words/texts/fr/home.help', body, { valid: false });
    assert.equal(answer.status, 400, answer.text);
    assert.ok(answer.body.detail.includes(field), answer.text);
  }
  for (const path of ['/words/texts/xx/home.help', '/words/texts/fr/no.such.key', '/words/menus/..%2f..%2fetc.yaml'])
    assert.equal((await client.put(path, { words: 'x', revision: 0 }, { valid: false })).status, 404, path);
  assert.equal((await client.get('/words/difference?from=77777&to=0')).status, 404);
  assert.equal((await client.post('/words/proof', { language: 'fr', words: 'x' }, { valid: false })).status, 400);
});

test('what was drafted is missing, unread, drafted or in conflict, and can be found', async () => {
  const [writer, reader] = [await as('words'), await as('words', { name: 'a-reader' })];
  const key = nextKey();
  await drafted(writer, key, 'Mots nouveaux');
  assert.equal((await textOf(writer, key)).unread, true);
  assert.ok((await writer.get('/words/texts?language=fr&state=drafted')).body.items.some((each) => each.key === key));
  assert.equal((await reader.post(`/words/texts/fr/${key}/reading`, { words: 'Mots nouveaux' })).status, 200);
  const read = await textOf(writer, key);
  assert.equal(read.unread, false);
  assert.equal(read.read.reader, reader.account.name);
  await drafted(writer, key, 'Mots encore autres');
  assert.equal((await textOf(writer, key)).unread, true, 'other words are unread again');
  const pages = [];
  for (let after = ''; after !== null;) {
    const { body } = await writer.get(`/words/texts?language=fr&limit=40${after ? `&after=${after}` : ''}`);
    pages.push(...body.items.map((each) => each.key));
    after = body.next;
  }
  assert.equal(new Set(pages).size, pages.length);
  assert.equal(pages.length, (await writer.get('/words/texts?language=fr')).body.total);
});

test('a fault keeps everything from being published; without it the phone shows the words, and rolling back takes them away', async () => {
  const client = await as('words');
  await nothingDrafted(client);
  await drafted(client, 'home.help', '{x, select,', 'en');
  let draft = (await client.get('/words/draft')).body;
  const versions = await one('SELECT count(*) FROM publication');
  const refused = await client.post('/words/versions', { note: 'broken', current: draft.current, revision: draft.revision });
  assert.equal(refused.status, 422, refused.text);
  assert.ok(refused.body.proof.some((each) => each.screen === 'texts.home.help'), refused.text);
  assert.equal(await one('SELECT count(*) FROM publication'), versions);
  await drafted(client, 'home.help', 'Help desk', 'en');
  draft = (await client.get('/words/draft')).body;
  const published = await client.post('/words/versions', { note: 'Help desk', current: draft.current, revision: draft.revision });
  assert.equal(published.status, 200, published.text);
  const { version } = published.body;
  assert.equal((await client.get('/words/draft')).body.items.length, 0);
  const difference = await client.get(`/words/difference?from=${draft.current}&to=${version}`);
  const change = difference.body.items.find((each) => each.what === 'en texts home.help');
  assert.match(change.was, /Help/);
  assert.match(change.is, /Help desk/);
  assert.equal(difference.body.items.length, 1, difference.text);
  const [kind, actor] = (await sql(`SELECT kind, actor FROM audit WHERE record = ${version} AND kind = 'menu.published' ORDER BY id DESC LIMIT 1`))[0];
  assert.deepEqual([kind, actor], ['menu.published', `staff:${client.id}`]);
  const number = await one("SELECT 1") && '+254711000001';
  const shows = async (words) => {
    const dial = phone(number);
    return (await dial()).includes(words);
  };
  await until(() => shows('Help desk'), 20_000, 'the new words on a phone');
  const back = await client.post('/words/rollback', { to: null, current: version });
  assert.equal(back.body?.version, draft.current, back.text);
  await until(async () => !(await shows('Help desk')), 20_000, 'the old words on a phone');
});

test('what others published since a draft was begun is shown as a conflict and never overwritten', async () => {
  const client = await as('words');
  await nothingDrafted(client);
  const key = 'past.title';
  await drafted(client, key, 'Mes mots');
  const { published } = await textOf(client, key);
  // As if this draft had been begun before the version that is current.
  await sql(`UPDATE word_draft SET was = 'something else' WHERE name = '${key}'`);
  assert.equal((await textOf(client, key)).draft.conflict, true);
  assert.deepEqual((await client.get('/words/texts?language=fr&state=conflict')).body.items.map((each) => each.key), [key]);
  const { body } = await client.get('/words/draft');
  const refused = await client.post('/words/versions', { note: '', current: body.current, revision: body.revision });
  assert.equal(refused.status, 409, refused.text);
  assert.equal(kindOf(refused), 'conflict');
  assert.equal(refused.body.conflicts[0].published, published);
  const seen = (await textOf(client, key)).draft.revision;
  assert.equal((await client.put(`/words/texts/fr/${key}`, { words: 'Mes mots', revision: seen, anew: true })).status, 200);
  assert.equal((await textOf(client, key)).draft.conflict, false);
  await nothingDrafted(client);
});

test('nobody publishes what somebody drafted while it was proven', async () => {
  const [client, other] = [await as('words'), await as('words', { name: 'late-writer' })];
  await nothingDrafted(client);
  await drafted(client, 'problem.ask', `Quel est le souci ${++nth} ?`);
  const { body } = await client.get('/words/draft');
  const [published, written] = await Promise.all([
    client.post('/words/versions', { note: '', current: body.current, revision: body.revision }),
    other.put('/words/texts/fr/problem.less', { words: 'Moins', revision: 0 }),
  ]);
  assert.equal(written.status, 200, written.text);
  assert.ok([200, 409].includes(published.status), published.text);
  // Whichever came first: what the other wrote is still a draft, unless it was proven with the rest.
  const left = (await client.get('/words/draft')).body.items.map((each) => each.name);
  if (published.status === 409) assert.deepEqual(left.sort(), ['problem.ask', 'problem.less']);
  else assert.deepEqual(left, ['problem.less']);
  await nothingDrafted(client);
});

test('the audit says who edited which key, and no word of it', async () => {
  const client = await as('words');
  await drafted(client, 'problem.other', 'Autrechose');
  const rows = await sql(`SELECT kind, detail FROM audit WHERE actor = 'staff:${client.id}' AND kind LIKE 'words.%'`);
  assert.ok(rows.some(([kind, detail]) => kind === 'words.edited' && detail === 'fr.problem.other'), JSON.stringify(rows));
  assert.ok(!JSON.stringify(rows).includes('Autrechose'));
});

routeMatrix({ method: 'POST', path: '/words/rollback', allowed: 'words', wrong: ['registration', 'administrator'],
  body: async () => {
    const { body } = await (await as('words')).get('/words/versions');
    return { to: body.items.find((each) => !each.current)?.version ?? 0, current: body.current };
  },
  stale: async () => ({ body: { to: null, current: 99999 } }) });
