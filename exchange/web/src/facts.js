// A fact's name and value as words: what the reader of the page sees of a claim. Values come from outside and are put
// into the page as text only.

const longest = 400; // characters of one value
const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

export function dateText(language, value, withTime = false) {
  const date = typeof value === 'number' ? new Date(value * 1000) : new Date(/T/.test(value) ? value : `${value}T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return String(value).slice(0, longest);
  const options = { day: 'numeric', month: 'long', year: 'numeric' };
  if (withTime) Object.assign(options, { month: 'short', hour: '2-digit', minute: '2-digit' });
  else if (typeof value !== 'number') options.timeZone = 'UTC';
  // Western digits in every language: they are compared with what is printed or typed. In English the day stands before
  // the month, as the staff's console writes it.
  return new Intl.DateTimeFormat(`${language === 'en' ? 'en-GB' : language}-u-nu-latn-ca-gregory`, options).format(date);
}

function entitlementText(language, words, value) {
  const parts = [value.programme, value.amount, ...(Array.isArray(value.items) ? value.items : []), value.state]
    .filter((part) => part !== undefined && part !== null)
    .map((part) => valueText(language, words, '', part));
  return parts.length > 0 ? parts.join(' · ') : objectText(language, words, value);
}

function objectText(language, words, value) {
  return Object.keys(value)
    .slice(0, 12)
    .map((name) => `${factLabel(words, name)}: ${valueText(language, words, name, value[name])}`)
    .join(' · ');
}

function valueText(language, words, name, value) {
  if (value === true) return words.yes;
  if (value === false) return words.no;
  if (value === null || value === undefined) return '–';
  if (name === 'sex' && words.sexes[value]) return words.sexes[value];
  if (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value)) return dateText(language, value);
  if (Array.isArray(value)) return value.slice(0, 20).map((one) => valueText(language, words, '', one)).join(', ');
  if (name === 'entitlement' && isObject(value)) return entitlementText(language, words, value);
  if (isObject(value)) return objectText(language, words, value);
  return String(value).slice(0, longest);
}

const spelled = (name) => name.slice(0, 60).replace(/_/g, ' ');
export const factLabel = (words, name) => words.facts[name] || spelled(name);
export const kindLabel = (words, kind) => words.kinds[kind] || (kind ? spelled(kind) : '');

// [label, value] for each fact, in the page's order: a credential's digests stand in none.
export function factRows(language, words, facts) {
  const order = Object.keys(words.facts);
  const rank = (name) => (order.includes(name) ? order.indexOf(name) : order.length);
  return Object.keys(facts)
    .slice(0, 40)
    .sort((a, b) => rank(a) - rank(b))
    .map((name) => [factLabel(words, name), valueText(language, words, name, facts[name])]);
}

// One fact that is a yes or a no is the whole answer and is shown large.
export function loneAnswer(facts) {
  const names = Object.keys(facts);
  return names.length === 1 && typeof facts[names[0]] === 'boolean' ? names[0] : null;
}
