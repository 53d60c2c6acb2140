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

/** A client of the admin API. */
export interface AdminOptions extends ClientOptions {
  /** What tokens are asked for; everything that the class can do by default. */
  readonly scope?: string | undefined;
  /** How long a call may take; 10 by default. */
  readonly timeout?: number | undefined;
}

/** How something is made. */
export interface CreateOptions {
  /** Repeated with the same key, a call makes one thing, and has the same answer. */
  readonly idempotencyKey?: string | undefined;
}

/** Users of a Credenza provider. The client needs an admin role that may do what is asked. */
export class Users {
  constructor(options: AdminOptions);
  /** Rejects with {@link UserAlreadyExists}. */
  create(user: NewUser, options?: CreateOptions): Promise<User>;
  /** Rejects with {@link NotFound}. */
  get(id: string): Promise<User>;
  find(by: { user_id: string } | { username: string } | { email: string } | { phone_number: string }): Promise<User[]>;
  disable(id: string): Promise<User>;
  enable(id: string): Promise<User>;
  /** Rejects with {@link NotFound}. */
  delete(id: string): Promise<void>;
}

/** A role at a client. */
export interface ClientRole {
  readonly client_id: string;
  readonly role: string;
}

/** An invitation to be mailed. */
export interface NewInvitation {
  readonly email: string;
  /** The name that is proposed; the address, or what the person chooses, without it. */
  readonly username?: string | undefined;
  /** Standard claims without `email`, which the invitation proves. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
  /** Ids of groups; this needs `admin:groups:write` too. */
  readonly groups?: readonly string[] | undefined;
  /** This needs `admin:roles:write` too. */
  readonly roles?: readonly ClientRole[] | undefined;
  /** The application that the person goes on to. */
  readonly client_id?: string | undefined;
  /** The language of the mail (BCP 47). */
  readonly locale?: string | undefined;
  /** How many seconds the link is good; as the tenant says without it. */
  readonly expires_in?: number | undefined;
}

/** An invitation, as the admin API has it. Its link is in the mail alone. Times are in seconds since 1970. */
export interface Invitation {
  readonly invitation_id: string;
  readonly email: string;
  readonly username: string | null;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly groups: readonly string[];
  readonly roles: readonly ClientRole[];
  readonly client_id: string | null;
  readonly locale: string | null;
  readonly state: 'accepted' | 'expired' | 'pending' | 'revoked';
  /** Who has invited, such as `client:` and its id; null for the command line on the server. */
  readonly invited_by: string | null;
  readonly created_at: number;
  readonly sent_at: number;
  readonly expires_at: number;
  readonly accepted_at: number | null;
  readonly revoked_at: number | null;
  /** The account that was made with it. */
  readonly user_id: string | null;
}

/** Invitations of a Credenza provider. The client needs `admin:invitations:read` and `admin:invitations:write`. */
export class Invitations {
  constructor(options: AdminOptions);
  /** Whether the address has an account is not said, and it may be invited again. */
  create(invitation: NewInvitation, options?: CreateOptions): Promise<Invitation>;
  /** Rejects with {@link NotFound}. */
  get(id: string): Promise<Invitation>;
  /** All of them, the oldest first; a page is asked for when it is reached. */
  list(): AsyncGenerator<Invitation, void, undefined>;
  /** Mails it again, also an expired one: the link before is dead. Rejects with {@link Conflict} if it is over. */
  resend(id: string): Promise<Invitation>;
  /** Takes it back: its link is dead. Rejects with {@link Conflict} if it is over. */
  revoke(id: string): Promise<Invitation>;
}

/** A link to be made. */
export interface NewSignInLink {
  /** Whether it is mailed to the verified address of the user; if not, the answer has its `url`. */
  readonly mail: boolean;
  /** The client that the person goes on to; without one, to their account. */
  readonly client_id?: string | undefined;
  /** How many seconds it is good, 86400 at most; 600 without it. */
  readonly expires_in?: number | undefined;
}

/** A link by which somebody signs in. It is printed, and written as JSON, without its URL. */
export class SignInLink {
  private constructor();
  readonly user_id: string;
  /** In seconds since 1970. */
  readonly expires_at: number;
  /** The link itself, which is answered this once; undefined where it was mailed. Whoever has it signs in by it. */
  get url(): string | undefined;
}

/** Links by which users of a Credenza provider sign in once. The client needs `admin:users:sign_in_links`. */
export class SignInLinks {
  constructor(options: AdminOptions);
  /** Rejects with {@link NotFound}, and {@link Conflict} for a user who is disabled or has no verified address. */
  create(userId: string, link: NewSignInLink, options?: CreateOptions): Promise<SignInLink>;
}
