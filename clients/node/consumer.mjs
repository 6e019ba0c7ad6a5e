#!/usr/bin/env node
// A consumer in JavaScript: adds up the distances of Rocket Rides, as docs/protocol.md describes a consumer.
//
//     DATABASE_URL=… LOG_URL=… STREAM_NAME=… node consumer.mjs NAME [earliest|latest|ID]
//
// To make it yours, replace addUp(). Packages: npm ci in this folder.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import Redis from 'ioredis';
import pg from 'pg';

const recordsMax = 1000; // of one transaction,
const bytesMax = 4 << 20; // about
const attemptsMax = 3; // of a record by itself, before it is parked
const register = readFileSync(new URL('../register.lua', import.meta.url), 'utf8');
const report = readFileSync(new URL('../report.lua', import.meta.url), 'utf8');

// The handler. What it throws, other than what passing() names, rejects the records.
async function addUp(database, consumer, records) {
  const { rows } = await database.query('SELECT total_distance FROM consumer_states WHERE name = $1', [consumer]);
  let total = rows[0]?.total_distance ?? 0;
  for (const { action, object, data } of records) { // one by one, in order: a sum of doubles depends on both
    if (object !== 'ride') continue;
    const ride = JSON.parse(data);
    const change = (action === 'delete' ? 0 : ride.distance) - (action === 'create' ? 0 : ride.previous_distance);
    if (!Number.isFinite(change)) throw new Error(`${action} without a distance: ${data}`);
    total += change;
    console.log(`Consumed record: ${data} total_distance=${total.toFixed(1)}m`);
  }
  await database.query('INSERT INTO consumer_states (name, total_distance) VALUES ($1, $2) ' +
    'ON CONFLICT (name) DO UPDATE SET total_distance = excluded.total_distance', [consumer, total]);
}

const partsOf = (id) => id.split('-').map(BigInt); // a Number does not hold 64 bits
const offsetOf = (id) => partsOf(id)[1];
function isAtOrBefore(left, right) {
  const [[leftMs, leftOffset], [rightMs, rightOffset]] = [partsOf(left), partsOf(right)];
  return leftMs < rightMs || (leftMs === rightMs && leftOffset <= rightOffset);
}

class Overtaken extends Error {} // Another instance of this name has moved the checkpoint.
class Gap extends Error {}

class Consumer {
  constructor(name, stream, start, handler) {
    Object.assign(this, { name, stream, start, handler, recordsMax: 10, attempts: 0, suspectOffset: 0n });
  }

  async run() {
    for (let pause = 100; ;) {
      try {
        await this.connect();
        for (;;) {
          await this.step();
          pause = 100;
        }
      } catch (error) {
        if (error instanceof Gap || /^(GONE|NOPLACE|TOOMANYNAMES|OTHEROWNER)/.test(error.message)) throw error;
        if (error instanceof Overtaken) pause = 500;
        else console.error(`trying again: ${error.message}`);
        this.disconnect();
        await sleep(pause);
        pause = Math.min(2 * pause, 5000);
      }
    }
  }

  // Connects anew and loads the checkpoint: whatever failed, it is the truth. A commit in doubt may have happened.
  async connect() {
    this.lost = false;
    this.database = new pg.Client({ connectionString: process.env.DATABASE_URL, application_name: this.name });
    this.database.on('error', () => { this.lost = true; });
    await this.database.connect();
    const url = process.env.LOG_URL;
    const options = { lazyConnect: true, retryStrategy: null, commandTimeout: 10_000 };
    this.log = url.startsWith('unix:')
      ? new Redis({ ...options, path: decodeURIComponent(new URL(url).pathname) }) : new Redis(url, options);
    this.log.on('error', () => {}); // the command that fails reports it
    await this.log.connect();
    ({ rows: [this.owner] } = await this.database.query('SELECT id, name FROM contrail.owner()'));
    this.checkpoint = (await this.load()) ?? (await this.register());
    this.readTo = this.checkpoint;
    this.upkeepAt = 0;
  }

  disconnect() {
    this.log?.disconnect();
    this.database.end().catch(() => {}); // it may be lost already
  }

  async load() {
    const { rows } = await this.query('SELECT last_id FROM contrail.checkpoints WHERE consumer = $1 AND stream = $2');
    return rows[0]?.last_id;
  }

  async register() {
    for (;;) {
      const place = await this.log.eval(register, 2, `${this.stream}:positions`, `${this.stream}:owners`, this.name,
        this.start, this.owner.id, this.owner.name, this.stream, `${this.stream}:identity`);
      if (place) {
        await this.query('SELECT contrail.register($1, $2, $3)', place);
        return this.load();
      }
      await sleep(250); // the log cannot tell yet where it begins
    }
  }

