// A lane below the band for each consumer, filled up to its checkpoint.

import { colourOf } from './colours.js';
import { byId, html, Keyed, setText } from './dom.js';
import { records, seconds, state } from './format.js';
import { Glide } from './motion.js';

const statesNotShown = ['consuming', 'idle', 'streaming', 'unknown'];

function makeLane(name) {
  const done = html('span', { class: 'done' });
  const behind = html('span', { class: 'behind' });
  const tip = html('span', { class: 'tip' });
  const title = html('b', {}, name);
  const lag = html('span', { class: 'lag' });
  const stateText = html('span', { class: 'state' });
  const marker = html('span', { class: 'marker' }, title, lag, stateText);
  const track = html('span', { class: 'track', 'aria-hidden': 'true' }, done, behind, tip);
  const element = html(
    'li',
    { class: 'lane', 'data-colour': colourOf(name), 'data-consumer': name },
    track,
    marker,
  );
  return { element, done, behind, tip, marker, lag, stateText, checkpoint: new Glide(), markerWidth: 0 };
}

function lagText(consumer) {
  if (consumer.last_offset == null) return 'has no checkpoint yet';
  if (consumer.lag_records == null) return 'lag unknown';
  if (consumer.lag_records === 0) return 'caught up';
  const time = consumer.lag_seconds >= 0.1 ? `, ${seconds(consumer.lag_seconds)}` : '';
  return `${records(consumer.lag_records)}${time} behind`;
}

export class Lanes {
  #lanes = new Keyed(byId('lanes'), makeLane);
  #shown = [];

  update(consumers, now, time) {
    this.#shown = this.#lanes.show(consumers.map((consumer) => consumer.name));
    consumers.forEach((consumer, index) => {
      const lane = this.#shown[index];
      lane.checkpoint.update(consumer.last_offset ?? 0, now, time);
      setText(lane.lag, lagText(consumer));
      setText(lane.stateText, statesNotShown.includes(consumer.state) ? '' : state(consumer.state));
      lane.element.classList.toggle(
        'is-down',
        ['stopped', 'halted', 'cut_off', 'retrying'].includes(consumer.state),
      );
      lane.element.title = consumer.last_error ? `last error: ${consumer.last_error.message}` : '';
      lane.element.dataset.offset = consumer.last_offset ?? 0;
      lane.markerWidth = lane.marker.offsetWidth;
    });
  }

  draw(scale, now) {
    for (const lane of this.#shown) {
      const at = Math.max(0, Math.min(scale.headX, scale.x(lane.checkpoint.at(now))));
      lane.done.style.width = `${at.toFixed(1)}px`;
      lane.behind.style.left = `${at.toFixed(1)}px`;
      lane.behind.style.width = `${(scale.headX - at).toFixed(1)}px`;
      lane.tip.style.transform = `translateX(${at.toFixed(1)}px)`;
      lane.marker.style.transform = `translateX(${Math.max(0, at - lane.markerWidth + 9).toFixed(1)}px)`;
    }
  }
}
