// The colour of each consumer, everywhere on the page.

const colours = 4;
const known = [];

export function colourOf(name) {
  if (!known.includes(name)) known.push(name);
  return known.indexOf(name) % colours;
}