  query(text, ...values) {
    return this.database.query(text, [this.name, this.stream, ...values]);
  }

  async transaction(body) {
    try {
      await this.database.query('BEGIN');
      const { rows } = await this.query('SELECT contrail.begin_batch($1, $2) AS id');
      if (rows[0].id !== this.checkpoint) throw new Overtaken();
      await body();
      await this.database.query('COMMIT');
    } catch (error) {
      await this.database.query('ROLLBACK').catch(() => { this.lost = true; });
      throw error;
    }
  }

  // Nothing is wrong with the records: a server is away, a lock was waited for in vain, another instance was faster.
  passing(error) {
    return this.lost || error instanceof Overtaken || /^(08|40|53|57|25P03|55P03)/.test(error.code ?? '');
  }

  async step() {
    if (performance.now() >= this.upkeepAt) { // once a second
      await this.report();
      await this.retryMarked();
      this.upkeepAt = performance.now() + 1000;
    }
    const records = await this.read();
    if (records.length === 0) return;
    try {
      const lastId = records.at(-1).id;
      await this.transaction(async () => {
        await this.handler(this.database, this.name, records);
        await this.query('SELECT contrail.advance($1, $2, $3, $4)', this.checkpoint, lastId);
      });
      this.checkpoint = lastId;
      this.attempts = 0;
      await this.report();
    } catch (error) {
      if (this.passing(error)) throw error;
      await this.reject(records, error);
    }
  }

  // Waits for records, outside of any transaction. Leaves out what was applied before, and stops at a gap.
  async read() {
    const count = offsetOf(this.readTo) < this.suspectOffset ? 1 : this.recordsMax;
    const reply = await this.log.xread('COUNT', count, 'BLOCK', 1000, 'STREAMS', this.stream, this.readTo);
    const entries = reply?.[0][1] ?? [];
    const records = [];
    let last = offsetOf(this.checkpoint);
    let bytes = 1;
    for (const [id, fields] of entries) {
      this.readTo = id;
      for (const text of fields) bytes += text.length;
      if (isAtOrBefore(id, this.checkpoint)) continue;
      last += 1n;
      if (offsetOf(id) !== last) {
        if ((await this.load()) !== this.checkpoint) throw new Overtaken();
        throw new Gap(`${this.name} stops: record ${last} is missing; the log continues with ${id}. ` +
          `Cut off: ${await this.log.hget(`${this.stream}:cut_off`, this.name)}`);
      }
      const record = { id };
      for (let i = 0; i < fields.length; i += 2) record[fields[i]] = fields[i + 1];
      records.push(record);
    }
    // The next read is bounded by what records of this one took, and at most twice as large.
    if (entries.length > 0) {
      this.recordsMax = Math.max(1, Math.min(2 * this.recordsMax, recordsMax, Math.floor(bytesMax * entries.length / bytes)));
    }
    return records;
  }

  // Has a batch applied again record by record, to find the one at fault; parks that one.
  async reject(records, error) {
    this.readTo = this.checkpoint;
    this.attempts += 1;
    if (records.length > 1) {
      this.attempts = 0;
      this.suspectOffset = offsetOf(records.at(-1).id);
    } else if (this.attempts >= attemptsMax) {
      const { id, action, object, data, key, headers } = records[0];
      await this.transaction(() => this.query(
        'SELECT contrail.park($1, $2, $3, $4, $5, $6, $7, attempts => $8, key => $9, headers => $10)',
        id, action, object, data, error.message, this.attempts, key ?? null, headers ?? null));
      this.checkpoint = this.readTo = id;
      this.attempts = 0;
      await this.report();
    }
  }

  // Applies a parked record that an operator has marked. The checkpoint stays.
  async retryMarked() {
    const { rows: [{ marked }] } = await this.query('SELECT contrail.has_marked($1, $2) AS marked');
    if (!marked) return;
    let letter;
    try {
      await this.transaction(async () => {
        ({ rows: [letter] } = await this.query('SELECT record_id AS id, * FROM contrail.take_marked($1, $2)'));
        if (letter) await this.handler(this.database, this.name, [letter]);
      });
    } catch (error) {
      if (this.passing(error) || !letter) throw error;
      await this.query('SELECT contrail.park_again($1, $2, $3, $4)', letter.id, error.message);
    }
  }

  // What the log may be trimmed to. Repeated once a second: a Redis that was wiped must hear of it again.
  report() {
    return this.log.eval(report, 2, `${this.stream}:positions`, `${this.stream}:owners`, this.name, this.checkpoint,
      this.owner.id, this.owner.name);
  }
}

const [name, start = 'earliest'] = process.argv.slice(2);
try {
  await new Consumer(name, process.env.STREAM_NAME, start, addUp).run();
} catch (error) {
  console.error(error.message);
  process.exit(78);
}
