// A NATS server with JetStream of the run's own, and as much of its protocol as is needed.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startOwn } from './own.mjs';
import { spawnBound } from './process.mjs';

const PATIENCE = 10_000;

/** One connection. What waits for an answer is told when it ends. */
export class NatsClient {
  #socket;
  #buffer = Buffer.alloc(0);
  #handlers = new Map();
  #count = 0;
  /** The name of the server, once it has told. */
  server;
  /** Until the connection has ended. */
  closed;

  constructor(port) {
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.on('data', (part) => this.#take(part));
    this.#socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => this.#socket.once('close', resolve));
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
  request(subject, value, patience = PATIENCE) {
    return new Promise((resolve, reject) => {
      const fail = () => reject(new Error(`no answer of NATS to ${subject}`));
      const timer = setTimeout(fail, patience);
      this.closed.then(() => clearTimeout(timer)).then(fail);
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
    if (word === 'INFO') this.server = JSON.parse(words.join(' ')).server_name;
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
export const startNats = (options) => startOwn(startAt, options);

async function startAt(port) {
  const folder = await mkdtemp(join(tmpdir(), 'applications-nats-'));
  const name = `test-${randomUUID()}`;
  const { end } = spawnBound('nats-server', ['-a', '127.0.0.1', '-p', String(port), '-n', name, '-js', '-sd', folder]);
  const started = { port };
  const isOwn = async () => {
    const client = new NatsClient(port);
    try {
      const { error } = await client.request('$JS.API.INFO', undefined, 2_000);
      if (error) throw new Error(`JetStream is not there: ${error.description}`);
    } catch (error) {
      client.end();
      throw error;
    }
    if (client.server !== name) return false;
    started.client = client;
    return true;
  };
  const stop = async () => {
    started.client?.end();
    await end();
    await rm(folder, { recursive: true, force: true });
  };
  started.stop = stop;
  return { isOwn, stop, started };
}
