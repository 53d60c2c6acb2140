/**
 * Checks access tokens, ID tokens and logout tokens of Credenza and of any standard OpenID Connect issuer. All spans of
 * time are in seconds, unless a name says otherwise.
 */

import type { Algorithm, HmacAlgorithm, IssuerSettings, JwkSet, KeyManagement, Settings } from './lib/settings.js';

export type * from './lib/settings.js';

/** A replacement for `fetch`: called as `fetch(url, init)`, it resolves to a `Response`. */
export type Fetch = (
  url: string,
  init: {
    readonly method: string;
    readonly headers: [string, string][];
    readonly body: string | null;
    readonly redirect: 'manual';
    readonly signal: AbortSignal;
  },
) => Promise<Response>;

/** What takes the lines of a log: one for each cause, at most once a minute. No token is in them. */
export interface Logger {
  /** What an operator has to mend: a fetch that failed. */
  warn(line: string): void;
  /** That a request was denied, and why. */
  info?(line: string): void;
}

/** A store of used DPoP proofs that all nodes share (RFC 9449 section 11.1), such as those of `@credenza/validator/replays`. */
export interface ReplayStore {
  /**
   * Records a name until a time, in seconds since 1970, and says whether it was new. Of two calls with the same name at
   * once, one is told that it was. Where it fails, the request is refused with 503.
   */
  remember(name: string, until: number): boolean | Promise<boolean>;
}

/**
 * Is asked about an issuer that the settings do not name, by the `iss` of a token, for which nothing vouches yet.
 * `undefined` for one that is not trusted.
 */
export type Resolve = (
  issuer: string,
) => Partial<IssuerSettings> | null | undefined | Promise<Partial<IssuerSettings> | null | undefined>;

/** Settings, and replacements for the host's own functions. */
export interface ValidatorOptions extends Settings {
  /**
   * The HTTP client; the global `fetch` by default, and undici's where `caFile` or a proxy of the environment
   * (`HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`) calls for it.
   */
  readonly fetch?: Fetch | undefined;
  /** A file of certificates in PEM, whose authorities are trusted beside those of Node. Not with `fetch`. */
  readonly caFile?: string | undefined;
  /** Where lines about denials and failed fetches go, such as `console`; nowhere by default. */
  readonly logger?: Logger | undefined;
  /** The time in milliseconds since 1970; `Date.now` by default. */
  readonly clock?: (() => number) | undefined;
  /** Knows further issuers, such as those of tenants. */
  readonly resolve?: Resolve | undefined;
  /** Remembers used DPoP proofs for all nodes. */
  readonly replays?: ReplayStore | undefined;
}

/** What a route asks for. Everything in it must be fulfilled. */
export interface Needs {
  /** Scopes, all of them. */
  readonly scopes?: readonly string[] | undefined;
  /** Scopes, at least one of them. */
  readonly anyScope?: readonly string[] | undefined;
  /** Clients, to one of which the token was issued. */
  readonly clientIds?: readonly string[] | undefined;
  /** Tenants, to one of which the token belongs. */
  readonly tenants?: readonly string[] | undefined;
  /** Organisations, to one of which the token belongs. */
  readonly organizations?: readonly string[] | undefined;
  /** Roles, all of them. */
  readonly roles?: readonly string[] | undefined;
  /** Roles, at least one of them. */
  readonly anyRole?: readonly string[] | undefined;
  /** Permissions, all of them. */
  readonly permissions?: readonly string[] | undefined;
  /** Permissions, at least one of them. */
  readonly anyPermission?: readonly string[] | undefined;
  /** Plans, one of which is subscribed to. */
  readonly plans?: readonly string[] | undefined;
  /** Authentication contexts, one of which the sign-in reached (RFC 9470). */
  readonly acrValues?: readonly string[] | undefined;
  /** How long ago the user may have signed in (RFC 9470). */
  readonly maxAge?: number | undefined;
  /** How old the token may be since its `iat`. */
  readonly maxTokenAge?: number | undefined;
  /** Whether the token must be bound to its sender (RFC 9449, RFC 8705). */
  readonly bound?: boolean | undefined;
}

/** What a route asks for, parsed once. It never changes, and costs nothing at a check. */
export class Requirement {
  /** @throws {SettingsError} for what is unknown or of another type. */
  constructor(needs?: Needs);
  #native: unknown;
}

/** What an ID token must match (OpenID Connect Core 3.1.3.7). */
export interface IdTokenExpectations {
  /** The `nonce` of the request. */
  readonly nonce?: string | undefined;
  /** The `max_age` of the request. */
  readonly maxAge?: number | undefined;
  /** Authentication contexts, one of which must be reached. */
  readonly acrValues?: readonly string[] | undefined;
  /** The access token issued with it, for `at_hash`. */
  readonly accessToken?: string | undefined;
  /** The code issued with it, for `c_hash`. */
  readonly code?: string | undefined;
}

