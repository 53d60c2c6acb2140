'use strict';

const native = require('./native.js');
const { Allowed, Denied, UNAVAILABLE } = require('./decision.js');
const { NeedsFetch, SettingsError, callNative } = require('./errors.js');
const { Fetcher } = require('./fetcher.js');
const { expectationsJson, settingsJson } = require('./options.js');
const { bearerAlone, nativeParts, partsOf } = require('./request.js');
const { nativeRequirement } = require('./requirement.js');
const { TokenChecks } = require('./token-checks.js');

/** How many fetches a check may need: metadata, keys, introspection, revocations, and each once more. */
const ROUNDS = 8;

function hook(value, name, usual) {
  if (value === undefined) return usual;
  if (typeof value === 'function') return value;
  throw new SettingsError(name, 'has to be a function');
}

function tokenOf(value) {
  if (typeof value === 'string') return value;
  throw new TypeError('a token has to be a text');
}

/** Decides whether requests may pass: one for each issuer. */
class Validator {
  #native;
  #tokens;
  #fetcher;
  #now;

  constructor({ fetch, clock, ...settings } = {}) {
    // Looked up at each use, so that both can be replaced in tests.
    const time = hook(clock, 'clock', () => Date.now());
    const usual = (url, init) => globalThis.fetch(url, init);
    this.#now = () => time() / 1000;
    const json = settingsJson(settings);
    this.#native = callNative(() => new native.NativeValidator(json));
    this.#tokens = new TokenChecks(this.#native, settings.cacheSize);
    this.#fetcher = new Fetcher(this.#native, hook(fetch, 'fetch', usual), this.#now);
  }

  async validate(token, requirement) {
    const need = nativeRequirement(requirement);
    const found = this.#token(token, need);
    return claimsOf(this.#read(found) ?? (await this.#decide(() => this.#token(token, need), found)));
  }

  validateSync(token, requirement) {
    return claimsOf(this.#decideNow(this.#token(token, nativeRequirement(requirement))));
  }

  async check(parts, requirement) {
    const [given, need] = [nativeParts(parts), nativeRequirement(requirement)];
    return this.#decide(() => this.#request(given, need));
  }

  checkSync(parts, requirement) {
    return this.#decideNow(this.#request(nativeParts(parts), nativeRequirement(requirement)));
  }

  async checkRequest(request, requirement, seen) {
    return this.check(partsOf(request, seen), requirement);
  }

  async checkIdToken(token, expectations = {}) {
    const [text, json] = [tokenOf(token), expectationsJson(expectations)];
    return this.#decide(() => callNative(() => this.#native.idToken(text, json, this.#now())));
  }

  async checkLogoutToken(token) {
    const text = tokenOf(token);
    return this.#decide(() => this.#native.logoutToken(text, this.#now()));
  }

  /** An absent token counts as a request without one; anything else that is not a string is the caller's mistake. */
  #token(token, need) {
    return token === undefined || token === null
      ? this.#request(nativeParts({}), need)
      : this.#tokens.run(tokenOf(token), need, this.#now());
  }

  #request(given, need) {
    const token = bearerAlone(given);
    return token === undefined
      ? this.#native.request(given, need, this.#now())
      : this.#tokens.run(token, need, this.#now());
  }

  async #decide(attempt, first = attempt()) {
    let outcome = first;
    for (let round = 0; round < ROUNDS; round += 1) {
      const decision = this.#read(outcome);
      if (decision !== undefined) return decision;
      await this.#fetcher.make(outcome.fetch);
      outcome = attempt();
    }
    return this.#read(outcome) ?? new Denied(UNAVAILABLE);
  }

  #decideNow(outcome) {
    const decision = this.#read(outcome);
    if (decision === undefined) throw new NeedsFetch(JSON.parse(outcome.fetch).url);
    return decision;
  }

  /** The decision of an outcome, if it has one; then its fetch is made in the background. */
  #read(outcome) {
    if (outcome instanceof Allowed) return outcome;
    const { claims, denied, dpopNonce, fetch } = outcome;
    if (!claims && !denied) return undefined;
    if (fetch) this.#fetcher.makeInBackground(fetch);
    return denied ? new Denied(JSON.parse(denied)) : new Allowed(JSON.parse(claims), dpopNonce);
  }
}

function claimsOf(decision) {
  if (decision.allowed) return decision.claims;
  throw decision;
}

module.exports = { Validator };
