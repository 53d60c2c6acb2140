/** An issuer without a network, for the tests of applications. */

import type { JwkSet } from './index.js';

/** The token to mint. */
export interface MintOptions {
  /** Claims added to the usual ones, or replacing them; `null` removes one. */
  readonly claims?: { readonly [claim: string]: unknown } | undefined;
  /** `aud`. */
  readonly audience?: string | undefined;
  /** `typ` of the header: `at+jwt` by default. */
  readonly typ?: string | undefined;
  /** `ES256` by default. */
  readonly alg?: 'ES256' | 'ES384' | 'EdDSA' | undefined;
  /** How long it is valid, in seconds: 300 by default. */
  readonly lifetime?: number | undefined;
}

/** An issuer in memory: it mints tokens, and answers what a validator fetches. */
export class TestIssuer {
  constructor(issuer: string, options?: { readonly clock?: () => number });

  /** Its name. */
  readonly issuer: string;

  /** A token by RFC 9068, of the subject `user` and the client `client`, unless the options say otherwise. */
  mint(options?: MintOptions): string;

  /** The keys that it publishes. */
  jwks(): JwkSet;

  /** Signs with new keys from now on. The old ones stay published, unless they are withdrawn. */
  rotate(options?: { readonly withdraw?: boolean }): void;

  /** Puts an entry on the revocation feed: tokens whose claim (`gid`, `jti`, `sid`, `sub`, `client_id`) has this value. */
  revoke(claim: 'gid' | 'jti' | 'sid' | 'sub' | 'client_id', value: string): void;

  /** The hook for `new Validator({ fetch })`, bound to this issuer. */
  readonly fetch: (url: string) => Promise<Response>;

  #native: unknown;
}