/** The claims of a token, by their names. */
export interface Claims {
  readonly iss?: string;
  readonly sub?: string;
  readonly aud?: string | readonly string[];
  readonly exp?: number;
  readonly nbf?: number;
  readonly iat?: number;
  readonly jti?: string;
  readonly client_id?: string;
  readonly azp?: string;
  readonly scope?: string;
  readonly auth_time?: number;
  readonly acr?: string;
  readonly sid?: string;
  readonly nonce?: string;
  readonly cnf?: { readonly jkt?: string; readonly 'x5t#S256'?: string; readonly [method: string]: unknown };
  readonly [claim: string]: unknown;
}

/** The parts of a request that a check reads: every line of a repeated field. */
export interface RequestParts {
  /** `Authorization`. */
  readonly authorization?: string | readonly string[] | null | undefined;
  /** `DPoP`. */
  readonly dpop?: string | readonly string[] | null | undefined;
  /** The method. */
  readonly method?: string | null | undefined;
  /** The absolute URL as the client sees it. */
  readonly url?: string | null | undefined;
  /** The thumbprint of the client's certificate: {@link certificateThumbprint}. */
  readonly certificateThumbprint?: string | null | undefined;
}

/** A request of `node:http` or `node:http2`, of Express, or of whatever else is built on them. */
export interface IncomingRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly originalUrl?: string | undefined;
  readonly rawHeaders: readonly string[];
}

/** A request of Fastify. */
export interface FastifyRequest {
  readonly raw: IncomingRequest;
  readonly originalUrl?: string | undefined;
}

/** An event of AWS Lambda for an HTTP request: of API Gateway (1.0 and 2.0), of a function's URL, of a load balancer. */
export interface LambdaEvent {
  readonly requestContext: object;
  readonly httpMethod?: string | undefined;
  readonly path?: string | undefined;
  readonly rawPath?: string | undefined;
  readonly headers?: { readonly [name: string]: string | undefined } | null | undefined;
  readonly multiValueHeaders?: { readonly [name: string]: readonly string[] | undefined } | null | undefined;
}

/** A request as it came: with `Request`, that of the Fetch standard. */
export type AnyRequest = IncomingRequest | FastifyRequest | LambdaEvent | Request;

/** How long somebody waits for a check. */
export interface Waiting {
  /** Ends the wait: the promise rejects with its reason. What is being fetched is fetched for the next one. */
  readonly signal?: AbortSignal | undefined;
}

/** What cannot be read from the request itself. */
export interface Seen extends Waiting {
  /**
   * The origin of this service as its clients see it, such as `https://api.example`. DPoP needs it with the requests of
   * Node, and where a proxy changes the URL.
   */
  readonly origin?: string | undefined;
  /** The thumbprint of the client's certificate: {@link certificateThumbprint}. */
  readonly certificateThumbprint?: string | undefined;
}

/** What went wrong with a fetch. */
export interface Trouble {
  /** What it was, by a name that never changes. */
  readonly cause: Cause;
  /** What was fetched. */
  readonly url: string;
  /** The status of the answer. */
  readonly status?: number;
  /** What the client said. */
  readonly message?: string;
  /** What may help. */
  readonly hint?: string;
}

/** Why something could not be fetched, or is not believed. */
export type Cause =
  | 'cancelled'
  | 'connect'
  | 'cooldown'
  | 'dns'
  | 'html'
  | 'http_status'
  | 'insecure'
  | 'issuer_mismatch'
  | 'malformed'
  | 'no_keys'
  | 'not_json'
  | 'not_offered'
  | 'other'
  | 'redirect'
  | 'timeout'
  | 'tls'
  | 'tls_name'
  | 'too_large'
  | 'untrusted';

/** Why a request was denied: for logs and developers, not for the client. */
export interface Detail {
  /** A sentence for a log. */
  readonly reason: string;
  /** The header member, claim or part of the request that it is about. */
  readonly member?: string;
  /** What is wrong with it. */
  readonly problem?: 'missing' | 'wrong_kind' | 'other';
  /** What was found, shortened. */
  readonly found?: readonly string[];
  /** What would have been accepted. */
  readonly wanted?: readonly string[];
  /** How far clocks may differ, in seconds, where a time was judged. */
  readonly leeway?: number;
  /** The `kid` that the token names. Nothing has verified it. */
  readonly kid?: string;
  /** The issuer that the token names. Nothing has verified it. */
  readonly iss?: string;
  /** The end that the token names, in seconds since 1970. Nothing has verified it. */
  readonly exp?: number;
  /** The fetch that went wrong, where one did. */
  readonly trouble?: Trouble;
}

/** The request may pass. */
export class Allowed<C = Claims> {
  private constructor();
  readonly allowed: true;
  /** The claims: of a JWT its payload, of an introspected token the answer. */
  readonly claims: C;
  /** The value of `DPoP-Nonce` for the answer. */
  readonly dpopNonce: string | undefined;
  /** The header fields to answer with. */
  get headers(): { 'DPoP-Nonce'?: string };
}

