// A NATS server with JetStream of the run's own, and as much of its protocol as is needed.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { freePort } from '../runner/application.mjs';
import { spawnBound } from './process.mjs';

const PATIENCE = 10_000;

/** One connection. `close` is called when it ends. */
export class NatsClient {
  #socket;
  #buffer = Buffer.alloc(0);
  #handlers = new Map();
  #count = 0;

  constructor(port, close = () => undefined) {
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.on('data', (part) => this.#take(part));
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', close);
    this.#write(`CONNECT ${JSON.stringify({ verbose: false, headers: true, lang: 'node', version: '1' })}`);
  }

  /** `handle({ subject, reply, text })` is called for each message. */
  subscribe(subject, handle) {
    const id = String((this.#count += 1));
    this.#handlers.set(id, handle);
    this.#write(`SUB ${subject} ${id}`);
  }

  publish(subject, text = '', reply = '') {
    this.#write(`PUB ${subject} ${reply ? `${reply} ` : ''}${Buffer.byteLength(text)}\r\n${text}`);
  }

  /** Asks, and waits for the answer, which is JSON. */
  request(subject, value) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no answer of NATS to ${subject}`)), PATIENCE);
      const inbox = `_INBOX.${Math.random().toString(36).slice(2)}`;
      this.subscribe(inbox, ({ text }) => {
        clearTimeout(timer);
        resolve(JSON.parse(text));
      });
      this.publish(subject, value === undefined ? '' : JSON.stringify(value), inbox);
    });
  }

  end() {
    this.#socket.destroy();
  }

  #write(line) {
    this.#socket.write(`${line}\r\n`);
  }

  #take(part) {
    this.#buffer = Buffer.concat([this.#buffer, part]);
    while (this.#takeOne());
  }

  // Whether there was a whole protocol line, with its payload.
  #takeOne() {
    const end = this.#buffer.indexOf('\r\n');
    if (end < 0) return false;
    const [word, ...words] = this.#buffer.toString('utf8', 0, end).split(' ');
    const isMessage = word === 'MSG' || word === 'HMSG';
    const size = isMessage ? Number(words.at(-1)) + 2 : 0;
    if (this.#buffer.length < end + 2 + size) return false;
    const start = end + 2 + (word === 'HMSG' ? Number(words.at(-2)) : 0);
    const text = isMessage ? this.#buffer.toString('utf8', start, end + size) : '';
    this.#buffer = this.#buffer.subarray(end + 2 + size);
    if (word === 'PING') this.#write('PONG');
    if (isMessage) this.#deliver(word, words, text);
    return true;
  }

  #deliver(word, words, text) {
    const fixed = word === 'HMSG' ? 4 : 3;
    const reply = words.length > fixed ? words[2] : '';
    this.#handlers.get(words[1])?.({ subject: words[0], reply, text });
  }
}

/** Starts nats-server with JetStream on a spare port; `stop()` ends it. */
export async function startNats() {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'applications-nats-'));
  const child = spawnBound('nats-server', ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', folder]);
  const client = await connected(port);
  const stop = async () => {
    client.end();
    child.stdin.end();
    await once(child, 'exit');
    await rm(folder, { recursive: true, force: true });
  };
  return { port, client, stop };
}

async function connected(port) {
  for (let tries = 0; ; tries += 1) {
    const client = new NatsClient(port);
    const answer = await Promise.race([client.request('$JS.API.INFO').catch(() => undefined), after(500)]);
    if (answer?.config !== undefined || answer?.memory !== undefined) return client;
    client.end();
    if (tries > 60) throw new Error('nats-server does not start');
  }
}

const after = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
