// The words that the service should say, read from templates/texts without the server's own reader: one text a line,
// `key: "…"` or `key: { text: "…", … }`.
import { readFileSync } from 'node:fs';
import { templates } from './world.mjs';

export const languages = ['en', 'sw', 'fr', 'ar', 'am', 'so'];

function load(language) {
  const file = readFileSync(`${templates}/texts/${language}.yaml`, 'utf8');
  const texts = new Map();
  for (const line of file.split('\n')) {
    const found = /^ {2}([a-z_]+\.[a-z_0-9]+): (?:\{ text: )?("(?:[^"\\]|\\.)*")/.exec(line);
    if (found) texts.set(found[1], JSON.parse(found[2]));
  }
  const letters = /letters:\s*\{([^}]*)\}/.exec(file)?.[1] ?? '';
  const replaced = letters.split(',').map((pair) => pair.split(':').map((side) => side.trim().replace(/^"(.*)"$/, '$1')))
    .filter((pair) => pair.length === 2);
  const ownName = /own_name: ([^,\n}]+)/.exec(file)[1].trim();
  return { texts, replaced, ownName };
}

const all = new Map(languages.map((language) => [language, load(language)]));

export function say(language, key) {
  const { texts, replaced } = all.get(language);
  if (!texts.has(key)) throw new Error(`${language} has no text ${key}`);
  return replaced.reduce((text, [from, to]) => text.replaceAll(from, to), texts.get(key));
}

export const ownName = (language) => all.get(language).ownName;

// The pieces of a text between what is filled in; braces may stand in braces.
function piecesOf(text) {
  const pieces = [''];
  let depth = 0;
  for (const letter of text) {
    if (letter === '{' && depth++ === 0) pieces.push('');
    if (depth === 0) pieces[pieces.length - 1] += letter;
    if (letter === '}') --depth;
  }
  return pieces;
}

// What a text begins with, up to the first word that is filled in.
export const beginning = (language, key) => piecesOf(say(language, key))[0];

// Matches the text on a screen, whatever stands for its words in braces; a line may have been wrapped.
export function saying(language, key) {
  const pattern = piecesOf(say(language, key))
    .map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+')).join('(.+?)');
  return new RegExp(pattern, 's');
}

export const referencePattern = /\b[ACDEFGHJKMNPQRTUVWXY234679]{4}\b/;
