// One USSD session as the phone and its network keep it: what was typed, what came back, and how long the network will
// wait. It draws nothing; `changed` is called after each step.
import * as api from './api.js';

const freshId = () =>
  'web-' + Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2, '0')).join('');

export class Line {
  // state: idle, waiting (for the server), open (for her), failed (no answer; replay may mend it), ended
  state = 'idle';
  gateway = null;
  number = '';
  screen = null;
  notice = '';
  inputs = [];
  lastOrder = null;
  exchange = null;
  #session = '';
  #begun = 0;
  #shown = 0;
  #turn = 0;
  #changed;

  constructor(changed) {
    this.#changed = changed;
  }

  get busy() {
    return this.state === 'waiting' || this.state === 'open' || this.state === 'failed';
  }

  // Milliseconds that the network still grants.
  get left() {
    const now = performance.now();
    const session = this.gateway.session_seconds * 1000;
    const idle = this.gateway.idle_seconds * 1000;
    if (!this.busy) return { session, idle };
    return {
      session: Math.max(0, session - (now - this.#begun)),
      idle: this.state === 'open' ? Math.max(0, idle - (now - this.#shown)) : idle,
    };
  }

  async dial() {
    if (this.busy) return;
    this.#session = freshId();
    this.#begun = performance.now();
    this.inputs = [];
    this.screen = null;
    await this.#send('begin');
  }

  async answer(text) {
    if (this.state !== 'open') return;
    this.inputs = [...this.inputs, text];
    await this.#send('answer');
  }

  // The last request once more, unchanged. Resolves to whether the same screen came back.
  async replay() {
    if (!this.lastOrder) return null;
    if (this.state === 'failed') {
      await this.#exchange(this.lastOrder);
      return null;
    }
    const before = this.screen;
    const answer = await api.hop(this.lastOrder);
    this.exchange = answer;
    this.#changed(this);
    return {
      same: !answer.fault && answer.text === before?.text && answer.ends === before?.ends,
      milliseconds: answer.milliseconds,
    };
  }

  hangUp(notice = '', keepalive = false) {
    if (!this.busy) {
      this.#end('');
      this.state = 'idle';
      this.#changed(this);
      return;
    }
    const order = { ...this.#order('abort') };
    this.#end(notice);
    this.#changed(this);
    if (!this.gateway.tells_ends) return;
    api.hop(order, keepalive).then(
      (answer) => {
        if (this.state !== 'ended') return;
        this.exchange = answer;
        this.#changed(this);
      },
      () => {}, // the session is over on the phone, whether or not the server heard of it
    );
  }

  // Called a few times a second.
  tick() {
    if (!this.busy) return;
    const { session, idle } = this.left;
    if (session <= 0) this.hangUp('The network ended the session: its time is over.');
    else if (idle <= 0) this.hangUp('The network ended the session: no answer came in time.');
  }

  #order(event) {
    return { gateway: this.gateway.name, session: this.#session, from: this.number, inputs: this.inputs, event };
  }

  #end(notice) {
    this.#turn += 1;
    this.state = 'ended';
    this.notice = notice;
  }

  async #send(event) {
    this.lastOrder = this.#order(event);
    await this.#exchange(this.lastOrder);
  }

  async #exchange(order) {
    const turn = ++this.#turn;
    this.state = 'waiting';
    this.notice = '';
    this.#changed(this);
    try {
      const answer = await api.hop(order);
      if (turn !== this.#turn) return;
      this.exchange = answer;
      this.screen = answer.fault ? null : answer;
      this.#shown = performance.now();
      if (answer.fault) this.#end(answer.fault);
      else this.state = answer.ends ? 'ended' : 'open';
    } catch (trouble) {
      if (turn !== this.#turn) return;
      this.state = 'failed';
      this.notice = trouble.message;
    }
    this.#changed(this);
  }
}
