/** The kit of an application of Next.js. */

import type { Caller, Guard, Needs } from '../lib/guard.js';
import type { Exchange, Gate } from './index.js';
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

export class Kit extends CoreKit {
  /** A Route Handler with all that the kit does for a request. */
  route<Context = unknown>(
    handler: (request: Request, context: Context & RouteContext) => Response | Promise<Response>,
    settings?: RouteSettings,
  ): (request: Request, context: Context) => Promise<Response>;
  /** The body of a request that the handler was given, which has to be JSON. */
  json(request: Request): Promise<unknown>;
  /** The body of a request that the handler was given. */
  bytes(request: Request): Promise<Buffer>;
  of(request: Request): Exchange;
}
