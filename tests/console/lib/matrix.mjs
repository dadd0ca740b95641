// What every route of the staff API answers to whom: allowed, not signed in, without the page's header, a wrong role,
// another operation, her own request, a stale revision. One call a route; each row is a test of its own.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { as, stranger } from './house.mjs';
import { described } from './paths.mjs';

const kindOf = (answer) => answer.body?.type?.split('/').at(-1);

// route: { method, path, body, name } or a function that makes one afresh (path and body may be functions, too, and wait).
//   name        'METHOD /path/{id}' as the description has it; needed where the path is a function
//   allowed     a role (or options { role, … }) that may; `allowedStatus` (default 200..299)
//   wrong       roles that may not: 403 not-allowed
//   elsewhere   true: whoever has the allowed role in another operation (UGA) gets `elsewhereStatus` (default 404), or,
//               for lists, `elsewhereCheck(answer)`
//   own         a function that makes { client, path, body } of a request that is her own: 403 own-request
//   stale       a function that makes { path, body } with an old revision: 409 stale, with `current`
export function routeMatrix(route) {
  const { method, allowed, wrong = [], elsewhere = false, elsewhereStatus = 404, elsewhereCheck, own, stale } = route;
  const name = route.name ?? `${method} ${route.path}`;
  if (!route.name && typeof route.path !== 'string') throw new Error(`a ${method} has no name`);
  const made = async (what) => (typeof what === 'function' ? what() : what);
  // What is asked is what the name says: routes.test.mjs reads names.
  const named = name.includes('{') ? described(name.slice(method.length + 1)).matches : null;
  const askedBy = async (client, given = {}) => {
    const path = await made(given.path ?? route.path);
    if (named) assert.match(path.split('?')[0], named);
    return client.ask(method, path, { body: await made(given.body ?? route.body), raw: route.raw, type: route.type, ...given.options });
  };

  test(`${name}: not signed in`, async () => {
    const answer = await askedBy(stranger());
    assert.equal(answer.status, 401);
    assert.equal(kindOf(answer), 'not-signed-in');
  });
  if (method !== 'GET')
    test(`${name}: without the page's header`, async () => {
      const answer = await askedBy(await as(allowed), { options: { page: false } });
      assert.equal(answer.status, 403);
      assert.equal(kindOf(answer), 'not-this-page');
    });
  for (const role of wrong)
    test(`${name}: not by ${role}`, async () => {
      const answer = await askedBy(await as(role));
      assert.equal(answer.status, 403, answer.text);
      assert.equal(kindOf(answer), 'not-allowed');
    });
  if (elsewhere)
    test(`${name}: not from another operation`, async () => {
      const answer = await askedBy(await as(allowed, { operation: 'UGA' }));
      if (elsewhereCheck) return elsewhereCheck(answer);
      assert.equal(answer.status, elsewhereStatus, answer.text);
    });
  if (own)
    test(`${name}: not her own`, async () => {
      const given = await own();
      const answer = await askedBy(given.client, given);
      assert.equal(answer.status, 403, answer.text);
      assert.equal(kindOf(answer), 'own-request');
    });
  if (stale)
    test(`${name}: not on what somebody else changed`, async () => {
      const answer = await askedBy(await as(allowed), await stale());
      assert.equal(answer.status, 409, answer.text);
      assert.equal(kindOf(answer), 'stale');
      assert.ok(answer.body.current !== undefined, 'what is there now');
    });
  test(`${name}: allowed`, async () => {
    const answer = await askedBy(await as(allowed));
    if (route.allowedStatus) assert.equal(answer.status, route.allowedStatus, answer.text);
    else assert.ok(answer.status >= 200 && answer.status < 300, `${answer.status} ${answer.text}`);
    await route.allowedCheck?.(answer);
  });
}
