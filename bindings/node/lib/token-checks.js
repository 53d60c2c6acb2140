'use strict';

const { Allowed } = require('./decision.js');

function freeze(value) {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(freeze);
    Object.freeze(value);
  }
  return value;
}

/**
 * The checks of bare tokens, by requirement. Where verified tokens are kept, so are the objects made
 * of their claims, frozen, under the number that the core gave them. Everything else about a token (its times, whether
 * it was revoked, what is required) the core checks at each use.
 */
class TokenChecks {
  #native;
  #room;
  #kept = new Map();
  #functions = new WeakMap();

  constructor(native, room = 0) {
    this.#native = native;
    this.#room = room;
  }

  /** Claims that may pass as `Allowed`, or whatever else the core says. */
  run(token, requirement, now) {
    const { brief, text } = this.#functionsOf(requirement);
    const found = brief(token, now);
    if (typeof found === 'string') return new Allowed(JSON.parse(found), undefined);
    if (typeof found !== 'number') return found;
    const claims = this.#kept.get(found);
    return claims === undefined ? this.#keep(found, text(token, now)) : new Allowed(claims, undefined);
  }

  #functionsOf(requirement) {
    let functions = this.#functions.get(requirement);
    if (functions === undefined) {
      const text = this.#native.tokenCheck(requirement, false);
      functions = { text, brief: this.#room > 0 ? this.#native.tokenCheck(requirement, true) : text };
      this.#functions.set(requirement, functions);
    }
    return functions;
  }

  #keep(serial, found) {
    if (typeof found !== 'string') return found;
    if (this.#kept.size >= this.#room) this.#kept.delete(this.#kept.keys().next().value);
    const claims = freeze(JSON.parse(found));
    this.#kept.set(serial, claims);
    return new Allowed(claims, undefined);
  }
}

module.exports = { TokenChecks };
