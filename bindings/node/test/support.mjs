// What the tests share: an issuer in memory, a fixed clock, and checks of denials.

import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';

import { Denied, Validator } from '@credenza/validator';
import { TestIssuer } from '@credenza/validator/testing';

export const ISSUER = 'https://id.example';
export const API = 'https://api.example';
export const NOW = 1_800_000_000;

/** An issuer and a validator on one clock, which a test may set, in seconds. */
export function pair(settings = {}) {
  const time = { now: NOW };
  const clock = () => time.now * 1000;
  const issuer = new TestIssuer(ISSUER, { clock });
  const fetched = [];
  const fetch = async (url, init) => {
    fetched.push(url);
    return issuer.fetch(url, init);
  };
  const validator = new Validator({ issuer: ISSUER, audience: API, fetch, clock, ...settings });
  const mint = (options) => issuer.mint({ audience: API, ...options });
  return { issuer, validator, mint, time, fetched };
}

/** A validator that knows the keys of its issuer, so that it answers at once. */
export function pinned(settings = {}) {
  const made = pair();
  made.mint();
  const clock = () => made.time.now * 1000;
  const validator = new Validator({ issuer: ISSUER, audience: API, keys: made.issuer.jwks(), clock, ...settings });
  return { ...made, validator };
}

/** Checks that the thrown error is a denial by this rule, for `assert.rejects` and `assert.throws`. */
export const denial = (rule) => (error) => {
  assert.ok(error instanceof Denied, String(error));
  assert.equal(error.rule, rule);
  return true;
};

const json = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const hash = (text) => createHash('sha256').update(text).digest('base64url');

/** A client with a DPoP key (RFC 9449 section 4.2). */
export function dpopClient() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { crv, kty, x, y } = publicKey.export({ format: 'jwk' });
  const jwk = { crv, kty, x, y };
  return {
    jkt: hash(JSON.stringify(jwk)),
    proof(token, claims = {}) {
      const header = json({ typ: 'dpop+jwt', alg: 'ES256', jwk });
      const usual = { jti: String(Math.random()), htm: 'GET', htu: `${API}/things`, iat: NOW, ath: hash(token) };
      const input = `${header}.${json({ ...usual, ...claims })}`;
      const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
      return `${input}.${signature.toString('base64url')}`;
    },
  };
}
