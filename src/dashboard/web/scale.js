// Where on the band a record is. The band and the consumers' lanes share one scale: the log's newest record is
// at the right, and the window reaches back so far that the slowest consumer is still in it.

import { Glide } from './motion.js';

const headRoom = 54; // right of the head, for what is about to arrive
const secondsSeen = 9;
const adaptPerFrame = 0.08;

export class Scale {
  #head = new Glide();
  #span = null;
  #wantedSpan = 1;
  #width = 1;

  /** `slowest`: the lowest checkpoint; `rate`: records a second. */
  tell(head, slowest, rate, now, time) {
    this.#head.tell(head, now, time);
    const few = Math.max(8, Math.floor((this.#width - headRoom) / this.#cellWanted(head)));
    this.#wantedSpan = Math.max(few, rate * secondsSeen, (head - slowest) * 1.12);
    this.#span ??= this.#wantedSpan;
  }

  /** So wide that a record's number can stand in its cell. */
  #cellWanted(head) {
    return 20 + 7 * String(head).length;
  }

  resize(width) {
    this.#width = width;
  }

  /** What to draw at this moment; null before anything was told. */
  at(now, gliding) {
    const head = this.#head.at(now);
    if (head == null) return null;
    this.#span = gliding ? this.#span + (this.#wantedSpan - this.#span) * adaptPerFrame : this.#wantedSpan;
    const headX = this.#width - headRoom;
    const cell = headX / this.#span;
    return { head, headX, cell, width: this.#width, span: this.#span, x: (offset) => headX - (head - offset) * cell };
  }
}

/** The distance of marks that are `apart` at least, and a round number of records. */
export function roundStep(cell, apart) {
  for (let power = 1; ; power *= 10) {
    for (const step of [power, 2 * power, 5 * power]) if (step * cell >= apart) return step;
  }
}
