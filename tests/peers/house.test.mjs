// What the other files stand on.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startHouse } from './lib/house.mjs';

test('a house of its own is served, dialled, killed and comes back', async () => {
  const house = await startHouse('gateways:\n  - { name: hubtel, dialect: hubtel, secrets_file: secrets, profile: { region: KE } }\n');
  try {
    assert.equal(await house.one('SELECT count(*) > 0 FROM individual'), 't');
    await house.restart('SIGKILL');
    assert.match(await house.metrics(), /^pg_connected/m);
  } finally {
    assert.equal(await house.stop(), 0);
  }
});
