// The outbox, as squares: one for each waiting record, as far as there is room.

import { setAttributes, svg } from './dom.js';

const pitch = 13;
const size = 9;
const rows = 3;

export class Tank {
  #element;
  #squares = [];

  constructor(element) {
    this.#element = element;
  }

  draw(waiting) {
    const columns = Math.max(1, Math.floor((this.#element.clientWidth + pitch - size) / pitch));
    const room = columns * rows;
    while (this.#squares.length < room) {
      this.#squares.push(this.#element.appendChild(svg('rect', { width: size, height: size, rx: 2 })));
    }
    while (this.#squares.length > room) this.#squares.pop().remove();
    this.#squares.forEach((square, index) => {
      const column = Math.floor(index / rows);
      const row = index % rows;
      setAttributes(square, { x: column * pitch, y: row * pitch, class: index < waiting ? 'full' : 'free' });
    });
  }
}
