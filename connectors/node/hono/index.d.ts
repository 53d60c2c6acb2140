/** Guards the routes of an application of Hono. */

import type { MiddlewareHandler } from 'hono';
import type { Caller, ErrorSettings, MetadataOptions, Needs, Options } from '../lib/guard.js';
import { Guard as CoreGuard } from '../lib/guard.js';

export { Caller, Refusal } from '../lib/guard.js';
export type {
  Claims,
  ErrorSettings,
  GuardSettings,
  Logger,
  MetadataOptions,
  Needs,
  Options,
  RefusalRecord,
  RouteOptions,
} from '../lib/guard.js';

/** The variables of a context behind `requires`. */
export interface Guarded {
  Variables: {
    /** Whom the request is from. */
    caller: Caller;
  };
}

/** The variables of a context behind `optional`. */
export interface OptionallyGuarded {
  Variables: {
    /** Whom the request is from; `null` without credentials. */
    caller: Caller | null;
  };
}

export class Guard extends CoreGuard {
  /**
   * With `passErrors`, refusals go to `onError`, with their `status`, `headers` and `getResponse()`. The functions among the
   * options are given Node's request where there is one, and else that of the Fetch standard.
   */
  constructor(options: Options & ErrorSettings);
  /** Lets requests through that fulfil the needs, and answers all others. */
  requires(needs?: Needs): MiddlewareHandler<Guarded>;
  /** The same, and lets requests without any credentials through too. */
  optional(needs?: Needs): MiddlewareHandler<OptionallyGuarded>;
  /** Serves the metadata of the resource where clients look for it (RFC 9728). */
  metadata(options?: MetadataOptions): MiddlewareHandler;
}
