// What the log holds as codes, in words; the same in the log and in a person's record. Nothing where there is no word.
import { useText } from '@/parts';

// Where a detail's code has its word, by what the row's kind is about.
const places: Record<string, string[]> = {
  change: ['cases.kind', 'cases.why', 'cases.ask', 'cases.evidence'],
  ticket: ['tickets.detail', 'tickets.topic', 'tickets.category', 'tickets.as'],
  entitlement: ['lists.entitlement'],
  glass: ['people.glass', 'people.verdict'],
  'phone.answers': ['people.answers'],
  'language.chosen': ['people.language'],
  'receipt.given': ['people.answer'],
  'share.made': ['audit.shown'],
  'staff.searched': ['audit.sought'],
};

export function useLogWords() {
  const { t, has } = useText();
  const first = (keys: string[]) => {
    const found = keys.find(has);
    return found ? t(found) : null;
  };
  // Of a notice that turned, how it stood before; of a menu that was published, which version was current.
  const before = (kind: string, code: string) => {
    if (kind.startsWith('broadcast.')) return first([`notices.state.${code}`]);
    return /^\d+$/.test(code) ? t('words.version', { n: code }) : first([`words.the_${code}`]);
  };
  return {
    detail: (kind: string, code: string) => {
      const was = code.startsWith('from.') ? before(kind, code.slice('from.'.length)) : null;
      if (was) return t('audit.before', { what: was });
      return first([...(places[kind] ?? []), ...(places[kind.split('.')[0]] ?? []), 'audit.said', 'people.detail'].map((place) => `${place}.${code}`));
    },
    kind: (kind: string) => {
      const name = kind.replaceAll('.', '_');
      const entry = kind.startsWith('ticket.') ? first([`tickets.entry.${kind.slice('ticket.'.length)}`]) : null;
      return first([`audit.kind.${name}`]) ?? (entry ? t('audit.of_ticket', { what: entry }) : first([`people.step.${name}`]));
    },
  };
}

// Looks at one thing by one colleague that follow one another are one line: else a day's work hides all that others did.
export function runsOf<Row extends { at: string; kind: string }>(rows: Row[], sameAs: (row: Row) => string): (Row & { times: number })[] {
  const runs: (Row & { times: number })[] = [];
  for (const row of rows) {
    const before = runs.at(-1);
    if (before && row.kind.endsWith('.viewed') && before.kind === row.kind && sameAs(before) === sameAs(row)) {
      before.times += 1;
      if (row.at > before.at) before.at = row.at;
    } else {
      runs.push({ ...row, times: 1 });
    }
  }
  return runs;
}
