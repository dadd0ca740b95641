// The rules of migration 0014 about who gives which role to whom, asked of PostgreSQL itself: they hold whatever writes,
// and however many write at once.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { conninfo, until } from './lib/house.mjs';

const run = promisify(execFile);
const noon = `timestamptz '2026-11-28 12:00Z'`;
const year = `timestamptz '2027-11-01 00:00Z'`;

// The answer as psql prints it; a fault with its code.
async function sql(text) {
  const { stdout } = await run('psql', ['-qAtX', '-v', 'ON_ERROR_STOP=1', '-v', 'VERBOSITY=verbose', conninfo(), '-c', text]);
  return stdout.trim();
}
// Everything here happens in a transaction of its own that is taken back, but where two must meet.
const attempt = (text) => sql(`BEGIN; ${text}; ROLLBACK`);

let names = 0;
async function person({ trained = '2027-12-31' } = {}) {
  const name = `rules.${process.pid}.${++names}`;
  return sql(`INSERT INTO staff (name, shown_name, trained_until, made_at) VALUES ('${name}', 'Rules ${names}',
              ${trained === null ? 'NULL' : `'${trained}'`}, ${noon}) RETURNING id`);
}
const value = (given) => (given === undefined || given === null ? 'NULL' : typeof given === 'number' || /^\d+$/.test(given) ? String(given) : `'${given}'`);
const give = ({ by = null, to, role, operation = 'KEN', office = null, programme = null, until = year }) =>
  `SELECT outcome FROM staff_give(${value(by)}, ${value(to)}, '${role}', '${operation}', ${value(office)}, ${value(programme)}, ${until}, ${noon})`;
const holds = async (to, role, more = {}) => assert.equal(await sql(give({ to, role, ...more })), 'given');

