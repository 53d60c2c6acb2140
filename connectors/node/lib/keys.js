'use strict';

// The validators behind a guard, which fetch keys and revocations by themselves, and which of them a request is for.

const { randomBytes } = require('node:crypto');
const { Validator } = require('@credenza/validator');

const { placesOf } = require('./caller.js');
const { Stranger } = require('./stranger.js');

/** What a JWT says that its issuer is, of which nothing is verified; undefined for what is no JWT, or has none. */
function unverified(field) {
  const payload = /^\S+ +[^.\s]+\.([^.\s]+)\.[^.\s]*$/.exec(field)?.[1];
  try {
    return payload && JSON.parse(Buffer.from(payload, 'base64url').toString()).iss;
  } catch {
    return undefined;
  }
}

/** One validator for each issuer. */
class Keys {
  #all;
  #issuerOf;
  #stranger;

  constructor(issuers, issuerOf, logger) {
    const warn = (line) => logger?.warn?.(line);
    this.#all = new Map(
      issuers.map((settings) => {
        const validator = new Validator({ ...settings, logger: { warn } });
        return [settings.issuer, { validator, places: placesOf(settings), hasIntrospection: !!settings.introspection }];
      }),
    );
    this.#issuerOf = issuerOf;
    this.#stranger = { validator: new Stranger(issuers, randomBytes(32)) };
  }

  /** The validator for a request. A token of none of the issuers is refused without asking any of them. */
  async of({ given, lines }) {
    const [first] = this.#all.values();
    if (this.#issuerOf !== undefined) return this.#all.get(await this.#issuerOf(given)) ?? this.#stranger;
    if (this.#all.size === 1) return first;
    const fields = lines('authorization');
    const issuer = fields.length === 1 ? unverified(fields[0]) : undefined;
    if (issuer !== undefined) return this.#all.get(issuer) ?? this.#stranger;
    // An opaque token names nobody: it is for whoever is asked about such tokens.
    return [...this.#all.values()].find(({ hasIntrospection }) => hasIntrospection) ?? first;
  }

  /** Fetches what every validator will need first. */
  async ready(waiting) {
    await Promise.all(Array.from(this.#all.values(), ({ validator }) => validator.ready(waiting)));
  }
}

module.exports = { Keys };
