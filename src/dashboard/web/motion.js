// Motion, unless the viewer prefers none. A snapshot comes about once a second; between two of them,
// numbers glide.

const reduced = matchMedia('(prefers-reduced-motion: reduce)');

export const motionWanted = () => !reduced.matches;

/** A number that moves evenly to its newest value, and arrives when the next snapshot is due. */
export class Glide {
  #from = null;
  #to = null;
  #begin = 0;
  #end = 0;

  update(value, now, time) {
    this.#from = this.#to == null || !motionWanted() ? value : this.at(now);
    this.#to = value;
    this.#begin = now;
    this.#end = now + time;
  }

  at(now) {
    if (this.#to == null || now >= this.#end) return this.#to;
    const part = (now - this.#begin) / (this.#end - this.#begin);
    return this.#from + (this.#to - this.#from) * part;
  }
}

/** Calls `draw(now)` for every frame while motion is wanted and the page visible; else after wake(). */
export class Stage {
  #draw;
  #running = false;

  constructor(draw) {
    this.#draw = draw;
    reduced.addEventListener('change', () => this.wake());
    document.addEventListener('visibilitychange', () => this.wake());
    addEventListener('resize', () => this.wake());
  }

  wake() {
    if (this.#running) return;
    this.#running = true;
    requestAnimationFrame((now) => this.#frame(now));
  }

  #frame(now) {
    this.#running = false;
    this.#draw(now);
    if (motionWanted() && document.visibilityState === 'visible') this.wake();
  }
}
