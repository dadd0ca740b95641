// Reads the JSON of one run of script/bench, prints its tables, and writes build/bench/ussd.json beside the run.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const folder = process.argv[2];
const read = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const run = read('run.json');
const runs = readdirSync(folder)
  .filter((name) => /^(closed|screens|open|pin)\..*\.json$/.test(name))
  .map((name) => ({ key: name.split('.').slice(0, -1), ...read(name) }));

const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length === 0 ? NaN : sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};
const spread = (values) => ({ median: median(values), min: Math.min(...values), max: Math.max(...values) });
const of = (...key) => runs.filter((each) => key.every((part, at) => part === undefined || each.key[at] === part));
const watched = (each, name) => each.watched.find((one) => one.name === name);
const cpu = (name) => (each) => watched(each, name).cpu_us_per_hop;
const stores = (each) => cpu('redis')(each) + cpu('postgres')(each);
const everything = (each) => cpu('server')(each) + stores(each);

const digits = (value) => (!Number.isFinite(value) ? '–' : value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));
const range = ({ median: middle, min, max }) => `${digits(middle)} [${digits(min)}–${digits(max)}]`;

function table(title, heads, rows) {
  if (rows.length === 0) return;
  const width = heads.map((head, at) => Math.max(head.length, ...rows.map((row) => row[at].length)));
  const line = (cells) => cells.map((cell, at) => (at === 0 ? cell.padEnd(width[at]) : cell.padStart(width[at]))).join('  ');
  console.log(`\n${title}\n${line(heads)}\n${width.map((size) => '-'.repeat(size)).join('  ')}`);
  for (const row of rows) console.log(line(row));
}

const summary = { ...run, closed: {}, open: {}, screens: {}, goals: [] };
const goal = (what, value, limit, atMost = true) => {
  if (Number.isFinite(value)) summary.goals.push({ what, value, limit, reached: atMost ? value <= limit : value >= limit });
};

console.log(`${run.families} families, ${run.rounds} rounds of ${run.seconds} s, ${run.cores} cores of ${run.machine}, commit ${run.commit}`);

for (const phones of ['64', '512']) {
  const servers = ['echo', 'limit', 'node-http', 'menu-builder', 'mlango'].filter((name) => of('closed', phones, name).length > 0);
  table(
    `Closed loop, ${phones} phones: µs of CPU a hop, median [least–most]`,
    ['server', 'hops/s', 'server', 'of it kernel', 'Redis', 'PostgreSQL', 'all', 'MiB', 'anonymous', 'wrong', 'failed'],
    servers.map((name) => {
      const mine = of('closed', phones, name);
      const figures = {
        hops_per_second: spread(mine.map((each) => each.hops_per_second)),
        server_us: spread(mine.map(cpu('server'))),
        server_system_us: spread(mine.map((each) => watched(each, 'server').system_us_per_hop)),
        redis_us: spread(mine.map(cpu('redis'))),
        postgres_us: spread(mine.map(cpu('postgres'))),
        all_us: spread(mine.map(everything)),
        resident_mib: spread(mine.map((each) => watched(each, 'server').resident_mib)),
        anonymous_mib: spread(mine.map((each) => watched(each, 'server').anonymous_mib)),
      };
      summary.closed[phones] = { ...summary.closed[phones], [name]: figures };
      const total = (field) => String(mine.reduce((sum, each) => sum + each[field], 0));
      return [
        name, digits(figures.hops_per_second.median), range(figures.server_us), digits(figures.server_system_us.median),
        digits(figures.redis_us.median), digits(figures.postgres_us.median), digits(figures.all_us.median),
        digits(figures.resident_mib.median), digits(figures.anonymous_mib.median), total('wrong'), total('failed'),
      ];
    }),
  );
  const paired = (other, figure, inverted) => {
    const values = of('closed', phones, 'mlango').flatMap((mine) => {
      const [theirs] = of('closed', phones, other, mine.key[3]);
      return theirs ? [inverted ? figure(theirs) / figure(mine) : figure(mine) / figure(theirs)] : [];
    });
    return values.length ? spread(values) : undefined;
  };
  const ratios = {
    'server CPU, mlango ÷ limit': paired('limit', cpu('server')),
    'all CPU, mlango ÷ limit': paired('limit', everything),
    'server CPU, node-http ÷ mlango': paired('node-http', cpu('server'), true),
    'server CPU, menu-builder ÷ mlango': paired('menu-builder', cpu('server'), true),
    'all CPU, menu-builder ÷ mlango': paired('menu-builder', everything, true),
    'hops/s, mlango ÷ node-http': paired('node-http', (each) => each.hops_per_second),
    'hops/s, mlango ÷ menu-builder': paired('menu-builder', (each) => each.hops_per_second),
  };
  const known = Object.entries(ratios).filter(([, value]) => value);
  table(`Ratios of the same round, ${phones} phones`, ['ratio', 'median [least–most]'], known.map(([name, value]) => [name, range(value)]));
  summary.closed[phones] = { ...summary.closed[phones], ratios: Object.fromEntries(known) };
  if (phones === '64') {
    goal('server CPU a hop, × the limit', ratios['server CPU, mlango ÷ limit']?.median, 2);
    goal('server CPU, × less than express + ussd-menu-builder', ratios['server CPU, menu-builder ÷ mlango']?.median, 8, false);
  } else {
    goal('MiB (anonymous) at 512 connections', summary.closed[phones].mlango?.anonymous_mib.median, 16);
  }
}

