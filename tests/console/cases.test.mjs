// Case updates: from her phone to the record and back to her phone; who may decide; what may not happen.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { as, kill, mlangoWith, one, serve, sleep, sql, until } from './lib/house.mjs';
import { routeMatrix } from './lib/matrix.mjs';
import { ask, askAddress, askBirthDate, dial, follow, household, referenceIn, requestOf } from './lib/requests.mjs';

const kindOf = (answer) => answer.body?.type?.split('/').at(-1);
const officer = () => as('registration');
const lead = () => as('registration_lead');
const inboxes = [];
after(() => inboxes.forEach((each) => each.close()));
const inboxOf = async (number) => { const box = await follow(number); inboxes.push(box); return box; };
const approve = (client, request, revision, more = {}) => client.post(`/cases/${request}/approval`, { revision, evidence: ['document'], ...more });
const shown = async (client, request) => {
  const answer = await client.get(`/cases/${request}`);
  assert.equal(answer.status, 200, answer.text);
  return answer.body;
};

// ---- the whole way ------------------------------------------------------------------------------------------------------

test('a number that is replaced by phone: seen within a second, approved by two, applied, written down, told', async () => {
  const from = '+254711000010', wanted = '+254711000191';
  const box = await inboxOf(from);
  const [ruth, head] = [await officer(), await lead()];
  const listening = ruth.events((events) => events.filter((each) => each.event === 'pulse').length > 1);
  await sleep(300);
  const began = Date.now();
  const screen = await dial(from, '2', '4826', '2', '1', '1', '4826', wanted, '1');
  const reference = referenceIn(screen);
  assert.ok(reference, screen);
  const row = await until(async () => (await ruth.get('/cases?state=first&kind=phone_replace')).body.items.find((each) => each.reference === reference), 5_000, 'the request in the queue');
  assert.ok(Date.now() - began < 5_000, 'the walk through the menu and the look at the queue');
  const asked = Number(await one(`SELECT (extract(epoch FROM asked_at) * 1000)::bigint FROM change_request WHERE id = ${row.id}`));
  const heard = (await listening).filter((each) => each.event === 'pulse').at(-1).at;
  assert.ok(heard - asked < 1_000, `the page is told within a second: ${heard - asked} ms`);
  assert.equal(JSON.stringify(row).includes('711000'), false, 'the queue tells no number');

  const seen = await shown(ruth, row.id);
  assert.deepEqual(seen.fields, [{ name: 'msisdn', asked_against: from, recorded: from, wanted, changed: false }]);
  assert.equal(seen.phones.find((each) => each.asked_from).msisdn, from);
  const unchecked = await approve(ruth, row.id, seen.revision, { evidence: [] });
  assert.deepEqual([unchecked.status, unchecked.body.faults?.[0].code], [422, 'evidence'], unchecked.text);
  const first = await approve(ruth, row.id, seen.revision);
  assert.deepEqual([first.status, first.body.outcome, first.body.state], [200, 'approved', 'validated']);
  assert.equal(await one(`SELECT count(*) FROM phone WHERE individual = ${seen.person.id} AND disabled_at IS NULL`), '1', 'nothing is changed yet');
  const twice = await approve(ruth, row.id, first.body.revision);
  assert.deepEqual([twice.status, kindOf(twice)], [403, 'own-request']);

  const second = await approve(head, row.id, first.body.revision, { evidence: ['called_back'] });
  assert.deepEqual([second.status, second.body.outcome], [200, 'applied']);
  const phones = await sql(`SELECT disabled_at IS NULL, trust FROM phone WHERE individual = ${seen.person.id} ORDER BY id`);
  assert.deepEqual(phones, [['f', '3'], ['t', '1']], 'the old number ends, the new one is not trusted more than it is known');
  assert.deepEqual(await sql(`SELECT kind, actor FROM audit WHERE record = ${row.id} AND kind IN ('change.asked', 'change.approved', 'change.applied') ORDER BY id`),
    [['change.asked', 'phone'], ['change.approved', `staff:${ruth.id}`], ['change.applied', `staff:${head.id}`], ['change.approved', `staff:${head.id}`]]);
  assert.match(await box.has(/is done/), new RegExp(reference));

  // Her new number opens her record; with the new SIM it is not what an old friend is.
  const there = await until(async () => { const screen = await dial(wanted); return /My details/.test(screen) && screen; }, 3_000, 'her record at the new number');
  assert.match(there, /My assistance/);
  const done = (await head.get('/cases?state=applied&kind=phone_replace')).body.items.filter((each) => each.reference === reference);
  assert.equal(done.length, 1);
});

