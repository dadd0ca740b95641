// What every view needs of the document: elements by id, words put in their places, one view shown at a time.
import { names, tables } from './words.js';

export const $ = (id) => document.getElementById(id);

let language = 'en';
export const words = () => tables[language];
export const currentLanguage = () => language;

const storage = 'mlango-verify-language'; // the only thing the page writes to the browser's storage

export function firstLanguage() {
  let chosen = null;
  try {
    chosen = localStorage.getItem(storage);
  } catch (fault) {
    chosen = null; // storage may be forbidden
  }
  const wanted = [chosen, ...(navigator.languages || [navigator.language])].filter(Boolean);
  const known = wanted.map((one) => one.split('-')[0]).find((one) => tables[one]);
  return known || 'en';
}

export function setLanguage(code) {
  language = tables[code] ? code : 'en';
  try {
    localStorage.setItem(storage, language);
  } catch (fault) {
    // It is asked again next time.
  }
  document.documentElement.lang = language;
  document.documentElement.dir = language === 'ar' ? 'rtl' : 'ltr';
  document.title = `Mlango · ${words().title}`;
  document.querySelectorAll('[data-t]').forEach((element) => {
    element.textContent = words()[element.dataset.t];
  });
  document.querySelectorAll('[data-label]').forEach((element) => {
    element.setAttribute('aria-label', words()[element.dataset.label]);
  });
}

export function drawLanguages(changed) {
  Object.keys(names).forEach((code) => {
    const option = make('option', '', names[code]);
    option.value = code;
    option.lang = code;
    $('language').append(option);
  });
  $('language').value = language;
  $('language').addEventListener('change', () => changed($('language').value));
}

export function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

export function empty(element) {
  while (element.firstChild) element.removeChild(element.firstChild);
}

// <div><dt>…</dt><dd>…</dd></div> for each [label, value]
export function drawPairs(list, pairs) {
  empty(list);
  for (const [label, value, direction] of pairs) {
    const row = make('div');
    // The value runs by its own script's direction, and stands where the page's direction puts it.
    const own = make('bdi', '', value);
    if (direction) own.dir = direction;
    const data = make('dd');
    data.append(own);
    row.append(make('dt', '', label), data);
    list.append(row);
  }
}

// An error has a headline and, perhaps, more; an empty headline takes it away.
export function showError(id, headline, more) {
  const box = $(id);
  empty(box);
  box.hidden = !headline;
  if (!headline) return;
  if (more) box.append(make('strong', '', headline), document.createTextNode(more));
  else box.textContent = headline;
}

export function notice(text) {
  $('notice').textContent = text || '';
  $('notice').hidden = !text;
}

export function showView(name, focus) {
  document.querySelectorAll('.view').forEach((view) => {
    view.hidden = view.id !== `view-${name}`;
  });
  document.querySelectorAll('.tabs a').forEach((link) => {
    if (link.getAttribute('href') === `#${name}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  });
  if (!focus) return;
  window.scrollTo(0, 0);
  const heading = document.querySelector(`#view-${name} h1`);
  if (heading) heading.focus();
}
