/**
 * Checks access tokens, ID tokens and logout tokens of Credenza and of any standard OpenID Connect issuer. All spans of
 * time are in seconds, unless a name says otherwise.
 */

import type { Algorithm, HmacAlgorithm, JwkSet, KeyManagement, Settings } from './lib/settings.js';

export type * from './lib/settings.js';

/** A replacement for `fetch`: called as `fetch(url, init)`, it resolves to a `Response`. */
export type Fetch = (
  url: string,
  init: {
    readonly method: string;
    readonly headers: [string, string][];
    readonly body: string | null;
    readonly redirect: 'error';
    readonly signal: AbortSignal;
  },
) => Promise<Response>;

/** Settings, and replacements for the host's own functions. */
export interface ValidatorOptions extends Settings {
  /** The HTTP client; the global `fetch` by default. */
  readonly fetch?: Fetch | undefined;
  /** The time in milliseconds since 1970; `Date.now` by default. */
  readonly clock?: (() => number) | undefined;
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

/** What cannot be read from the request itself. */
export interface Seen {
  /** The origin of this service as its clients see it, such as `https://api.example`. DPoP needs it with Node's requests. */
  readonly origin?: string | undefined;
  /** The thumbprint of the client's certificate: {@link certificateThumbprint}. */
  readonly certificateThumbprint?: string | undefined;
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
  /** The header fields to answer with. */
  get headers(): { 'WWW-Authenticate'?: string; 'DPoP-Nonce'?: string };
}

/** What a check decides. */
export type Decision<C = Claims> = Allowed<C> | Denied;

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

  /** The claims of an access token that was sent as a bearer token. Rejects with {@link Denied}. */
  validate<C = Claims>(token: string | null | undefined, requirement?: Needs | Requirement): Promise<C>;

  /**
   * As {@link Validator.validate}, at once.
   * @throws {Denied}
   * @throws {NeedsFetch} when something has to be fetched first.
   */
  validateSync<C = Claims>(token: string | null | undefined, requirement?: Needs | Requirement): C;

  /** Whether a request may pass; also with DPoP and certificates. */
  check<C = Claims>(parts: RequestParts, requirement?: Needs | Requirement): Promise<Decision<C>>;

  /**
   * As {@link Validator.check}, at once.
   * @throws {NeedsFetch} when something has to be fetched first.
   */
  checkSync<C = Claims>(parts: RequestParts, requirement?: Needs | Requirement): Decision<C>;

  /** As {@link Validator.check}, for a request as it came. */
  checkRequest<C = Claims>(
    request: IncomingRequest | Request,
    requirement?: Needs | Requirement,
    seen?: Seen,
  ): Promise<Decision<C>>;

  /** Whether an ID token is valid for the client `clientId` (OpenID Connect Core 3.1.3.7). */
  checkIdToken<C = Claims>(token: string, expectations?: IdTokenExpectations): Promise<Decision<C>>;

  /** Whether a logout token is valid for the client `clientId` (Back-Channel Logout 2.6). It is accepted once. */
  checkLogoutToken<C = Claims>(token: string): Promise<Decision<C>>;

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
