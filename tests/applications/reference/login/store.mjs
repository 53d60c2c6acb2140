// Where things are kept for a while, in memory or in Redis: `get`, `put`, `add`, `delete`; times in seconds.
import { redis } from '../../servers/redis.mjs';

class Memory {
  #entries = new Map();

  async get(key) {
    const entry = this.#entries.get(key);
    return entry && entry.until > Date.now() ? entry.value : undefined;
  }

  async put(key, value, seconds) {
    if (this.#entries.size >= 100_000) this.#entries.delete(this.#entries.keys().next().value);
    this.#entries.set(key, { value, until: Date.now() + seconds * 1000 });
  }

  async add(key, value, seconds) {
    if ((await this.get(key)) !== undefined) return false;
    await this.put(key, value, seconds);
    return true;
  }

  async delete(key) {
    this.#entries.delete(key);
  }
}

/** The store cannot be reached. */
export class StoreLost extends Error {}

class Redis {
  constructor(url) {
    this.port = Number(new URL(url).port);
  }

  async #command(...words) {
    try {
      return await redis(this.port, ...words);
    } catch (error) {
      throw new StoreLost(error.message);
    }
  }

  async get(key) {
    return (await this.#command('GET', key)) ?? undefined;
  }

  async put(key, value, seconds) {
    await this.#command('SET', key, value, 'PX', Math.ceil(seconds * 1000));
  }

  async add(key, value, seconds) {
    return (await this.#command('SET', key, value, 'NX', 'PX', Math.ceil(seconds * 1000))) === 'OK';
  }

  async delete(key) {
    await this.#command('DEL', key);
  }
}

/** `redis://…`, or anything else for memory. */
export const openStore = (where) => (where?.startsWith('redis:') ? new Redis(where) : new Memory());