test('one that is refused: she is told why, in her language, by SMS and where she looks', async () => {
  const from = '+254711000003'; // French
  const box = await inboxOf(from);
  const screen = await dial(from, '2', '4826', '3', '1', 'Bloc 9, abri 12', '1');
  const reference = referenceIn(screen);
  assert.ok(reference, screen);
  const request = await requestOf(reference);
  const ruth = await officer();
  const seen = await shown(ruth, request);
  const bad = await ruth.post(`/cases/${request}/rejection`, { revision: seen.revision, reason: 'because' }, { valid: false });
  assert.deepEqual([bad.status, bad.body.faults[0].code], [422, 'reason']);
  const answer = await ruth.post(`/cases/${request}/rejection`, { revision: seen.revision, reason: 'evidence_missing' });
  assert.deepEqual([answer.status, answer.body.outcome], [200, 'rejected']);
  assert.match(await box.has(new RegExp(reference + ' n')), /il manque un papier/);
  const mine = await dial(from, '2', '4826', '5', '1');
  assert.match(mine, /il manque un papier/);
  assert.equal(await one(`SELECT detail FROM audit WHERE record = ${request} AND kind = 'change.rejected'`), 'evidence_missing');
});

test('she is asked, answers by phone, and the clock has waited for her', async () => {
  const from = '+254711000011';
  const box = await inboxOf(from);
  const reference = referenceIn(await dial(from, '2', '4826', '3', '1', 'Block 5, shelter 3', '1'));
  const request = await requestOf(reference);
  const ruth = await officer();
  const seen = await shown(ruth, request);
  const asked = await ruth.post(`/cases/${request}/question`, { revision: seen.revision, question: 'still_wanted' });
  assert.deepEqual([asked.status, asked.body.outcome], [200, 'asked']);
  assert.equal((await ruth.post(`/cases/${request}/question`, { revision: asked.body.revision, question: 'can_come' })).status, 409, 'one at a time');
  await box.has(/do you still want this/);
  assert.ok((await ruth.get('/cases?state=asked')).body.items.some((each) => each.id === request));
  assert.match(await dial(from, '2', '4826', '5', '1'), /Answer a question/);
  assert.match(await dial(from, '2', '4826', '5', '1', '2'), /Do you still want this/);
  assert.match(await dial(from, '2', '4826', '5', '1', '2', '1'), new RegExp(`go on with ${reference}`));
  const later = await shown(ruth, request);
  assert.equal(later.questions[0].answer, 'yes');
  assert.ok(later.due_at >= seen.due_at);
  assert.ok((await ruth.get('/cases?state=answered')).body.items.some((each) => each.id === request));
  assert.equal((await approve(ruth, request, later.revision)).body.outcome, 'applied');
});

test('what its rule lets is applied at once, and she is told', async () => {
  const from = '+254711000012';
  const reference = referenceIn(await dial(from, '6', '4', '4826', '4', '1')) ?? referenceIn(await dial(from, '6', '4', '4826', '4', '1', '1'));
  assert.ok(reference);
  const request = await requestOf(reference);
  await until(async () => (await one(`SELECT state FROM change_request WHERE id = ${request}`)) === 'applied', 3_000, 'that it is applied');
  const [[took, by]] = await sql(`SELECT (extract(epoch FROM decided_at - asked_at) * 1000)::integer, (SELECT actor FROM audit a WHERE a.record = c.id AND a.kind = 'change.applied') FROM change_request c WHERE id = ${request}`);
  assert.ok(Number(took) < 1_000, `${took} ms`);
  assert.equal(by, 'server');
  assert.equal(await one(`SELECT count(*) FROM data_objection WHERE change_request = ${request}`), '1');
});

// ---- her rights over her data -------------------------------------------------------------------------------------------

// A share of hers that a verifier has taken, and its place on the status list.
let shares = 0;
async function takenShare(who) {
  const n = ++shares;
  const [[verifier, preset]] = await sql(`SELECT id, presets[1] FROM verifier WHERE state = 'active' AND expires_at > now() ORDER BY id LIMIT 1`);
  await sql(`INSERT INTO wallet_status_list (name, purpose, bits, size, made_at, full_at) VALUES ('rights${n}', 'share', 1, 1024, now(), now())`);
  const list = await one(`SELECT id FROM wallet_status_list WHERE name = 'rights${n}'`);
  await sql(`INSERT INTO wallet_status (list, index) VALUES (${list}, 7)`);
  const id = await one(`INSERT INTO wallet_share (individual, made_by, registration_group, verifier, kind, preset, facts, reference, hop_key, trust, made_at, expires_at, lasts,
      used_at, used_by, channel, receipt, status_list, status_index, valid_until, presented_sealed)
    SELECT ${who.person}, ${who.person}, ${who.group}, ${verifier}, 'registration', '${preset}', '{registered}', 'AAAA', decode(md5('share ${n}'), 'hex'), 3, now(), now() + interval '1 hour', '1 day',
      now(), (SELECT min(id) FROM verifier_agent), 'web', lpad('${n}', 10, '7'), ${list}, 7, now() + interval '1 day', decode(repeat('01', 60), 'hex') RETURNING id`);
  return { id, may: () => one(`SELECT may_be_shown(${verifier}, ${who.person}, '${preset}', now())`),
    state: async () => (await sql(`SELECT s.ended_why, s.presented_sealed IS NULL, w.value FROM wallet_share s JOIN wallet_status w ON w.list = s.status_list AND w.index = 7 WHERE s.id = ${id}`))[0] };
}
const applied = (request) => until(async () => (await one(`SELECT state FROM change_request WHERE id = ${request.id}`)) === 'applied', 5_000, 'that it is applied');
const object = (who, use) => ask('data_object', { who, after: { use }, more: { channel: "'phone'" } });

