/** Guards the routes of an application of Next.js. */

import type { NextRequest, NextResponse } from 'next/server';
import type { Caller, MetadataOptions, Needs, Options } from '../lib/guard.js';
import { Guard as CoreGuard } from '../lib/guard.js';

export { Caller, Refusal } from '../lib/guard.js';
export type {
  Claims,
  GuardSettings,
  Logger,
  MetadataOptions,
  Needs,
  Options,
  RefusalRecord,
  RouteOptions,
} from '../lib/guard.js';

/** A Route Handler, as Next.js calls it. */
export type RouteHandler<Context> = (request: NextRequest, context: Context) => Promise<Response>;

/** A Route Handler behind the guard: its context has the caller. */
export type GuardedHandler<Context, Who> = (
  request: NextRequest,
  context: Context & { caller: Who },
) => Response | Promise<Response>;

export class Guard extends CoreGuard<NextRequest> {
  constructor(options: Options<NextRequest>);
  /** A Route Handler that is called for requests without any credentials too. */
  withAuth<Context = { params: Promise<Record<string, string | string[] | undefined>> }>(
    handler: GuardedHandler<Context, Caller | null>,
    needs: Needs | undefined,
    options: { readonly optional: true },
  ): RouteHandler<Context>;
  /** A Route Handler that is called for requests that fulfil the needs; all others are answered. */
  withAuth<Context = { params: Promise<Record<string, string | string[] | undefined>> }>(
    handler: GuardedHandler<Context, Caller>,
    needs?: Needs,
    options?: { readonly optional?: false | undefined },
  ): RouteHandler<Context>;
  /** The function of `proxy.ts`. What it lets through finds no caller: `withAuth` and `caller` are for that. */
  proxy(
    needs?: Needs,
    options?: { readonly optional?: boolean | undefined },
  ): (request: NextRequest) => Promise<Response | NextResponse>;
  /** The caller, in a server component; `null` when the request would be refused. Tokens bound to a key always are. */
  caller(needs?: Needs): Promise<Caller | null>;
  /** Route Handlers for the metadata of the resource (RFC 9728). */
  metadata(options?: MetadataOptions): {
    GET: (request: Request) => Promise<Response>;
    HEAD: (request: Request) => Promise<Response>;
  };
}
