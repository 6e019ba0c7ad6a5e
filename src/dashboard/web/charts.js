// Small charts of the last two minutes. Each number has a line, and its present value beside its name.

import { colourOf } from './colours.js';
import { byId, html, Keyed, setAttributes, setText, svg } from './dom.js';
import { count, milliseconds, rate } from './format.js';

const shownSeconds = 120;
const width = 320;
const height = 84;

function makeSeries(plot) {
  return (name) => {
    const value = html('output', {});
    const swatch = html('i', { 'aria-hidden': 'true' });
    const item = html('li', {}, swatch, `${name} `, value);
    const line = plot.appendChild(svg('path', { class: 'line', 'vector-effect': 'non-scaling-stroke' }));
    return { element: item, value, line, points: [], removed: () => line.remove() };
  };
}

class Chart {
  #plot = svg('svg', {
    viewBox: `0 0 ${width} ${height}`,
    preserveAspectRatio: 'none',
    'aria-hidden': 'true',
  });
  #legend = html('ul', {});
  #top = html('span', { class: 'top', 'aria-hidden': 'true' });
  #series = new Keyed(this.#legend, makeSeries(this.#plot));
  #write;

  constructor(id, title, text, write) {
    this.#write = write;
    this.#plot.append(
      svg('path', { class: 'floor', d: `M0 ${height}H${width}`, 'vector-effect': 'non-scaling-stroke' }),
    );
    byId(id).append(
      html('figcaption', {}, html('h2', {}, title), html('p', { class: 'text' }, text)),
      html('div', { class: 'plot' }, this.#plot, this.#top),
      this.#legend,
    );
  }

  /** `values`: a name, a colour, and a number or null for each line. */
  update(at, values) {
    const parts = this.#series.show(values.map(([name]) => name));
    let most = 0;
    values.forEach(([, colour, number], index) => {
      const part = parts[index];
      part.element.dataset.colour = part.line.dataset.colour = colour;
      part.points.push([at, number]);
      while (part.points[0][0] < at - shownSeconds * 1000) part.points.shift();
      for (const [, each] of part.points) most = Math.max(most, each ?? 0);
      setText(part.value, this.#write(number));
    });
    const top = niceTop(most);
    setText(this.#top, this.#write(top));
    for (const part of parts) setAttributes(part.line, { d: path(part.points, at, top) });
  }
}

function niceTop(most) {
  if (most <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((step) => step * power).find((each) => each >= most);
}

function path(points, at, top) {
  let line = '';
  let pen = 'M';
  for (const [time, number] of points) {
    if (number == null) {
      pen = 'M';
      continue;
    }
    const x = width - ((at - time) / 1000 / shownSeconds) * width;
    const y = height - (Math.min(number, top) / top) * (height - 4) - 1;
    line += `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
    pen = 'L';
  }
  return line;
}

export class Charts {
  #rates = new Chart('rate-chart', 'Pace', 'records a second', rate);
  #lags = new Chart('lag-chart', 'Lag', 'records behind the head', count);
  #latencies = new Chart('latency-chart', 'From seal to commit', '99th percentile', milliseconds);

  show(status, arrivals) {
    const { at_ms: at, consumers, log } = status;
    const each = (pick) =>
      consumers.map((consumer) => [consumer.name, colourOf(consumer.name), pick(consumer)]);
    this.#rates.update(at, [
      ['written', 'ink', arrivals],
      ['in the log', 'log', log.records_per_second],
    ]);
    this.#lags.update(
      at,
      each((consumer) => consumer.lag_records),
    );
    this.#latencies.update(
      at,
      each((consumer) => consumer.latency_p99_ms),
    );
  }
}
