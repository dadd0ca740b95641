// What was shared: shown once, large, and taken off the screen after three minutes or when the page is left.
import { dateText, factLabel, factRows, kindLabel, loneAnswer } from './facts.js';
import { $, currentLanguage, drawPairs, empty, words } from './page.js';
import { grouped } from './codes.js';

const shownFor = 180000; // ms

let shown = null;
let timer = 0;

export function drawShared() {
  if (!shown) return;
  const w = words();
  const language = currentLanguage();
  const lone = loneAnswer(shown.facts);
  $('shared-title').textContent = lone ? w.shared_one : w.shared;
  $('shared-kind').textContent = kindLabel(w, shown.kind);
  $('lone').hidden = !lone;
  empty($('lone'));
  if (lone) {
    const label = document.createElement('span');
    label.textContent = factLabel(w, lone);
    const value = document.createElement('b');
    value.textContent = shown.facts[lone] ? w.yes : w.no;
    $('lone').append(label, value);
    $('lone').classList.toggle('no', !shown.facts[lone]);
  }
  drawPairs($('shared-facts'), lone ? [] : factRows(language, w, shown.facts));
  const about = [[w.receipt_number, grouped(String(shown.receipt)), 'ltr']];
  if (shown.issued_at) about.push([w.issued, dateText(language, shown.issued_at, true)]);
  if (shown.expires_at) about.push([w.valid_until, dateText(language, shown.expires_at, true)]);
  drawPairs($('shared-about'), about);
}

export function showShared(redemption, over) {
  shown = redemption;
  clearTimeout(timer);
  timer = setTimeout(over, shownFor);
  drawShared();
}

export function forgetShared() {
  clearTimeout(timer);
  shown = null;
  for (const id of ['shared-facts', 'shared-about', 'lone']) empty($(id));
  $('shared-kind').textContent = '';
}

export const somethingShared = () => shown !== null;
