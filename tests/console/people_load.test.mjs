// Searching among many: PEOPLE more of them (default 5,000), whose names' keys the first worker makes meanwhile. What is
// measured is printed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { as, one, sql, until } from './lib/house.mjs';

const people = Number(process.env.PEOPLE ?? 5_000);
const slowest = Number(process.env.PEOPLE_MS ?? 1_500);

test(`${people} people: keys are made, and names are found`, { timeout: 1_800_000 }, async () => {
  const officer = await as('registration');
  const bound = await as('registration', { office: 6 });
  await sql(`INSERT INTO individual (id, operation, individual_number, given_name, family_name, sex, birth_date, registered_on)
    SELECT 900000000 + n, 'KEN', 'KEN-' || 700000000 + n, g.names[1 + n::bigint * 7919 % cardinality(g.names)],
           g.names[1 + n::bigint * 104729 % cardinality(g.names)], 'F', date '1990-01-01' + n % 9000, '2024-01-01'
      FROM (SELECT array_agg(DISTINCT given_name) AS names FROM individual WHERE process_status = 'A') g, generate_series(1, ${people}) n`);
  await sql(`INSERT INTO registration_group (id, operation, registration_number, location, registered_on)
    SELECT 900000000 + n, 'KEN', 'KEN-24-' || 5000000 + n, l.codes[1 + n % cardinality(l.codes)], '2024-01-01'
      FROM (SELECT array_agg(code) AS codes FROM location WHERE code LIKE 'KEN-%' AND level = 3) l, generate_series(1, ${Math.ceil(people / 5)}) n`);
  await sql(`INSERT INTO membership (individual, registration_group, relationship, since)
    SELECT 900000000 + n, 900000000 + 1 + (n - 1) / 5, CASE WHEN n % 5 = 1 THEN 'PA' ELSE 'DAU' END, '2024-01-01' FROM generate_series(1, ${people}) n`);
  await sql('ANALYZE');
  const begun = Date.now();
  await until(async () => (await one('SELECT count(*) FROM name_key_due')) === '0', 1_200_000);
  const keys = Date.now() - begun;
  await sql('VACUUM ANALYZE name_key');
  const names = await sql(`SELECT given_name, family_name FROM individual WHERE id > 900000000 ORDER BY hashtext(id::text) LIMIT 40`);
  const times = [];
  for (const client of [officer, bound])
    for (const [given, family] of names)
      for (const q of [`${given} ${family}`, given, `${given}x ${family}`]) {
        await sql(`DELETE FROM staff_search WHERE staff = ${client.id}`);
        const at = performance.now();
        const answer = await client.post('/people/search', { q }, { check: false });
        times.push(performance.now() - at);
        assert.equal(answer.status, 200, answer.text);
        if (client === officer && q === `${given} ${family}`) assert.ok(answer.body.items.length > 0, q);
      }
  times.sort((a, b) => a - b);
  console.log(`${people} people: keys in ${keys} ms; ${times.length} searches: half within ${times[times.length >> 1].toFixed(0)} ms, 95 of 100 within ${times[Math.floor(times.length * 0.95)].toFixed(0)} ms, slowest ${times.at(-1).toFixed(0)} ms`);
  assert.ok(times[Math.floor(times.length * 0.95)] < slowest);
});
