import { payloadOf } from './encoding.js';
import { CredenzaError } from './errors.js';

/** The claims of an ID token, with what the userinfo endpoint adds to them. */
export interface User {
  sub: string;
  name?: string;
  preferred_username?: string;
  email?: string;
  picture?: string;
  [claim: string]: unknown;
}

/** What an ID token must agree with. */
export interface Expected {
  issuer: string;
  clientId: string;
  /** That of the request; a refreshed token has none (OpenID Connect Core 12.2). */
  nonce?: string;
  /** The `sub` of the token before, when it is refreshed. */
  sub?: string;
  /** By how many seconds the clock of the device may differ. */
  clockSkew: number;
  /** Now, in seconds. */
  now: number;
}

/**
 * Checks an ID token that came from the token endpoint (OpenID Connect Core 3.1.3.7). Its signature is not checked: the
 * token came over TLS from the provider itself, which rule 6 lets stand in its place. Never use this for a token that came
 * another way.
 */
export function checked(idToken: string, expected: Expected): User {
  const claims = payloadOf(idToken);
  const audience = [claims.aud].flat();
  const hold = (holds: boolean, why: string, code = 'invalid_id_token') => {
    if (!holds) throw new CredenzaError(code, `the ID token ${why}`);
  };
  hold(claims.iss === expected.issuer, 'is of another issuer');
  hold(audience.includes(expected.clientId), 'is for another client');
  hold(audience.length === 1 || claims.azp !== undefined, 'has several audiences, and no azp');
  hold(claims.azp === undefined || claims.azp === expected.clientId, 'was issued to another client (azp)');
  hold(typeof claims.sub === 'string' && claims.sub !== '', 'has no sub');
  hold(expected.sub === undefined || claims.sub === expected.sub, 'is about another person', 'other_user');
  hold(expected.nonce === undefined || claims.nonce === expected.nonce, 'has another nonce');
  const clock = 'wrong_clock';
  const { now, clockSkew } = expected;
  hold(typeof claims.exp === 'number' && typeof claims.iat === 'number', 'has no exp or no iat');
  hold((claims.exp as number) > now - clockSkew, 'has expired: is the clock of this device right?', clock);
  hold((claims.iat as number) < now + clockSkew, 'is from the future: is the clock of this device right?', clock);
  return claims as User;
}
