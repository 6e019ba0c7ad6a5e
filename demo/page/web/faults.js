// Buttons that inject faults, and how long the system takes to recover.

import { html, setText } from './dom.js';
import { seconds } from './format.js';
import { ask } from './live.js';

const freshSeconds = 3; // the page does not play faults from before it was opened

const phasesUnderWay = ['requested', 'active', 'ended'];

export class Faults {
  #buttons = [];
  #list = html('ul', { id: 'fault-buttons' });
  #clock = html('p', { id: 'fault-clock' });
  #text = html(
    'p',
    { id: 'fault-text' },
    'A clock then runs until every consumer has caught up and the totals agree again.',
  );
  #state = html('div', { id: 'fault-state', 'data-phase': 'none' }, this.#clock, this.#text);
  #shown = null;
  #shownAt = 0;
  #timer = null;
  #token = '';
  #injected;
  element = html(
    'section',
    { id: 'faults', class: 'card', 'aria-labelledby': 'faults-title', hidden: '' },
    html('h2', { id: 'faults-title' }, 'Break something'),
    html('p', { class: 'text' }, 'Each button injects a real fault into the running system.'),
    this.#list,
    this.#state,
  );

  /** Calls `injected(name)` when a fault is injected while this page is open. */
  constructor(injected) {
    this.#injected = injected;
  }

  offer(faults, token) {
    this.#token = token;
    if (faults.length === 0 || this.#buttons.length > 0) return;
    this.element.hidden = false;
    for (const { name, label, does } of faults) {
      const button = html(
        'button',
        { type: 'button', id: `fault-${name}` },
        html('b', {}, label),
        html('span', { class: 'text' }, does),
      );
      button.addEventListener('click', () => this.#press(name));
      this.#buttons.push(button);
      this.#list.append(html('li', {}, button));
    }
  }

  async #press(name) {
    if (this.#isUnderWay()) return;
    try {
      await ask(`faults/${name}`, this.#token);
    } catch (refusal) {
      this.#present('failed', 'Not injected', refusal.message);
    }
  }

  #isUnderWay() {
    return this.#shown != null && phasesUnderWay.includes(this.#shown.phase);
  }

  show(fault) {
    const wasInjected = (state) => state != null && !['requested', 'failed'].includes(state.phase);
    const isNew = wasInjected(fault) && !(wasInjected(this.#shown) && this.#shown.number === fault.number);
    if (isNew && fault.seconds < freshSeconds) this.#injected(fault.name);
    this.#shown = fault;
    this.#shownAt = performance.now();
    for (const button of this.#buttons) button.setAttribute('aria-disabled', String(this.#isUnderWay()));
    this.#state.dataset.number = fault.number;
    if (fault.phase === 'recovered') {
      this.#present(fault.phase, `Recovered in ${seconds(fault.seconds)}`, `${fault.what} ${fault.recovery}`);
    } else if (fault.phase === 'failed') {
      this.#present(fault.phase, 'Not injected', fault.what);
    } else {
      this.#present(fault.phase, this.#stopwatch(), fault.what);
    }
    clearInterval(this.#timer);
    if (this.#isUnderWay()) this.#timer = setInterval(() => setText(this.#clock, this.#stopwatch()), 100);
  }

  #stopwatch() {
    if (this.#shown.seconds == null) return `${this.#shown.label} …`;
    const passed = this.#shown.seconds + (performance.now() - this.#shownAt) / 1000;
    return `${this.#shown.phase === 'active' ? 'Broken' : 'Recovering'} … ${seconds(passed)}`;
  }

  #present(phase, title, text) {
    this.#state.dataset.phase = phase;
    setText(this.#clock, title);
    setText(this.#text, text);
  }
}
