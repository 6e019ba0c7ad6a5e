// The log, drawn as a band of records. The newest is at its head; what retention trimmed fades behind it.

import { setAttributes, setText, svg } from './dom.js';
import { count } from './format.js';
import { motionWanted } from './motion.js';
import { roundStep } from './scale.js';

const top = 16;
const height = 46;
const numberedCell = 27; // narrower cells have no number
const visibleCell = 4; // narrower cells have no edges
const marksApart = 90;
const emptyMs = 900; // a wiped log looks empty for so long,
const fillMs = 1100; // and then fills for so long

export class Band {
  #element;
  #pattern;
  #cellEdge;
  #trimmed;
  #held;
  #cells;
  #head;
  #headLabel;
  #empty;
  #numbers;
  #numberPool = [];
  #wipedAt = null;

  constructor(element) {
    this.#element = element;
    this.#cellEdge = svg('path', { class: 'cell-edge' });
    this.#pattern = svg(
      'pattern',
      { id: 'cells', patternUnits: 'userSpaceOnUse', y: top, height },
      this.#cellEdge,
    );
    const fade = svg(
      'linearGradient',
      { id: 'fade' },
      svg('stop', { offset: 0, class: 'fade-begin' }),
      svg('stop', { offset: 1, class: 'fade-end' }),
    );
    this.#trimmed = svg('rect', { class: 'trimmed', x: 0, y: top, height, rx: 8 });
    this.#held = svg('rect', { class: 'held', y: top, height });
    this.#cells = svg('rect', { class: 'cells', x: 0, y: top, height });
    this.#numbers = svg('g', { class: 'numbers' });
    this.#head = svg('path', {
      class: 'head',
      d: `M0 ${top - 4} h6 l16 ${height / 2 + 4} l-16 ${height / 2 + 4} h-6 Z`,
    });
    this.#headLabel = svg('text', { class: 'head-label', y: top + height + 20 });
    this.#empty = svg('text', { class: 'empty', y: top + height / 2 + 6 });
    element.append(
      svg('defs', {}, this.#pattern, fade),
      this.#trimmed,
      this.#held,
      this.#cells,
      this.#numbers,
      this.#head,
      this.#headLabel,
      this.#empty,
    );
  }

  wiped(now) {
    if (motionWanted()) this.#wipedAt = now;
  }

  /** How far a log that was wiped at `#wipedAt` looks filled again. */
  #refilled(held, { head, span }, now) {
    if (this.#wipedAt == null || !held) return held;
    const part = (now - this.#wipedAt - emptyMs) / fillMs;
    const seen = Math.max(held[0] - 1, head - span);
    if (part >= 1) this.#wipedAt = null;
    if (part >= 1) return held;
    return part <= 0 ? null : [held[0], seen + (held[1] - seen) * part];
  }

  /** `heldNow`: the first and last offset in the log; null if it is empty, and `why` is the text for that. */
  draw(scale, heldNow, why, now) {
    const { headX, cell, x } = scale;
    const held = this.#refilled(heldNow, scale, now);
    const begin = Math.max(0, Math.min(headX, x(0)));
    setAttributes(this.#trimmed, { x: begin.toFixed(1), width: (headX - begin).toFixed(1) });
    const from = held ? Math.max(0, Math.min(headX, x(held[0] - 1))) : headX;
    const to = held ? Math.max(from, Math.min(headX, x(held[1]))) : headX;
    setAttributes(this.#held, { x: from, width: to - from });
    this.#drawCells(scale);
    this.#drawNumbers(scale, held);
    setAttributes(this.#head, { transform: `translate(${headX.toFixed(1)} 0)` });
    setAttributes(this.#headLabel, { x: headX + 20 });
    setText(this.#headLabel, `head ${count(Math.floor(scale.head + 0.001))}`);
    setAttributes(this.#empty, { x: headX / 2 });
    setText(this.#empty, held ? '' : heldNow ? 'the log is empty' : why);
    this.#element.classList.toggle('is-empty', !held);
    setAttributes(this.#cells, {
      x: begin.toFixed(1),
      width: (headX - begin).toFixed(1),
      visibility: cell >= visibleCell ? 'visible' : 'hidden',
    });
  }

  #drawCells({ head, headX, cell }) {
    const shift = headX - (head - Math.floor(head)) * cell;
    setAttributes(this.#pattern, { width: cell.toFixed(3), x: (shift % cell).toFixed(2) });
    setAttributes(this.#cellEdge, { d: `M0 0V${height}` });
  }

  #drawNumbers({ head, headX, cell, span, x }, held) {
    const inCells = cell >= numberedCell && cell >= 12 + 7.5 * String(Math.floor(head)).length;
    const step = inCells ? 1 : roundStep(cell, marksApart);
    // Below the band, the head's number takes the place left of it.
    const nearHead = 20 + 12 * String(Math.floor(head)).length;
    let used = 0;
    for (let offset = Math.floor(head / step) * step; offset > 0 && offset > head - span; offset -= step) {
      const at = inCells ? x(offset - 0.5) : x(offset);
      if (at < 20 || at > headX - (inCells ? 0 : nearHead)) continue;
      const number = (this.#numberPool[used++] ??= this.#numbers.appendChild(svg('text')));
      const isHeld = held && offset >= held[0] && offset <= held[1];
      setAttributes(number, {
        x: at.toFixed(1),
        y: inCells ? top + height / 2 + 5 : top + height + 20,
        class: inCells ? (isHeld ? 'in-held' : 'in-trimmed') : 'mark',
      });
      setText(number, count(offset));
    }
    while (this.#numberPool.length > used) this.#numberPool.pop().remove();
  }
}
