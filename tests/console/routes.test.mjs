// Each route of the API's description has the cases that it needs: allowed, not signed in, a wrong role, another
// operation, her own request, a stale revision. Read from the names of the tests, which lib/matrix.mjs makes; needs no
// server: `node --test tests/console/routes.test.mjs`. A case that a test of another name shows, or that a route can not
// have, is said here, with the test or the reason.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { described, fixedFirst } from './lib/paths.mjs';

const here = import.meta.dirname;
const root = `${here}/../..`;
const cases = ['allowed', 'not signed in', 'wrong role', 'other operation', 'own request', 'stale revision'];

// Whoever is signed in, whatever she holds: they show what is hers.
const forAll = new Set(['DELETE /session', 'GET /me', 'POST /me/password', 'PUT /me/language', 'GET /me/sessions', 'DELETE /me/sessions/{key}',
  'POST /me/sessions/end-others', 'GET /me/identity', 'POST /me/identity', 'DELETE /me/identity', 'GET /events', 'GET /jobs', 'GET /jobs/{id}',
  'POST /jobs/{id}/stop', 'GET /waiting']);

// What the registry answers `own` to (own_request, own_approval, second_person in registry/migrations).
const ownMatters = new Set(['POST /grants', 'POST /grants/{id}/confirmation', 'PATCH /staff/{id}', 'POST /staff/{id}/state', 'POST /staff/{id}/password',
  'POST /staff/{id}/codes', 'POST /staff/{id}/unlink', 'POST /cases/{id}/approval', 'POST /cases/{id}/rejection', 'POST /cases/{id}/question',
  'POST /cases/{id}/comparison', 'POST /lists/{id}/release', 'POST /notices/{id}/release',
  'POST /verifications/{id}/confirmation', 'POST /openings/{id}/review', 'POST /tickets/{id}/taking-note', 'POST /words/texts/{language}/{key}/reading']);

// Beside those whose body or query has a revision: what she saw is said by a number of rows or people.
const seenOtherwise = new Set(['POST /uploads/{id}/application', 'POST /notices/{id}/release', 'POST /words/texts/{language}/{key}/reading', 'POST /words/rollback']);

// No record of one operation is shown or changed; nor by those of words, which are one for all operations.
const ofNoOperation = {
  'POST /staff': 'an account without a role belongs to no operation',
  'POST /audit/chain': 'the chain is one for all operations, and shows no row',
  'POST /notices/shape': 'counts what was typed', 'POST /tickets/preview': 'counts what was typed',
  'POST /tickets/{id}/move': 'of nobody’s operation, so that each may take it',
  'GET /figures/hours': 'counts without a person, of the whole server', 'GET /figures/screens': 'as hours', 'GET /figures/gateways': 'as hours',
  'GET /figures/languages': 'as hours', 'GET /figures/deliveries': 'as hours', 'GET /figures/map': 'as hours',
};

// Shown by tests of other names.
const byProvider = ['../peers/oidc', 'an account is linked by herself, with her password once more, and then opens by the provider alone'];
const byCode = ['sign_in', 'by password and code, and out again'], madePassword = ['sign_in', 'a made password is replaced and an app connected at the first time'];
const endedEach = ['access', 'are listed, each can be ended, and all the others at once'];
const ofHerOperation = ['figures', 'queues and entitlements are those of her operation and office only'];
const opened = ['people', 'POST /people/{id}/opening: not signed in, wrong role, without the header'];
const shown = {
  'GET /access/roles': { 'other operation': ['access', 'what she has to give, and where'] },
  'POST /grants/{id}/end': { 'wrong role': ['access', 'who has no say in it does not learn that it is there'] },
  'DELETE /me/sessions/{key}': { allowed: endedEach },
  'POST /me/sessions/end-others': { allowed: endedEach },
  'DELETE /me/identity': { allowed: ['access', 'a link with an identity provider is hers to end, while there is a password to sign in by'] },
  'POST /me/identity': { allowed: byProvider, 'not signed in': byProvider },
  'GET /sign-in/provider': { allowed: byProvider },
  'GET /sign-in/provider/back': { allowed: byProvider },
  'GET /sign-in': { allowed: ['../peers/oidc', 'the sign-in page names it'] },
  'POST /sign-in': { allowed: byCode },
  'POST /sign-in/code': { allowed: byCode },
  'POST /sign-in/enrolment': { allowed: madePassword },
  'POST /sign-in/password': { allowed: madePassword },
  'DELETE /session': { allowed: byCode },
  'POST /me/password': { allowed: ['sign_in', 'another password ends all other sessions and renews this one'] },
  'GET /events': { allowed: ['events', 'a job is followed as it moves, within half a second, and after a page was closed'] },
  'GET /jobs/{id}': { allowed: ['events', 'are hers alone'] },
  'POST /jobs/{id}/stop': { allowed: ['events', 'stop between two steps, once, and it is written down who did it'] },
  'GET /figures/queues': { 'other operation': ofHerOperation },
  'GET /figures/entitlements': { 'other operation': ofHerOperation },
  'POST /people/{id}/opening': { 'wrong role': opened, 'other operation': opened },
  'POST /tickets/search': { 'other operation': ['tickets', 'what she says on the telephone finds it'] },
};

