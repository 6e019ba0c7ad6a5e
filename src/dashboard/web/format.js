// The format of numbers, times and states, everywhere on the page.

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

export const count = (number) => (number == null ? '–' : whole.format(number));

/** A rate per second; a small one has a decimal. */
export const rate = (number) =>
  number == null ? '–' : number > 0 && number < 10 ? tenths.format(number) : whole.format(number);

export const metres = (number) => `${tenths.format(number)} m`;

export const seconds = (number) => `${tenths.format(number)} s`;

export function milliseconds(number) {
  if (number == null) return '–';
  if (number >= 1000) return seconds(number / 1000);
  return number < 10 ? `${tenths.format(number)} ms` : `${whole.format(number)} ms`;
}

export function bytes(number) {
  if (number == null) return '–';
  if (number < 1024) return `${number} B`;
  const unit = number < 1024 ** 2 ? ['kB', 1024] : ['MB', 1024 ** 2];
  return `${tenths.format(number / unit[1])} ${unit[0]}`;
}

export const records = (number) => `${count(number)} ${number === 1 ? 'record' : 'records'}`;

export const clock = (ms) => new Date(ms).toLocaleTimeString('en-GB');

export const state = (name) => name.replaceAll('_', ' ');

/** The offset in a record's id: what follows the hyphen. */
export const offset = (id) => Number(id.slice(id.indexOf('-') + 1));
