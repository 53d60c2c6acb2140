/** Guards the routes of an application of Fastify. */

import type { FastifyPluginAsync, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
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

declare module 'fastify' {
  interface FastifyRequest {
    /** Whom the request is from: set by the guard; `null` without one, or without credentials on an optional route. */
    caller: Caller | null;
  }

  interface FastifyContextConfig {
    /** What the route asks for, with `{}` for a good token and nothing else. A route without it is not guarded. */
    needs?: Needs | undefined;
    /** Whether requests without any credentials pass too. */
    optional?: boolean | undefined;
  }

  interface FastifyInstance {
    /** The guard, for hooks of one's own. */
    guard: Guard;
  }
}

/** What `credenza` makes of its options. */
export class Guard extends CoreGuard<FastifyRequest> {
  /** With `passErrors`, refusals go to the handler of errors, with their `statusCode` and `headers`. */
  constructor(options: Options<FastifyRequest> & ErrorSettings);
  /** A hook `onRequest` that lets requests through that fulfil the needs, and answers all others. */
  requires(needs?: Needs): onRequestAsyncHookHandler;
  /** The same, and lets requests without any credentials through too. */
  optional(needs?: Needs): onRequestAsyncHookHandler;
}

/** What the plugin is registered with. */
export type PluginOptions = Options<FastifyRequest> &
  ErrorSettings & {
    /** The metadata of the resource (RFC 9728), which are served where clients look for them. */
    readonly metadata?: MetadataOptions | boolean | undefined;
  };

/** The plugin: guards routes by the `needs` and `optional` of their `config`. */
export const credenza: FastifyPluginAsync<PluginOptions>;
