'use strict';

// Stores of used DPoP proofs (RFC 9449 section 11.1).

/** For several validators of one process. */
class MemoryReplays {
  #ends = new Map();
  #capacity;
  #now;

  constructor({ capacity = 100_000, clock = Date.now } = {}) {
    this.#capacity = capacity;
    this.#now = () => clock() / 1000;
  }

  remember(name, until) {
    const now = this.#now();
    if (this.#ends.size >= this.#capacity) {
      for (const [own, end] of this.#ends) if (end < now) this.#ends.delete(own);
    }
    if ((this.#ends.get(name) ?? -Infinity) >= now || this.#ends.size >= this.#capacity) return false;
    this.#ends.set(name, until);
    return true;
  }
}

/** In Redis, by a client of the package redis: `SET NX`, which one of several nodes wins. */
class RedisReplays {
  #client;
  #prefix;
  #now;

  constructor(client, { prefix = 'credenza:', clock = Date.now } = {}) {
    this.#client = client;
    this.#prefix = prefix;
    this.#now = () => Math.floor(clock() / 1000);
  }

  async remember(name, until) {
    // The last second counts whole.
    const seconds = Math.max(1, until - this.#now() + 1);
    return (await this.#client.set(this.#prefix + name, '1', { NX: true, EX: seconds })) === 'OK';
  }
}

module.exports = { MemoryReplays, RedisReplays };
