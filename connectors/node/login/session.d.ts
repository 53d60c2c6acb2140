import type { Claims } from '@credenza/validator';

/** Whoever has signed in. Members that the ID token does not say are `null`. */
export class Session<Data = unknown> {
  private constructor();
  /** The subject. */
  readonly sub: string;
  /** The session at the provider. */
  readonly sid: string | null;
  readonly name: string | null;
  readonly email: string | null;
  /** The authentication context of the sign-in. */
  readonly acr: string | null;
  /** When it was, in seconds since 1970. */
  readonly auth_time: number | null;
  /** The claims of the ID token, but for those about the token itself. */
  readonly claims: Claims;
  /** What the hook `signedIn` has answered. */
  readonly data: Data | null;
  /**
   * An access token that is usable, refreshed where it ends within 30 seconds. To be called before the answer begins, as it
   * may have to set a cookie.
   * @throws {SessionEnded} the provider has ended the session.
   * @throws {TokenExpired} it has expired, and there is no refresh token.
   * @throws {Unavailable} it has expired, and the provider cannot be reached.
   */
  accessToken(): Promise<string>;
  /** Without tokens, `claims` and `data`. */
  toJSON(): Pick<Session, 'sub' | 'sid' | 'name' | 'email' | 'acr' | 'auth_time'>;
}