const documents = readdirSync(`${root}/console/openapi`).filter((name) => name.endsWith('.json'))
  .map((name) => ({ subject: name.replace('.json', ''), ...JSON.parse(readFileSync(`${root}/console/openapi/${name}`, 'utf8')) }));
const resolved = (what) => {
  if (!what?.$ref) return what ?? {};
  const [kind, name] = what.$ref.split('/').slice(-2);
  return documents.map((each) => each.components?.[kind]?.[name]).find(Boolean) ?? assert.fail(what.$ref);
};
const routes = documents.flatMap((document) => Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
  ['get', 'post', 'put', 'patch', 'delete'].filter((method) => item[method]).map((method) => {
    const operation = item[method];
    const body = resolved(resolved(operation.requestBody).content?.['application/json']?.schema);
    const seen = body.properties?.revision ?? body.properties?.current ?? (method !== 'get' && operation.parameters?.some((each) => resolved(each).name === 'revision'));
    return {
      name: `${method.toUpperCase()} ${path}`, subject: document.subject, open: operation.security?.length === 0, seen: Boolean(seen),
      method: method.toUpperCase(), ...described(path),
    };
  })));

function needed({ name, subject, open, seen }) {
  if (open) return ['allowed'];
  const all = ['allowed', 'not signed in'];
  if (!forAll.has(name)) {
    all.push('wrong role');
    if (!ofNoOperation[name] && subject !== 'words') all.push('other operation');
  }
  if (ownMatters.has(name)) all.push('own request');
  if (seen || seenOtherwise.has(name)) all.push('stale revision');
  return all;
}

const declared = new Map();
function namesIn(file) {
  if (!declared.has(file)) declared.set(file, JSON.parse(execFileSync(process.execPath, ['--import', `${here}/lib/declared.mjs`, `${here}/${file}.test.mjs`],
    { encoding: 'utf8', env: { ...process.env, MLANGO_ROOT: root } })));
  return declared.get(file);
}
const caseOf = (words) => ({ allowed: 'allowed', 'not signed in': 'not signed in', 'not from another operation': 'other operation', 'not her own': 'own request',
  'not on what somebody else changed': 'stale revision' })[words] ?? (words.startsWith('not by ') ? 'wrong role' : null);

// route's name → case → file
const found = new Map(routes.map((route) => [route.name, new Map()]));
const nowhere = [];
for (const file of readdirSync(here).filter((name) => name.endsWith('.test.mjs') && name !== 'routes.test.mjs').map((name) => name.replace('.test.mjs', '')))
  for (const name of namesIn(file)) {
    const [, method, address, rest] = /^(GET|POST|PUT|PATCH|DELETE) (\S+): (.*)$/.exec(name) ?? [];
    if (!method) continue;
    const path = address.split('?')[0];
    const route = routes.find((each) => each.method === method && each.path === path)
      ?? routes.filter((each) => each.method === method && each.matches.test(path)).sort(fixedFirst)[0];
    if (!route) nowhere.push(`${file}: ${name}`);
    else if (caseOf(rest)) found.get(route.name).set(caseOf(rest), file);
  }

