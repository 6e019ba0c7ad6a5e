// A lane below the band for each consumer, filled up to its checkpoint.

import { colourOf } from './colours.js';
import { byId, html, Keyed, setAttributes, setText } from './dom.js';
import { records, seconds, state } from './format.js';
import { Glide } from './motion.js';

const statesNotShown = ['consuming', 'idle', 'streaming', 'unknown'];
const statesDown = ['stopped', 'halted', 'cut_off', 'retrying'];

function makeSegment() {
  return { element: html('li', {}) };
}

function makeLane(name) {
  const done = html('span', { class: 'done' });
  const behind = html('span', { class: 'behind' });
  const tip = html('span', { class: 'tip' });
  const title = html('b', {}, name);
  const lag = html('span', { class: 'lag' });
  const stateText = html('span', { class: 'state' });
  const parts = html('span', { class: 'parts' });
  const marker = html('span', { class: 'marker' }, title, lag, parts, stateText);
  const segmentList = html('ol', { class: 'segments' });
  const track = html('span', { class: 'track', 'aria-hidden': 'true' }, done, behind, tip);
  const element = html(
    'li',
    { class: 'lane', 'data-colour': colourOf(name), 'data-consumer': name },
    track,
    marker,
    segmentList,
  );
  const segments = new Keyed(segmentList, makeSegment);
  const checkpoint = new Glide();
  return { element, done, behind, tip, marker, lag, parts, stateText, segments, checkpoint, markerWidth: 0 };
}

function lagText(consumer) {
  if (consumer.last_offset == null) return 'has no checkpoint yet';
  if (consumer.lag_records == null) return 'lag unknown';
  if (consumer.lag_records === 0) return 'caught up';
  const time = consumer.lag_seconds >= 0.1 ? `, ${seconds(consumer.lag_seconds)}` : '';
  return `${records(consumer.lag_records)}${time} behind`;
}

function partsText({ segments, slowest_segment: slowest, skew_records: skew }) {
  if (segments.length === 0) return '';
  const ahead = skew > 0 ? `, ${slowest} is ${records(skew)} behind the furthest` : '';
  return `${segments.length} segments${ahead}`;
}

function segmentText(segment, consumer) {
  const name = `segment ${segment.segment}/${consumer.segments.length}`;
  const text = `${name}: ${state(segment.state)}, ${lagText(segment)}; ${segment.instance ?? 'no instance'}`;
  return segment.last_error ? `${text}; last error: ${segment.last_error}` : text;
}

function showSegments(lane, consumer) {
  setText(lane.parts, partsText(consumer));
  const shown = lane.segments.show(consumer.segments.map((segment) => segment.segment));
  consumer.segments.forEach((segment, index) => {
    const { element } = shown[index];
    const text = segmentText(segment, consumer);
    element.dataset.state = segment.state;
    element.classList.toggle('is-down', statesDown.includes(segment.state));
    element.classList.toggle('is-behind', segment.lag_records > 0);
    setAttributes(element, { title: text, 'aria-label': text });
  });
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
      lane.element.classList.toggle('is-down', statesDown.includes(consumer.state));
      lane.element.title = consumer.last_error ? `last error: ${consumer.last_error.message}` : '';
      lane.element.dataset.offset = consumer.last_offset ?? 0;
      showSegments(lane, consumer);
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
