'use strict';

// Between a framework and the validator, which decides: a request to it, and its decision back, as a caller or as the
// answer of a refusal.

const { Requirement } = require('@credenza/validator');

const { Caller } = require('./caller.js');
const { readConfig } = require('./config.js');
const { Keys } = require('./keys.js');
const { Metadata } = require('./metadata.js');
const { isAnonymous, isPreflight, readRequest } = require('./request.js');
const { Refusal, tell } = require('./refusal.js');

/** The request may pass. */
class Passed {
  constructor(caller, headers = {}, isUnchecked = false) {
    this.allowed = true;
    this.caller = caller;
    this.headers = headers;
    this.isUnchecked = isUnchecked;
  }
}

/** What a route asks for. */
class Route {
  constructor(needs, isOptional) {
    this.requirement = new Requirement(needs);
    this.isOptional = isOptional;
  }
}

/** Guards the routes of one service. */
class Guard {
  #config;
  #keys;
  #usualLogger;
  #scopes = new Set();

  /** The usual logger is the framework's own, where the options name none. */
  constructor(options, usualLogger = console) {
    this.#config = readConfig(options);
    this.#usualLogger = usualLogger;
    const { logger = usualLogger } = this.#config;
    this.#keys = new Keys(this.#config, logger || undefined);
  }

  /** Fetches what the first check will need; rejects when an issuer cannot be used. */
  async ready(waiting) {
    await this.#keys.ready(waiting);
  }

  /** What a route asks for, parsed once; throws a SettingsError for what is not known. */
  route(needs = {}, { optional = false } = {}) {
    const route = new Route(needs, optional);
    [...(needs.scopes ?? []), ...(needs.anyScope ?? [])].forEach((scope) => this.#scopes.add(scope));
    return route;
  }

  /** The metadata of the resource (RFC 9728), with the scopes that routes ask for. */
  document(options) {
    return new Metadata(this.#config.issuers, options, () => [...this.#scopes]);
  }

  /** Whether a request may pass: `Passed` or `Refusal`. The logger is that of the request, where there is one. */
  async check(given, route, logger = this.#usualLogger) {
    const request = readRequest(given);
    if (this.#config.preflight && isPreflight(request)) return new Passed(null, {}, true);
    if (route.isOptional && isAnonymous(request)) return new Passed(null);
    const validator = await this.#keys.of(request);
    const decision = await validator.check(request.given, route.requirement, this.#seen(request));
    if (decision.allowed) {
      return new Passed(new Caller(decision.claims, this.#keys.places(decision.claims)), decision.headers);
    }
    const refusal = new Refusal(decision, this.#config.debug);
    const told = this.#config.logger ?? logger;
    if (told) tell(told, refusal, request);
    return refusal;
  }

  /** What the validator cannot read from the request itself. The URL matters to DPoP alone. */
  #seen(request) {
    const { certificate, origin } = this.#config;
    const hasProof = request.field('dpop') !== undefined;
    return {
      origin: hasProof ? (origin ?? request.origin()) : undefined,
      certificateThumbprint: certificate === undefined ? request.thumbprint() : certificate(request.given),
    };
  }
}

module.exports = { Guard };
