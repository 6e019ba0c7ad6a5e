// The list of events, newest first. Screen readers hear the last one, now and then.

import { byId, html, setText } from './dom.js';
import { clock } from './format.js';

const shownMax = 50;
const announceEveryMs = 4000;

export class Events {
  #list = byId('events');
  #announcedAt = -announceEveryMs;
  #waiting = null;
  #timer = null;

  clear() {
    this.#list.replaceChildren();
  }

  show({ at_ms, kind, text }) {
    const time = html('time', { datetime: new Date(at_ms).toISOString() }, clock(at_ms));
    this.#list.prepend(html('li', { 'data-kind': kind }, time, html('span', { title: text }, text)));
    while (this.#list.children.length > shownMax) this.#list.lastElementChild.remove();
    if (kind !== 'note' && Date.now() - at_ms < announceEveryMs) this.announce(text);
  }

  /** Of many texts in a short time, a screen reader hears the last. */
  announce(text) {
    this.#waiting = text;
    if (this.#timer) return;
    const pause = Math.max(0, this.#announcedAt + announceEveryMs - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#announcedAt = performance.now();
      setText(byId('announcer'), this.#waiting);
    }, pause);
  }
}
