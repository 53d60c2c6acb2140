'use strict';

// Which events were handled already: what is delivered at least once is handled once.

const { Problem } = require('../kit/problem.js');

/** For how many seconds an id is remembered: longer than a sender tries. */
const KEEP = 172_800;
/** How many ids this process remembers; then the oldest make room. */
const KEPT = 100_000;
/** For how many seconds one of several processes has an event to itself while it handles it. */
const CLAIM = 60;

/** In this process. */
class MemorySeen {
  #ids = new Map();
  #clock;

  constructor({ clock = () => Date.now() } = {}) {
    this.#clock = clock;
  }

  /** `new` for whoever shall handle it, `busy` while somebody does, `seen` afterwards. */
  async claim(id) {
    const known = this.#ids.get(id);
    const now = this.#clock();
    if (known !== undefined && now < known.until) return known.isDone ? 'seen' : 'busy';
    this.#put(id, { isDone: false, until: now + CLAIM * 1000 });
    return 'new';
  }

  /** It was handled. */
  async done(id) {
    this.#put(id, { isDone: true, until: this.#clock() + KEEP * 1000 });
  }

  /** It was not, so that it may be handled when it comes again. */
  async release(id) {
    this.#ids.delete(id);
  }

  #put(id, entry) {
    this.#ids.delete(id);
    if (this.#ids.size >= KEPT) this.#ids.delete(this.#ids.keys().next().value);
    this.#ids.set(id, entry);
  }
}

/** In Redis, for several instances, by a client of the package redis. */
class RedisSeen {
  #client;
  #prefix;

  constructor(client, { prefix = 'credenza:seen:' } = {}) {
    this.#client = client;
    this.#prefix = prefix;
  }

  async claim(id) {
    // The client would keep the question until Redis is there again, while the sender waits.
    if (!this.#client.isReady) throw new Problem(503, 'unavailable', { headers: { 'Retry-After': '5' } });
    const name = this.#prefix + id;
    if ((await this.#client.set(name, 'busy', { NX: true, EX: CLAIM })) === 'OK') return 'new';
    return (await this.#client.get(name)) === 'done' ? 'seen' : 'busy';
  }

  async done(id) {
    await this.#client.set(this.#prefix + id, 'done', { EX: KEEP });
  }

  async release(id) {
    await this.#client.del(this.#prefix + id);
  }
}

module.exports = { MemorySeen, RedisSeen };
