// The words of en, fr and ar: the same keys, the same arguments, every plural form a language has, and no key that the
// pages name is missing.
import { parse, TYPE } from '@formatjs/icu-messageformat-parser';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { languages, subjectsIn, textsOf } from '../tools/texts.mjs';

const source = fileURLToPath(new URL('../src', import.meta.url));
const folder = path.join(source, 'texts');
const tables = Object.fromEntries(languages.map((language) => [language, textsOf(folder, language)]));

// The arguments of a text, and for each plural the forms it names.
function argumentsOf(text) {
  const names = new Set();
  const plurals = [];
  const walk = (elements) => {
    for (const element of elements) {
      if (element.type === TYPE.literal || element.type === TYPE.pound) continue;
      names.add(element.value);
      if (element.type === TYPE.plural) plurals.push(Object.keys(element.options));
      for (const option of Object.values(element.options ?? {})) walk(option.value);
      if (element.children) walk(element.children);
    }
  };
  walk(parse(text));
  return { names: [...names].sort(), plurals };
}

test('each language has the same keys', () => {
  for (const language of languages) assert.deepEqual(Object.keys(tables[language]).sort(), Object.keys(tables.en).sort(), language);
});

test('each text can be read, is not empty, and has the arguments that English has', () => {
  const faults = [];
  for (const language of languages) {
    for (const [key, text] of Object.entries(tables[language])) {
      if (typeof text !== 'string' || !text.trim()) { faults.push(`${language} ${key}: is no text`); continue; }
      try {
        const { names, plurals } = argumentsOf(text);
        const english = argumentsOf(tables.en[key] ?? '').names;
        if (String(names) !== String(english)) faults.push(`${language} ${key}: has ${names}, English ${english}`);
        const wanted = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
        // French "many" is of millions alone and falls back to "other"; zero in Arabic reads well with "other", too.
        for (const forms of plurals)
          for (const form of wanted.filter((each) => !(language === 'fr' && each === 'many') && each !== 'zero'))
            if (!forms.includes(form)) faults.push(`${language} ${key}: the plural lacks ${form}`);
      } catch (error) {
        faults.push(`${language} ${key}: ${error.message}`);
      }
    }
  }
  assert.deepEqual(faults, []);
});

test('Arabic is written in Arabic, and French is not left in English', () => {
  const same = [];
  for (const [key, text] of Object.entries(tables.ar)) if (!/[؀-ۿ]/.test(text) && /[a-z]{3}/i.test(text.replace(/\{[^}]*\}/g, ''))) same.push(`ar ${key}: ${text}`);
  for (const [key, text] of Object.entries(tables.fr)) if (text === tables.en[key] && text.replace(/\{[^}]*\}/g, '').split(/[^\p{L}]+/u).filter(Boolean).length > 3) same.push(`fr ${key}: ${text}`);
  assert.deepEqual(same, []);
});

function sources(directory) {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(directory, entry.name);
    return entry.isDirectory() ? sources(name) : /\.tsx?$/.test(name) && !name.endsWith('.d.ts') ? [name] : [];
  });
}

test('no page names a text that is not there', () => {
  const subjects = subjectsIn(folder);
  const missing = [];
  for (const file of sources(source)) {
    const code = readFileSync(file, 'utf8');
    for (const [, key] of code.matchAll(/\b(?:t|text\.t)\(\s*['"]([a-z_]+(?:\.[A-Za-z0-9_]+)+)['"]/g)) if (!(key in tables.en)) missing.push(`${path.relative(source, file)}: ${key}`);
    for (const [, key] of code.matchAll(/textKey:\s*['"]([^'"]+)['"]/g)) if (!(key in tables.en)) missing.push(`${path.relative(source, file)}: ${key}`);
    // Of keys that are put together, the beginning at least.
    for (const [, start] of code.matchAll(/\bt\(\s*`([a-z_]+\.[A-Za-z0-9_.]*)\$\{/g))
      if (subjects.includes(start.split('.')[0]) && !Object.keys(tables.en).some((key) => key.startsWith(start))) missing.push(`${path.relative(source, file)}: ${start}…`);
  }
  assert.deepEqual(missing, []);
});

// A topic comes from a choice in the phone's menu, or from the registry itself; both are written far from these words.
test('every topic that a ticket can have has a word', () => {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const asks = ['call_asked', 'complaint_name', 'appointment_wished', 'problem_reported'];
  const topics = new Set();
  const read = (part, ending, pattern, pick) => {
    for (const name of readdirSync(path.join(root, part)).filter((each) => each.endsWith(ending)))
      for (const found of readFileSync(path.join(root, part, name), 'utf8').matchAll(pattern)) pick(found);
  };
  const led = new Set();
  read('templates/menus/main', '.yaml', /to: ([a-z_]+), subject: ([a-z_]+)/g, ([, to, subject]) => {
    if (!asks.includes(to)) return;
    led.add(to);
    topics.add(subject);
  });
  assert.deepEqual([...led].sort(), [...asks].sort(), 'screens that open a ticket are named otherwise now');
  const own = topics.size;
  read('registry/migrations', '.sql', /INSERT INTO ticket \([^)]*category, topic[^)]*\)\s*VALUES \((?:\w+, )*'[a-z_]+', '([a-z_]+)'/g, ([, topic]) => topics.add(topic));
  assert.ok(topics.size > own, 'the registry opens no ticket by itself any more');
  assert.deepEqual([...topics].filter((topic) => !(`tickets.topic.${topic}` in tables.en)), []);
});

test('every kind of row that the registry writes into the log has a name', () => {
  const registry = fileURLToPath(new URL('../../../registry', import.meta.url));
  const files = (directory) => readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(directory, entry.name);
    return entry.isDirectory() ? files(name) : /\.(sql|cpp)$/.test(name) ? [name] : [];
  });
  const kinds = new Set();
  for (const file of files(registry)) {
    const code = readFileSync(file, 'utf8');
    for (const [, told] of code.matchAll(/INTO audit[\s\S]{0,400}?(?:VALUES \(|SELECT )(?:\w+(?:\.\w+)?, )?(CASE[\s\S]{0,200}?END|'[a-z_.]+')/g))
      for (const [, kind] of told.matchAll(/'([a-z_]+\.[a-z_]+)'/g)) kinds.add(kind);
  }
  assert.ok(kinds.size > 60, `only ${kinds.size} kinds were found: they are written otherwise now`);
  const named = (kind) => [`audit.kind.${kind.replaceAll('.', '_')}`, `people.step.${kind.replaceAll('.', '_')}`, `tickets.entry.${kind.replace('ticket.', '')}`].some((key) => key in tables.en);
  assert.deepEqual([...kinds].filter((kind) => !named(kind)), []);
});
