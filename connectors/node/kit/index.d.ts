/** What every service does for a request, whatever it is about. All spans of time are in seconds. */

import type { Caller } from '../lib/guard.js';

export * from './gates.js';
export * from './pages.js';

/** What a problem is made of. */
export interface ProblemOptions {
  /** In a few words; by default the phrase of the status. */
  readonly title?: string | undefined;
  /** What is wrong with this request. Clients see it. */
  readonly detail?: string | undefined;
  /** Fields of the answer. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Members of the body beside those of RFC 9457. */
  readonly members?: Readonly<Record<string, unknown>> | undefined;
  /** What has happened, for the log. */
  readonly cause?: unknown;
}

/** What goes wrong with a request, and the answer to it (RFC 9457): thrown anywhere, it is answered as it says. */
export class Problem extends Error {
  /** Without `name` the status says it all, and the type is `about:blank`; otherwise it is `urn:problem:` and the name. */
  constructor(status: number, name?: string, options?: ProblemOptions);
  readonly status: number;
  readonly statusCode: number;
  readonly problem: string | undefined;
  readonly title: string;
  readonly detail: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly members: Readonly<Record<string, unknown>>;
  /** The body of the answer. */
  body(requestId?: string): Record<string, unknown>;
  /** The answer. */
  answer(requestId?: string): { status: number; headers: Record<string, string>; body: string };
}

/**
 * The problem that an error is: a refusal of a guard, and what frameworks throw for a client's mistake, by their status;
 * everything else is 500 `internal_error`, of which clients learn no more.
 */
export function problemOf(error: unknown): Problem;

/** Where the kit writes: called as pino is, which can stand in its place. */
export interface KitLogger {
  info(fields: object, message: string): void;
  warn(fields: object | string, message?: string): void;
  error(fields: object, message: string): void;
}

/** How a log is written. */
export interface LogOptions {
  /** What takes a line, without its end; by default it goes to stdout. */
  readonly write?: ((line: string) => void) | undefined;
  /** What is less than that is not written; `info` by default. */
  readonly level?: 'debug' | 'info' | 'warn' | 'error' | undefined;
}

/** One JSON object a line, with the id of the request that is being answered. Errors are written with their stack. */
export class Log implements KitLogger {
  constructor(options?: LogOptions);
  debug(fields: object | string, message?: string): void;
  info(fields: object | string, message?: string): void;
  warn(fields: object | string, message?: string): void;
  error(fields: object | string, message?: string): void;
}

/** A request under way, whichever framework it comes from. */
export interface Exchange {
  /** The request id: the client's, where it is fit for a log, or a new one. */
  readonly id: string;
  readonly method: string;
  /** The path, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Whom the request is from, once a guard has let it through. */
  readonly caller: Caller | null;
  /** Aborts when the request is answered without its handler, or nobody waits for the answer. */
  readonly signal: AbortSignal;
  /** A field of the request, by its name in small letters. */
  header(name: string): string | undefined;
  /** Sets a field of the answer. */
  setHeader(name: string, value: string): void;
}

/** Stands in front of a handler: throws a problem, or lets the request through. */
export type Gate = (exchange: Exchange) => unknown;

/** The settings of a kit. */
export interface KitOptions {
  /** Scheme and host of this service as clients see them: with https, browsers are told to stay with it. */
  readonly origin?: string | undefined;
  /** How many bytes a body may have; any number by default. */
  readonly bodyLimit?: number | undefined;
  /** How long a request may take; as long as it likes by default. */
  readonly timeout?: number | undefined;
  /** By default a {@link Log} to stdout. */
  readonly log?: KitLogger | undefined;
}

/** What the kits of all frameworks have in common. */
export class CoreKit {
  constructor(options?: KitOptions);
  readonly log: KitLogger;
  /** The request that is being answered, wherever this is read. */
  readonly current: Exchange | undefined;
}

/** The request that is being answered, wherever this is called. */
export function current(): Exchange | undefined;

/** The answer of a health route. */
export interface HealthAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** `/livez` and `/readyz`. */
export class Health {
  /** One that rejects, or takes two seconds, says that this service is not ready. They are run once a second at most. */
  constructor(checks?: Readonly<Record<string, () => unknown>>);
  /** The answer to a request; undefined where it is for neither path. */
  answer(method: string, path: string): Promise<HealthAnswer | undefined>;
  ready(): Promise<{ status: 200 | 503; body: { status: string; checks: Record<string, 'ok' | 'failed'> } }>;
}
