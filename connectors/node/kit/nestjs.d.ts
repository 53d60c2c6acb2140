/** The kit of an application of NestJS. */

import type { DynamicModule } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import type { Middleware } from '../lib/node-http.js';
import type { Exchange, Gate, Health, KitOptions } from './index.js';
import { CoreKit } from './index.js';

/** `app.get(Kit)`. */
export class Kit extends CoreKit {
  /** The first middleware, for `app.use`: request id, log, fields of answers, limits. */
  start(): Middleware;
  /** Serves `/livez` and `/readyz`, for `app.use` after `start()`. */
  health(health: Health): Middleware;
  /** The exchange of a request of either platform. */
  of(request: IncomingMessage | { readonly raw: IncomingMessage }): Exchange;
}

/** Provides {@link Kit} to the whole application, and answers errors with problems. Import it after `CredenzaModule`. */
export class KitModule {
  static forRoot(options?: KitOptions): DynamicModule;
}

/** Gates in front of a handler, or of every handler of a class; after guards. */
export function Gates(...gates: Gate[]): ClassDecorator & MethodDecorator;

/** How many bytes a body may have here, in place of what was said before; for bodies that {@link Reads} reads. */
export function BodyLimit(bytes: number): ClassDecorator & MethodDecorator;

/** How many seconds a request may take here since its start, in place of what was said before. */
export function Timeout(seconds: number): ClassDecorator & MethodDecorator;

/** Reads the body for `@Body()`, in applications that were made with `bodyParser: false`. */
export function Reads(kind: 'json' | 'bytes'): ClassDecorator & MethodDecorator;
