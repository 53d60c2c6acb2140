// ID tokens (OpenID Connect Core 3.1.3.7) and logout tokens (Back-Channel Logout 2.6), by ES256.
import { createHash, createPublicKey, verify } from 'node:crypto';

import { makes } from '../mutation.mjs';
import { config } from './config.mjs';
import { keyOf } from './issuer.mjs';

const LEEWAY = 60;
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/** A token that is refused; the message says why. */
export class BadToken extends Error {}

const demand = (condition, what) => {
  if (!condition && !makes(`${what}-ignored`)) throw new BadToken(what);
};

const parsed = (part) => {
  try {
    return JSON.parse(Buffer.from(part, 'base64url'));
  } catch {
    throw new BadToken('not a JWT');
  }
};

async function verified(token) {
  const [header, payload, signature, ...rest] = token.split('.');
  if (rest.length > 0 || signature === undefined) throw new BadToken('not a JWT');
  const fields = parsed(header);
  const isNone = fields.alg === 'none' && makes('alg-none-accepted');
  if (fields.alg !== 'ES256' && !isNone) throw new BadToken('alg');
  const jwk = makes('key-of-the-header-used') && fields.jwk ? fields.jwk : await keyOf(fields.kid);
  if (!isNone) {
    if (!jwk) throw new BadToken('kid');
    const key = { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' };
    demand(
      verify('sha256', Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url')),
      'signature',
    );
  }
  return { fields, claims: parsed(payload) };
}

function demandCommon({ iss, aud, azp, exp, iat }, now) {
  const audiences = [aud].flat();
  demand(iss === config.issuer, 'iss-of-the-token');
  demand(audiences.includes(config.clientId), 'aud');
  demand(azp === undefined ? audiences.length === 1 : azp === config.clientId, 'azp');
  demand(typeof exp === 'number' && exp > now - LEEWAY, 'exp');
  demand(typeof iat === 'number' && iat < now + LEEWAY, 'iat');
}

const halfHash = (token) => createHash('sha256').update(token).digest().subarray(0, 16).toString('base64url');

function demandAsked({ auth_time: time, acr }, now) {
  if (config.maxAge !== undefined)
    demand(typeof time === 'number' && now - time <= Number(config.maxAge) + LEEWAY, 'auth_time');
  if (config.acrValues) demand(config.acrValues.split(' ').includes(acr), 'acr');
}

/** The claims of an ID token; throws `BadToken`. Without `nonce` it is one of a refresh. */
export async function idToken(token, accessToken, nonce) {
  const now = Date.now() / 1000;
  const { claims } = await verified(token);
  demandCommon(claims, now);
  demand(typeof claims.sub === 'string' && claims.sub !== '', 'sub');
  if (nonce !== undefined) {
    demand(claims.nonce === nonce, 'nonce');
    demandAsked(claims, now);
  }
  if (claims.at_hash !== undefined) demand(claims.at_hash === halfHash(accessToken), 'at_hash');
  return claims;
}

/** The claims of a logout token; throws `BadToken`. Whether its `jti` is new is the caller's to see. */
export async function logoutToken(token) {
  const { fields, claims } = await verified(token);
  const event = claims.events?.[EVENT];
  demandCommon(claims, Date.now() / 1000);
  demand(fields.typ === undefined || fields.typ === 'logout+jwt', 'typ');
  demand(typeof event === 'object' && event !== null, 'events');
  demand(claims.nonce === undefined, 'nonce-of-the-logout-token');
  demand(typeof claims.jti === 'string', 'jti');
  demand(typeof claims.sid === 'string' || typeof claims.sub === 'string', 'sid or sub');
  return claims;
}
