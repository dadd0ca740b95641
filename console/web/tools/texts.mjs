// The words of all subjects as one module a language, `virtual:texts/en`: one request on a slow line instead of one for each
// subject. A key is the folder's name, a point, and the key in the file. Callers: vite.config.mjs, tests.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

export const languages = ['en', 'fr', 'ar'];

export const subjectsIn = (folder) =>
  readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort();

export function textsOf(folder, language) {
  const all = {};
  for (const subject of subjectsIn(folder)) {
    const file = path.join(folder, subject, `${language}.json`);
    for (const [key, text] of Object.entries(JSON.parse(readFileSync(file, 'utf8')))) all[`${subject}.${key}`] = text;
  }
  return all;
}

export function textChunks(folder) {
  const name = 'virtual:texts/';
  return {
    name: 'mlango-texts',
    resolveId: (id) => (id.startsWith(name) ? `\0${id}` : null),
    load(id) {
      if (!id.startsWith(`\0${name}`)) return null;
      const language = id.slice(name.length + 1);
      for (const subject of subjectsIn(folder)) this.addWatchFile(path.join(folder, subject, `${language}.json`));
      return `export default ${JSON.stringify(textsOf(folder, language))};`;
    },
    handleHotUpdate({ file, server }) {
      if (file.startsWith(folder) && file.endsWith('.json')) server.ws.send({ type: 'full-reload' });
    },
  };
}