test('what the tables name is in the description, and is in no table twice', () => {
  const known = new Set(routes.map((each) => each.name));
  for (const table of [forAll, ownMatters, seenOtherwise, Object.keys(ofNoOperation), Object.keys(shown)])
    for (const name of table) assert.ok(known.has(name), name);
  for (const [name, each] of Object.entries(shown))
    for (const which of Object.keys(each)) assert.ok(!found.get(name).has(which), `${name} has its row "${which}"`);
  for (const name of Object.keys(ofNoOperation)) assert.ok(!found.get(name).has('other operation'), `${name} has its row of another operation`);
  assert.deepEqual(nowhere, []);
});

test('what doors state in full is described', () => {
  const undescribed = new Set(['GET /openapi.json', 'GET /problems/{name}', 'GET /console', 'GET /console/{rest...}', 'GET /people/{id}/{part}']);
  let stated = 0;
  const files = readdirSync(`${root}/console`, { withFileTypes: true }).filter((each) => each.name !== 'web')
    .flatMap((each) => (each.isDirectory() ? readdirSync(`${root}/console/${each.name}`).map((name) => `${each.name}/${name}`) : [each.name]));
  for (const file of files.filter((name) => name.endsWith('.cpp')))
    for (const [, method, path] of readFileSync(`${root}/console/${file}`, 'utf8').matchAll(/"(GET|POST|PUT|PATCH|DELETE)",\s*(?:\.path = )?"(\/[^"]+[^"\/])"/g)) {
      ++stated;
      assert.ok(undescribed.has(`${method} ${path}`) || routes.some((each) => each.name === `${method} ${path}`), `${file}: ${method} ${path}`);
    }
  assert.ok(stated > 100, `${stated}`);
});

test('tests that the table names are there', () => {
  for (const each of Object.values(shown))
    for (const [file, name] of Object.values(each)) assert.ok(namesIn(file).includes(name), `${file}: ${name}`);
  // Each of the served description's, whoever wrote it.
  assert.ok(namesIn('guard').includes('a stranger gets 401 from all of them, and nothing of their content'));
});

const page = readFileSync(`${root}/docs/staff-side.md`, 'utf8');
test('docs/staff-side.md names tests that are there', () => {
  let named = 0;
  for (const line of page.split('\n').filter((each) => each.startsWith('| ')))
    for (const [, folder, file, list] of line.matchAll(/\b([cw])\/(\w+)\.test\.mjs: ((?:"[^"]+"(?: \([^)]*\))?(?:, )?)+)/g)) {
      const text = readFileSync(`${here}/${folder === 'c' ? '' : '../browser/console/'}${file}.test.mjs`, 'utf8');
      for (const [, name] of list.matchAll(/"([^"]+)"/g)) {
        ++named;
        const parts = name.split('…');
        const there = folder === 'w' ? text.includes(`'${name}'`) : namesIn(file).some((each) => each.startsWith(parts[0]) && each.endsWith(parts.at(-1)));
        assert.ok(there, `${file}: ${name}`);
      }
    }
  assert.ok(named >= 35, `${named}`);
});

for (const { subject } of documents.filter((each) => Object.keys(each.paths ?? {}).length > 0))
  test(`${subject}: each route has its cases`, (t) => {
    const mine = routes.filter((each) => each.subject === subject);
    const counts = Object.fromEntries(cases.map((each) => [each, 0]));
    const missing = [];
    for (const route of mine)
      for (const which of needed(route)) {
        const there = found.get(route.name).has(which) || shown[route.name]?.[which] || (which === 'not signed in' && route.name !== 'POST /me/identity');
        if (there) ++counts[which];
        else missing.push(`${route.name}: ${which}`);
      }
    t.diagnostic(`${mine.length} routes: ${cases.map((each) => `${each} ${counts[each]}`).join(', ')}`);
    assert.deepEqual(missing, []);
    const said = page.split('\n').find((line) => line.startsWith(`| ${subject} | `))?.split('|').slice(3, -1).map(Number);
    assert.deepEqual(said, [mine.length, ...cases.map((each) => counts[each])], 'docs/staff-side.md');
  });
