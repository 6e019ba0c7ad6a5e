// Buttons that do real harm, and how the system gets over it.

import { byId, html, setText } from './dom.js';
import { seconds } from './format.js';
import { ask } from './live.js';

const freshSeconds = 3; // what happened before the page was opened is not played

export class Harm {
  #buttons = [];
  #case = null;
  #heardAt = 0;
  #timer = null;
  #token = '';
  #struck;

  /** `struck(id)` is called when harm was done, while this page was watching. */
  constructor(struck) {
    this.#struck = struck;
  }

  offer(kinds, token) {
    this.#token = token;
    if (kinds.length === 0 || this.#buttons.length > 0) return;
    byId('harm').hidden = false;
    for (const kind of kinds) {
      const button = html('button', { type: 'button', id: `harm-${kind.id}` },
        html('b', {}, kind.label), html('span', { class: 'words' }, kind.does));
      button.addEventListener('click', () => this.#press(kind));
      this.#buttons.push(button);
      byId('buttons').append(html('li', {}, button));
    }
  }

  async #press(kind) {
    if (this.#isUnderWay()) return;
    try {
      await ask(`harm/${kind.id}`, this.#token);
    } catch (refusal) {
      this.#show('failed', 'It was not done', refusal.message);
    }
  }

  #isUnderWay() {
    return this.#case != null && ['asked', 'struck', 'over'].includes(this.#case.phase);
  }

  tell(harm) {
    const done = (state) => state != null && !['asked', 'failed'].includes(state.phase);
    const isNew = done(harm) && !(done(this.#case) && this.#case.number === harm.number);
    if (isNew && harm.seconds < freshSeconds) this.#struck(harm.id);
    this.#case = harm;
    this.#heardAt = performance.now();
    for (const button of this.#buttons) button.setAttribute('aria-disabled', String(this.#isUnderWay()));
    byId('case').dataset.number = harm.number;
    if (harm.phase === 'recovered') this.#show(harm.phase, `Recovered in ${seconds(harm.seconds)}`, `${harm.told} ${harm.then}`);
    else if (harm.phase === 'failed') this.#show(harm.phase, 'It was not done', harm.told);
    else this.#show(harm.phase, this.#stopwatch(), harm.told);
    clearInterval(this.#timer);
    if (this.#isUnderWay()) this.#timer = setInterval(() => setText(byId('case-clock'), this.#stopwatch()), 100);
  }

  #stopwatch() {
    if (this.#case.seconds == null) return `${this.#case.label} …`;
    const passed = this.#case.seconds + (performance.now() - this.#heardAt) / 1000;
    return `${this.#case.phase === 'struck' ? 'Broken' : 'Recovering'} … ${seconds(passed)}`;
  }

  #show(phase, title, words) {
    const element = byId('case');
    element.dataset.phase = phase;
    setText(byId('case-clock'), title);
    setText(byId('case-words'), words);
  }
}
