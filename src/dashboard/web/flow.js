// Records on their way, as dots: from the services into the outbox, and on into the log. They pass behind the
// stations and show between them.

import { byId, setAttributes, svg } from './dom.js';

const pixelsPerSecond = 330;
const dotsPerSecondMax = 16;

class Path {
  #corners = [];
  #lengths = [];
  #line = svg('path', { class: 'path' });
  #dots = [];
  #due = 0;
  length = 0;

  constructor(parent, kind) {
    this.parent = parent;
    this.kind = kind;
    parent.append(this.#line);
  }

  layOut(corners) {
    this.#corners = corners;
    this.#lengths = corners.slice(1).map(([x, y], i) => Math.hypot(x - corners[i][0], y - corners[i][1]));
    this.length = this.#lengths.reduce((sum, each) => sum + each, 0);
    setAttributes(this.#line, {
      d: `M${corners.map((corner) => corner.map((n) => n.toFixed(1)).join(' ')).join('L')}`,
    });
  }

  #point(along) {
    for (let i = 0; i < this.#lengths.length; i++) {
      if (along <= this.#lengths[i] || i === this.#lengths.length - 1) {
        const part = this.#lengths[i] === 0 ? 0 : Math.min(1, along / this.#lengths[i]);
        const [x0, y0] = this.#corners[i];
        const [x1, y1] = this.#corners[i + 1];
        return [x0 + (x1 - x0) * part, y0 + (y1 - y0) * part];
      }
      along -= this.#lengths[i];
    }
    return this.#corners[0];
  }

  advance(rate, now, passed) {
    this.#due = Math.min(2, this.#due + Math.min(rate, dotsPerSecondMax) * passed);
    for (; this.#due >= 1; this.#due -= 1) {
      const dot = svg('circle', { class: `dot ${this.kind}`, r: 5 });
      this.parent.append(dot);
      this.#dots.push({ dot, begun: now });
    }
    this.#dots = this.#dots.filter(({ dot, begun }) => {
      const along = ((now - begun) / 1000) * pixelsPerSecond;
      if (along > this.length) {
        dot.remove();
        return false;
      }
      const [x, y] = this.#point(along);
      setAttributes(dot, { cx: x.toFixed(1), cy: y.toFixed(1) });
      return true;
    });
  }

  clear() {
    for (const { dot } of this.#dots) dot.remove();
    this.#dots = [];
  }
}

export class Flow {
  #element = byId('flow');
  #into = new Path(this.#element, 'staged');
  #onto = new Path(this.#element, 'sealed');
  #arrows = [];
  #before = null;
  #arrivals = 0;
  #sent = 0;

  /** Both in records a second. */
  update(arrivals, sent) {
    this.#arrivals = arrivals ?? 0;
    this.#sent = sent ?? 0;
  }

  /** Measures the stations. Call it when they may have moved. */
  layOut(headX) {
    const origin = this.#element.getBoundingClientRect();
    const box = (id) => {
      const { left, top, width, height } = byId(id).getBoundingClientRect();
      return {
        left: left - origin.left,
        top: top - origin.top,
        middle: [left - origin.left + width / 2, top - origin.top + height / 2],
      };
    };
    const [source, outbox, streamer, band] = ['source', 'outbox', 'streamer', 'band'].map(box);
    const head = [band.left + headX + 8, band.top + 12];
    this.#into.layOut([source.middle, outbox.middle]);
    this.#onto.layOut([outbox.middle, streamer.middle, [head[0], streamer.middle[1]], head]);
    const isRow = source.top === outbox.top;
    [outbox, streamer].forEach((to, i) =>
      this.#point(i, isRow ? [to.left - 3, to.middle[1]] : [to.middle[0], to.top - 3], isRow ? 0 : 90),
    );
    this.#point(2, [head[0], head[1] - 3], 90);
  }

  #point(index, [x, y], turn) {
    this.#arrows[index] ??= this.#element.appendChild(svg('path', { class: 'arrow', d: 'M-6-5 0 0-6 5' }));
    setAttributes(this.#arrows[index], {
      transform: `translate(${x.toFixed(1)} ${y.toFixed(1)}) rotate(${turn})`,
    });
  }

  draw(now, moving) {
    const passed = this.#before == null ? 0 : Math.min(0.2, (now - this.#before) / 1000);
    this.#before = now;
    if (!moving) {
      this.#into.clear();
      this.#onto.clear();
      return;
    }
    this.#into.advance(this.#arrivals, now, passed);
    this.#onto.advance(this.#sent, now, passed);
  }
}