test('who says no to sharing is shown to nobody any more, and what was shown ends', async () => {
  const who = await household();
  const share = await takenShare(who);
  assert.deepEqual([await share.may(), await share.state()], ['t', ['', 'f', '0']]);
  await applied(await object(who, 'sharing'));
  assert.deepEqual([await share.may(), await share.state()], ['f', ['all', 't', '1']]);
  assert.equal(await one(`SELECT count(*) FROM wallet_consent WHERE individual = ${who.person} AND kind = 'withdrawn' AND share = ${share.id}`), '1');
  assert.equal(await one('SELECT count(*) FROM broken_consents()'), '0');
  assert.deepEqual((await (await officer()).get(`/people/${who.person}`)).body.objections.map((each) => each.use), ['sharing']);
});

test('who says no to statistics is in none', async () => {
  const statistics = await as('statistics');
  const ago = (days) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
  const [[person, group, count]] = await sql(`SELECT e.collector, e.registration_group, count(*) FROM entitlement e JOIN registration_group g ON g.id = e.registration_group AND g.operation = 'KEN'
    WHERE NOT EXISTS (SELECT FROM data_objection d WHERE d.individual = e.collector) GROUP BY 1, 2 ORDER BY 3 DESC, 1 LIMIT 1`);
  const counted = async () => (await statistics.get(`/figures/entitlements?from=${ago(300)}&to=${ago(-60)}`)).body.items.reduce((sum, each) => sum + each.entitlements, 0);
  const before = await counted();
  assert.ok(Number(count) > 0);
  await applied(await object({ person, group }, 'counting'));
  assert.equal(await counted(), before - Number(count));
});

test('a use that has no rule is decided by somebody, not done by itself', async () => {
  const request = await object(await household(), 'other');
  await sleep(1_500);
  assert.deepEqual(await sql(`SELECT state, needs FROM change_request WHERE id = ${request.id}`), [['pending', '1']]);
  assert.equal((await approve(await officer(), request.id, request.revision)).body.outcome, 'applied');
});

test('deleted: nobody finds her, no key opens what she told, nothing of hers is shown; the rows stay', async () => {
  const who = await household('KEN', { members: 2 });
  const [ruth, head] = [await officer(), await lead()];
  const number = await one(`SELECT individual_number FROM individual WHERE id = ${who.person}`);
  const document = `RZ${7_000_000 + (process.pid % 900_000)}`;
  await mlangoWith([document], 'wallet', 'identity-number', number, '--scheme', 'national_id');
  const finds = async () => (await ruth.post('/people/search', { q: document })).body.items.map((each) => each.id);
  assert.deepEqual(await finds(), [who.person]);
  const desk = await as('hotline');
  const ticket = (await desk.post('/tickets', { category: 'problem', topic: 'other', words: 'My name is in here.', person: who.person })).body.id;
  await sql(`UPDATE ticket SET number_blind = p.number_blind, number_sealed = p.number_sealed FROM phone p WHERE p.individual = (SELECT min(individual) FROM phone WHERE disabled_at IS NULL) AND p.disabled_at IS NULL AND ticket.id = ${ticket}`);
  const revision = await one(`SELECT revision FROM ticket WHERE id = ${ticket}`);
  assert.equal((await desk.post(`/tickets/${ticket}/answer`, { text: 'We call you.', language: 'en', by_sms: false, revision: Number(revision) })).status, 200);
  await desk.post(`/tickets/${ticket}/notes`, { text: 'She lives by the gate.' });
  const share = await takenShare(who);
  const words = async () => { const { body } = await desk.get(`/tickets/${ticket}`); return [body.words.map((each) => each.text), body.entries.map((each) => each.text).filter((text) => text !== null), body.number]; };
  assert.deepEqual((await words()).slice(0, 2), [['My name is in here.'], ['We call you.', 'She lives by the gate.']]);

  const request = await ask('data_delete', { who });
  const first = await approve(ruth, request.id, request.revision);
  const last = await approve(head, request.id, first.body.revision);
  assert.equal(last.body.outcome, 'applied', last.text);
  assert.deepEqual(await finds(), []);
  assert.deepEqual(await words(), [[''], ['', ''], null]);
  assert.deepEqual(await share.state(), ['all', 't', '1']);
  assert.equal(await one(`SELECT count(*) FROM identity_number WHERE individual = ${who.person} AND (ended_at IS NULL OR number_sealed <> decode(repeat('00', 37), 'hex'))`), '0');
  assert.deepEqual(await sql(`SELECT (SELECT count(*) FROM identity_number WHERE individual = ${who.person}), (SELECT count(*) FROM ticket_words WHERE ticket = ${ticket}), (SELECT count(*) FROM ticket_entry WHERE ticket = ${ticket} AND text_sealed IS NOT NULL)`), [['1', '1', '2']]);
  const record = await ruth.get(`/people/${who.person}`);
  assert.equal(record.status, 200, record.text);
  assert.equal(record.body.given_name, '—');
  assert.ok(record.body.phones.items.every((each) => each.number === '•••'));
});

