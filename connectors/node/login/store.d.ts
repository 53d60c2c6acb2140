/** Where sessions are kept, and what all instances of an application have to know. */

/** How a value is kept. */
export interface PutSettings {
  /** For how long, in milliseconds. */
  readonly ttl: number;
  /** By what it is deleted at a logout; hashed already. */
  readonly sid?: string | undefined;
  readonly sub?: string | undefined;
  /** Whether it is kept only in place of a value that is still there. */
  readonly ifPresent?: boolean | undefined;
}

/** Releases a lock, unless it has ended by itself. */
export type Release = () => Promise<void>;

/** A store. Keys hold no secrets, and values are sealed. */
export interface Store {
  get(key: string): Promise<string | undefined>;
  /** Whether the value is kept: `false` with `ifPresent` and nothing there. */
  put(key: string, value: string, settings: PutSettings): Promise<boolean>;
  delete(key: string): Promise<void>;
  /** Deletes every value that was kept with this `sid`, or else with this `sub`. */
  deleteBy(by: { readonly sid?: string | undefined; readonly sub?: string | undefined }): Promise<void>;
  /** Takes a lock that ends by itself after `ttl` milliseconds; `undefined` when another has it. */
  lock(key: string, ttl: number): Promise<Release | undefined>;
}

/** A store in this process, for one instance. */
export class MemoryStore implements Store {
  /** `most` values, 10,000 by default; the oldest goes first. */
  constructor(options?: { readonly most?: number });
  get(key: string): Promise<string | undefined>;
  put(key: string, value: string, settings: PutSettings): Promise<boolean>;
  delete(key: string): Promise<void>;
  deleteBy(by: { readonly sid?: string | undefined; readonly sub?: string | undefined }): Promise<void>;
  lock(key: string, ttl: number): Promise<Release | undefined>;
}

/** What is used of a client of `ioredis`. */
export interface IoredisClient {
  call(command: string, ...args: string[]): Promise<unknown>;
}

/** What is used of a client of `redis`, which has to be connected. */
export interface RedisClient {
  sendCommand(command: string[]): Promise<unknown>;
}

/** A store in Redis 6 or later, for any number of instances. The client belongs to the application, which ends it. */
export class RedisStore implements Store {
  /** Keys begin with `prefix`, by default `credenza:login:`. */
  constructor(client: IoredisClient | RedisClient, options?: { readonly prefix?: string });
  get(key: string): Promise<string | undefined>;
  put(key: string, value: string, settings: PutSettings): Promise<boolean>;
  delete(key: string): Promise<void>;
  deleteBy(by: { readonly sid?: string | undefined; readonly sub?: string | undefined }): Promise<void>;
  lock(key: string, ttl: number): Promise<Release | undefined>;
}
