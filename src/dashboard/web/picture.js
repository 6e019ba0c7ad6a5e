// The picture of the log at work: three stations, the band, and the consumers' lanes.

import { Band } from './band.js';
import { byId, setAttributes, setText } from './dom.js';
import { Flow } from './flow.js';
import { bytes, count, rate, records, state } from './format.js';
import { Lanes } from './lanes.js';
import { motionWanted, Stage } from './motion.js';
import { Scale } from './scale.js';
import { Tank } from './tank.js';

const words = {
  source: byId('source-words').textContent,
  outbox: byId('outbox-words').textContent,
  streamer: byId('streamer-words').textContent,
};

export class Picture {
  #band = new Band(byId('band'));
  #tank = new Tank(byId('tank'));
  #lanes = new Lanes();
  #flow = new Flow();
  #scale = new Scale();
  #stage = new Stage((now) => this.#draw(now));
  #before = null;
  #held = null;
  #why = '';
  #furthest = 0;
  #laidFor = '';

  constructor() {
    new ResizeObserver(() => this.#stage.wake()).observe(byId('picture'));
  }

  /** Returns how many records a second were staged since the telling before; null at the first. */
  tell(status) {
    const now = performance.now();
    const passed = this.#before ? (status.at_ms - this.#before.at_ms) / 1000 : 0;
    const time = Math.max(150, Math.min(1500, passed * 1000));
    const arrivals = this.#arrivals(status, passed);
    const { log, outbox, consumers } = status;

    const places = consumers.map((consumer) => consumer.last_offset ?? 0);
    // A log that was wiped has no head; the consumers know how far it had got.
    this.#furthest = Math.max(log.head_offset ?? this.#furthest, ...places);
    this.#scale.resize(byId('band').clientWidth);
    this.#scale.tell(this.#furthest, Math.min(this.#furthest, ...places), log.records_per_second ?? 0, now, time);
    this.#lanes.tell(consumers, now, time);
    this.#flow.tell(arrivals, log.records_per_second);
    this.#holdings(log, outbox);

    this.#tellSource(arrivals, outbox);
    this.#tellOutbox(outbox, log);
    this.#tellStreamer(status.streamer);
    this.#tellLog(log);
    this.#before = status;
    this.#stage.wake();
    return arrivals;
  }

  #arrivals(status, passed) {
    const before = this.#before?.outbox.staged_offset;
    const now = status.outbox.staged_offset;
    if (before == null || now == null || passed <= 0) return null;
    return Math.max(0, now - before) / passed;
  }

  /** The log was wiped just now. It may be full again before it was ever seen empty: what happened is played. */
  wiped() {
    this.#band.wiped(performance.now());
    this.#stage.wake();
  }

  #holdings(log, outbox) {
    const firstOffset = log.first ? Number(log.first.split('-')[1]) : 0;
    this.#held = log.error || !log.records ? null : [firstOffset, log.head_offset];
    if (log.error) this.#why = 'Redis does not answer';
    else if (log.head_offset === 0 && outbox.staged_offset > 0) this.#why = 'the log is empty';
    else this.#why = outbox.staged_offset ? 'all read, all let go' : 'nothing was written yet';
  }

  #tellSource(arrivals, outbox) {
    setText(byId('arrival-rate'), rate(arrivals));
    byId('source').classList.toggle('is-down', Boolean(outbox.error));
    setText(byId('source-words'), outbox.error ? 'Nobody can write while Postgres is away.' : this.sourceWords ?? words.source);
  }

  #tellOutbox(outbox, log) {
    setText(byId('waiting'), count(outbox.waiting_records));
    setText(byId('waiting-unit'), this.#waitingWords(outbox, log));
    byId('waiting').dataset.value = outbox.waiting_records ?? '';
    this.#tank.draw(outbox.waiting_records ?? 0);
    byId('outbox').classList.toggle('is-down', Boolean(outbox.error));
    byId('outbox').title = outbox.error ?? `${bytes(outbox.bytes)} on disk, in ${outbox.segments.length} segments`;
    setText(byId('outbox-words'), outbox.error ? 'Postgres does not answer.' : words.outbox);
  }

  #waitingWords(outbox, log) {
    if (log.head_offset < this.#furthest) return 'to send again';
    return outbox.oldest_waiting_seconds >= 1 ? `waiting, for ${Math.round(outbox.oldest_waiting_seconds)} s` : 'waiting';
  }

  #tellStreamer(streamer) {
    const element = byId('streamer-state');
    setText(element, ['streaming', 'unknown'].includes(streamer.state) ? `${rate(streamer.records_per_second)} a second` : state(streamer.state));
    const isDown = ['stopped', 'halted', 'retrying', 'held_back'].includes(streamer.state);
    byId('streamer').classList.toggle('is-down', isDown);
    const why = isDown && streamer.state !== 'stopped' && streamer.last_error;
    setText(byId('streamer-words'), words.streamer);
    byId('streamer').title = why ? streamer.last_error.message : '';
  }

  #tellLog(log) {
    setAttributes(byId('band'), { 'data-head': log.head_offset ?? '', 'data-records': log.records ?? '' });
    byId('log').title = log.error ?? '';
    if (log.error) {
      setText(byId('log-words'), 'Redis does not answer. Records wait in the outbox.');
    } else if (this.#held) {
      setText(byId('log-words'), `${records(log.records)} in it now, ${bytes(log.bytes)}. Numbers never change, and none is missing. What everyone has read is let go of, and fades.`);
    } else {
      setText(byId('log-words'), 'It can be lost as a whole: the outbox still has what is needed, and fills it again under the same numbers.');
    }
    setAttributes(byId('band'), {
      'aria-label': log.error ? 'The log: Redis does not answer' : `The log: its head is record ${count(log.head_offset)}, and it holds ${records(log.records)}`,
    });
  }

  #draw(now) {
    this.#scale.resize(byId('band').clientWidth);
    const scale = this.#scale.at(now, motionWanted());
    if (!scale) return;
    this.#band.draw(scale, this.#held, this.#why, now);
    this.#lanes.draw(scale, now);
    const laidFor = `${innerWidth} ${byId('picture').offsetHeight} ${scale.headX}`;
    if (laidFor !== this.#laidFor) this.#flow.lay(scale.headX);
    this.#laidFor = laidFor;
    this.#flow.draw(now, motionWanted());
  }
}
