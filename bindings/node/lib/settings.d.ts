/** What a validator trusts. All spans are in seconds. */

/** Signature algorithms (RFC 7518, RFC 8037, RFC 9864). */
export type Algorithm =
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'EdDSA'
  | 'Ed25519'
  | HmacAlgorithm;

/** Algorithms of shared secrets. */
export type HmacAlgorithm = 'HS256' | 'HS384' | 'HS512';

/** How tokens are encrypted (RFC 7518 section 4). */
export type KeyManagement = 'RSA-OAEP-256' | 'ECDH-ES';

/** A JWK set (RFC 7517 section 5). */
export interface JwkSet {
  readonly keys: readonly object[];
}

/** A single JWK (RFC 7517 section 4). */
export interface Jwk {
  readonly kty: string;
  readonly [member: string]: unknown;
}

/** Whose tokens these are: what an issuer of that kind writes, and where. */
export type Profile =
  'rfc9068' | 'generic' | 'keycloak' | 'entra' | 'okta' | 'auth0' | 'cognito' | 'google' | 'hydra' | 'dex' | 'spring';

/** What a validator trusts. All but `issuer` and `audience` (or `clientId`) have a default. */
export interface Settings {
  /** The issuer, exactly as in its tokens. */
  readonly issuer: string;
  /** Names of this service, one of which the `aud` of a token must contain. */
  readonly audience?: string | readonly string[] | undefined;
  /** The client whose ID tokens and logout tokens are checked. */
  readonly clientId?: string | undefined;
  /** Clients whose access tokens are accepted. */
  readonly clientIds?: readonly string[] | undefined;
  /** With the profile `entra` and `{tenantid}` in the issuer: the tenants that are accepted, by their `tid`. */
  readonly tenants?: readonly string[] | undefined;
  /** Whose tokens these are: `rfc9068` by default. Single settings override it. */
  readonly profile?: Profile | undefined;
  /** Accepted algorithms: every asymmetric one by default, HS256 alone with `secret`. */
  readonly algorithms?: readonly Algorithm[] | undefined;
  /** A secret shared with the issuer, base64url or the bytes: then HS* alone is accepted. */
  readonly secret?: string | Uint8Array | undefined;
  /** A secret shared with the issuer that is a text as it stands, in UTF-8. */
  readonly secretText?: string | undefined;
  /** Pinned keys, or one of them: then nothing is fetched. */
  readonly keys?: JwkSet | Jwk | undefined;
  /** Pinned keys as PEM: one or several blocks `PUBLIC KEY` or `CERTIFICATE`, without a `kid`. */
  readonly keysPem?: string | undefined;
  /** Where the keys are, if not where the issuer's metadata says. */
  readonly jwksUri?: string | undefined;
  /** Kinds of access token, by `typ`: those of the profile by default; `JWT` admits plain ones. */
  readonly tokenTypes?: readonly string[] | undefined;
  /** Claims of RFC 9068 that may be missing. */
  readonly optionalClaims?: readonly ('aud' | 'client_id' | 'iat' | 'jti' | 'sub')[] | undefined;
  /** How far clocks may differ: 30 by default, 300 at most. */
  readonly leeway?: number | undefined;
  /** How old a token may be since its `iat`. */
  readonly maxTokenAge?: number | undefined;
  /** How long a token may be: 16,384 bytes by default, 65,536 at most. */
  readonly maxTokenBytes?: number | undefined;
  /** The `realm` of challenges. */
  readonly realm?: string | undefined;
  /** The URL of this service's metadata, for challenges (RFC 9728 section 5.1). */
  readonly resourceMetadata?: string | undefined;
  /** DPoP (RFC 9449); without it a DPoP-bound token is refused. */
  readonly dpop?: DpopSettings | undefined;
  /** Introspection (RFC 7662) of opaque tokens, or of all. */
  readonly introspection?: IntrospectionSettings | undefined;
  /** The issuer's feed of revoked tokens. */
  readonly revocations?: RevocationSettings | undefined;
  /** How many verified tokens are cached; none by default. Their claims are frozen. */
  readonly cacheSize?: number | undefined;
  /** How long the issuer's keys are kept. */
  readonly keyCache?: KeyCacheSettings | undefined;
  /** Private keys to which tokens are encrypted. */
  readonly decryptionKeys?: readonly DecryptionKey[] | undefined;
  /** Names of claims that the specifications leave open. */
  readonly claimNames?: ClaimNames | undefined;
  /** Further issuers whose tokens are accepted; the `iss` of a token says which of them it is of. */
  readonly issuers?: readonly IssuerSettings[] | undefined;
  /** Whether `resolve` is asked about issuers that are not named here; so where there is such a function. */
  readonly resolveIssuers?: boolean | undefined;
  /** Whether http is fetched from other hosts than this machine. For tests only. */
  readonly allowHttp?: boolean | undefined;
}

