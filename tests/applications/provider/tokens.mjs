// Tokens and grants: what the provider remembers of each code and refresh token.
import { randomBytes, randomUUID } from 'node:crypto';

import { halfHash, signed } from './keys.mjs';

const now = () => Math.floor(Date.now() / 1000);
const random = () => randomBytes(24).toString('base64url');

/** How a provider is set when nothing is said: seconds. `first` is of a code's access token, `then` of a refreshed one. */
const USUAL = { first: 3600, then: 3600, idToken: 3600, grace: 10, padding: 0, rotates: true, idTokenOnRefresh: true };

export class Tokens {
  codes = new Map();
  refreshTokens = new Map();
  accessTokens = new Map();

  constructor(provider) {
    this.provider = provider;
    this.reset();
  }

  /** Back to the usual settings; what was issued stays. `changeId` and `changeRefreshedId` change the claims of ID tokens. */
  reset() {
    this.settings = { ...USUAL };
    this.changeId = undefined;
    this.changeRefreshedId = undefined;
    this.idHeader = {};
  }

  newCode(grant) {
    const code = random();
    this.codes.set(code, { ...grant, id: randomUUID() });
    return code;
  }

  /** A JWT access token (RFC 9068). */
  access(claims, lifetime = this.settings.first) {
    const { issuer, key } = this.provider;
    const iat = now();
    const padding = this.settings.padding ? { padding: 'x'.repeat(this.settings.padding) } : {};
    const full = { iss: issuer, iat, exp: iat + lifetime, jti: randomUUID(), ...padding, ...claims };
    const token = signed(key, full, { typ: 'at+jwt' });
    this.accessTokens.set(token, full);
    return token;
  }

  idToken(grant, accessToken, change = this.changeId) {
    const { issuer, key } = this.provider;
    const iat = now();
    const { client_id: aud, nonce, person } = grant;
    const usual = {
      iss: issuer,
      aud,
      iat,
      exp: iat + this.settings.idToken,
      at_hash: halfHash(accessToken),
      ...person,
    };
    const claims = nonce === undefined ? usual : { ...usual, nonce };
    const changed = change?.({ ...claims }) ?? claims;
    return signed(changed.signedBy ?? key, { ...changed, signedBy: undefined }, this.idHeader);
  }

  /** The answer to a code that is good. */
  issue(grant) {
    const { first } = this.settings;
    const access = this.access(this.#claims(grant), first);
    const refresh =
      !this.settings.withoutRefreshToken && grant.scope.split(' ').includes('offline_access')
        ? this.#newRefreshToken(grant)
        : undefined;
    return {
      access_token: access,
      token_type: 'Bearer',
      expires_in: first,
      scope: grant.scope,
      id_token: this.idToken(grant, access),
      ...(refresh && { refresh_token: refresh }),
    };
  }

  #claims({ client_id, scope, resource, person }) {
    return { sub: person.sub, aud: resource ?? client_id, client_id, scope, sid: person.sid };
  }

  #newRefreshToken(grant) {
    const token = random();
    this.refreshTokens.set(token, { grant, spentAt: undefined, child: undefined });
    return token;
  }

  /** The answer to a refresh token, or undefined where it is not (or no longer) good. */
  refresh(token) {
    const known = this.refreshTokens.get(token);
    if (!known || known.grant.revoked) return undefined;
    if (known.spentAt !== undefined && (Date.now() - known.spentAt) / 1000 > this.settings.grace) return undefined;
    const { grant } = known;
    if (this.settings.rotates) {
      known.spentAt ??= Date.now();
      known.child ??= this.#newRefreshToken(grant);
    }
    const access = this.access(this.#claims(grant), this.settings.then);
    const id = () => this.idToken({ ...grant, nonce: undefined }, access, this.changeRefreshedId);
    return {
      access_token: access,
      token_type: 'Bearer',
      expires_in: this.settings.then,
      scope: grant.scope,
      ...(this.settings.rotates && { refresh_token: known.child }),
      ...(this.settings.idTokenOnRefresh && { id_token: id() }),
    };
  }

  /** RFC 7009: the grant of a refresh token ends. */
  revoke(token) {
    const known = this.refreshTokens.get(token);
    if (known) known.grant.revoked = true;
  }
}
