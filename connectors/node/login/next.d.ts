/** Sign-in for an application of Next.js. */

import type { NextRequest } from 'next/server';
import type { Allows } from './index.js';
import { Login as CoreLogin } from './index.js';
import type { Session } from './session.js';

export {
  LoginError,
  MemoryStore,
  RedisStore,
  Refused,
  Session,
  SessionEnded,
  TokenExpired,
  Unavailable,
} from './index.js';
export type { Allows, Claims, LoginLogger, LoginOptions, LoginProblem, LoginRecord, Store } from './index.js';

/** A Route Handler, as Next.js calls it. */
export type RouteHandler<Context> = (request: NextRequest, context: Context) => Promise<Response>;

/** A Route Handler whose context has who has signed in. */
export type SignedInHandler<Context, Who> = (
  request: NextRequest,
  context: Context & { signedIn: Who },
) => Response | Promise<Response>;

/** Where `params` of a route are. */
export interface RouteContext {
  params: Promise<Record<string, string | string[] | undefined>>;
}

export class Login extends CoreLogin {
  /** Route Handlers for the connector's own routes, in `app/auth/[...credenza]/route.ts`. */
  handlers(): { GET: (request: Request) => Promise<Response>; POST: (request: Request) => Promise<Response> };
  /** A Route Handler that is called for everybody. */
  withLogin<Context = RouteContext>(
    handler: SignedInHandler<Context, Session | null>,
    options: { readonly optional: true },
  ): RouteHandler<Context>;
  /** A Route Handler for those who have signed in; others are sent to the sign-in, or answered by 401. */
  withLogin<Context = RouteContext>(
    handler: SignedInHandler<Context, Session>,
    options?: { readonly optional?: false | undefined; readonly allows?: Allows | undefined },
  ): RouteHandler<Context>;
  /** The function of `proxy.ts`: guards pages, and refreshes access tokens for them, as pages cannot set cookies. */
  proxy(options?: {
    readonly optional?: boolean | undefined;
    readonly allows?: Allows | undefined;
  }): (request: NextRequest) => Promise<Response>;
  /** Who has signed in, in a server component or a server action; `null` for nobody. */
  session(): Promise<Session | null>;
}
