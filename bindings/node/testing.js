'use strict';

const native = require('./lib/native.js');
const { callNative } = require('./lib/errors.js');
const { mintJson } = require('./lib/options.js');

/** An issuer in memory: it mints tokens, and answers what a validator fetches. */
class TestIssuer {
  #native;
  #now;

  constructor(issuer, { clock = () => Date.now() } = {}) {
    this.#native = new native.NativeTestIssuer(issuer);
    this.#now = () => clock() / 1000;
    this.issuer = issuer;
    this.fetch = this.fetch.bind(this);
  }

  mint(options = {}) {
    const json = mintJson(options);
    return callNative(() => this.#native.mint(json, this.#now()));
  }

  jwks() {
    return JSON.parse(this.#native.jwks());
  }

  rotate({ withdraw = false } = {}) {
    this.#native.rotate(withdraw);
  }

  revoke(claim, value) {
    this.#native.revoke(claim, value);
  }

  async fetch(url) {
    const { status, body } = this.#native.respond(String(url), this.#now());
    return new Response(body, { status });
  }
}

module.exports = { TestIssuer };
