// The picture of the log at work: three stations, the band, and the consumers' lanes.

import { Band } from './band.js';
import { byId, setAttributes, setText } from './dom.js';
import { Flow } from './flow.js';
import { bytes, count, rate, records, state } from './format.js';
import { Lanes } from './lanes.js';
import { motionWanted, Stage } from './motion.js';
import { Scale } from './scale.js';
import { Tank } from './tank.js';

const texts = {
  source: byId('source-text').textContent,
  outbox: byId('outbox-text').textContent,
  streamer: byId('streamer-text').textContent,
  heldLog:
    'Numbers never change, and none is missing. ' +
    'Records that every consumer has read are trimmed; they fade.',
  heldByFloor:
    'Numbers never change, and none is missing. ' +
    'Records that every consumer has read and no floor keeps are trimmed; they fade.',
  emptyLog:
    'Redis may lose all of it: the outbox still has every needed record, ' +
    'and the streamer fills the log again under the same numbers.',
};

const from = (offset) => (offset <= 1 ? 'all' : `${count(offset)} and later`);

/** What the log keeps, and why. */
function retentionText({ needed_from, floor_from, allowed_from, floor_overruled }) {
  const floor = floor_from == null ? '' : ` The floor keeps ${from(floor_from)}.`;
  const overruled = floor_overruled ? ' They drop what the floor would keep.' : '';
  return `Consumers need ${from(needed_from)}.${floor} The limits allow ${from(allowed_from)}.${overruled}`;
}

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
  #layout = '';

  constructor() {
    new ResizeObserver(() => this.#stage.wake()).observe(byId('picture'));
  }

  /** Returns the records staged per second since the last snapshot; null at the first. */
  show(status) {
    const now = performance.now();
    const passed = this.#before ? (status.at_ms - this.#before.at_ms) / 1000 : 0;
    const time = Math.max(150, Math.min(1500, passed * 1000));
    const arrivals = this.#arrivals(status, passed);
    const { log, outbox, consumers } = status;

    const checkpoints = consumers.map((consumer) => consumer.last_offset ?? 0);
    // A wiped log has no head. The checkpoints still show how far it had come.
    this.#furthest = Math.max(log.head_offset ?? this.#furthest, ...checkpoints);
    this.#scale.resize(byId('band').clientWidth);
    this.#scale.update(
      this.#furthest,
      Math.min(this.#furthest, ...checkpoints),
      log.records_per_second ?? 0,
      now,
      time,
    );
    this.#lanes.update(consumers, now, time);
    this.#flow.update(arrivals, log.records_per_second);
    this.#updateHeld(log, outbox);

    this.#showSource(arrivals, outbox);
    this.#showOutbox(outbox, log);
    this.#showStreamer(status.streamer);
    this.#showLog(log, status.streamer.retention);
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

  /** Plays that the log was wiped just now: it may be full again before any snapshot shows it empty. */
  wiped() {
    this.#band.wiped(performance.now());
    this.#stage.wake();
  }

  #updateHeld(log, outbox) {
    const firstOffset = log.first ? Number(log.first.split('-')[1]) : 0;
    this.#held = log.error || !log.records ? null : [firstOffset, log.head_offset];
    if (log.error) this.#why = 'the log cannot be checked';
    else if (log.head_offset === 0 && outbox.staged_offset > 0) this.#why = 'the log is empty';
    else this.#why = outbox.staged_offset ? 'every record read and trimmed' : 'no record yet';
  }

  #showSource(arrivals, outbox) {
    setText(byId('arrival-rate'), rate(arrivals));
    byId('source').classList.toggle('is-down', Boolean(outbox.error));
    setText(
      byId('source-text'),
      outbox.error ? 'No service can write while Postgres is away.' : (this.sourceText ?? texts.source),
    );
  }

  #showOutbox(outbox, log) {
    setText(byId('waiting'), count(outbox.waiting_records));
    setText(byId('waiting-unit'), this.#waitingText(outbox, log));
    byId('waiting').dataset.value = outbox.waiting_records ?? '';
    this.#tank.draw(outbox.waiting_records ?? 0);
    byId('outbox').classList.toggle('is-down', Boolean(outbox.error));
    byId('outbox').title =
      outbox.error ?? `${bytes(outbox.bytes)} on disk, in ${outbox.segments.length} segments`;
    setText(byId('outbox-text'), outbox.error ? 'The outbox cannot be checked.' : texts.outbox);
  }

  #waitingText(outbox, log) {
    if (log.head_offset < this.#furthest) return 'to send again';
    return outbox.oldest_waiting_seconds >= 1
      ? `waiting, for ${Math.round(outbox.oldest_waiting_seconds)} s`
      : 'waiting';
  }

  #showStreamer(streamer) {
    const element = byId('streamer-state');
    setText(
      element,
      ['streaming', 'unknown'].includes(streamer.state)
        ? `${rate(streamer.records_per_second)} a second`
        : state(streamer.state),
    );
    const isDown = ['stopped', 'halted', 'retrying', 'held_back'].includes(streamer.state);
    byId('streamer').classList.toggle('is-down', isDown);
    const why = isDown && streamer.state !== 'stopped' && streamer.last_error;
    setText(byId('streamer-text'), texts.streamer);
    byId('streamer').title = why ? streamer.last_error.message : '';
  }

  #showLog(log, retention) {
    setAttributes(byId('band'), { 'data-head': log.head_offset ?? '', 'data-records': log.records ?? '' });
    byId('log').title = log.error ?? '';
    if (log.error) {
      setText(byId('log-text'), 'The log cannot be checked. Records wait in the outbox.');
    } else if (this.#held) {
      const floor = retention?.floor_from != null;
      const held = floor ? texts.heldByFloor : texts.heldLog;
      setText(byId('log-text'), `${records(log.records)} in it now, ${bytes(log.bytes)}. ${held}`);
    } else {
      setText(byId('log-text'), texts.emptyLog);
    }
    setText(byId('retention-text'), retention ? retentionText(retention) : '');
    setAttributes(byId('band'), {
      'aria-label': log.error
        ? 'The log cannot be checked'
        : `The log: its head is record ${count(log.head_offset)}, and it holds ${records(log.records)}`,
    });
  }

  #draw(now) {
    this.#scale.resize(byId('band').clientWidth);
    const scale = this.#scale.at(now, motionWanted());
    if (!scale) return;
    this.#band.draw(scale, this.#held, this.#why, now);
    this.#lanes.draw(scale, now);
    const layout = `${innerWidth} ${byId('picture').offsetHeight} ${scale.headX}`;
    if (layout !== this.#layout) this.#flow.layOut(scale.headX);
    this.#layout = layout;
    this.#flow.draw(now, motionWanted());
  }
}
