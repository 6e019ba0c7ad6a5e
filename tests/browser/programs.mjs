// The programs behind the page, as processes.

import { execFile, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const programs = process.env.CONTRAIL_PROGRAMS;

let lastPort = 10_000 + ((process.pid * 61) % 20_000);

/**
 * A port on which nothing listens. It lies below those that the kernel gives to whatever connects next, and could give
 * away before a program listens there.
 */
async function freePort() {
  for (;;) {
    lastPort = lastPort < 30_000 ? lastPort + 1 : 10_000;
    const server = net.createServer();
    const free = await new Promise((found) => {
      server.once('error', () => found(false));
      server.listen(lastPort, '127.0.0.1', () => server.close(() => found(true)));
    });
    if (free) return lastPort;
  }
}

/** A process, and its output so far. */
class Program {
  output = '';
  #waiting = [];

  constructor(name, args, env) {
    this.process = spawn(`${programs}/${name}`, args, { env: { ...process.env, ...env } });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.on('data', (bytes) => this.#append(String(bytes)));
    }
    this.ended = new Promise((ended) => this.process.on('close', ended));
    this.process.on('close', () => {
      const error = new Error(`${name} ended after this output:\n${this.output}`);
      for (const { refuse } of this.#waiting.splice(0)) refuse(error);
    });
  }

  #append(text) {
    this.output += text;
    const isHere = ({ awaited }) => this.output.includes(awaited);
    for (const { done } of this.#waiting.filter(isHere)) done();
    this.#waiting = this.#waiting.filter((each) => !isHere(each));
  }

  untilOutput(awaited) {
    if (this.output.includes(awaited)) return Promise.resolve();
    return new Promise((done, refuse) => this.#waiting.push({ awaited, done, refuse }));
  }

  /** The rest of the first line that contains `text`. */
  outputAfter(text) {
    return this.output.split(text)[1].split('\n')[0];
  }

  async stop() {
    this.process.kill('SIGINT');
    await this.ended;
  }
}

/** `contrail dashboard`. */
export class Dashboard extends Program {
  static async start(servers) {
    const dashboard = new Dashboard('contrail', ['dashboard', '--port', await freePort()], servers);
    await dashboard.untilOutput('the page is at ');
    dashboard.address = dashboard.outputAfter('the page is at ').trim();
    return dashboard;
  }
}

/** `rocket_rides up`, on private servers. */
export class Fleet extends Program {
  /** Returns once the API listens. */
  static async start(...args) {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'page-'));
    await chmod(folder, 0o711); // the servers of root run as another user, who must pass through
    const port = await freePort();
    const ports = ['--port', port, '--dashboard-port', await freePort()];
    const noServers = { DATABASE_URL: '', LOG_URL: '', REDIS_URL: '' };
    const fleet = new Fleet('rocket_rides', ['up', '--data-dir', folder, ...ports, ...args], noServers);
    Object.assign(fleet, { folder, port });
    await fleet.untilOutput('listening on');
    fleet.address = fleet.outputAfter('the page: ');
    return fleet;
  }

  async stop() {
    await super.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  servers() {
    return {
      DATABASE_URL: this.outputAfter('DATABASE_URL='),
      LOG_URL: this.outputAfter('LOG_URL='),
      STREAM_NAME: 'rocket-rides-log',
    };
  }

  /** Posts rides of these distances, one after another. */
  async post(distances) {
    for (const distance of distances) {
      const body = new URLSearchParams({ distance });
      const answer = await fetch(`http://127.0.0.1:${this.port}/rides`, { method: 'POST', body });
      if (answer.status !== 201) throw new Error(`the API answered a ride with ${answer.status}`);
    }
  }

  /** The output of `verify --json`. */
  async verify() {
    const env = { ...process.env, ...this.servers() };
    const { stdout } = await promisify(execFile)(`${programs}/rocket_rides`, ['verify', '--json'], { env });
    return JSON.parse(stdout);
  }
}
