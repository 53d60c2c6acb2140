/** What sign-in in every framework has in common. */

import type { JsonWebKey, webcrypto } from 'node:crypto';

import type { Claims } from '@credenza/validator';
import type { Session } from './session.js';
import type { Store } from './store.js';

export type { Claims } from '@credenza/validator';

/** What a log is told: neither tokens nor queries are in it. */
export interface LoginRecord {
  readonly event: string;
  readonly sub?: string | undefined;
  readonly sid?: string | undefined;
  readonly code?: string | undefined;
  readonly reason?: string | undefined;
}

/** What takes the records of a log, such as `console` or a logger of pino. */
export interface LoginLogger {
  info(record: LoginRecord, message: string): void;
  warn?(record: LoginRecord, message: string): void;
}

/** Why the connector shows a page. */
export interface LoginProblem {
  readonly status: number;
  /** `state`, `denied`, `answer`, `refused`, `unavailable`, `broken` or `forbidden`. */
  readonly kind: string;
  readonly title: string;
  readonly detail: string;
  /** Where to sign in again, with what was asked for. */
  readonly loginUrl?: string | undefined;
}

/** How the client authenticates: by a secret (`client_secret_basic`), or by a key (`private_key_jwt`). */
export type ClientCredentials =
  | { readonly clientSecret: string; readonly clientKey?: undefined }
  | {
      /** A private key that signs: a JWK (RSA, EC or Ed25519; `kid` and `alg` count), or a CryptoKey. */
      readonly clientKey: webcrypto.CryptoKey | JsonWebKey;
      readonly clientSecret?: undefined;
    };

/** The options that have no default. */
export interface LoginBasics {
  /** The URL of the provider, exactly as in its metadata. */
  readonly issuer: string;
  readonly clientId: string;
  /** Scheme and host of this application as browsers see them; http on this machine alone. */
  readonly origin: string;
  /** A random text of 32 bytes at least, which seals cookies and sessions. Of a list, the first one seals, and all open. */
  readonly secret: string | Uint8Array | readonly (string | Uint8Array)[];
}

/** Spans are in seconds. */
export interface LoginSettings {
  /** Below which path the connector's own routes are: `/auth`. */
  readonly path?: string | undefined;
  /** `openid profile email offline_access`. */
  readonly scope?: string | readonly string[] | undefined;
  /** The service that access tokens are for (RFC 8707). */
  readonly resource?: string | undefined;
  /** How long ago the sign-in at the provider may be. */
  readonly maxAge?: number | undefined;
  /** Authentication contexts, one of which has to be reached. */
  readonly acrValues?: string | readonly string[] | undefined;
  readonly prompt?: string | undefined;
  /** How long a session lasts: eight hours. */
  readonly lifetime?: number | undefined;
  /** How long it lasts without a request; by default, there is no such limit. */
  readonly idle?: number | undefined;
  /** Where sessions are: in cookies, in this process, or in a store. */
  readonly sessions?: 'cookie' | 'memory' | Store | undefined;
  /** Where all instances find ended sessions and the results of refreshing; by default the store of sessions, or memory. */
  readonly ended?: Store | undefined;
  /** The path to which a logout leads: `/`. */
  readonly afterLogout?: string | undefined;
  /** Called at each sign-in; what it answers is kept in the session, as JSON. */
  readonly signedIn?: ((claims: Claims) => unknown) | undefined;
  /** A page of the application's own for what goes wrong: HTML, with fields of the answer where they are not the usual ones. */
  readonly onError?:
    ((problem: LoginProblem) => string | { body: string; headers?: Record<string, string> } | undefined) | undefined;
  /** What is told of sign-ins and of trouble; `false` for nobody. By default the console. */
  readonly logger?: LoginLogger | false | undefined;
  /** Another HTTP client. */
  readonly fetch?: ((url: string, init?: RequestInit) => Promise<Response>) | undefined;
}

/** The options of sign-in. */
export type LoginOptions = LoginBasics & ClientCredentials & LoginSettings;

/** Refuses some of those who have signed in, by 403. */
export type Allows = (signedIn: Session) => boolean | Promise<boolean>;

/** A request, of whatever kind. */
export interface LoginRequest {
  readonly method: string;
  /** Path and query as they were requested. */
  readonly target: string;
  /** The value of a field by its name in small letters. */
  header(name: string): string | undefined;
  /** The form in the body; an empty one where there is none. */
  form(): Promise<URLSearchParams>;
}

/** An answer. */
export interface LoginAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Lines of `Set-Cookie`. */
  readonly cookies: readonly string[];
  readonly body: string;
}

/** Where lines of `Set-Cookie` go while a request is handled. */
export interface CookieSink {
  /** Whether the answer can still have one. */
  readonly isWritable: boolean;
  /** Puts one on the answer; `false` where that is not possible any more. */
  cookie(line: string): boolean;
}

/** What a request is let in with, or answered by. */
export type Entered =
  | { readonly answer: LoginAnswer; readonly signedIn?: undefined; readonly headers?: undefined }
  | {
      readonly answer?: undefined;
      readonly signedIn: Session | null;
      /** The fields of the answer. */
      readonly headers: Readonly<Record<string, string>>;
    };

/** Sign-in for one application, in frameworks that have no part of their own here. */
export class Login {
  /** @throws {SettingsError} names the option that is missing, unknown, contradictory or malformed. */
  constructor(options: LoginOptions);
  /** Scheme and host of the application. */
  readonly origin: string;
  /** Below which path the connector's own routes are. */
  readonly path: string;
  /** Asks for metadata and keys; rejects when the provider cannot be used. Nothing needs to wait for it. */
  ready(): Promise<void>;
  /** The answer of one of the connector's own routes; `undefined` for a request of another path. */
  route(request: LoginRequest): Promise<LoginAnswer | undefined>;
  /** Lets a request in, or answers it. */
  enter(
    request: LoginRequest,
    sink: CookieSink,
    how?: { readonly isOptional?: boolean; readonly allows?: Allows | undefined },
  ): Promise<Entered>;
}
