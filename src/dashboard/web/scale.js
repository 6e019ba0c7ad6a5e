// The place of a record on the band. The band and the lanes share one scale. The newest record is at the
// right, and the window reaches back to the slowest consumer.

import { Glide } from './motion.js';

const headRoom = 54; // right of the head, for records that arrive
const shownSeconds = 9;
const adaptPerFrame = 0.08;

export class Scale {
  #head = new Glide();
  #span = null;
  #wantedSpan = 1;
  #width = 1;

  /** `slowest`: the lowest checkpoint; `rate`: records a second. */
  update(head, slowest, rate, now, time) {
    this.#head.update(head, now, time);
    const few = Math.max(8, Math.floor((this.#width - headRoom) / this.#cellWanted(head)));
    this.#wantedSpan = Math.max(few, rate * shownSeconds, (head - slowest) * 1.12);
    this.#span ??= this.#wantedSpan;
  }

  /** Wide enough for the record's number. */
  #cellWanted(head) {
    return 20 + 7 * String(head).length;
  }

  resize(width) {
    this.#width = width;
  }

  /** What to draw at this moment; null before the first snapshot. */
  at(now, gliding) {
    const head = this.#head.at(now);
    if (head == null) return null;
    this.#span = gliding ? this.#span + (this.#wantedSpan - this.#span) * adaptPerFrame : this.#wantedSpan;
    const headX = this.#width - headRoom;
    const cell = headX / this.#span;
    return {
      head,
      headX,
      cell,
      width: this.#width,
      span: this.#span,
      x: (offset) => headX - (head - offset) * cell,
    };
  }
}

/** A round number of records between two marks that are at least `apart` pixels from each other. */
export function roundStep(cell, apart) {
  for (let power = 1; ; power *= 10) {
    for (const step of [power, 2 * power, 5 * power]) if (step * cell >= apart) return step;
  }
}
