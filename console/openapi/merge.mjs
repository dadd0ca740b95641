// Puts the descriptions of the subjects together: merge.mjs OUTPUT base.json subject.json… OUTPUT is JSON, or, named
// .cpp, the source that console/description.hpp declares. Names that two of them use fail the build. Every operation may also answer what the guard answers before any door is asked.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';

const [output, base, ...subjects] = process.argv.slice(2);
const read = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (fault) {
    throw new Error(`${file}: ${fault.message}`);
  }
};
const whole = read(base);
const methods = ['get', 'put', 'post', 'delete', 'patch'];

function put(into, name, value, where) {
  if (name in into) throw new Error(`${where}: ${name} is described twice`);
  into[name] = value;
}

const problem = { $ref: '#/components/responses/Problem' };
function complete(operation, method, open) {
  const may = operation.responses ??= {};
  const usual = [400, ...(open ? [] : [401]), 403, 429, 500, 503];
  if (operation.requestBody) usual.push(413, 415);
  for (const status of usual) may[status] ??= problem;
  if (method !== 'get' && !(operation.parameters ?? []).some((each) => each.$ref?.endsWith('/Page')))
    operation.parameters = [{ $ref: '#/components/parameters/Page' }, ...(operation.parameters ?? [])];
}

for (const file of subjects.sort()) {
  const part = read(file);
  const where = basename(file);
  for (const [path, item] of Object.entries(part.paths ?? {})) {
    const known = whole.paths[path] ??= {};
    for (const [method, operation] of Object.entries(item)) {
      put(known, method, operation, `${where} ${path}`);
      if (!methods.includes(method)) continue;
      operation.tags ??= [basename(file, '.json')];
      complete(operation, method, operation.security?.length === 0);
    }
  }
  for (const [kind, entries] of Object.entries(part.components ?? {}))
    for (const [name, value] of Object.entries(entries)) put(whole.components[kind] ??= {}, name, value, `${where} ${kind}`);
}

// Every reference leads somewhere, and every operation has a name of its own, which clients are made from.
const names = new Set();
(function walk(value, at) {
  if (Array.isArray(value)) return value.forEach((each, i) => walk(each, `${at}/${i}`));
  if (value === null || typeof value !== 'object') return;
  if (typeof value.$ref === 'string' && value.$ref.startsWith('#/')) {
    let found = whole;
    for (const step of value.$ref.slice(2).split('/')) found = found?.[step];
    if (found === undefined) throw new Error(`${at}: ${value.$ref} is not described`);
  }
  if (typeof value.operationId === 'string') {
    if (names.has(value.operationId)) throw new Error(`${at}: ${value.operationId} names two operations`);
    names.add(value.operationId);
  }
  for (const [key, inner] of Object.entries(value)) walk(inner, `${at}/${key}`);
})(whole, '#');

const text = `${JSON.stringify(whole, null, 1)}\n`;
// Literals in pieces: compilers bound the length of one.
const pieces = text.match(/[^]{1,8000}/gu).map((piece) => `    R"openapi(${piece})openapi"`);
writeFileSync(output, output.endsWith('.cpp')
  ? `#include "console/description.hpp"\n\nnamespace mlango::console {\n\nstd::string_view api_description() {\n    return\n${pieces.join('\n')};\n}\n\n}  // namespace mlango::console\n`
  : text);