// ---- what may not happen ------------------------------------------------------------------------------------------------

test('what somebody else changed meanwhile is shown, never overwritten (opencrvs-core#10068, #7159)', async () => {
  const request = await askAddress();
  const ruth = await officer();
  await sql(`UPDATE registration_group SET address_line = 'Somewhere else' WHERE id = ${request.group}`);
  const seen = await shown(ruth, request.id);
  assert.deepEqual(seen.fields.map(({ asked_against, recorded, changed }) => ({ asked_against, recorded, changed })),
    [{ asked_against: request.address, recorded: 'Somewhere else', changed: true }]);
  const refused = await approve(ruth, request.id, seen.revision);
  assert.deepEqual([refused.status, kindOf(refused), refused.body.current.state], [409, 'conflict', 'conflict']);
  assert.equal(await one(`SELECT address_line FROM registration_group WHERE id = ${request.group}`), 'Somewhere else');
  assert.equal(await one(`SELECT count(*) FROM approval WHERE change_request = ${request.id}`), '0');
  const compared = await ruth.post(`/cases/${request.id}/comparison`, { revision: refused.body.current.revision });
  assert.equal(compared.body.outcome, 'compared');
  const again = await shown(ruth, request.id);
  assert.deepEqual(again.fields.map(({ asked_against, recorded, changed }) => ({ asked_against, recorded, changed })),
    [{ asked_against: request.address, recorded: 'Somewhere else', changed: false }], 'all three stay to be seen');
  assert.equal((await approve(ruth, request.id, compared.body.revision)).body.outcome, 'applied');
});

test('a correction is applied with its approval, stands in the history once with before and after, and in the audit (#6221, #5389, #9500)', async () => {
  const request = await askBirthDate();
  const [ruth, head] = [await officer(), await lead()];
  const first = await approve(ruth, request.id, request.revision);
  // The same click twice, at the same time: one is too late.
  const answers = await Promise.all([1, 2, 3, 4].map(() => approve(head, request.id, first.body.revision)));
  assert.deepEqual(answers.map((each) => each.status).sort(), [200, 409, 409, 409]);
  assert.equal(await one(`SELECT birth_date FROM individual WHERE id = ${request.person}`), '1985-06-01');
  const seen = await shown(head, request.id);
  assert.deepEqual(seen.corrections.filter((each) => each.request === request.id).map(({ before, after }) => ({ before, after })),
    [{ before: { birth_date: request.born }, after: { birth_date: '1985-06-01' } }]);
  assert.equal(await one(`SELECT count(*) FROM audit WHERE record = ${request.id} AND kind = 'change.applied'`), '1');
  assert.equal(seen.history.filter((each) => each.kind === 'change.applied').length, 1);
});

test('the form shows the request that was opened, not the one before (#10068)', async () => {
  const who = await household();
  const [older, newer] = [await askAddress({ who }), await ask('address', { who, before: { address_line: who.address }, after: { address_line: 'The newer one' } })];
  const ruth = await officer();
  assert.notEqual((await shown(ruth, older.id)).fields[0].wanted, 'The newer one');
  assert.equal((await shown(ruth, newer.id)).fields[0].wanted, 'The newer one');
  assert.deepEqual((await shown(ruth, newer.id)).others.map((each) => each.id), [older.id], 'and tells of the other one');
  const wanted = (await shown(ruth, older.id)).fields[0].wanted;
  assert.equal((await approve(ruth, older.id, older.revision)).body.outcome, 'applied');
  assert.deepEqual((await shown(ruth, newer.id)).fields, [{ name: 'address_line', asked_against: who.address, recorded: wanted, wanted: 'The newer one', changed: true }]);
});

test('what the record itself forbids is refused and leaves nothing behind', async () => {
  const who = await household();
  const request = await ask('birth_date', { who, before: { birth_date: who.born }, after: { birth_date: '2199-01-01' } });
  const [ruth, head] = [await officer(), await lead()];
  const first = await approve(ruth, request.id, request.revision);
  const refused = await approve(head, request.id, first.body.revision);
  assert.deepEqual([refused.status, refused.body.faults[0].code], [422, 'impossible']);
  assert.deepEqual(await sql(`SELECT state, (SELECT count(*) FROM correction k WHERE k.change_request = c.id), (SELECT count(*) FROM approval a WHERE a.change_request = c.id) FROM change_request c WHERE id = ${request.id}`),
    [['validated', '0', '1']]);
});

