// Each consumer's colour, the same all over the page.

const colours = 4;
const known = [];

export function colourOf(name) {
  if (!known.includes(name)) known.push(name);
  return known.indexOf(name) % colours;
}
