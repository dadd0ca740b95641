// The page /verify: joins its views. A view is named by the address's fragment; codes, numbers and facts never are.
import * as api from './api.js';
import { CardView } from './card_view.js';
import { digitsOf, grouped, isReceiptNumber, isShareCode } from './codes.js';
import { $, drawLanguages, firstLanguage, notice, setLanguage, showError, showView, words } from './page.js';
import { drawShared, forgetShared, showShared, somethingShared } from './shared_view.js';
import { fill } from './words.js';

const assets = document.currentScript.src.replace(/\/[^/]*$/, '');
let session = null;
let from = 'code'; // the view that a result came from
const card = new CardView(assets, () => session !== null, () => open('checked', true));

// Views ------------------------------------------------------------------------------------------------------------

const places = ['sign-in', 'code', 'receipt', 'card'];
let current = '';

function open(name, focus) {
  if (current === 'card' && name !== 'card') card.leave();
  if (name !== 'shared') forgetShared();
  if (name !== 'checked') card.forget();
  current = name;
  drawWay();
  showView(name, focus);
  if (name === 'card') card.enter();
  if (name === 'code' && focus) $('code-input').focus();
}

// Where the fragment leads for who is, or is not, signed in.
function follow(focus) {
  const wanted = location.hash.slice(1);
  if (wanted === 'main') return;
  const name = places.includes(wanted) ? wanted : 'code';
  if (!session && name !== 'card') return open('sign-in', focus);
  open(session && name === 'sign-in' ? 'code' : name, focus);
}

function go(name) {
  if (location.hash === `#${name}`) follow(true);
  else location.hash = name;
}

// Whoever checks cards without signing in finds the way to it.
function drawWay() {
  $('to-sign-in').hidden = session !== null || current === 'sign-in';
}

function drawSession() {
  drawWay();
  $('who').hidden = $('tabs').hidden = !session;
  const verifier = session ? session.verifier : { number: '', name: '', purpose: '' };
  $('who-name').textContent = verifier.name;
  $('who-operator').textContent = session && session.operator ? session.operator : '';
  $('own-number').textContent = verifier.number;
  $('own-purpose').textContent = verifier.purpose;
}

function ended() {
  session = null;
  drawSession();
  follow(true);
  notice(words().signed_out);
}

// Refusals ---------------------------------------------------------------------------------------------------------

const clockText = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
const timers = {}; // by the error's id

// Counts down in the error and keeps the form's button shut until then.
function wait(id, button, seconds) {
  clearInterval(timers[id]);
  const until = Date.now() + seconds * 1000;
  const tick = () => {
    const left = Math.max(0, Math.round((until - Date.now()) / 1000));
    button.disabled = left > 0;
    if (left === 0) clearInterval(timers[id]);
    showError(id, left > 0 ? fill(words().wait, { time: clockText(left) }) : '');
  };
  timers[id] = setInterval(tick, 1000);
  tick();
}

function refuse(id, button, refusal, notFound) {
  const kind = refusal instanceof api.Refusal ? refusal.kind : 'odd';
  if (kind === 'signed_out') ended();
  else if (kind === 'wait') wait(id, button, refusal.seconds);
  else if (kind === 'not_found') showError(id, ...notFound);
  else showError(id, words()[kind]);
}

// One request at a time; `work` resolves to what was refused, or nothing.
async function whileBusy(form, work, refused) {
  const button = form.querySelector('[type=submit]');
  if (button.disabled) return;
  button.disabled = true;
  form.setAttribute('aria-busy', 'true');
  try {
    await work();
    button.disabled = false;
  } catch (refusal) {
    button.disabled = false;
    refused(refusal, button);
  }
  form.removeAttribute('aria-busy');
}

// Forms ------------------------------------------------------------------------------------------------------------

function readDigits(input) {
  input.addEventListener('input', () => {
    input.removeAttribute('aria-invalid');
    if (input.selectionStart !== input.value.length) return; // somebody mends the middle: leave the cursor alone
    input.value = grouped(digitsOf(input.value).slice(0, 11));
  });
}

