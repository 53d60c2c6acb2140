/** Stores of used DPoP proofs (RFC 9449 section 11.1), for the option `replays` of a validator. */

import type { ReplayStore } from './index.js';

/** For several validators of one process. */
export class MemoryReplays implements ReplayStore {
  /** `capacity` is how many are remembered at once; when as many are still fresh, further ones are refused. */
  constructor(options?: { readonly capacity?: number; readonly clock?: () => number });
  remember(name: string, until: number): boolean;
}

/** What is called of a client of the package redis. */
export interface RedisClient {
  set(name: string, value: string, options: { NX: true; EX: number }): Promise<unknown>;
}

/** In Redis, by a client of the package redis: `SET NX`, which one of several nodes wins. */
export class RedisReplays implements ReplayStore {
  /** `prefix` is what names begin with: `credenza:` by default. */
  constructor(client: RedisClient, options?: { readonly prefix?: string; readonly clock?: () => number });
  remember(name: string, until: number): Promise<boolean>;
}
