// Redis, PostgreSQL and the server are killed, frozen, filled up and made read-only in the middle of conversations: an
// apology in her language within the gateway's deadline (the phone fails on a later one), what needs not the part goes
// on, and everything works again within five seconds of its return, without a restart of ours.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import http from 'node:http';
import test, { beforeEach } from 'node:test';
import { Phone, families, freshConnections, homeLanguage, readyToMove, send } from './lib/phone.mjs';
import { say, saying } from './lib/words.mjs';
import { adminUrl, effectsOf, forgetWrongPins, one, redis, serverPid, serverStatus, sleep, sql, until, url, world } from './lib/world.mjs';

const english = '+254711000001', french = '+254711000003', arabic = '+254711000004', swahili = '+254711000002';
const recovery = 5_000;

beforeEach(forgetWrongPins);

const apologises = (text, language) =>
  ['sorry.now', 'sorry.end'].some((key) => text.replace(/\s+/g, ' ').includes(say(language, key).replace(/\s+/g, ' ')));

function assertApology(phone, language) {
  assert.ok(apologises(phone.text, language), `an apology in ${language}: ${JSON.stringify(phone.text)}`);
}

async function dialled(number, ...inputs) {
  const phone = new Phone(number);
  await phone.dial();
  await phone.type(...inputs);
  return phone;
}

// A connection for each request: they spread over the server's threads.
const scattered = new http.Agent();
const isHome = async (number) => homeLanguage(await new Phone(number, { through: scattered }).dial().catch(() => ''));

// So many dials in a row reach both threads of the server.
async function comesBack(what) {
  const begun = performance.now();
  let good = 0;
  await until(async () => (good = (await isHome(english)) === 'en' ? good + 1 : 0) >= 12, recovery, `service after ${what}`);
  return performance.now() - begun;
}

// Runs `away`, meets it as `meeting` says, runs `back`, and waits for service. The server must be the same process.
async function without(t, what, away, back, meeting) {
  const pid = await serverPid();
  await away();
  try {
    await meeting();
  } finally {
    await back();
  }
  t.diagnostic(`back ${Math.round(await comesBack(what))} ms after its return`);
  assert.equal(await serverPid(), pid);
  process.kill(pid, 0);
}

// Every thread has spoken with them, and so knows their language when nobody else can tell.
const spokenWith = (...numbers) =>
  Promise.all(numbers.flatMap((number) => Array.from({ length: 12 }, () => new Phone(number, { through: scattered }).dial())));

async function threeSpeakers() {
  const phones = [[french, 'fr'], [arabic, 'ar'], [swahili, 'sw']];
  return Promise.all(phones.map(async ([number, language]) => ({ language, phone: await dialled(number, 5) })));
}

// Redis --------------------------------------------------------------------------------------------------------------

const redisFailures = [
  ['killed', () => world('kill-redis'), () => world('stores')],
  ['frozen', () => world('freeze-redis'), () => world('thaw-redis')],
  ['full', async () => { await redis('CONFIG', 'SET', 'maxmemory-policy', 'noeviction'); await redis('CONFIG', 'SET', 'maxmemory', '1'); },
    () => redis('CONFIG', 'SET', 'maxmemory', '0')],
  ['read-only', () => redis('REPLICAOF', '127.0.0.1', '1'), () => redis('REPLICAOF', 'NO', 'ONE')],
];

for (const [how, away, back] of redisFailures) {
  test(`Redis ${how} in the middle of a session`, async (t) => {
    const speakers = await threeSpeakers();
    await without(t, `Redis ${how}`, away, back, async () => {
      await Promise.all(speakers.map(async ({ phone, language }) => {
        await phone.type(1);
        assertApology(phone, language);
      }));
      await Promise.all([[french, 'fr'], [arabic, 'ar'], [english, 'en']].map(async ([number, language]) => {
        const fresh = await dialled(number);
        assertApology(fresh, language);
        assert.ok(fresh.ended);
      }));
      assert.equal((await send('GET', '/healthz')).status, 200);
      if (how === 'killed') assert.equal((await send('GET', '/readyz')).status, 503);
    });
    // What was delivered in vain is delivered again and answered, where the session itself is still there.
    if (how !== 'killed')
      for (const { phone, language } of speakers) {
        const { text } = await phone.deliver();
        assert.ok(text.startsWith(say(language, 'topics.title')), text);
      }
  });
}