test('the second approval is a supervisor\'s: two officers are not enough', async () => {
  const request = await askBirthDate();
  const first = await approve(await officer(), request.id, request.revision);
  const other = await as('registration', { fresh: true });
  const answer = await approve(other, request.id, first.body.revision);
  assert.deepEqual([answer.status, kindOf(answer)], [403, 'not-allowed']);
  assert.deepEqual((await shown(other, request.id)).may, { approve: 'not_allowed', reject: null, ask: null, withdraw: 'wrong_state', compare: 'wrong_state' });
});

test('an approval is taken back before the second, not after', async () => {
  const request = await askBirthDate();
  const [ruth, head] = [await officer(), await lead()];
  const first = await approve(ruth, request.id, request.revision);
  const back = await ruth.post(`/cases/${request.id}/withdrawal`, { revision: first.body.revision });
  assert.deepEqual([back.body.outcome, back.body.state], ['withdrawn', 'pending']);
  const anew = await approve(ruth, request.id, back.body.revision);
  const last = await approve(head, request.id, anew.body.revision);
  assert.equal(last.body.outcome, 'applied');
  assert.equal((await ruth.post(`/cases/${request.id}/withdrawal`, { revision: last.body.revision })).status, 409);
});

test('whoever asked takes it back herself: nothing is changed, and it is over', async () => {
  const { client, request } = await ownBy('registration');
  const back = await client.post(`/cases/${request.id}/withdrawal`, { revision: request.revision });
  assert.deepEqual([back.status, back.body.outcome, back.body.state], [200, 'cancelled', 'cancelled']);
  assert.equal(await one(`SELECT count(*) FROM correction WHERE change_request = ${request.id}`), '0');
  assert.equal((await approve(await as('registration', { fresh: true }), request.id, back.body.revision)).status, 409);
});

test('a name is opened, split as it was, compared with what is recorded, and applied', async () => {
  const from = '+254711000001';
  // Report a change, a name is wrong, the first of the household.
  const screen = await dial(from, '2', '4826', '6', '5', '1', 'Abukk Deng', '1');
  const reference = referenceIn(screen);
  assert.ok(reference, screen);
  const request = await requestOf(reference);
  const [ruth, head] = [await officer(), await lead()];
  const seen = await shown(ruth, request);
  assert.equal(seen.fields[0].wanted, 'Abukk Deng');
  assert.equal(seen.fields[0].changed, false);
  assert.deepEqual(seen.applied_as, { given_name: 'Abukk', family_name: 'Deng' });
  const first = await approve(ruth, request, seen.revision);
  assert.equal((await approve(head, request, first.body.revision)).body.outcome, 'applied');
  const about = (seen.subject ?? seen.person).id;
  assert.deepEqual(await sql(`SELECT given_name, family_name FROM individual WHERE id = ${about}`), [['Abukk', 'Deng']]);
  assert.equal(await one(`SELECT count(*) FROM correction WHERE change_request = ${request} AND (before::text LIKE '%Deng%' OR after::text LIKE '%Deng%')`), '0', 'no name in the clear');
});

test('whose a stranger\'s number is, the approver says: somebody of the household of that card', async () => {
  const from = '+254711000193';
  const [[card, group]] = await sql(`SELECT g.registration_number, g.id FROM registration_group g WHERE g.operation = 'KEN' AND g.id < 9000000
    AND (SELECT count(*) FROM membership m JOIN individual i ON i.id = m.individual AND i.process_status = 'A' WHERE m.registration_group = g.id AND m.until IS NULL) > 1 ORDER BY g.id DESC LIMIT 1`);
  const screen = await dial(from, '1', '3', card.replace('C', '-'));
  const reference = referenceIn(screen);
  assert.ok(reference, screen);
  const request = await requestOf(reference);
  const [ruth, head] = [await officer(), await lead()];
  const seen = await shown(ruth, request);
  assert.equal(seen.person, null);
  assert.deepEqual(new Set(seen.candidates.map((each) => each.group)), new Set([Number(group)]));
  const [person, sister] = seen.candidates.map((each) => each.id);
  assert.ok(sister, 'a household of more than one');
  const other = Number(await one(`SELECT individual FROM membership WHERE registration_group <> ${group} AND until IS NULL LIMIT 1`));
  const fault = async (...given) => {
    const { status, body } = await approve(...given);
    return [status, body.faults?.[0].code];
  };
  // The first approval says whose it is, and the second says so by herself.
  assert.deepEqual(await fault(ruth, request, seen.revision), [422, 'incomplete']);
  assert.deepEqual(await fault(ruth, request, seen.revision, { person: other }), [422, 'impossible']);
  assert.equal(await one(`SELECT count(*) FROM approval WHERE change_request = ${request}`), '0');
  const first = await approve(ruth, request, seen.revision, { person });
  assert.deepEqual([first.status, first.body.outcome], [200, 'approved'], first.text);
  const between = await shown(head, request);
  assert.deepEqual(between.approvals.map((each) => each.person), [{ id: person, name: seen.candidates[0].name }]);
  assert.deepEqual(await fault(head, request, first.body.revision), [422, 'incomplete']);
  assert.deepEqual(await fault(head, request, first.body.revision, { person: other }), [422, 'impossible']);
  assert.deepEqual(await fault(head, request, first.body.revision, { person: sister }), [422, 'other_person']);
  assert.equal(await one(`SELECT count(*) FROM phone WHERE individual IN (${person}, ${sister}) AND linked_at > now() - interval '1 hour'`), '0', 'nothing is changed yet');
  assert.equal((await approve(head, request, first.body.revision, { person })).body.outcome, 'applied');
  assert.deepEqual((await shown(head, request)).approvals.map((each) => each.person?.id), [person, person]);
  assert.equal(await one(`SELECT count(*) FROM phone WHERE individual = ${person} AND disabled_at IS NULL AND linked_at IS NOT NULL`), '1');
});

