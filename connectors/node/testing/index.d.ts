/** Signs requests for tests of applications: an issuer in memory, without a network. */

import { TestIssuer as CoreIssuer } from '@credenza/validator/testing';
import type { ValidatorSettings } from '../lib/guard.js';

/** Claims of a token, beside the usual ones or in their place; `null` removes one. `scope` is a text. */
export interface TestClaims {
  readonly [claim: string]: unknown;
}

/** An issuer in memory, and the fields of requests with its tokens. */
export class TestIssuer extends CoreIssuer {
  /** `audience` is the service that is tested; `clock` gives milliseconds since 1970. */
  constructor(audience: string, options?: { readonly issuer?: string; readonly clock?: () => number });
  /** The options of a guard that trusts this issuer: `new Guard(issuer.options)`. */
  readonly options: ValidatorSettings & { readonly issuer: string; readonly audience: string };
  /** A token, of the subject `user` and the client `client` unless the claims say otherwise. */
  token(claims?: TestClaims): string;
  /** The fields of a request with a bearer token. */
  bearer(claims?: TestClaims): { Authorization: string };
  /** The fields of a request with a token bound to a key, and a proof of it (RFC 9449) for this method and URL. */
  dpop(method: string, url: string, claims?: TestClaims, proof?: TestClaims): { Authorization: string; DPoP: string };
}