// PostgreSQL ---------------------------------------------------------------------------------------------------------

test('PostgreSQL killed in the middle of a session', async (t) => {
  await spokenWith(french);
  const phones = await Promise.all([[french, 'fr'], [arabic, 'ar']].map(async ([number, language]) => {
    const phone = await dialled(number, 2, '4826');
    assert.ok(phone.text.startsWith(say(language, 'details.title')), phone.text);
    return { phone, language };
  }));
  await without(t, 'PostgreSQL killed', () => world('kill-postgres'), () => world('stores'), async () => {
    await Promise.all(phones.map(async ({ phone, language }) => {
      await phone.type(1);
      assertApology(phone, language);
      assert.equal(phone.ended, false, 'the session is kept');
      // Information needs no registry.
      assert.equal(homeLanguage(await phone.type('00')), language);
      await phone.type(5, 1);
      assert.ok(phone.text.startsWith(say(language, 'topics.title')), phone.text);
      await phone.type(1);
      assert.ok((await phone.whole()).startsWith(say(language, 'topic.cash').slice(0, 30)), phone.text);
      await phone.type('00', 2, 1);
      assertApology(phone, language);
    }));
    // Who dials anew is remembered by her number only.
    const fresh = await dialled(french);
    assertApology(fresh, 'fr');
  });
  await Promise.all(phones.map(async ({ phone, language }) => {
    await phone.type('0');  // tries again
    assert.ok(!apologises(phone.text, language), phone.text);
    if (phone.text.startsWith(say(language, 'details.title'))) await phone.type(1);
    assert.match(await phone.whole(), new RegExp(say(language, 'recorded.body').split(':')[0]));
  }));
});

// It refuses nothing, so she waits as long as the gateway does; then an SMS calls her back to where she was.
test('PostgreSQL frozen in the middle of a session', async (t) => {
  await spokenWith(french);
  const phone = await dialled(french, 2, '4826');
  const called = async () => Number(await one("SELECT count(*) FROM outbox WHERE text_key = 'sms.ready'"));
  const before = await called();
  await without(t, 'PostgreSQL frozen', () => world('freeze-postgres'), () => world('thaw-postgres'), async () => {
    await phone.type(1);
    assert.ok(phone.text.startsWith(say('fr', 'late.sms')), phone.text);
    assert.ok(phone.ended);
  });
  await until(async () => await called() > before, 20_000, 'the SMS');
  assert.equal(await called(), before + 1);
  const again = await dialled(french);
  assert.ok(again.text.startsWith(say('fr', 'resume.ask')), again.text);
  await again.type(1, '4826');
  assert.match(await again.whole(), new RegExp(say('fr', 'recorded.body').split(':')[0]));
});

test('both gone, and both back', async (t) => {
  await spokenWith(arabic);
  await without(t, 'both', async () => { await world('kill-redis'); await world('kill-postgres'); }, () => world('stores'), async () => {
    assertApology(await dialled(arabic), 'ar');
    const unknown = await dialled('+254711000850');
    assertApology(unknown, 'en');
  });
});

