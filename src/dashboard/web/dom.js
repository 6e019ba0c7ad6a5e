// Builds and changes elements. Writes an attribute or text only if it changed: within a second, most do not.

export const byId = (id) => document.getElementById(id);

export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    const text = String(value);
    if (element.getAttribute(name) !== text) element.setAttribute(name, text);
  }
  return element;
}

export function html(name, attributes = {}, ...children) {
  const element = setAttributes(document.createElement(name), attributes);
  element.append(...children);
  return element;
}

export function svg(name, attributes = {}, ...children) {
  const element = setAttributes(document.createElementNS('http://www.w3.org/2000/svg', name), attributes);
  element.append(...children);
  return element;
}

/** One element for each key, in order. `make(key)` builds a missing one; elements of other keys go. */
export class Keyed {
  #parent;
  #make;
  #parts = new Map();

  constructor(parent, make) {
    this.#parent = parent;
    this.#make = make;
  }

  show(keys) {
    for (const [key, part] of this.#parts) {
      if (keys.includes(key)) continue;
      part.element.remove();
      part.removed?.();
      this.#parts.delete(key);
    }
    return keys.map((key, index) => {
      if (!this.#parts.has(key)) this.#parts.set(key, this.#make(key));
      const part = this.#parts.get(key);
      if (this.#parent.children[index] !== part.element)
        this.#parent.insertBefore(part.element, this.#parent.children[index] ?? null);
      return part;
    });
  }
}
