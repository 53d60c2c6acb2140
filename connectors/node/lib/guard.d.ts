/** What the guards of every framework have in common. */

import type { Claims, Denied, IssuerSettings, Needs, ValidatorOptions, Waiting } from '@credenza/validator';

export type { Claims, Needs } from '@credenza/validator';

/** Whom a request is from. Members that the token does not say are `null`, or empty lists. */
export class Caller {
  private constructor();
  /** The subject. */
  readonly sub: string | null;
  /** The client that the token was issued to. */
  readonly client_id: string | null;
  /** The scopes that were granted. */
  readonly scopes: readonly string[];
  /** The tenant, by the claim that `claimNames` names. */
  readonly tenant: string | null;
  /** The organisation. */
  readonly organization: string | null;
  /** The roles. */
  readonly roles: readonly string[];
  /** The permissions. */
  readonly permissions: readonly string[];
  /** The plan that is subscribed to. */
  readonly plan: string | null;
  /** The authentication context of the sign-in. */
  readonly acr: string | null;
  /** All claims. */
  readonly claims: Claims;
  /** Whether there is a person behind it: a client that calls in its own name is its own subject. */
  readonly isUser: boolean;
  /** Without `claims`. */
  toJSON(): Omit<Caller, 'claims' | 'isUser' | 'toJSON'>;
}

/** What a log is told of a refusal: neither the token nor the query of the URL is in it. */
export interface RefusalRecord {
  /** The reason, by a name that never changes, such as `exp`. */
  readonly rule: string;
  readonly status: number;
  readonly method: string;
  readonly path: string;
  /** A sentence about what was found, and what was wanted. */
  readonly reason: string;
  /** What the token says of itself; nothing has verified it. */
  readonly kid: string | undefined;
  readonly iss: string | undefined;
  readonly aud: readonly string[] | undefined;
  readonly exp: number | undefined;
}

/** What takes the records of a log, such as `console` or a logger of pino. */
export interface Logger {
  /** That a request was refused. */
  info(record: RefusalRecord, message: string): void;
  /** That something could not be fetched from an issuer. */
  warn?(line: string): void;
}

/** What the validator is told, but for what a guard has of its own. */
export type ValidatorSettings = Omit<ValidatorOptions, 'issuers' | 'logger'>;

/** What a guard is told beside the settings of its validator. `Request` is that of the framework. */
export interface GuardSettings<Request = unknown> {
  /**
   * The part of URLs that clients see and this program does not, behind a reverse proxy: scheme, host, and a prefix of
   * the path that the proxy takes away. By default the connection and its `Host`. It matters to DPoP alone.
   */
  readonly origin?: string | undefined;
  /** The thumbprint of the client's certificate, where a proxy ends TLS; by default that of the connection. */
  readonly certificate?: ((request: Request) => string | undefined) | undefined;
  /** Whether CORS preflights are passed on to what answers them; by default they are refused, as they have no token. */
  readonly preflight?: boolean | undefined;
  /** Whether clients are told why they are refused. Not for production. */
  readonly debug?: boolean | undefined;
  /** What is told of refusals; `false` for nobody. By default the framework's own, or the console. */
  readonly logger?: Logger | false | undefined;
}

/** The issuers whose tokens are accepted. */
export interface IssuersSettings<Request = unknown> {
  /**
   * Further issuers, each with whatever is its own; what concerns this service is that of the options around it. A token is
   * for the one that its `iss` names.
   */
  readonly issuers?: readonly IssuerSettings[] | undefined;
  /**
   * The name of the issuer that this request has to come from, as with a tenant for each host; undefined for none. It does
   * not go with `resolve`.
   */
  readonly issuerOf?: ((request: Request) => string | undefined | Promise<string | undefined>) | undefined;
}

/** The options of a guard: `issuer` and `audience` are all that is needed. */
export type Options<Request = unknown> = GuardSettings<Request> & IssuersSettings<Request> & ValidatorSettings;

/** Whether refusals are thrown as errors, for a handler of errors of the application's own; by default they are answered. */
export interface ErrorSettings {
  readonly passErrors?: boolean | undefined;
}

/** How a route is guarded. */
export interface RouteOptions {
  /** Whether requests without any credentials pass too. Bad ones are refused all the same. */
  readonly optional?: boolean | undefined;
}

/** The metadata of a protected resource (RFC 9728 section 2). Members that are not here are written as they are. */
export interface MetadataOptions {
  /** Its URL: by default the audience, if that is one. */
  readonly resource?: string | undefined;
  /** The scopes that clients may ask for: by default those that routes need. */
  readonly scopes?: readonly string[] | undefined;
  readonly resource_name?: string | undefined;
  readonly resource_documentation?: string | undefined;
  readonly [member: string]: unknown;
}

/** The metadata of a protected resource, and its answers. */
export interface Metadata {
  /** Where clients look for it (RFC 9728 section 3.1). */
  readonly path: string;
  answer(method: string): { status: number; headers: Record<string, string>; body: string };
  toJSON(): Record<string, unknown>;
}

/** What a route asks for, parsed once. */
export interface Route {
  readonly isOptional: boolean;
}

/** The request may pass. */
export interface Passed {
  readonly allowed: true;
  /** `null` without credentials on an optional route, and for a preflight. */
  readonly caller: Caller | null;
  /** The fields of the answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether it is a preflight, which was passed on as it is. */
  readonly isUnchecked: boolean;
}

/** Why a request may not pass, and the answer to it. */
export class Refusal extends Error {
  private constructor();
  readonly allowed: false;
  readonly status: 400 | 401 | 403 | 503;
  readonly statusCode: 400 | 401 | 403 | 503;
  /** The fields of the answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** Empty, unless the guard is debugging. */
  readonly body: string;
  /** The reason, by a name that never changes, such as `exp`. */
  readonly rule: string;
  /** What the validator has decided. */
  readonly denied: Denied;
  /** The answer, for servers of the Fetch standard. */
  getResponse(): Response;
  /** What may be sent to the client. */
  toJSON(): ReturnType<Denied['toJSON']>;
}

/** Guards the routes of one service, in frameworks that have no guard of their own here. */
export class Guard<Request = unknown> {
  /** @throws {SettingsError} names the option that is missing, unknown, contradictory or malformed. */
  constructor(options: Options<Request>);

  /** Fetches what the first check will need; rejects when an issuer cannot be used. Checks need not wait for it. */
  ready(waiting?: Waiting): Promise<void>;

  /** @throws {SettingsError} for needs that are unknown or of another type. */
  route(needs?: Needs, options?: RouteOptions): Route;

  /** @throws {SettingsError} when it is not known which URL the service has. */
  document(options?: MetadataOptions): Metadata;

  /** Whether a request of Node, of Express or Fastify, or of the Fetch standard may pass. */
  check(request: Request, route: Route, logger?: Logger): Promise<Passed | Refusal>;
}