test('PostgreSQL killed under two hundred requests at once: none lost that was promised, none twice', async (t) => {
  const people = await families(0, 100);
  const phones = [];
  const waiting = Array.from({ length: 200 }, (_, i) => i);
  await Promise.all(Array.from({ length: 20 }, async () => {
    for (let i; (i = waiting.pop()) !== undefined;) {
      const phone = await readyToMove(people[i % people.length], `Plot 17-${i}`);
      assert.ok(phone.text.includes(`Plot 17-${i}`), phone.text);
      phones.push(phone);
    }
  }));
  const shown = new Map();  // reference → phone
  const note = (phone, { text }) => {
    const { language } = people.find(({ number }) => number === phone.number);
    if (saying(language, 'request.done').test(text)) shown.set(saying(language, 'request.done').exec(text)[1].slice(0, 4), phone);
    // Or she is told later, by SMS.
    else assert.ok(apologises(text, language) || saying(language, 'late.sms').test(text), text);
  };
  for (const phone of phones) phone.inputs.push('1');
  const answers = phones.map((phone, i) => sleep(i / 4).then(() => phone.deliver()).then((answer) => note(phone, answer)));
  await sleep(15);
  await world('kill-postgres');
  await Promise.all(answers);
  const before = shown.size;
  await world('stores');
  await comesBack('PostgreSQL');
  // The gateway delivers all of them again, twice.
  for (let round = 0; round < 2; ++round)
    await Promise.all(phones.map(async (phone) => note(phone, await phone.deliver())));
  const stored = await sql(`SELECT reference, after->>'address_line', count(*) OVER (PARTITION BY after->>'address_line')
                              FROM change_request WHERE after->>'address_line' LIKE 'Plot 17-%'`);
  t.diagnostic(`${before} answered before the kill was felt, ${shown.size} in the end, ${stored.length} stored`);
  assert.deepEqual(stored.filter(([, , times]) => times !== '1'), [], 'none twice');
  const references = new Set(stored.map(([reference]) => reference));
  for (const reference of shown.keys()) assert.ok(references.has(reference), `${reference} was promised`);
  assert.ok(before < 200 && stored.length < 201, 'the kill came in the middle');
  const [[audited, told]] = await sql(`SELECT (SELECT count(*) FROM audit a JOIN change_request c ON c.id = a.record
      WHERE a.kind = 'change.asked' AND c.after->>'address_line' LIKE 'Plot 17-%'), (SELECT count(*) FROM change_request
      WHERE after->>'address_line' LIKE 'Plot 17-%')`);
  assert.equal(audited, told, 'an audit row for each');
});

// The server ---------------------------------------------------------------------------------------------------------

test('the server killed in the middle of a session: it goes on after the restart', async () => {
  const [who] = await families(40, 1, 'fr');
  const phone = await readyToMove(who, 'Rue 9');
  await world('kill-server');
  await assert.rejects(phone.deliver());
  freshConnections();
  await world('server');
  const repeated = await phone.deliver();
  assert.equal(repeated.text, phone.text);
  const happened = await effectsOf(() => phone.type(1));
  assert.match(phone.text, saying('fr', 'request.done'));
  assert.deepEqual(happened, { requests: 1, audit: 1, outbox: 1 });
  assert.equal(await one(`SELECT after->>'address_line' FROM change_request WHERE reference = '${phone.reference()}'`), 'Rue 9');
});

test('the server killed under twenty requests, each delivered again: one of each', async () => {
  const people = await families(50, 20);
  const phones = await Promise.all(people.map((who, i) => readyToMove(who, `Corner 23-${i}`)));
  for (const phone of phones) phone.inputs.push('1');
  const answers = phones.map((phone) => phone.deliver().catch(() => undefined));
  await sleep(4);
  await world('kill-server');
  const first = await Promise.all(answers);
  freshConnections();
  await world('server');
  const second = await Promise.all(phones.map((phone) => phone.deliver()));
  for (const [i, answer] of first.entries()) if (answer) assert.equal(second[i].text, answer.text);
  const rows = await sql(`SELECT after->>'address_line' FROM change_request WHERE after->>'address_line' LIKE 'Corner 23-%'`);
  assert.equal(rows.length, 20);
  assert.equal(new Set(rows.flat()).size, 20);
});

