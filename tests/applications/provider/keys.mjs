// The provider's keys, and the tokens that are signed with them.
import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A key pair of P-256 with a `kid` of its own. */
export function newKey() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const kid = randomUUID();
  return { kid, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' } };
}

/** A compact JWS (RFC 7515) by ES256; `header` adds to `alg` and `kid`, or replaces them. */
export function signed(key, claims, header = {}) {
  const fields = { alg: 'ES256', kid: key.kid, ...header };
  const input = `${encode(fields)}.${encode(claims)}`;
  if (fields.alg === 'none') return `${input}.`;
  const signature = sign('sha256', Buffer.from(input), { key: key.privateKey, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

/** `at_hash` of an access token (OpenID Connect Core 3.1.3.6), for ES256. */
export const halfHash = (token) => createHash('sha256').update(token).digest().subarray(0, 16).toString('base64url');
