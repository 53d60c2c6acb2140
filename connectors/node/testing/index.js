'use strict';

// Signs requests for tests of applications, by an issuer in memory.

const { createHash, generateKeyPairSync, randomUUID, sign } = require('node:crypto');
const testing = require('@credenza/validator/testing');

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const hashOf = (text) => createHash('sha256').update(text).digest('base64url');

/** A key of a client, with proofs of it (RFC 9449 section 4.2). */
class ProofKey {
  #privateKey;
  #jwk;

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { crv, kty, x, y } = publicKey.export({ format: 'jwk' });
    this.#privateKey = privateKey;
    this.#jwk = { crv, kty, x, y };
  }

  /** The thumbprint of the key (RFC 7638), for `cnf`. */
  get jkt() {
    return hashOf(JSON.stringify(this.#jwk));
  }

  proof(claims) {
    const input = `${encoded({ typ: 'dpop+jwt', alg: 'ES256', jwk: this.#jwk })}.${encoded(claims)}`;
    const signature = sign('sha256', Buffer.from(input), { key: this.#privateKey, dsaEncoding: 'ieee-p1363' });
    return `${input}.${signature.toString('base64url')}`;
  }
}

/** An issuer in memory, and the fields of requests with its tokens. */
class TestIssuer extends testing.TestIssuer {
  #audience;
  #key;
  #now;

  constructor(audience, { issuer = 'https://id.example', clock = () => Date.now() } = {}) {
    super(issuer, { clock });
    this.#audience = audience;
    this.#now = () => Math.floor(clock() / 1000);
    // Its key is made with its first token; whoever fetches the keys at the start would find none.
    this.token();
    /** The options of a guard that trusts this issuer. */
    this.options = { issuer, audience, fetch: this.fetch, clock };
  }

  /** A token for this audience, with these claims. */
  token(claims = {}) {
    return this.mint({ audience: this.#audience, claims });
  }

  /** The fields of a request with a bearer token. */
  bearer(claims) {
    return { Authorization: `Bearer ${this.token(claims)}` };
  }

  /** The fields of a request with a token that is bound to a key, and a proof of that key. */
  dpop(method, url, claims = {}, proof = {}) {
    this.#key ??= new ProofKey();
    const token = this.token({ ...claims, cnf: { jkt: this.#key.jkt } });
    const said = { jti: randomUUID(), htm: method, htu: url, iat: this.#now(), ath: hashOf(token), ...proof };
    return { Authorization: `DPoP ${token}`, DPoP: this.#key.proof(said) };
  }
}

module.exports = { TestIssuer };
