/** The kit of an application of Hono. */

import type { Context, ErrorHandler, MiddlewareHandler, NotFoundHandler } from 'hono';
import type { Exchange, Gate, Health } from './index.js';
import { CoreKit } from './index.js';

export class Kit extends CoreKit {
  /** The first middleware: request id, log, fields of answers, limits. */
  start(): MiddlewareHandler;
  /** For `app.notFound`. */
  notFound(): NotFoundHandler;
  /** For `app.onError`. */
  onError(): ErrorHandler;
  /** Lets requests through that pass every gate. */
  gate(...gates: Gate[]): MiddlewareHandler;
  /** How many bytes a body may have here, in place of what was said before. */
  bodyLimit(bytes: number): MiddlewareHandler;
  /** How many seconds a request may take here since its start, in place of what was said before. */
  timeout(seconds: number): MiddlewareHandler;
  /** Serves `/livez` and `/readyz`. */
  health(health: Health): MiddlewareHandler;
  /** The body of a request, which has to be JSON: 400 `invalid_json`, 415 `unsupported_media_type`. */
  json(c: Context): Promise<unknown>;
  /** The body of a request. */
  bytes(c: Context): Promise<Buffer>;
  of(c: Context): Exchange;
}
