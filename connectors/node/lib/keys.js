'use strict';

// The validators behind a guard, which fetch keys and revocations by themselves, and the names of claims by the issuer of a
// token.

const { randomBytes } = require('node:crypto');
const { Validator } = require('@credenza/validator');

const { placesOf } = require('./caller.js');
const { withoutStore } = require('./config.js');

/** Whether a name is that of an issuer in another spelling: one of Entra has its tenant, one of Google no scheme. */
function isSpelling({ issuer, profile }, name) {
  if (profile === 'google') return name === issuer.replace(/^https:\/\//, '');
  const [before, after] = issuer.split('{tenantid}');
  return after !== undefined && name.startsWith(before) && name.endsWith(after);
}

/** The names of claims, by the issuer of a token that was accepted. */
class Places {
  #issuers;
  #byName;

  constructor(issuers) {
    this.#issuers = issuers;
    this.#byName = new Map(issuers.map((settings) => [settings.issuer, placesOf(settings)]));
  }

  /** Remembers those of an issuer that the application has just named; there are no more than it knows. */
  add(name, settings) {
    this.#byName.set(name, placesOf(settings));
  }

  /** Claims without `iss` are those of an opaque token, which the first issuer with introspection has spoken for. */
  of({ iss }) {
    const found = this.#byName.get(iss);
    if (found !== undefined) return found;
    const isMeant = (it) => (typeof iss === 'string' ? isSpelling(it, iss) : it.introspection !== undefined);
    return placesOf(this.#issuers.find(isMeant) ?? this.#issuers[0]);
  }
}

/** Refuses the tokens of every issuer, and asks nobody: for requests that have to be from an issuer that is not known. */
function stranger({ realm, resourceMetadata, dpop, clock }) {
  const name = 'https://nobody.invalid';
  const settings = { realm, resourceMetadata, dpop: withoutStore(dpop), clock, secret: randomBytes(32) };
  return new Validator({ issuer: name, audience: name, ...settings, resolve: () => undefined });
}

/** One validator of all issuers, or one for each where the request says which it has to be. */
class Keys {
  #all;
  #issuerOf;
  #stranger;
  #places;

  constructor({ issuers, further, issuerOf }, logger) {
    const warn = (line) => logger?.warn?.(line);
    const made = (settings) => new Validator({ ...settings, logger: { warn } });
    this.#places = new Places(issuers);
    this.#issuerOf = issuerOf;
    if (issuerOf === undefined) {
      this.#all = new Map([[undefined, made({ ...this.#remembering(issuers[0]), issuers: further })]]);
    } else {
      this.#all = new Map(issuers.map((settings) => [settings.issuer, made(settings)]));
      this.#stranger = stranger(issuers[0]);
    }
  }

  /** The validator for a request. */
  async of({ given }) {
    if (this.#issuerOf === undefined) return this.#all.get(undefined);
    return this.#all.get(await this.#issuerOf(given)) ?? this.#stranger;
  }

  /** The names of claims in a token that was accepted. */
  places(claims) {
    return this.#places.of(claims);
  }

  /** Fetches what every validator will need first. */
  async ready(waiting) {
    await Promise.all(Array.from(this.#all.values(), (validator) => validator.ready(waiting)));
  }

  /** Settings whose function `resolve` also tells the names of claims. */
  #remembering(settings) {
    const { resolve } = settings;
    if (typeof resolve !== 'function') return settings;
    return {
      ...settings,
      resolve: async (name) => {
        const found = await resolve(name);
        if (typeof found === 'object' && found !== null) this.#places.add(name, found);
        return found;
      },
    };
  }
}

module.exports = { Keys };