function invalid(input, id, ...message) {
  input.setAttribute('aria-invalid', 'true');
  showError(id, ...message);
  input.focus();
}

function shared(redemption, came) {
  from = came;
  showShared(redemption, () => {
    go(came);
    notice(words().hidden);
  });
  open('shared', true);
  drawShared();
}

$('sign-in-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const signIn = async () => {
    showError('sign-in-error', '');
    notice('');
    session = await api.signIn(digitsOf($('verifier').value), $('operator').value.trim(), $('password').value);
    $('password').value = '';
    drawSession();
    go('code');
  };
  whileBusy(event.currentTarget, signIn, (refusal, button) => {
    $('password').value = '';
    if (refusal.kind === 'signed_out') showError('sign-in-error', words().sign_in_wrong);
    else refuse('sign-in-error', button, refusal, [words().sign_in_wrong]);
    $('password').focus();
  });
});

$('show-password').addEventListener('click', () => {
  const shows = $('password').type === 'password';
  $('password').type = shows ? 'text' : 'password';
  $('show-password').setAttribute('aria-pressed', String(shows));
  $('show-password').textContent = shows ? words().hide : words().show;
});

$('code-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const input = $('code-input');
  const digits = digitsOf(input.value);
  notice('');
  if (digits.length < 10 || digits.length > 11) return invalid(input, 'code-error', words().code_short);
  if (!isShareCode(digits)) return invalid(input, 'code-error', words().code_wrong);
  const redeem = async () => {
    showError('code-error', '');
    const redemption = await api.redeem(digits);
    input.value = '';
    shared(redemption, 'code');
  };
  return whileBusy(event.currentTarget, redeem, (refusal, button) =>
    refuse('code-error', button, refusal, [words().not_found, words().not_found_more]));
});

$('receipt-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const input = $('receipt-input');
  const digits = digitsOf(input.value);
  notice('');
  if (digits.length !== 10) return invalid(input, 'receipt-error', words().receipt_hint);
  if (!isReceiptNumber(digits)) return invalid(input, 'receipt-error', words().receipt_wrong);
  const find = async () => {
    showError('receipt-error', '');
    const redemption = await api.receipt(digits);
    input.value = '';
    shared(redemption, 'receipt');
  };
  return whileBusy(event.currentTarget, find, (refusal, button) =>
    refuse('receipt-error', button, refusal, [words().receipt_none]));
});

$('sign-out').addEventListener('click', async () => {
  try {
    await api.signOut();
  } catch (fault) {
    // The cookie ends by itself; the page forgets it now.
  }
  session = null;
  drawSession();
  if (location.hash === '#sign-in') follow(true);
  else location.hash = 'sign-in';
});

$('next').addEventListener('click', () => open(from, true));
$('again').addEventListener('click', () => open('card', true));
$('print').addEventListener('click', () => window.print());
$('skip').addEventListener('click', (event) => {
  event.preventDefault();
  $('main').focus();
});

// Start ------------------------------------------------------------------------------------------------------------

function choose(language) {
  setLanguage(language);
  drawShared();
  card.draw();
  for (const id of ['sign-in-error', 'code-error', 'receipt-error', 'card-error']) showError(id, '');
}

readDigits($('code-input'));
readDigits($('receipt-input'));
setLanguage(firstLanguage());
drawLanguages(choose);
window.addEventListener('hashchange', () => {
  notice('');
  follow(true);
});
// What the browser keeps of a page that is left must hold nothing of a person.
window.addEventListener('pagehide', () => {
  if (somethingShared()) open(from, false);
  else if (card.has) open('card', false);
  card.leave();
});

if ('serviceWorker' in navigator && window.isSecureContext !== false) {
  navigator.serviceWorker.register('/verify/sw.js', { scope: '/verify' }).catch(() => {});
}

api.session()
  .then((found) => {
    session = found;
  })
  .catch(() => {
    session = null;
  })
  .then(() => {
    drawSession();
    follow(false);
    document.documentElement.dataset.ready = 'true';
  });