describe('who gives which role', () => {
  let chief, officer, kakuma;
  before(async () => {
    chief = await person();
    officer = await person();
    kakuma = await sql(`SELECT id FROM office WHERE location = 'KEN-KAK1'`);
    await holds(chief, 'representative');
  });

  const cases = [
    ['a role of her gift, in her operation', {}, 'given'],
    ['for one office of it', { office: () => kakuma }, 'given'],
    ['for one programme', { programme: 2 }, 'given'],
    ['to herself', { to: () => chief }, 'own'],
    ['who watches her is not hers to give', { role: 'auditor' }, 'not_held'],
    ['nor who keeps the accounts', { role: 'administrator' }, 'not_held'],
    ['a role that there is not', { role: 'king' }, 'not_held'],
    ['in another operation', { operation: 'UGA' }, 'out_of_scope'],
    ['longer than she holds it herself', { until: `timestamptz '2027-11-02 00:00Z'` }, 'too_long'],
    ['until a time that is over', { until: noon }, 'bad_until'],
    ['for an office of another country', { office: () => sql(`SELECT id FROM office WHERE location = 'UGA-NAKI'`) }, 'no_such_place'],
    ['for a programme that there is not', { programme: 999999 }, 'no_such_place'],
    ['to nobody', { to: 999999999 }, 'not_found'],
    ['to who has had no training', { to: () => person({ trained: null }) }, 'training_over'],
    ['to whose training is over', { to: () => person({ trained: '2026-11-27' }) }, 'training_over'],
    ['to the day', { to: () => person({ trained: '2026-11-28' }) }, 'given'],
    ['without training, what touches nobody', { to: () => person({ trained: null }), role: 'notices' }, 'given'],
  ];
  for (const [what, asked, expected] of cases)
    test(`${what}: ${expected}`, async () => {
      const wish = { to: officer, role: 'cash' };
      for (const [name, given] of Object.entries(asked)) wish[name] = typeof given === 'function' ? await given() : given;
      assert.equal(await attempt(give({ by: chief, ...wish })), expected);
    });

  test('bound to an office, she gives within it only', async () => {
    const deputy = await person();
    await holds(deputy, 'representative', { office: kakuma });
    const other = await sql(`SELECT id FROM office WHERE location = 'KEN-KAK2'`);
    assert.equal(await attempt(give({ by: deputy, to: officer, role: 'hotline' })), 'out_of_scope');
    assert.equal(await attempt(give({ by: deputy, to: officer, role: 'hotline', office: other })), 'out_of_scope');
    assert.equal(await attempt(give({ by: deputy, to: officer, role: 'hotline', office: kakuma })), 'given');
    assert.equal(await attempt(give({ by: deputy, to: officer, role: 'representative' })), 'out_of_scope');
  });
  test('bound to a programme, she gives for that one only', async () => {
    const deputy = await person();
    await holds(deputy, 'representative', { programme: 2 });
    assert.equal(await attempt(give({ by: deputy, to: officer, role: 'cash' })), 'out_of_scope');
    assert.equal(await attempt(give({ by: deputy, to: officer, role: 'cash', programme: 1 })), 'out_of_scope');
    assert.equal(await attempt(give({ by: deputy, to: officer, role: 'cash', programme: 2 })), 'given');
  });
  test('what she held and holds no more is not hers to give; nor when she is suspended', async () => {
    const former = await person();
    await holds(former, 'representative');
    assert.equal(await attempt(`UPDATE staff_grant SET ended_at = ${noon} WHERE staff = ${former}; ${give({ by: former, to: officer, role: 'cash' })}`), 'not_held');
    assert.equal(await attempt(`UPDATE staff SET state = 'suspended' WHERE id = ${former}; ${give({ by: former, to: officer, role: 'cash' })}`), 'not_held');
  });
  test('every role can be given by somebody, but that which watches and that which keeps accounts', async () => {
    assert.equal(await sql(`SELECT string_agg(code, ',' ORDER BY code) FROM staff_role WHERE code NOT IN (SELECT gives FROM staff_role_gift)`), 'administrator,auditor');
  });
  test('nothing to who is suspended', async () => {
    const away = await person();
    assert.equal(await attempt(`UPDATE staff SET state = 'suspended' WHERE id = ${away}; ${give({ by: chief, to: away, role: 'cash' })}`), 'not_active');
  });
  test('prolonging leaves one grant, and the log says both', async () => {
    const told = await attempt(`${give({ by: chief, to: officer, role: 'words', until: `timestamptz '2027-02-01Z'` })};
      ${give({ by: chief, to: officer, role: 'words' })};
      SELECT string_agg(kind, ' ' ORDER BY id) FROM audit WHERE actor = 'staff:${chief}' AND detail = 'words';
      SELECT count(*) FROM staff_grant WHERE staff = ${officer} AND role = 'words' AND ended_at IS NULL`);
    assert.deepEqual(told.split('\n'), ['given', 'given', 'grant.given grant.replaced grant.given', '1']);
  });
});