test('births, deaths, departures: the household is what it is now', async () => {
  const [ruth, head] = [await officer(), await lead()];
  const who = await household('KEN', { members: 3 });
  const death = await ask('death', { who, before: { individual: String(who.member) }, after: { day: '2026-11-01' } });
  const first = await approve(ruth, death.id, death.revision);
  assert.equal((await approve(head, death.id, first.body.revision)).body.outcome, 'applied');
  assert.deepEqual(await sql(`SELECT i.process_status, m.until IS NOT NULL FROM individual i JOIN membership m ON m.individual = i.id WHERE i.id = ${who.member}`), [['C', 't']]);
  const twice = await ask('departure', { who, before: { individual: String(who.member) }, after: { day: '2026-11-02' } });
  const seen = await shown(ruth, twice.id);
  assert.equal(seen.fields.find((each) => each.name === 'in_household').changed, true);
  const again = await approve(ruth, twice.id, twice.revision);
  assert.equal(kindOf(await approve(head, twice.id, again.body.revision)), 'conflict', 'who has gone does not leave');
});

// ---- each route, each caller --------------------------------------------------------------------------------------------

const ownBy = async (roles) => {
  const client = await as(roles);
  return { client, request: await askAddress({ more: { asked_by: client.id, channel: "'staff'" } }) };
};
const ownTo = async (what, more) => {
  const { client, request } = await ownBy('registration');
  return { client, path: `/cases/${request.id}/${what}`, body: { revision: request.revision, ...more } };
};
const changes = [
  ['approval', async () => ({ evidence: ['document'] }), {}],
  ['rejection', async () => ({ reason: 'duplicate' }), {}],
  ['question', async () => ({ question: 'can_come' }), {}],
];
for (const [what, more] of changes) {
  let now;
  routeMatrix({
    method: 'POST', name: `POST /cases/{id}/${what}`, allowed: 'registration', wrong: ['cash', 'protection', 'administrator'], elsewhere: true,
    path: async () => { now = await askAddress(); return `/cases/${now.id}/${what}`; },
    body: async () => ({ revision: now.revision, ...(await more()) }),
    own: async () => ownTo(what, await more()),
    stale: async () => {
      const request = await askAddress();
      await sql(`UPDATE change_request SET trust = 2 WHERE id = ${request.id}`);
      return { path: `/cases/${request.id}/${what}`, body: { revision: request.revision, ...(await more()) } };
    },
  });
}
{
  let now;
  routeMatrix({
    method: 'POST', name: 'POST /cases/{id}/withdrawal', allowed: 'registration', wrong: ['cash'], elsewhere: true,
    path: async () => {
      const request = await askBirthDate();
      now = { revision: (await approve(await officer(), request.id, request.revision)).body.revision };
      return `/cases/${request.id}/withdrawal`;
    },
    body: async () => now,
    stale: async () => ({ path: `/cases/${(await askBirthDate()).id}/withdrawal`, body: { revision: 999 } }),
  });
  routeMatrix({
    method: 'POST', name: 'POST /cases/{id}/comparison', allowed: 'registration', wrong: ['cash'], elsewhere: true,
    path: async () => {
      const request = await askAddress();
      await sql(`UPDATE registration_group SET address_line = 'Moved' WHERE id = ${request.group}`);
      now = { revision: (await approve(await officer(), request.id, request.revision)).body.current.revision };
      return `/cases/${request.id}/comparison`;
    },
    body: async () => now,
    own: async () => ownTo('comparison'),
    stale: async () => ({ path: `/cases/${(await askAddress()).id}/comparison`, body: { revision: 999 } }),
  });
}
routeMatrix({ method: 'GET', name: 'GET /cases/{id}', allowed: 'registration', wrong: ['cash', 'administrator'], elsewhere: true,
  path: async () => `/cases/${(await askAddress()).id}` });
routeMatrix({ method: 'GET', path: '/cases?state=open&limit=200', allowed: 'registration', wrong: ['cash'], elsewhere: true,
  elsewhereCheck: (answer) => assert.ok(answer.body.items.every((each) => each.operation === 'UGA')) });
