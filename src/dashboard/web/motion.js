// Motion, for those who want it. Everything on the page is drawn from what was told, at the latest once a
// second; between two tellings it glides.

const reduced = matchMedia('(prefers-reduced-motion: reduce)');

export const motionWanted = () => !reduced.matches;

/** A number that moves evenly to what it was told last, and arrives when the next telling is due. */
export class Glide {
  #from = null;
  #to = null;
  #begin = 0;
  #end = 0;

  get told() {
    return this.#to;
  }

  tell(value, now, time) {
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

/** Calls `draw(now)` for every frame while motion is wanted and the page is seen; else when asked to. */
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