describe('roles that nobody holds together', () => {
  test('every pair of the table, both ways round', async () => {
    const pairs = (await sql('SELECT role_a, role_b FROM staff_role_conflict')).split('\n').map((line) => line.split('|'));
    assert.ok(pairs.length >= 10);
    for (const pair of pairs)
      for (const [first, second] of [pair, [...pair].reverse()]) {
        const one = await person();
        // In another operation too: wherever.
        const told = await attempt(`${give({ to: one, role: first, operation: 'UGA' })}; SELECT outcome, in_the_way FROM staff_give(NULL, ${one}, '${second}', 'KEN', NULL, NULL, ${year}, ${noon})`);
        assert.equal(told, `given\nincompatible|${first}`);
      }
  });
  test('what ended is in nobody’s way', async () => {
    const one = await person();
    assert.equal(await attempt(`${give({ to: one, role: 'cash' })}; UPDATE staff_grant SET ended_at = ${noon} WHERE staff = ${one}; ${give({ to: one, role: 'cash_release' })}`), 'given\ngiven');
  });
  test('a row that was written past the function is refused as well, and so is one that is brought back', async () => {
    const one = await person();
    await holds(one, 'cash');
    const raw = `INSERT INTO staff_grant (staff, role, operation, since, until) VALUES (${one}, 'cash_release', 'KEN', ${noon}, ${year})`;
    await assert.rejects(attempt(raw), /23P01/);
    await assert.rejects(attempt(`UPDATE staff_grant SET ended_at = ${noon} WHERE staff = ${one}; ${raw}; UPDATE staff_grant SET ended_at = NULL WHERE staff = ${one} AND role = 'cash'`), /23P01/);
  });

  // The first holds its transaction open while the second asks: it must wait, and then see what the first left.
  async function race(first, second) {
    const slow = sql(`BEGIN; ${first}; SELECT pg_sleep(2.5); COMMIT`);
    await until(async () => await sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'") !== '0', 10_000, 'the first under way');
    const begun = Date.now();
    const late = await sql(second).catch((error) => error.stderr);
    const waited = Date.now() - begun;
    await slow;
    return { late, waited };
  }
  test('two Representatives at once: one is refused', async () => {
    const [a, b, one] = [await person(), await person(), await person()];
    await holds(a, 'representative');
    await holds(b, 'representative');
    const { late, waited } = await race(give({ by: a, to: one, role: 'cash' }), give({ by: b, to: one, role: 'cash_release' }));
    assert.equal(late, 'incompatible');
    assert.ok(waited > 200, `it did not wait (${waited} ms)`);
    assert.equal(await sql(`SELECT string_agg(role, ',') FROM staff_grant WHERE staff = ${one}`), 'cash');
  });
  test('two rows written past the function at once: one is refused', async () => {
    const one = await person();
    const raw = (role) => `INSERT INTO staff_grant (staff, role, operation, since, until) VALUES (${one}, '${role}', 'KEN', ${noon}, ${year})`;
    const { late } = await race(raw('notices'), raw('notices_release'));
    assert.match(late, /23P01/);
  });
  test('who loses the gift while she gives it has lost it', async () => {
    const [chief, deputy, one] = [await person(), await person(), await person()];
    await holds(chief, 'representative');
    await holds(deputy, 'representative');
    const hers = await sql(`SELECT id FROM staff_grant WHERE staff = ${deputy}`);
    const { late } = await race(`SELECT outcome FROM staff_decide_grant(${chief}, ${hers}, 1, false, ${noon})`, give({ by: deputy, to: one, role: 'cash' }));
    assert.equal(late, 'not_held');
  });
  test('two who give to each other do not wait for ever', async () => {
    const [a, b] = [await person(), await person()];
    await holds(a, 'representative');
    await holds(b, 'representative');
    const told = await Promise.all(Array.from({ length: 12 }, (_, i) => sql(give(i % 2 ? { by: a, to: b, role: 'hotline' } : { by: b, to: a, role: 'hotline' }))));
    assert.deepEqual([...new Set(told)], ['given']);
    assert.equal(await sql(`SELECT count(*) FROM staff_grant WHERE staff IN (${a}, ${b}) AND role = 'hotline' AND ended_at IS NULL`), '2');
  });
});

describe('a grant is looked at again', () => {
  test('its holder may give it back, never confirm it; the revision that was seen counts; once over it is over', async () => {
    const [chief, one] = [await person(), await person()];
    await holds(chief, 'representative');
    await holds(one, 'cash');
    const id = await sql(`SELECT id FROM staff_grant WHERE staff = ${one}`);
    const decide = (by, seen, keep) => `SELECT outcome FROM staff_decide_grant(${by}, ${id}, ${seen}, ${keep}, ${noon})`;
    assert.equal(await attempt(decide(one, 1, true)), 'own');
    assert.equal(await attempt(decide(one, 1, false)), 'done');
    assert.equal(await attempt(decide(chief, 2, true)), 'stale');
    assert.equal(await attempt(`${decide(chief, 1, true)}; ${decide(chief, 1, false)}; ${decide(chief, 2, false)}; ${decide(chief, 3, true)}`), 'done\nstale\ndone\nover');
    const stranger = await person();
    await holds(stranger, 'representative', { operation: 'UGA' });
    assert.equal(await attempt(decide(stranger, 1, false)), 'not_found');
  });
});

describe('accounts', () => {
  let keeper, other, one;
  const keep = (by, of, seen, what, more = 'NULL, NULL, NULL') => `SELECT outcome FROM staff_keep(${by}, ${of}, ${seen}, '${what}', ${more}, ${noon})`;
  const secret = `NULL, NULL, decode(repeat('61', 60), 'hex')`;
  before(async () => {
    [keeper, other, one] = [await person(), await person(), await person()];
    await holds(keeper, 'administrator');
    await holds(other, 'administrator');
    await holds(one, 'cash');
  });
  test('who keeps accounts in one operation keeps none that holds something in another', async () => {
    const both = await person();
    await holds(both, 'cash');
    await holds(both, 'cash', { operation: 'UGA' });
    assert.equal(await attempt(keep(keeper, both, 1, 'suspend')), 'not_found');
    assert.equal(await attempt(keep(keeper, one, 1, 'suspend')), 'done');
  });
  test('not her own; nor without the permission; a stale look is told', async () => {
    assert.equal(await attempt(keep(keeper, keeper, 1, 'password', secret)), 'own');
    assert.equal(await attempt(keep(one, other, 1, 'suspend')), 'not_found');
    assert.equal(await attempt(keep(keeper, one, 7, 'suspend')), 'stale');
  });
  test('one administrator alone does not become somebody else', async () => {
    const used = `UPDATE staff SET signed_in_at = ${noon}, totp_confirmed = true WHERE id = ${one}`;
    assert.equal(await attempt(`${used}; ${keep(keeper, one, 1, 'password', secret)}; ${keep(keeper, one, 2, 'codes')}; ${keep(other, one, 2, 'codes')}`), 'done\nsecond_person\ndone');
    assert.equal(await attempt(`${used}; ${keep(keeper, one, 1, 'codes')}; ${keep(keeper, one, 2, 'password', secret)}`), 'done\nsecond_person');
  });
  test('an account that ended holds nothing, signs in by nothing and stays so', async () => {
    assert.equal(await attempt(`${keep(keeper, one, 1, 'end')}; SELECT state, password IS NULL, totp_sealed IS NULL FROM staff WHERE id = ${one};
      SELECT count(*) FROM staff_grant WHERE staff = ${one} AND ended_at IS NULL; ${keep(keeper, one, 2, 'resume')}; ${keep(keeper, one, 2, 'describe', `'X', NULL, NULL`)}`),
    'done\nended|t|t\n0\nover\nover');
  });
  test('an identity is one account’s', async () => {
    const link = (of) => `SELECT outcome FROM staff_link(${of}, 'https://id.example', 'them', ${noon})`;
    assert.equal(await attempt(`${link(one)}; ${link(other)}; ${link(one)}; ${keep(keeper, one, 2, 'unlink')}; ${link(other)}`), 'done\nlinked\nover\ndone\ndone');
  });
  test('a name is one account’s', async () => {
    const make = `SELECT outcome FROM staff_make(${keeper}, 'rules.made', 'Made', 'en', decode(repeat('61', 60), 'hex'), NULL, NULL, NULL, ${noon})`;
    assert.equal(await attempt(`${make}; ${make}`), 'made\nname_taken');
    assert.equal(await attempt(make.replace(`(${keeper}`, `(${one}`)), 'not_allowed');
  });
  test('without a grant no permission; training that is over takes what touches people and nothing else', async () => {
    const late = await person({ trained: '2026-11-27' });
    await sql(`INSERT INTO staff_grant (staff, role, operation, since, until) VALUES (${late}, 'representative', 'KEN', ${noon}, ${year})`);
    const reach = (permission, at = noon) => sql(`SELECT count(*) FROM staff_reach(${late}, '${permission}', ${at})`);
    assert.equal(await reach('cases.view'), '0');
    assert.equal(await reach('access.grant'), '1');
    assert.equal(await reach('words.edit'), '0');
    assert.equal(await reach('access.grant', year), '0');
  });
});
