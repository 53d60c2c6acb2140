/** The kit of an application of Express. */

import type { ErrorRequestHandler, Request, RequestHandler } from 'express';
import type { Exchange, Gate, Health } from './index.js';
import { CoreKit } from './index.js';

export class Kit extends CoreKit {
  /** The first middleware: request id, log, fields of answers, limits. */
  start(): RequestHandler;
  /** The last middleware: nothing was found. */
  notFound(): RequestHandler;
  /** The handler of errors, after everything else. */
  errors(): ErrorRequestHandler;
  /** Lets requests through that pass every gate. */
  gate(...gates: Gate[]): RequestHandler;
  /** How many bytes a body may have here, in place of what was said before. */
  bodyLimit(bytes: number): RequestHandler;
  /** How many seconds a request may take here since its start, in place of what was said before. */
  timeout(seconds: number): RequestHandler;
  /** Reads a body that is JSON into `request.body`: 400 `invalid_json`, 415 `unsupported_media_type`. */
  json(): RequestHandler;
  /** Reads a body into `request.body`, a `Buffer`. */
  bytes(): RequestHandler;
  /** Serves `/livez` and `/readyz`. */
  health(health: Health): RequestHandler;
  of(request: Request): Exchange;
}