test('readyz is true: from its first "ready" on every dial is answered', async (t) => {
  // On a busy machine the threads come up one after the other.
  const busy = Array.from({ length: 6 }, () => spawn('sh', ['-c', 'while :; do :; done'], { stdio: 'ignore' }));
  t.after(() => busy.forEach((each) => each.kill('SIGKILL')));
  for (let round = 0; round < 4; ++round) {
    await world('kill-server');
    freshConnections();
    const starting = world('server');
    const end = Date.now() + 40_000;
    const isReady = () => send('GET', '/readyz', { through: scattered }).then(({ status }) => status === 200, () => false);
    while (!(await isReady())) {
      assert.ok(Date.now() < end, 'readiness');
      await new Promise((go) => setTimeout(go, 50)); // a balancer's look, not a load of its own
    }
    const screens = await Promise.all(Array.from({ length: 16 }, () => new Phone(english, { through: scattered }).dial()));
    await starting;
    assert.deepEqual(screens.map(homeLanguage), screens.map(() => 'en'));
  }
});

test('SIGTERM under load: every accepted hop is answered, exit status 0 in time', async (t) => {
  freshConnections();
  const people = await families(70, 50);
  const keeping = new http.Agent({ keepAlive: true, maxSockets: 25 }), single = new http.Agent();
  const counts = { answered: 0, refused: 0, lost: 0, lostOnReused: 0 };
  let ending = false;
  const inFlight = new Set();
  const acts = people.map(async (who, i) => {
    const phone = new Phone(who.number, { through: i % 2 ? keeping : single });
    const steps = [() => phone.dial(), () => phone.type(5), () => phone.type(1), () => phone.type('00'), () => phone.type(2), () => phone.type(who.pin), () => phone.type(1)];
    for (let step = 0; ; step = (step + 1) % steps.length) {
      const hop = { sentBefore: !ending };
      inFlight.add(hop);
      try {
        await steps[step]();
        assert.ok(!apologises(phone.text, who.language), phone.text);
        counts.answered += 1;
      } catch (error) {
        if (error.code === 'ECONNREFUSED') counts.refused += 1;
        else if (error.code === 'ECONNRESET' || error.code === 'EPIPE') counts[error.reused ? 'lostOnReused' : 'lost'] += 1;
        else throw error;
        return hop;
      } finally {
        inFlight.delete(hop);
      }
    }
  });
  await sleep(1_200);
  ending = true;
  const underWay = inFlight.size, before = counts.answered;
  const begun = performance.now();
  await world('end-server');
  const status = await serverStatus();
  const took = performance.now() - begun;
  const last = await Promise.all(acts);
  await world('server');
  freshConnections();
  t.diagnostic(`${underWay} under way at SIGTERM, ${counts.answered - before} answered after it; ${JSON.stringify(counts)}; ended in ${Math.round(took)} ms`);
  assert.equal(status, 0);
  assert.ok(took < 9_000);
  assert.ok(underWay >= 40);
  // A request on a kept connection that the server closes at that very moment may be sent again (RFC 9112 §9.3.1), and
  // its hop is answered once all the same; nothing else may be lost.
  assert.equal(counts.lost, 0);
  assert.equal(last.filter((hop) => hop.sentBefore).length, 0, 'what was sent before SIGTERM is answered');
});

test('after all that: nothing twice, the log whole, metrics alive', async () => {
  await comesBack('everything');
  assert.deepEqual(await sql('SELECT reference FROM change_request GROUP BY reference HAVING count(*) > 1'), []);
  assert.equal(await one(`SELECT count(*) FROM outbox o WHERE o.state = 'sending' AND lease_until < now()`), '0');
  assert.match(await (await fetch(`${adminUrl}/metrics`)).text(), /ussd_apologies_total/);
  assert.equal((await fetch(`${url}/readyz`)).status, 200);
});
