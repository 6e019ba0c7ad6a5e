// What happened, newest first; and its gist, now and then, for those who listen.

import { byId, html, setText } from './dom.js';
import { clock } from './format.js';

const shownMax = 50;
const announceEveryMs = 4000;

export class Happened {
  #list = byId('happened');
  #announcedAt = -announceEveryMs;
  #waiting = null;
  #timer = null;

  clear() {
    this.#list.replaceChildren();
  }

  tell({ at_ms, kind, text }) {
    this.#list.prepend(html('li', { 'data-kind': kind }, html('time', { datetime: new Date(at_ms).toISOString() }, clock(at_ms)), html('span', { title: text }, text)));
    while (this.#list.children.length > shownMax) this.#list.lastElementChild.remove();
    if (kind !== 'note' && Date.now() - at_ms < announceEveryMs) this.announce(text);
  }

  /** Of much that happens at once, the last is said. */
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