/** A further issuer, with whatever is its own; what concerns this service is that of the settings around it. */
export interface IssuerSettings {
  /** The issuer, exactly as in its tokens. */
  readonly issuer: string;
  /** Names of this service in its tokens; by default those of the settings around it. */
  readonly audience?: string | readonly string[] | undefined;
  /** The client whose ID tokens and logout tokens are checked. */
  readonly clientId?: string | undefined;
  /** Clients whose access tokens are accepted. */
  readonly clientIds?: readonly string[] | undefined;
  /** With the profile `entra`: the tenants that are accepted. */
  readonly tenants?: readonly string[] | undefined;
  /** Whose tokens these are: `rfc9068` by default. */
  readonly profile?: Profile | undefined;
  /** Accepted algorithms. */
  readonly algorithms?: readonly Algorithm[] | undefined;
  /** A secret shared with the issuer, base64url or the bytes. */
  readonly secret?: string | Uint8Array | undefined;
  /** A secret shared with the issuer that is a text as it stands. */
  readonly secretText?: string | undefined;
  /** Pinned keys, or one of them. */
  readonly keys?: JwkSet | Jwk | undefined;
  /** Pinned keys as PEM. */
  readonly keysPem?: string | undefined;
  /** Where the keys are, if not where the issuer's metadata says. */
  readonly jwksUri?: string | undefined;
  /** Kinds of access token, by `typ`. */
  readonly tokenTypes?: readonly string[] | undefined;
  /** Claims of RFC 9068 that may be missing. */
  readonly optionalClaims?: readonly ('aud' | 'client_id' | 'iat' | 'jti' | 'sub')[] | undefined;
  /** Introspection at this issuer. */
  readonly introspection?: IntrospectionSettings | undefined;
  /** This issuer's feed of revoked tokens. */
  readonly revocations?: RevocationSettings | undefined;
  /** Names of claims that the specifications leave open. */
  readonly claimNames?: ClaimNames | undefined;
}

/** How DPoP proofs are checked (RFC 9449 section 4.3). */
export interface DpopSettings {
  /** Whether bearer tokens are refused; false by default. */
  readonly required?: boolean | undefined;
  /** Whether a proof must carry a nonce of this service; false by default. */
  readonly nonce?: boolean | undefined;
  /** The secret of nonces, base64url or at least 32 bytes, the same on every node; random by default. */
  readonly nonceSecret?: string | Uint8Array | undefined;
  /** How old a proof, or its nonce, may be: 60 by default, 600 at most. */
  readonly maxAge?: number | undefined;
  /** Accepted algorithms: every asymmetric one by default. */
  readonly algorithms?: readonly Exclude<Algorithm, HmacAlgorithm>[] | undefined;
  /** How many proofs are remembered: 100,000 by default. When as many are still fresh, further ones are refused. */
  readonly replays?: number | undefined;
  /** Whether the store `replays` of the validator remembers them for all nodes; so where there is one. */
  readonly sharedReplays?: boolean | undefined;
}

/** Introspection by the issuer (RFC 7662). */
export interface IntrospectionSettings {
  /** The endpoint, if not the one that the issuer's metadata names. */
  readonly endpoint?: string | undefined;
  /** The client that introspects. */
  readonly clientId: string;
  /** The secret of that client. */
  readonly clientSecret: string;
  /** Seconds for which an answer is reused: 10 by default. */
  readonly cacheSeconds?: number | undefined;
  /** How many answers are kept: 10,000 by default. */
  readonly cacheSize?: number | undefined;
  /** Whether JWTs are introspected too; false by default. */
  readonly always?: boolean | undefined;
  /** Whether answers must be signed (RFC 9701); false by default. */
  readonly signed?: boolean | undefined;
}

/** The issuer's feed of revoked tokens. */
export interface RevocationSettings {
  /** The feed, if not the `revocations_endpoint` of the issuer's metadata. */
  readonly uri?: string | undefined;
  /** Seconds between fetches: 5 by default. */
  readonly interval?: number | undefined;
  /** Age, in seconds, up to which an old feed is used while no new one can be fetched: 60 by default. */
  readonly maxStale?: number | undefined;
}

/** How long the issuer's keys are kept. */
export interface KeyCacheSettings {
  /** Age, in seconds, from which the keys are fetched again in the background: 300 by default. */
  readonly refreshAfter?: number | undefined;
  /** Age, in seconds, from which a check waits for new keys: 600 by default. */
  readonly maxAge?: number | undefined;
  /** Seconds between fetches that unknown `kid`s cause: 30 by default. */
  readonly cooldown?: number | undefined;
  /** Age, in seconds, up to which old keys are used while new ones cannot be fetched: 3,600 by default. */
  readonly maxStale?: number | undefined;
}

/** A private key to which tokens are encrypted. */
export interface DecryptionKey {
  /** How tokens are encrypted to it. */
  readonly alg: KeyManagement;
  /** The key, unencrypted PKCS#8 as PEM. */
  readonly pem: string;
}

/** Names of claims; one that begins with `/` is a JSON Pointer, such as `/realm_access/roles`. */
export interface ClaimNames {
  /** `tenant` by default. */
  readonly tenant?: string | undefined;
  /** `org_id` by default. */
  readonly organization?: string | undefined;
  /** `roles` by default. */
  readonly roles?: string | undefined;
  /** `permissions` by default. */
  readonly permissions?: string | undefined;
  /** `plan` by default. */
  readonly plan?: string | undefined;
  /** Where scopes are, as a text or a list: by the profile. */
  readonly scope?: string | undefined;
  /** Where the client is: by the profile. */
  readonly client?: string | undefined;
}
