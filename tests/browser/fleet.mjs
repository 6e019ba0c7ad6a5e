// `rocket_rides up` as a process, with a page of its own.

import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const programs = process.env.CONTRAIL_PROGRAMS;

/** A port that nobody listens on. */
async function freePort() {
  const server = net.createServer();
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

export class Fleet {
  said = '';
  #waiting = [];

  /** Starts it on servers of its own; returns when it has said where its page is and the API listens. */
  static async start(...args) {
    const fleet = new Fleet();
    fleet.folder = await mkdtemp(path.join(os.tmpdir(), 'page-'));
    fleet.port = await freePort();
    const env = { ...process.env, DATABASE_URL: '', REDIS_URL: '' };
    fleet.process = spawn(`${programs}/rocket_rides`, ['up', '--data-dir', fleet.folder, '--port', fleet.port, '--dashboard-port', await freePort(), ...args], { env });
    for (const output of [fleet.process.stdout, fleet.process.stderr]) output.on('data', (bytes) => fleet.#hear(String(bytes)));
    fleet.ended = new Promise((ended) => fleet.process.on('close', ended));
    fleet.process.on('close', () => fleet.#waiting.splice(0).forEach(({ refuse }) => refuse(new Error(`the fleet has ended, and said\n${fleet.said}`))));
    await fleet.untilSaid('listening on');
    fleet.address = fleet.#after('the page: ');
    return fleet;
  }

  async stop() {
    this.process.kill('SIGINT');
    await this.ended;
    await rm(this.folder, { recursive: true, force: true });
  }

  #hear(text) {
    this.said += text;
    this.#waiting = this.#waiting.filter(({ awaited, done }) => !(this.said.includes(awaited) && (done(), true)));
  }

  untilSaid(awaited) {
    if (this.said.includes(awaited)) return Promise.resolve();
    return new Promise((done, refuse) => this.#waiting.push({ awaited, done, refuse }));
  }

  #after(text) {
    return this.said.split(text)[1].split('\n')[0];
  }

  /** Posts rides of these distances, one after another. */
  async post(distances) {
    for (const distance of distances) {
      const answer = await fetch(`http://127.0.0.1:${this.port}/rides`, { method: 'POST', body: new URLSearchParams({ distance }) });
      if (answer.status !== 201) throw new Error(`a ride was answered with ${answer.status}`);
    }
  }

  /** What `verify --json` says. */
  async verify() {
    const env = { ...process.env, DATABASE_URL: this.#after('DATABASE_URL='), REDIS_URL: this.#after('REDIS_URL=') };
    const { stdout } = await promisify(execFile)(`${programs}/rocket_rides`, ['verify', '--json'], { env });
    return JSON.parse(stdout);
  }
}
