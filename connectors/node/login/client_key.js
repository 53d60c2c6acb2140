'use strict';

// The private key of a client that authenticates by `private_key_jwt` (Core 9), as openid-client takes it.

const EC = { 'P-256': 'ES256', 'P-384': 'ES384', 'P-521': 'ES512' };

/** The algorithm of Web Cryptography for one of JWS (RFC 7518 3.1, RFC 8037 3.1). */
function algorithmOf({ kty, crv, alg = kty === 'RSA' ? 'RS256' : EC[crv] }) {
  if (kty === 'OKP' && crv === 'Ed25519') return { name: 'Ed25519' };
  const hash = `SHA-${alg?.slice(2)}`;
  if (kty === 'EC' && EC[crv] === alg) return { name: 'ECDSA', namedCurve: crv };
  if (kty === 'RSA' && /^RS(256|384|512)$/.test(alg)) return { name: 'RSASSA-PKCS1-v1_5', hash };
  if (kty === 'RSA' && /^PS(256|384|512)$/.test(alg)) return { name: 'RSA-PSS', hash };
  return undefined;
}

/** Whether a value can be the key: a private JWK, or a CryptoKey that signs. */
function isClientKey(key) {
  if (key instanceof CryptoKey) return key.type === 'private' && key.usages.includes('sign');
  return typeof key === 'object' && key !== null && typeof key.d === 'string' && algorithmOf(key) !== undefined;
}

/** The key with its `kid`, where it has one. */
async function importClientKey(key) {
  if (key instanceof CryptoKey) return key;
  const { kid, use: _use, key_ops: _operations, ...jwk } = key;
  const imported = await crypto.subtle.importKey('jwk', jwk, algorithmOf(key), false, ['sign']);
  return kid === undefined ? imported : { key: imported, kid };
}

module.exports = { importClientKey, isClientKey };