routeMatrix({ method: 'GET', path: '/cases/counts', allowed: 'registration', wrong: ['cash'], elsewhere: true, elsewhereStatus: 200 });
routeMatrix({ method: 'GET', path: '/cases/rules', allowed: 'registration', wrong: ['cash'], elsewhere: true, elsewhereStatus: 200 });
routeMatrix({ method: 'POST', path: '/cases/bulk', body: { filter: { kind: 'marriage' } }, allowed: 'registration_lead', wrong: ['registration'],
  allowedStatus: 202, elsewhere: true, elsewhereStatus: 202 });
routeMatrix({ method: 'GET', name: 'GET /cases/bulk/{job}/outcomes', allowed: 'registration_lead', wrong: ['registration'], elsewhere: true,
  path: async () => `/cases/bulk/${(await (await lead()).post('/cases/bulk', { filter: { kind: 'marriage' } })).body.job}/outcomes` });

// ---- the queue ----------------------------------------------------------------------------------------------------------

test('the queue goes by due time, in pages without gap or repetition, and narrows', async () => {
  for (let n = 0; n < 5; ++n) await askAddress();
  const ruth = await officer();
  const seen = [];
  for (let after = ''; after !== null;) {
    const { body } = await ruth.get(`/cases?limit=3${after && `&after=${encodeURIComponent(after)}`}`);
    seen.push(...body.items);
    after = body.next;
  }
  assert.equal(new Set(seen.map((each) => each.id)).size, seen.length);
  assert.deepEqual(seen.map((each) => each.due_at), seen.map((each) => each.due_at).sort());
  assert.equal(seen.length, (await ruth.get('/cases/counts')).body.open);
  const late = (await ruth.get('/cases?due=late')).body.items;
  assert.ok(late.length > 0 && late.every((each) => each.late));
  const one_ = seen.at(-1);
  assert.deepEqual((await ruth.get(`/cases?reference=${one_.reference.toLowerCase()}`)).body.items.map((each) => each.id), [one_.id]);
  for (const bad of ['state=all', 'kind=x', 'trust=9', 'office=-1', 'after=x', 'reference=%00%00'])
    assert.equal((await ruth.get(`/cases?${bad}`, { check: false })).status, 400, bad);
});

test('an office\'s grant reaches what lies around the office', async () => {
  const [[office, place]] = await sql(`SELECT o.id, o.location FROM office o JOIN registration_group g ON g.location LIKE o.location || '%' WHERE g.operation = 'KEN' LIMIT 1`);
  const near = await as('registration', { office: Number(office) });
  const rows = (await near.get('/cases?limit=200')).body.items;
  const there = await sql(`SELECT c.id FROM change_request c JOIN registration_group g ON g.id = c.registration_group WHERE c.decided_at IS NULL AND g.location IN (SELECT locations_of(${office}))`);
  assert.deepEqual(rows.map((each) => String(each.id)).sort(), there.flat().sort(), place);
  const outside = await one(`SELECT c.id FROM change_request c JOIN registration_group g ON g.id = c.registration_group WHERE c.decided_at IS NULL AND g.operation = 'KEN' AND g.location NOT IN (SELECT locations_of(${office})) LIMIT 1`);
  assert.equal((await near.get(`/cases/${outside}`)).status, 404);
});

test('working time leaves out nights, weekends and the operation\'s holidays', async () => {
  // Friday 27 November 2026, 16:00 in Nairobi; two hours of work end on Monday at 9, on Tuesday when Monday is a holiday.
  const due = (day = '') => one(`BEGIN; ${day} SELECT working_due('KEN', '2026-11-27 13:00+00', '2 hours') AT TIME ZONE 'Africa/Nairobi'; ROLLBACK`);
  assert.equal(await due(), '2026-11-30 09:00:00');
  assert.equal(await due(`INSERT INTO operation_holiday VALUES ('KEN', '2026-11-30', '{"en": "A day"}');`), '2026-12-01 09:00:00');
  assert.equal(await due(`INSERT INTO operation_calendar VALUES ('KEN', '09:00', '15:00', '{7,1,2,3,4}');`), '2026-11-29 11:00:00');
});

test('opening it again within ten minutes is one look, and looks leave the history its room', async () => {
  const request = await askAddress();
  const ruth = await as('registration', { fresh: true });
  const looks = () => one(`SELECT count(*) FROM audit WHERE kind = 'change.viewed' AND record = ${request.id} AND actor = 'staff:${ruth.id}'`);
  await shown(ruth, request.id);
  const { revision } = await shown(ruth, request.id);
  assert.equal(await looks(), '1');
  assert.equal((await approve(ruth, request.id, revision)).status, 200);
  await sql(`INSERT INTO audit (kind, actor, record, at) SELECT 'change.viewed', 'staff:${ruth.id}', ${request.id}, now() + n * interval '1 second' FROM generate_series(-3000, -2851) n`);
  const { history } = await shown(ruth, request.id);
  const kinds = history.map((each) => each.kind);
  assert.ok(kinds.includes('change.asked') && kinds.includes('change.approved'), kinds.join());
  assert.ok(kinds.filter((each) => each === 'change.viewed').length <= 50);
});

