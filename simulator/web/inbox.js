// The SMS of one number, as they arrive (server-sent events).
import { inboxAddress } from './api.js';

const kept = 20;

export class Inbox {
  messages = []; // the newest first
  live = false;
  #read = new Set();
  #source = null;
  #retry = 0;
  #changed;
  #opened = Date.now();

  constructor(changed) {
    this.#changed = changed;
  }

  get unread() {
    return this.messages.filter((message) => !this.#read.has(message.id)).length;
  }

  isUnread(message) {
    return !this.#read.has(message.id);
  }

  markRead() {
    for (const message of this.messages) this.#read.add(message.id);
    this.#changed(this, null);
  }

  follow(number) {
    this.#stop();
    this.messages = [];
    this.#changed(this, null);
    const source = new EventSource(inboxAddress(number));
    this.#source = source;
    source.addEventListener('open', () => this.#show(true));
    source.addEventListener('sms', (event) => this.#take(JSON.parse(event.data)));
    source.addEventListener('error', () => {
      this.#show(false);
      // A refusal closes the source for good; a broken line is taken up again by the browser itself.
      if (source.readyState === EventSource.CLOSED) this.#retry = setTimeout(() => this.follow(number), 5000);
    });
  }

  #stop() {
    clearTimeout(this.#retry);
    this.#source?.close();
    this.live = false;
  }

  #show(live) {
    if (this.live === live) return;
    this.live = live;
    this.#changed(this, null);
  }

  #take(message) {
    if (this.messages.some((known) => known.id === message.id)) return;
    // What was there before this page is no news.
    const news = Date.parse(message.at) >= this.#opened - 2000;
    if (!news) this.#read.add(message.id);
    this.messages = [message, ...this.messages].slice(0, kept);
    this.#changed(this, news ? message : null);
  }
}
