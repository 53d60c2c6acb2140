/** Guards the routes of an application of Express. */

import type { IncomingMessage } from 'node:http';

import type { RequestHandler } from 'express';
import type { Caller, ErrorSettings, MetadataOptions, Needs, Options, RouteOptions } from '../lib/guard.js';
import { Guard as CoreGuard } from '../lib/guard.js';
import type { ClientVerifier, UpgradeListener, UpgradeRequest } from '../lib/node-http.js';

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

declare global {
  namespace Express {
    interface Request {
      /** Whom the request is from: set by a guard; `null` without credentials on an optional route. */
      caller?: Caller | null;
    }
  }
}

export class Guard extends CoreGuard<IncomingMessage> {
  /**
   * With `passErrors`, refusals go to `next(error)`, with their `status` and `headers`. The functions among the options
   * are given the request of Express, and Node's for a WebSocket.
   */
  constructor(options: Options<IncomingMessage> & ErrorSettings);
  /** Lets requests through that fulfil the needs, and answers all others. */
  requires(needs?: Needs): RequestHandler;
  /** The same, and lets requests without any credentials through too. */
  optional(needs?: Needs): RequestHandler;
  /** Serves the metadata of the resource where clients look for it (RFC 9728): for `app.use`. */
  metadata(options?: MetadataOptions): RequestHandler;
  /** A listener for `upgrade` of the HTTP server: checks, and then calls the one that makes the WebSocket. */
  upgrade(needs: Needs | undefined, listener: UpgradeListener<UpgradeRequest>, options?: RouteOptions): UpgradeListener;
  /** `verifyClient` of a `WebSocketServer` of ws. */
  verifyClient(needs?: Needs, options?: RouteOptions): ClientVerifier;
}
