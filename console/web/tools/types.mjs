// Writes src/api/schema.d.ts, the types of the staff API, from the fragments in console/openapi: node tools/types.mjs
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

const here = path.dirname(fileURLToPath(import.meta.url));
const fragments = path.join(here, '../../openapi');
const output = path.join(here, '../src/api/schema.d.ts');

// Put together as the build does it; without the header that the client itself sends with each change.
function description() {
  const folder = mkdtempSync(path.join(tmpdir(), 'openapi-'));
  try {
    const files = readdirSync(fragments).filter((name) => name.endsWith('.json') && name !== 'base.json').sort();
    const merged = path.join(folder, 'api.json');
    execFileSync(process.execPath, ['merge.mjs', merged, 'base.json', ...files].map((name) => (name.includes('/') ? name : path.join(fragments, name))), { stdio: ['ignore', 'ignore', 'inherit'] });
    const whole = JSON.parse(readFileSync(merged, 'utf8'));
    for (const item of Object.values(whole.paths))
      for (const operation of Object.values(item))
        if (operation.parameters) operation.parameters = operation.parameters.filter((each) => !each.$ref?.endsWith('/parameters/Page'));
    return whole;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const text = `// Made by tools/types.mjs from console/openapi.\n${astToString(await openapiTS(description()))}`;
// Unchanged types leave the file's time alone, so that nothing is built again for them.
if (!existsSync(output) || readFileSync(output, 'utf8') !== text) writeFileSync(output, text);
