// Writes src/api/schema.d.ts, the types of the staff API, from the fragments in console/openapi: node tools/types.mjs
import { readdirSync, readFileSync, writeFileSync, existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

const here = path.dirname(fileURLToPath(import.meta.url));
const fragments = path.join(here, '../../openapi');
const output = path.join(here, '../src/api/schema.d.ts');

export function mergedDescription(folder = fragments) {
  const merged = { openapi: '3.1.0', info: { title: 'Mlango staff API', version: '1' }, paths: {}, components: {} };
  if (!existsSync(folder)) return merged;
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.json')).sort()) {
    const part = JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
    for (const [address, item] of Object.entries(part.paths ?? {})) merged.paths[address.replace(/^\/api\/staff\/v1/, '')] = item;
    for (const [kind, members] of Object.entries(part.components ?? {})) merged.components[kind] = { ...merged.components[kind], ...members };
  }
  return merged;
}

const text = `// Made by tools/types.mjs from console/openapi.\n${astToString(await openapiTS(mergedDescription()))}`;
// Unchanged types leave the file's time alone, so that nothing is built again for them.
if (!existsSync(output) || readFileSync(output, 'utf8') !== text) writeFileSync(output, text);
