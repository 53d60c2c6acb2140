/** The kit of an application of Next.js. */

import type { Caller, Guard, Needs } from '../lib/guard.js';
import type { Exchange, Gate, Health } from './index.js';
import { CoreKit } from './index.js';

/** What stands in front of a Route Handler. */
export interface RouteSettings {
  /** Whose tokens are needed; requests are from nobody without. */
  readonly guard?: Pick<Guard, 'check' | 'route'> | undefined;
  readonly needs?: Needs | undefined;
  readonly gates?: readonly Gate[] | undefined;
  /** How many bytes a body may have here, in place of what the kit says. */
  readonly bodyLimit?: number | undefined;
  /** How many seconds a request may take here, in place of what the kit says. */
  readonly timeout?: number | undefined;
}

/** What a Route Handler is told beside what Next tells it. */
export interface RouteContext {
  /** Whom the request is from; `null` where no guard stands in front. */
  readonly caller: Caller | null;
  readonly exchange: Exchange;
}

/** A Route Handler that the kit has made. */
export type RouteHandler<Context = unknown> = (request: Request, context: Context) => Promise<Response>;

/** The methods that a file may export handlers for; `OPTIONS` is left to Next. */
export type Method = 'DELETE' | 'GET' | 'HEAD' | 'PATCH' | 'POST' | 'PUT';

export class Kit extends CoreKit {
  /** A Route Handler with all that the kit does for a request. */
  route<Context = unknown>(
    handler: (request: Request, context: Context & RouteContext) => Response | Promise<Response>,
    settings?: RouteSettings,
  ): RouteHandler<Context>;
  /**
   * What a file exports: these handlers, and for every other method `otherwise`, or a problem with 405. Next answers methods that
   * are not exported by itself, without a body and without the fields of the kit.
   */
  methods<Context = unknown>(
    handlers: Readonly<Partial<Record<Method, RouteHandler<Context>>>>,
    otherwise?: RouteHandler<Context>,
  ): Record<Method, RouteHandler<Context>>;
  /** A Route Handler for `/livez` and `/readyz`. */
  health(health: Health): RouteHandler;
  /** A Route Handler for whatever is not there. */
  notFound(): RouteHandler;
  /** The body of a request that the handler was given, which has to be JSON. */
  json(request: Request): Promise<unknown>;
  /** The body of a request that the handler was given. */
  bytes(request: Request): Promise<Buffer>;
  of(request: Request): Exchange;
}
