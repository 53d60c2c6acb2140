'use strict';

// Counters of requests, by name: of this process, or of all that share a Redis.

const { createHash } = require('node:crypto');

const { patience } = require('./patience.js');

/** How many names are counted; then those whose time is over make room, and then the oldest. */
const KEPT = 100_000;
/** For how many milliseconds Redis is waited for, and left alone after it has failed. */
const PATIENCE = 1000;
const COOLDOWN = 1000;

/** In this process. */
class MemoryCounters {
  #windows = new Map();
  #clock;

  constructor({ clock = () => performance.now() } = {}) {
    this.#clock = clock;
  }

  /** Counts one more under every name, or under none of them when one is full. Times are in milliseconds. */
  async take(counted) {
    const now = this.#clock();
    const windows = counted.map(({ key, window }) => this.#window(key, window * 1000, now));
    const isTaken = counted.every(({ quota }, at) => windows[at].count < quota);
    if (isTaken) for (const window of windows) window.count += 1;
    return { isTaken, counts: windows.map(({ count, end }) => ({ count, resets: end - now })) };
  }

  #window(key, length, now) {
    const known = this.#windows.get(key);
    if (known !== undefined && now < known.end) return known;
    this.#windows.delete(key);
    if (this.#windows.size >= KEPT) this.#sweep(now);
    const fresh = { count: 0, end: now + length };
    this.#windows.set(key, fresh);
    return fresh;
  }

  #sweep(now) {
    for (const [key, { end }] of this.#windows) if (end <= now) this.#windows.delete(key);
    for (const key of this.#windows.keys()) {
      if (this.#windows.size < KEPT) return;
      this.#windows.delete(key);
    }
  }
}

/** Counts in one step, so that of two requests for the last place one wins. ARGV has quota and window of each key. */
const SCRIPT = `
local counts, isTaken = {}, 1
for at, key in ipairs(KEYS) do
  counts[at] = tonumber(redis.call('GET', key) or '0')
  if counts[at] >= tonumber(ARGV[2 * at - 1]) then isTaken = 0 end
end
local found = { isTaken }
for at, key in ipairs(KEYS) do
  if isTaken == 1 then counts[at] = redis.call('INCR', key) end
  local left = redis.call('PTTL', key)
  if left < 0 then
    left = tonumber(ARGV[2 * at])
    if isTaken == 1 then redis.call('PEXPIRE', key, left) end
  end
  found[2 * at], found[2 * at + 1] = counts[at], left
end
return found`;

/** In Redis, by a client of the package redis. While Redis does not answer, this process counts by itself. */
class RedisCounters {
  #client;
  #prefix;
  #memory;
  #restsUntil = 0;

  constructor(client, { prefix = 'credenza:rate:' } = {}) {
    this.#client = client;
    this.#prefix = prefix;
    this.#memory = new MemoryCounters();
  }

  async take(counted) {
    if (!this.#client.isReady || performance.now() < this.#restsUntil) return this.#memory.take(counted);
    try {
      return await patience(PATIENCE, this.#taken(counted));
    } catch {
      this.#restsUntil = performance.now() + COOLDOWN;
      return this.#memory.take(counted);
    }
  }

  async #taken(counted) {
    const name = (key) => this.#prefix + createHash('sha256').update(key).digest('base64url');
    const told = {
      keys: counted.map(({ key }) => name(key)),
      arguments: counted.flatMap(({ quota, window }) => [String(quota), String(window * 1000)]),
    };
    const [isTaken, ...found] = (await this.#client.eval(SCRIPT, told)).map(Number);
    return {
      isTaken: isTaken === 1,
      counts: counted.map((_, at) => ({ count: found[2 * at], resets: found[2 * at + 1] })),
    };
  }
}

module.exports = { MemoryCounters, RedisCounters };