const sizes = [...new Set(of('screens').map((each) => each.key[1]))].sort((a, b) => a - b);
table(
  'Screens: every one checked against the phone’s own record',
  ['sessions at a time', 'most live', 'sessions', 'hops', 'wrong', 'failed', 'Redis bytes a session'],
  sizes.map((size) => {
    const mine = of('screens', size);
    const total = (field) => mine.reduce((sum, each) => sum + each[field], 0);
    const memory = existsSync(join(folder, `memory.${size}.json`)) ? read(`memory.${size}.json`) : undefined;
    const bytes = memory ? memory.bytes / memory.sessions : NaN;
    summary.screens[size] = { hops: total('right') + total('wrong') + total('failed'), wrong: total('wrong'), failed: total('failed'), redis_bytes: bytes };
    goal(`wrong screens at ${size} sessions`, total('wrong') + total('failed'), 0);
    goal(`Redis bytes a live session at ${size}`, bytes, 470);
    return [size, String(Math.max(...mine.map((each) => each.most_live))), String(total('sessions')), String(summary.screens[size].hops), String(total('wrong')), String(total('failed')), digits(bytes)];
  }),
);

const rates = [...new Set(of('open').map((each) => each.key[1]))].sort((a, b) => Number(a.replace('long-', '')) - Number(b.replace('long-', '')) || a.length - b.length);
const openRows = [];
for (const rate of rates) {
  for (const name of ['echo', 'limit', 'mlango', 'node-http', 'menu-builder']) {
    const mine = of('open', rate, name);
    if (mine.length === 0) continue;
    const at = (field) => spread(mine.map((each) => each.latency_ms[field]));
    const figures = { p50: at('p50'), p90: at('p90'), p99: at('p99'), p999: at('p999'), max: at('max'), failed: mine.reduce((sum, each) => sum + each.failed, 0), wrong: mine.reduce((sum, each) => sum + each.wrong, 0) };
    summary.open[rate] = { ...summary.open[rate], [name]: figures };
    openRows.push([rate, name, digits(figures.p50.median), digits(figures.p90.median), range(figures.p99), digits(figures.p999.median), digits(figures.max.median), String(figures.wrong), String(figures.failed)]);
  }
  const { mlango, echo } = summary.open[rate] ?? {};
  if (mlango && echo && rate.endsWith('10000')) {
    goal(`p50 ms at ${rate} hops/s`, mlango.p50.median, 2);
    goal(`p99 ms at ${rate} hops/s`, mlango.p99.median, 25);
    goal(`p99 ms at ${rate} hops/s against 3 × echo + 5`, mlango.p99.median, 3 * echo.p99.median + 5);
    goal(`failed at ${rate} hops/s`, mlango.failed, 0);
  }
}
table('Open loop: ms from the intended send time, medians', ['hops/s', 'server', 'p50', 'p90', 'p99', 'p99.9', 'max', 'wrong', 'failed'], openRows);

const loads = of('pin', 'load');
if (loads.length > 0) {
  const pinStep = 2;
  const cost = spread(loads.map((each) => (watched(each, 'server').apart_seconds * 1000) / each.steps[pinStep].right));
  const checks = spread(loads.map((each) => each.steps[pinStep].right / each.seconds));
  const p99 = (kind) => spread(of('pin', kind).map((each) => each.latency_ms.p99));
  const p50 = (kind) => spread(of('pin', kind).map((each) => each.latency_ms.p50));
  const ratio = spread(of('pin', 'with').map((each) => each.latency_ms.p99 / of('pin', 'without', each.key[2])[0].latency_ms.p99));
  summary.pin = { check_ms: cost, checks_per_second: checks, p50_without: p50('without'), p50_with: p50('with'), p99_without: p99('without'), p99_with: p99('with'), p99_ratio: ratio };
  table('PIN: one check, and the others while the pool is saturated', ['what', 'median [least–most]'], [
    ['CPU of the pool, ms a PIN hop', range(cost)],
    ['PIN hops a second', range(checks)],
    ['others at 1000/s: p50 ms without', range(p50('without'))],
    ['others at 1000/s: p50 ms with', range(p50('with'))],
    ['others at 1000/s: p99 ms without', range(p99('without'))],
    ['others at 1000/s: p99 ms with', range(p99('with'))],
    ['p99 with ÷ without, of the same round', range(ratio)],
  ]);
  goal('p99 of the others with PIN load, × without', ratio.median, 1.5);
}

table('Goals', ['goal', 'measured', 'limit', ''], summary.goals.map((each) => [each.what, digits(each.value), digits(each.limit), each.reached ? 'reached' : 'MISSED']));
writeFileSync(join(folder, 'summary.json'), JSON.stringify(summary, null, 1));
writeFileSync(join(dirname(folder), 'ussd.json'), JSON.stringify(summary, null, 1));
console.log(`\nEvery figure: ${folder}; the summary: ${join(dirname(folder), 'ussd.json')}`);
