'use strict';

const native = require('./native.js');
const { Allowed, Denied, unavailable } = require('./decision.js');
const { IssuerError, NeedsFetch, SettingsError, callNative } = require('./errors.js');
const { Fetcher, within } = require('./fetcher.js');
const { asking, hostOf } = require('./host.js');
const { httpClient } = require('./http.js');
const { expectationsJson, settingsJson } = require('./options.js');
const { Reports } = require('./reports.js');
const { bearerAlone, nativeParts } = require('./request.js');
const { nativeRequirement } = require('./requirement.js');
const { partsOf } = require('./shapes.js');
const { TokenChecks } = require('./token-checks.js');

/** How many fetches a check may need: metadata, keys, introspection, revocations, each once more, and the host's own. */
const ROUNDS = 12;
/** How many fetches there may be before the first check, with several issuers. */
const READY_ROUNDS = 1000;

function hook(value, name, usual) {
  if (value === undefined) return usual;
  if (typeof value === 'function') return value;
  throw new SettingsError(name, 'has to be a function');
}

function tokenOf(value) {
  if (typeof value === 'string') return value;
  throw new TypeError('a token has to be a text');
}

/** The client that fetches: one's own, or the usual one. */
function clientOf(fetch, caFile) {
  if (fetch !== undefined && caFile !== undefined)
    throw new SettingsError('caFile', 'is not read where there is a `fetch`');
  return hook(fetch, 'fetch') ?? httpClient(caFile);
}

/** Decides whether requests may pass. */
class Validator {
  #native;
  #tokens;
  #fetcher;
  #reports;
  #now;

  constructor({ fetch, clock, caFile, logger, resolve, replays, ...settings } = {}) {
    // Looked up at each use, so that it can be replaced in tests.
    const time = hook(clock, 'clock', () => Date.now());
    this.#now = () => time() / 1000;
    const json = settingsJson(asking(settings, resolve, replays));
    this.#native = callNative(() => new native.NativeValidator(json));
    this.#tokens = new TokenChecks(this.#native, settings.cacheSize);
    this.#reports = new Reports(settings.issuer, logger, this.#now);
    const client = { fetch: clientOf(fetch, caFile), ...hostOf(resolve, replays) };
    this.#fetcher = new Fetcher(this.#native, client, this.#now, this.#reports);
  }

  async ready({ signal } = {}) {
    for (let round = 0; round < READY_ROUNDS; round += 1) {
      const { trouble, fetch } = this.#native.ready(this.#now());
      if (fetch && (await this.#fetched(fetch, signal))) continue;
      if (fetch) throw new IssuerError({ cause: 'cancelled', url: urlOf({ fetch }) });
      if (trouble) throw new IssuerError(JSON.parse(trouble));
      return;
    }
    throw new Error('the issuer is asked for more and more');
  }

  async validate(token, requirement, { signal } = {}) {
    const need = nativeRequirement(requirement);
    const found = this.#token(token, need);
    return claimsOf(this.#read(found) ?? (await this.#decide(() => this.#token(token, need), signal, found)));
  }

  validateSync(token, requirement) {
    return claimsOf(this.#decideNow(this.#token(token, nativeRequirement(requirement))));
  }

  async check(request, requirement, seen) {
    const [given, need] = [nativeParts(partsOf(request, seen)), nativeRequirement(requirement)];
    return this.#decide(() => this.#request(given, need), seen?.signal);
  }

  checkSync(request, requirement, seen) {
    return this.#decideNow(this.#request(nativeParts(partsOf(request, seen)), nativeRequirement(requirement)));
  }

  async checkRequest(request, requirement, seen) {
    return this.check(request, requirement, seen);
  }

  async checkIdToken(token, expectations = {}, { signal } = {}) {
    const [text, json] = [tokenOf(token), expectationsJson(expectations)];
    return this.#decide(() => callNative(() => this.#native.idToken(text, json, this.#now())), signal);
  }

  async checkLogoutToken(token, { signal } = {}) {
    const text = tokenOf(token);
    return this.#decide(() => this.#native.logoutToken(text, this.#now()), signal);
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

  async #decide(attempt, signal, first = attempt()) {
    let [outcome, cancelled] = [first, 0];
    for (let round = 0; round < ROUNDS; round += 1) {
      const decision = this.#read(outcome);
      if (decision !== undefined) return decision;
      // Somebody else may have been waited for: one more try is this check's own.
      if (!(await this.#fetched(outcome.fetch, signal))) cancelled += 1;
      if (cancelled > 1) return this.#say(unavailable(urlOf(outcome), 'cancelled'));
      outcome = attempt();
    }
    return this.#read(outcome) ?? this.#say(unavailable(urlOf(outcome), 'other'));
  }

  /** Whether a fetch came to an end. One who stops waiting does not stop it: others may wait for it. */
  #fetched(fetch, signal) {
    const made = this.#fetcher.make(fetch);
    return signal === undefined ? made : within(signal, made);
  }

  #decideNow(outcome) {
    const decision = this.#read(outcome);
    if (decision === undefined) throw new NeedsFetch(urlOf(outcome));
    return decision;
  }

  /** The decision of an outcome, if it has one; then its fetch is made in the background. */
  #read(outcome) {
    if (outcome instanceof Allowed) return outcome;
    const { claims, denied, dpopNonce, fetch } = outcome;
    if (!claims && !denied) return undefined;
    if (fetch) this.#fetcher.makeInBackground(fetch);
    return denied ? this.#say(new Denied(JSON.parse(denied))) : new Allowed(JSON.parse(claims), dpopNonce);
  }

  #say(denied) {
    this.#reports.denied(denied);
    return denied;
  }
}

const urlOf = (outcome) => JSON.parse(outcome.fetch).url;

function claimsOf(decision) {
  if (decision.allowed) return decision.claims;
  throw decision;
}

module.exports = { Validator };
