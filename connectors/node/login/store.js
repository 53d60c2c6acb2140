'use strict';

// Where sessions are kept that are not kept in cookies, and what all instances have to know of: ended sessions, locks, and
// the last results of refreshing.

const { randomUUID } = require('node:crypto');

const { Unavailable } = require('./errors.js');

/** How long a command may take, in milliseconds. */
const PATIENCE = 5_000;

/** A store in this process, for one instance. It is bounded: the oldest entry goes first. Lifetimes are milliseconds. */
class MemoryStore {
  #entries = new Map();
  #most;

  constructor({ most = 10_000 } = {}) {
    this.#most = most;
  }

  async get(key) {
    return this.#live(key)?.value;
  }

  /** Keeps a value. With `ifPresent`, one that was deleted meanwhile is not made again; answers whether it is kept. */
  async put(key, value, { ttl, sid, sub, ifPresent = false }) {
    const present = this.#live(key);
    if (ifPresent && present === undefined) return false;
    this.#entries.delete(key);
    this.#entries.set(key, { value, until: Date.now() + ttl, sid, sub });
    if (this.#entries.size > this.#most) this.#makeRoom();
    return true;
  }

  async delete(key) {
    this.#entries.delete(key);
  }

  /** Deletes every session of a `sid`, or else of a `sub`. */
  async deleteBy({ sid, sub }) {
    for (const [key, entry] of this.#entries) {
      if (sid !== undefined ? entry.sid === sid : sub !== undefined && entry.sub === sub) this.#entries.delete(key);
    }
  }

  /** Takes a lock that ends by itself after `ttl`: a function that releases it, or undefined when another has it. */
  async lock(key, ttl) {
    if (this.#live(key) !== undefined) return undefined;
    const token = randomUUID();
    await this.put(key, token, { ttl });
    return async () => {
      if (this.#entries.get(key)?.value === token) this.#entries.delete(key);
    };
  }

  #live(key) {
    const entry = this.#entries.get(key);
    return entry !== undefined && entry.until > Date.now() ? entry : undefined;
  }

  #makeRoom() {
    const now = Date.now();
    for (const [key, { until }] of this.#entries) if (until <= now) this.#entries.delete(key);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#most) this.#entries.delete(oldest);
  }
}

const PUT = `
if ARGV[3] == '1' and redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
for at = 2, #KEYS do
  redis.call('SADD', KEYS[at], KEYS[1])
  if redis.call('PTTL', KEYS[at]) < tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[at], ARGV[2]) end
end
return 1`;
const DELETE_BY = `
for _, key in ipairs(redis.call('SMEMBERS', KEYS[1])) do redis.call('DEL', key) end
return redis.call('DEL', KEYS[1])`;
const RELEASE = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`;

/** One command, by a client of `ioredis` or of `redis`. */
function commandOf(client) {
  if (typeof client?.call === 'function') return (name, ...args) => client.call(name, ...args);
  if (typeof client?.sendCommand === 'function') return (...args) => client.sendCommand(args);
  throw new TypeError('RedisStore takes a client of ioredis or of redis');
}

/** A store in Redis, for any number of instances. The client belongs to the application, which ends it. */
class RedisStore {
  #command;
  #prefix;

  constructor(client, { prefix = 'credenza:login:' } = {}) {
    this.#command = commandOf(client);
    this.#prefix = prefix;
  }

  async get(key) {
    return (await this.#send('GET', this.#prefix + key)) ?? undefined;
  }

  async put(key, value, { ttl, sid, sub, ifPresent = false }) {
    const keys = [this.#prefix + key, ...[sid, sub].filter(Boolean).map((name) => this.#index(name))];
    const args = [value, String(Math.ceil(ttl)), ifPresent ? '1' : '0'];
    return (await this.#send('EVAL', PUT, String(keys.length), ...keys, ...args)) === 1;
  }

  async delete(key) {
    await this.#send('DEL', this.#prefix + key);
  }

  async deleteBy({ sid, sub }) {
    await this.#send('EVAL', DELETE_BY, '1', this.#index(sid ?? sub));
  }

  async lock(key, ttl) {
    const [name, token] = [this.#prefix + key, randomUUID()];
    const taken = await this.#send('SET', name, token, 'NX', 'PX', String(ttl));
    return taken === null ? undefined : async () => void (await this.#send('EVAL', RELEASE, '1', name, token));
  }

  #index(name) {
    return `${this.#prefix}of:${name}`;
  }

  /** A client that has lost its server may keep commands for long; nobody waits for that here. */
  async #send(...command) {
    let timer;
    const late = new Promise((_, reject) => {
      // Where this process itself was held up, the answer is read before the time is over.
      timer = setTimeout(() => setImmediate(() => reject(new Error('no answer'))), PATIENCE);
    });
    try {
      return await Promise.race([this.#command(...command), late]);
    } catch (error) {
      throw new Unavailable(`the session store cannot be reached: ${error.message}`);
    } finally {
      clearTimeout(timer);
    }
  }
}

module.exports = { MemoryStore, RedisStore };
