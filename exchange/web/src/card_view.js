// Scanning a printed card, and what was found out about it. Works without a session and without a line.
import * as api from './api.js';
import { checkCard, looksLikeCard } from './card_check.js';
import { dateText, factRows, kindLabel } from './facts.js';
import { $, currentLanguage, drawPairs, empty, make, showError, words } from './page.js';
import { Scanner, hasCamera } from './scan.js';
import { canKeep, canVerify, refresh } from './trust.js';
import { fill } from './words.js';

const day = 24 * 3600;
const good = ['valid'];
const unsure = ['unsure', 'not_yet', 'unknown_key', 'not_ours', 'no_keys'];

export class CardView {
  #scanner;
  #verdict = null;
  #kept = undefined; // not asked yet; null: nothing
  #scanning = false;
  #signedIn;
  #open;

  // `signedIn()` tells whether the server may be asked, too; `open()` shows the verdict's view.
  constructor(assets, signedIn, open) {
    this.#scanner = new Scanner(assets, $('video'));
    this.#signedIn = signedIn;
    this.#open = open;
    $('camera').addEventListener('click', () => (this.#scanning ? this.leave() : this.#scan()));
    $('photo').addEventListener('change', () => this.#photograph());
    $('typed-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#take($('typed').value.trim());
    });
    $('update').addEventListener('click', () => this.update(true));
  }

  enter() {
    $('camera').hidden = !hasCamera();
    showError('card-error', canVerify() ? '' : words().no_crypto);
    this.update(false);
  }

  leave() {
    this.#scanner.stop();
    this.#show(false);
    $('scan-note').textContent = '';
  }

  #show(scanning) {
    this.#scanning = scanning;
    $('finder').hidden = !scanning;
    $('camera').textContent = scanning ? words().camera_stop : words().camera;
  }

  async #scan() {
    showError('card-error', '');
    this.#show(true);
    $('scan-note').textContent = words().scanning;
    try {
      await this.#scanner.start((text) => {
        this.leave();
        return this.#take(text);
      });
    } catch (fault) {
      this.leave();
      showError('card-error', fault && fault.name === 'NotAllowedError' ? words().camera_denied : words().no_camera);
    }
  }

  async #photograph() {
    const file = $('photo').files[0];
    if (!file) return;
    this.leave();
    showError('card-error', '');
    $('scan-note').textContent = words().reading;
    const text = await this.#scanner.photograph(file);
    $('photo').value = '';
    $('scan-note').textContent = '';
    if (text) await this.#take(text);
    else showError('card-error', words().no_code);
  }

  async #take(text) {
    if (!looksLikeCard(text)) return showError('card-error', words().not_card);
    if (!canVerify()) return showError('card-error', words().no_crypto);
    showError('card-error', '');
    $('scan-note').textContent = words().reading;
    const verdict = await checkCard(text, Date.now() / 1000);
    // The server knows of what happened since its list was made; where it can not be asked the device's word stands.
    if (this.#signedIn() && ['valid', 'unsure', 'unknown_key'].includes(verdict.outcome)) {
      try {
        const answer = await api.check(text);
        verdict.asked = true;
        verdict.outcome = answer.outcome;
        verdict.why = answer.why;
        if (answer.facts) verdict.facts = answer.facts;
        if (answer.kind) verdict.kind = answer.kind;
      } catch (fault) {
        verdict.asked = false;
      }
    }
    $('typed').value = '';
    $('scan-note').textContent = '';
    this.#verdict = verdict;
    this.draw();
    return this.#open();
  }

  get has() {
    return this.#verdict !== null;
  }

  forget() {
    this.#verdict = null;
    empty($('checked-facts'));
    empty($('limits-list'));
  }

  #isNow(seconds) {
    return Math.abs(Date.now() / 1000 - seconds) < 120;
  }

  #when(seconds) {
    return this.#isNow(seconds) ? words().just_now : dateText(currentLanguage(), seconds, true);
  }

  // A sentence that a date stands well in does not take "just now" as well.
  #dated(sentence, seconds) {
    return this.#isNow(seconds) ? words()[`${sentence}_now`] : fill(words()[sentence], { when: this.#when(seconds) });
  }

  // Old enough that it must be said.
  #tooOld(seconds) {
    const days = Math.floor((Date.now() / 1000 - seconds) / day);
    return days >= 2 ? ` ${fill(words().days_old, { days })}` : '';
  }

  draw() {
    this.#drawKept();
    const verdict = this.#verdict;
    if (!verdict) return;
    const w = words();
    const language = currentLanguage();
    const { outcome } = verdict;
    $('verdict').className = `verdict ${good.includes(outcome) ? 'good' : unsure.includes(outcome) ? 'unsure' : 'bad'}`;
    const more = w[`m_${outcome}_${verdict.why}`] || w[`m_${outcome}`] || '';
    $('checked-title').textContent = w[`v_${outcome}_${verdict.why}`] || w[`v_${outcome}`] || w.v_broken;
    $('checked-more').textContent = more;
    $('checked-more').hidden = !more;
    $('checked-clock').hidden = !verdict.clockWrong;
    $('checked-clock').textContent = w.clock_wrong;
    // Of a card that was stopped or changed nothing is shown: it is nobody's to rely on.
    const facts = this.#mayBeTrue(outcome) ? verdict.facts || {} : {};
    const kind = [kindLabel(w, verdict.kind)];
    if (verdict.expires && this.#mayBeTrue(outcome)) kind.push(`${w.valid_until} ${dateText(language, verdict.expires)}`);
    if (verdict.audience) kind.push(w.for_other);
    $('checked-kind').textContent = kind.filter(Boolean).join(' · ');
    drawPairs($('checked-facts'), factRows(language, w, facts));
    this.#drawAges(verdict);
    this.#drawLimits(verdict);
  }

  #mayBeTrue(outcome) {
    return outcome === 'valid' || outcome === 'unsure';
  }

  #drawAges(verdict) {
    const w = words();
    const ages = [];
    if (verdict.asked) ages.push(w.server_says);
    if (verdict.keysAt) ages.push(fill(w.keys_from, { when: this.#when(verdict.keysAt) }));
    if (verdict.statusAt) ages.push(fill(w.list_from, { when: this.#when(verdict.statusAt) }) + this.#tooOld(verdict.statusAt));
    $('checked-ages').textContent = ages.join(' ');
  }

  #drawLimits(verdict) {
    const w = words();
    $('limits').hidden = !this.#mayBeTrue(verdict.outcome);
    empty($('limits-list'));
    const since = verdict.statusAt ? this.#dated('cannot_1', verdict.statusAt) : w.cannot_1_none;
    const limits = verdict.asked ? [w.cannot_2, w.cannot_3] : [since, w.cannot_2, w.cannot_3];
    for (const text of limits) $('limits-list').append(make('li', '', text));
  }

  // Asks the server for keys and lists; said aloud only when somebody pressed the button.
  async update(pressed) {
    if (!canVerify()) return;
    $('update').disabled = true;
    if (pressed) $('kept-note').textContent = words().updating;
    this.#kept = await refresh();
    $('update').disabled = false;
    if (pressed) $('kept-note').textContent = this.#kept && this.#kept.trust.live ? words().updated : words().update_no;
    this.#drawKept();
  }

  #drawKept() {
    const w = words();
    if (!canKeep()) {
      $('kept-note').textContent = w.kept_no;
      drawPairs($('kept-list'), []);
      return;
    }
    if (this.#kept === undefined) return;
    if (this.#kept === null) {
      drawPairs($('kept-list'), []);
      $('kept-note').textContent = w.kept_none;
      return;
    }
    const { trust, lists, oldest } = this.#kept;
    const when = this.#when(oldest) + this.#tooOld(oldest);
    drawPairs($('kept-list'), [
      [w.kept_keys, this.#when(trust.at)],
      [w.kept_lists, lists > 0 ? fill(w.list_count, { n: lists, all: trust.uris.length, when }) : '–'],
    ]);
  }
}