// ---- many at once -------------------------------------------------------------------------------------------------------

test('many are begun as many as were shown, and only what the filter leaves', async () => {
  const [wanted, other] = [await askAddress(), await askAddress()];
  const head = await lead();
  const filter = { reference: wanted.reference };
  assert.equal((await head.get(`/cases/counts?reference=${wanted.reference}&of=bulk`)).body.open, 1);
  const jobs = () => one('SELECT count(*) FROM staff_job');
  const before = await jobs();
  const stale = await head.post('/cases/bulk', { filter, expected: 2 });
  assert.deepEqual([stale.status, kindOf(stale), stale.body.current.total], [409, 'stale', 1]);
  assert.equal(await jobs(), before, 'nothing is begun');
  for (const bad of [-1, '1', 1.5]) assert.equal((await head.post('/cases/bulk', { filter, expected: bad }, { valid: false, check: false })).status, 400, String(bad));
  const begun = await head.post('/cases/bulk', { filter, expected: 1, evidence: ['document'] });
  assert.deepEqual([begun.status, begun.body.total], [202, 1]);
  assert.deepEqual(await sql(`SELECT change_request FROM case_job_item WHERE job = ${begun.body.job}`), [[String(wanted.id)]]);
  assert.equal(await one(`SELECT decided_at IS NULL FROM change_request WHERE id = ${other.id}`), 't');
});

test('many are approved by a job that survives a kill; each outcome is in its file (OpenSPP #695, #22, #26, PR#58)', { timeout: 120_000 }, async () => {
  const many = Number(process.env.CASES_MANY ?? 300);
  const who = await household();
  const groups = await sql(`SELECT g.id, m.individual, coalesce(g.address_line, '') FROM registration_group g JOIN membership m ON m.registration_group = g.id AND m.until IS NULL AND m.relationship = 'PA' WHERE g.operation = 'KEN' AND g.id <> ${who.group} LIMIT 40`);
  // Of some households several: the second is asked against an address that the first replaces.
  await sql(`INSERT INTO change_request (reference, hop_key, kind, individual, registration_group, before, after, base_revision, trust, channel)
    SELECT r.reference, decode(md5('many ' || n), 'hex'), 'address', g.person, g.id, '{"address_line": ""}', jsonb_build_object('address_line', 'Block ' || n), 1, 3, 'sms'
      FROM (SELECT row_number() OVER () AS n, free.reference
              FROM (SELECT (SELECT string_agg(substr('ACDEFGHJKMNPQRTUVWXY234679', 1 + (k / power(26, d)::integer) % 26, 1), '') FROM generate_series(0, 3) d) AS reference
                      FROM generate_series(1, ${2 * many}) k) free
             WHERE NOT EXISTS (SELECT FROM open_reference o WHERE o.reference = free.reference) LIMIT ${many}) r
      JOIN (SELECT row_number() OVER () - 1 AS place, * FROM (VALUES ${groups.map(([g, p]) => `(${g}::bigint, ${p}::bigint)`)}) v(id, person)) g ON g.place = n % ${groups.length}
     ON CONFLICT DO NOTHING`);
  await sql(`UPDATE registration_group SET address_line = NULL WHERE id IN (${groups.map(([g]) => g)})`);
  const head = await lead();
  const waiting = (await head.get('/cases/counts?kind=address&channel=sms')).body.open;
  assert.ok(waiting >= many * 0.9, String(waiting));
  const begun = await head.post('/cases/bulk', { filter: { kind: 'address', channel: 'sms' } });
  assert.deepEqual([begun.status, begun.body.total], [202, waiting]);
  await kill();
  await serve();
  const ended = await until(async () => { const { body } = await head.get(`/jobs/${begun.body.job}`); return body?.state === 'done' && body; }, 90_000, 'the end of the job');
  assert.equal(ended.done, waiting);
  const csv = await head.get(`/cases/bulk/${begun.body.job}/outcomes`);
  const lines = csv.text.trim().split('\r\n');
  assert.equal(lines.shift(), 'request,reference,kind,outcome');
  assert.equal(lines.length, waiting);
  const came = (outcome) => lines.filter((line) => line.endsWith(`,${outcome}`)).length;
  assert.equal(came('applied'), groups.length, 'the first of each household');
  assert.equal(came('conflict'), waiting - groups.length);
  assert.equal(ended.refused, came('conflict'));
  assert.equal(await one(`SELECT count(*) FROM correction k JOIN change_request c ON c.id = k.change_request WHERE c.channel = 'sms' AND c.kind = 'address'`), String(groups.length), 'each once');
  assert.equal((await (await as('registration_lead', { fresh: true })).get(`/cases/bulk/${begun.body.job}/outcomes`)).status, 404, 'whose job it is not');
});

test('the log holds no number, name or text', async () => {
  const { serverLog } = await import('./lib/house.mjs');
  const log = await serverLog();
  for (const secret of ['711000191', 'Abukk', 'Bloc 9']) assert.ok(!log.includes(secret), secret);
});
