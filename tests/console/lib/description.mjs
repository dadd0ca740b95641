// Requests and answers are checked against the API's own description, as it is served.
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { described, fixedFirst } from './paths.mjs';
import { url } from './server.mjs';

let loaded;

async function load() {
  const answer = await fetch(`${url()}/api/staff/v1/openapi.json`);
  if (!answer.ok) throw new Error(`openapi.json: ${answer.status}`);
  const document = await answer.json();
  const ajv = new Ajv2020.default({ strict: false, allErrors: true, validateFormats: true });
  addFormats.default(ajv);
  ajv.addSchema({ ...document, $id: 'staff' });
  const paths = Object.keys(document.paths).map(described).sort(fixedFirst);
  const pointer = (...steps) => `staff#/${steps.map((step) => encodeURIComponent(String(step).replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
  return { document, ajv, paths, pointer, seen: new Set() };
}
export const description = async () => (await (loaded ??= load())).document;

function complain(what, validate) {
  throw new Error(`${what} is not as described: ${(validate.errors ?? []).slice(0, 5).map((each) => `${each.instancePath || '/'} ${each.message} ${JSON.stringify(each.params)}`).join('; ')}`);
}

// `path` below /api/staff/v1, with or without a query. Throws when the operation, its answer's status, its type or its
// content is not described; the request's body only where `request` says that it should be right.
export async function checkAgainst({ method, path, body, response, type, text, request = true }) {
  const { document, ajv, paths, pointer } = await (loaded ??= load());
  const bare = path.split('?')[0];
  const known = paths.find((each) => each.matches.test(bare));
  const verb = method.toLowerCase();
  const operation = known && document.paths[known.path][verb];
  if (!operation) throw new Error(`${method} ${bare} is not described`);
  const of = (...steps) => ajv.compile({ $ref: pointer('paths', known.path, verb, ...steps) });
  if (request && body !== undefined && operation.requestBody?.content?.['application/json']) {
    const validate = of('requestBody', 'content', 'application/json', 'schema');
    if (!validate(body)) complain(`the request of ${method} ${known.path}`, validate);
  }
  if (request)
    for (const [name, value] of new URLSearchParams(path.split('?')[1] ?? '')) {
      const parameter = (operation.parameters ?? []).map((each) => each.$ref ? document.components.parameters[each.$ref.split('/').at(-1)] : each)
        .find((each) => each.in === 'query' && each.name === name);
      if (!parameter) throw new Error(`${method} ${known.path}: the query's ${name} (${value.length} characters) is not described`);
    }
  const described = operation.responses[response.status];
  if (!described) throw new Error(`${method} ${known.path} answered ${response.status}, which is not described: ${text.slice(0, 300)}`);
  const content = described.$ref ? document.components.responses[described.$ref.split('/').at(-1)].content : described.content;
  if (!content) {
    if (text !== '') throw new Error(`${method} ${known.path}: ${response.status} should have no body`);
    return;
  }
  const kind = Object.keys(content).find((each) => each === type);
  if (!kind) throw new Error(`${method} ${known.path}: ${response.status} is ${type}, described are ${Object.keys(content)}`);
  if (!kind.endsWith('json') || !content[kind].schema) return;
  const validate = described.$ref
    ? ajv.compile({ $ref: pointer('components', 'responses', described.$ref.split('/').at(-1), 'content', kind, 'schema') })
    : of('responses', response.status, 'content', kind, 'schema');
  if (!validate(JSON.parse(text))) complain(`the answer ${response.status} of ${method} ${known.path}`, validate);
}
