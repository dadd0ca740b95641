// What comes over the line at the first load, compressed as it is served: page, styles, scripts it names, the words of one
// language and the largest single page. Builds into a folder of its own: node --test tests/budget.test.mjs
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('..', import.meta.url));
const most = 300_000;
let folder = process.env.MLANGO_CONSOLE_DIST;
const own = !folder;
before(() => {
  if (!own) return;
  folder = mkdtempSync(path.join(tmpdir(), 'console-'));
  execFileSync(process.execPath, [path.join(root, 'tools/build.mjs'), '--folder', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
}, { timeout: 240_000 });
after(() => own && rmSync(folder, { recursive: true, force: true }));

const size = (name) => gzipSync(readFileSync(path.join(folder, name)), { level: 9 }).length;
const assets = () => readdirSync(path.join(folder, 'assets')).map((name) => `assets/${name}`);

// Every script that another one names in a static import comes with it.
function withImports(names) {
  const all = new Set();
  const add = (name) => {
    if (all.has(name)) return;
    all.add(name);
    if (!name.endsWith('.js')) return;
    for (const [, other] of readFileSync(path.join(folder, name), 'utf8').matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g)) add(`assets/${other}`);
  };
  names.forEach(add);
  return all;
}

test(`the first load is under ${most / 1000} kB, whichever page it is`, () => {
  const page = readFileSync(path.join(folder, 'index.html'), 'utf8');
  const first = withImports([...page.matchAll(/(?:src|href)="\/console\/([^"]+)"/g)].map(([, name]) => name));
  const base = [...first].reduce((sum, name) => sum + size(name), size('index.html'));
  const words = Math.max(...assets().filter((name) => /\/(en|fr|ar)-[^/]*\.js$/.test(name)).map(size));
  const pages = assets().filter((name) => name.endsWith('.js') && !first.has(name) && !/\/(en|fr|ar)-/.test(name));
  const heaviest = pages.map((name) => [name, [...withImports([name])].filter((each) => !first.has(each)).reduce((sum, each) => sum + size(each), 0)]).sort((a, b) => b[1] - a[1])[0];
  console.log(`# first load: ${base + words} bytes (${base} shell, ${words} words); heaviest page ${heaviest[0]}: ${heaviest[1]}`);
  assert.ok(base + words + heaviest[1] < most, `${base} + ${words} + ${heaviest[1]} bytes`);
});

test('nothing comes from elsewhere and nothing is inline', () => {
  const page = readFileSync(path.join(folder, 'index.html'), 'utf8');
  assert.doesNotMatch(page, /<script(?![^>]*\ssrc=)/);
  assert.doesNotMatch(page, /<style|\son[a-z]+=|\sstyle=/);
  for (const [, address] of page.matchAll(/(?:src|href)="([^"]+)"/g)) assert.match(address, /^\/console\//);
  for (const name of assets()) assert.doesNotMatch(readFileSync(path.join(folder, name), 'utf8'), /url\((?!["']?(?:#|\/console\/|data:))|@import/, name);
});
