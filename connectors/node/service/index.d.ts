/** Calls of other services, and of the admin API of a Credenza provider. All spans of time are in seconds. */

import type { ClientAuth } from 'openid-client' with { 'resolution-mode': 'import' };
import type { Problem } from '../kit/index.js';

/** What is known of a failure. */
export interface FailureOptions {
  readonly status?: number | undefined;
  readonly type?: string | undefined;
  readonly detail?: string | undefined;
  readonly requestId?: string | undefined;
  readonly errors?: unknown;
  readonly cause?: unknown;
}

/** Another service did not do what it was asked. Thrown through a handler, it is answered by the kit as its kind says. */
export class ServiceError extends Error {
  constructor(message: string, options?: FailureOptions);
  /** The status of its answer; undefined without one. */
  readonly status: number | undefined;
  /** The last part of the problem's type, such as `taken`. */
  readonly type: string | undefined;
  readonly detail: string | undefined;
  /** By which the other service's log knows the request. */
  readonly requestId: string | undefined;
  /** Which values are refused, where it says so. */
  readonly errors: unknown;
  toProblem(): Problem;
}
/** It is not there. */
export class NotFound extends ServiceError {}
/** The token is not good enough. */
export class Refused extends ServiceError {}
/** What was sent is not accepted. */
export class Invalid extends ServiceError {}
/** It is not as it was thought to be. */
export class Conflict extends ServiceError {}
/** There is a user of that name or id. */
export class UserAlreadyExists extends Conflict {}
/** Too many requests. */
export class RateLimited extends ServiceError {
  constructor(message: string, options: FailureOptions & { readonly retryAfter: number });
  /** In how many seconds it may be asked again. */
  readonly retryAfter: number;
}
/** There is no answer, or one that says that the service does not work. */
export class Unavailable extends ServiceError {}

/** A client of an issuer. */
export interface ClientOptions {
  readonly issuer: string;
  readonly clientId: string;
  /** For `client_secret_basic`. */
  readonly clientSecret?: string | undefined;
  /** In its place, a way of openid-client, such as `PrivateKeyJwt(key)`. */
  readonly authentication?: ClientAuth | undefined;
  readonly fetch?: typeof fetch | undefined;
  readonly clock?: (() => number) | undefined;
}

/** What a token is for. */
export interface TokenOptions extends ClientOptions {
  readonly scope?: string | undefined;
  /** RFC 8707. */
  readonly resource?: string | undefined;
}

/** An access token of this service's own, by client credentials: asked for once for all who wait, and kept until shortly before it expires. */
export class ClientToken {
  constructor(options: TokenOptions);
  /** Rejects with `Unavailable` or `Refused`. */
  get(): Promise<string>;
  /** Throws a token away that was refused. */
  discard(token: string): void;
}

/** A service below one URL. */
export interface ServiceOptions {
  readonly url: string;
  /** For calls in this service's own name. */
  readonly token?: Pick<ClientToken, 'discard' | 'get'> | undefined;
  /** How long a call may take; 10 by default. */
  readonly timeout?: number | undefined;
  readonly fetch?: typeof fetch | undefined;
}

/** A call. A body that is neither text nor bytes is sent as JSON. */
export interface CallOptions {
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** Calls. They reject with a {@link ServiceError}; a call that may be made again within a second is made again, once. */
export interface Calls {
  /** The response, where it is a success. */
  call(path: string, options?: CallOptions): Promise<Response>;
  /** Its JSON; undefined where it has no body. */
  json(path: string, options?: CallOptions): Promise<unknown>;
}

/** A request whose bearer token is forwarded: of Node, of the Fetch standard, or an exchange of the kit. */
export type Forwardable =
  | { readonly headers: { readonly authorization?: string | undefined } }
  | { readonly headers: { get(name: string): string | null } }
  | { header(name: string): string | undefined };

export class Service implements Calls {
  constructor(options: ServiceOptions);
  call(path: string, options?: CallOptions): Promise<Response>;
  json(path: string, options?: CallOptions): Promise<unknown>;
  /** Calls with the token of whoever has sent a request. Tokens that are bound to a key cannot be forwarded. */
  onBehalfOf(request: Forwardable): Calls;
}

/** A user, as the admin API has it. */
export interface User {
  readonly user_id: string;
  readonly username: string;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** In seconds since 1970. */
  readonly created_at: number;
  readonly updated_at: number;
  readonly disabled_at: number | null;
  readonly version: number;
}

/** A user to be made. */
export interface NewUser {
  readonly username: string;
  readonly user_id?: string | undefined;
  readonly password?: string | undefined;
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
}

/** Users of a Credenza provider. The client needs an admin role that may do what is asked. */
export class Users {
  constructor(options: ClientOptions & { readonly scope?: string | undefined; readonly timeout?: number | undefined });
  /** Rejects with {@link UserAlreadyExists}. Repeated with the same key, it makes one user. */
  create(user: NewUser, options?: { readonly idempotencyKey?: string | undefined }): Promise<User>;
  /** Rejects with {@link NotFound}. */
  get(id: string): Promise<User>;
  find(by: { user_id: string } | { username: string } | { email: string } | { phone_number: string }): Promise<User[]>;
  disable(id: string): Promise<User>;
  enable(id: string): Promise<User>;
  /** Rejects with {@link NotFound}. */
  delete(id: string): Promise<void>;
}