/** The request may not pass. It holds no claims. */
export class Denied extends Error {
  private constructor();
  readonly allowed: false;
  /** There are none. */
  readonly claims?: never;
  /** The status to answer with: 503 when the check itself was not possible. */
  readonly status: 400 | 401 | 403 | 503;
  /** The value of `WWW-Authenticate`; none with 503, and for ID tokens and logout tokens. */
  readonly wwwAuthenticate: string | undefined;
  /** The value of `DPoP-Nonce` (RFC 9449 section 9). */
  readonly dpopNonce: string | undefined;
  /** The reason, by a name that never changes, such as `exp`. */
  readonly rule: string;
  /** The section that requires it, such as `RFC 7519 section 4.1.4`. */
  readonly section: string;
  /** The error code in the challenge, such as `invalid_token`. */
  readonly error: string | undefined;
  /** What was found and what was wanted. */
  readonly detail: Detail;
  /** The header fields to answer with. */
  get headers(): { 'WWW-Authenticate'?: string; 'DPoP-Nonce'?: string };
  /** What may be sent to the client: without the detail. */
  toJSON(): { status: number; rule: string; section: string; error: string | undefined };
}

/** What a check decides. */
export type Decision<C = Claims> = Allowed<C> | Denied;

/** The issuer's metadata, its keys, or what else is needed, cannot be had or cannot be used. */
export class IssuerError extends Error {
  private constructor();
  /** What went wrong. */
  readonly trouble: Trouble;
}

/** `validateSync` and `checkSync` cannot decide until something is fetched: `validate` and `check` fetch it. */
export class NeedsFetch extends Error {
  private constructor();
  /** What has to be fetched. */
  readonly url: string;
}

/** A setting, requirement or option that is not accepted. */
export class SettingsError extends TypeError {
  private constructor();
  /** Which one. */
  readonly setting: string;
}

/** Decides whether requests may pass. One for each issuer, made once. */
export class Validator {
  /** @throws {SettingsError} names the option that is missing, unknown, contradictory or malformed. */
  constructor(options: ValidatorOptions);

  /**
   * Fetches what the first check will need, so that a wrong address shows at the start. Rejects with
   * {@link IssuerError}. Checks need not wait for it.
   */
  ready(waiting?: Waiting): Promise<void>;

  /** The claims of an access token that was sent as a bearer token. Rejects with {@link Denied}. */
  validate<C = Claims>(
    token: string | null | undefined,
    requirement?: Needs | Requirement,
    waiting?: Waiting,
  ): Promise<C>;

  /**
   * As {@link Validator.validate}, at once.
   * @throws {Denied}
   * @throws {NeedsFetch} when something has to be fetched first.
   */
  validateSync<C = Claims>(token: string | null | undefined, requirement?: Needs | Requirement): C;

  /**
   * Whether a request may pass; also with DPoP and certificates. Rejects with a `TypeError` for what is no request.
   */
  check<C = Claims>(
    request: AnyRequest | RequestParts,
    requirement?: Needs | Requirement,
    seen?: Seen,
  ): Promise<Decision<C>>;

  /**
   * As {@link Validator.check}, at once.
   * @throws {NeedsFetch} when something has to be fetched first.
   */
  checkSync<C = Claims>(
    request: AnyRequest | RequestParts,
    requirement?: Needs | Requirement,
    seen?: Seen,
  ): Decision<C>;

  /** The same as {@link Validator.check}. */
  checkRequest<C = Claims>(
    request: AnyRequest | RequestParts,
    requirement?: Needs | Requirement,
    seen?: Seen,
  ): Promise<Decision<C>>;

  /** Whether an ID token is valid for the client `clientId` (OpenID Connect Core 3.1.3.7). */
  checkIdToken<C = Claims>(token: string, expectations?: IdTokenExpectations, waiting?: Waiting): Promise<Decision<C>>;

  /** Whether a logout token is valid for the client `clientId` (Back-Channel Logout 2.6). It is accepted once. */
  checkLogoutToken<C = Claims>(token: string, waiting?: Waiting): Promise<Decision<C>>;

  #native: unknown;
}

/** The SHA-256 of a certificate in DER or PEM, base64url (RFC 8705 section 3.1). */
export function certificateThumbprint(certificate: Uint8Array | string): string;

/** Signatures and encryption alone, without any rule about claims: for test vectors and tools. */
export const jose: {
  /** The payload of a compact JWS whose signature one of the keys made. Throws for any other. */
  verify(token: string, jwks: JwkSet, algorithms: readonly Algorithm[]): Uint8Array;
  /** The payload of a compact JWS whose MAC this secret made. Throws for any other. */
  verifyHmac(token: string, secret: Uint8Array, algorithms: readonly HmacAlgorithm[]): Uint8Array;
  /** The content of a compact JWE that is encrypted to this key, PKCS#8 as PEM. Throws for any other. */
  decrypt(token: string, algorithm: KeyManagement, pem: string): Uint8Array;
};
