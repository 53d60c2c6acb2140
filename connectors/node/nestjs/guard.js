'use strict';

const { Inject, Injectable, Logger } = require('@nestjs/common');
const { HttpAdapterHost, Reflector } = require('@nestjs/core');

const core = require('../lib/guard.js');
const { clientVerifier, serveMetadata, upgradeListener } = require('../lib/node-http.js');
const { varied } = require('../lib/vary.js');
const { httpOf } = require('./contexts.js');
const { ROUTE } = require('./decorators.js');
const { RefusalException } = require('./refusal.js');

const ANYTHING = {};

/** The log of Nest, told one record for each refusal. */
function nestLogger() {
  const logger = new Logger('Credenza');
  return {
    info: (record, message) => logger.log({ message, ...record }),
    warn: (line) => logger.warn(line),
  };
}

/** What is one for the whole application: the validators, and what was checked already. */
class Guard extends core.Guard {
  #routes = new WeakMap();
  #outcomes = new WeakMap();

  constructor(options) {
    super(options, nestLogger());
  }

  /** A middleware that serves the metadata, for `app.use`. */
  metadata(options) {
    return serveMetadata(this.document(options));
  }

  /** A listener for `upgrade` of the HTTP server, in front of the one that makes the WebSocket. */
  upgrade(needs, listener, options) {
    return upgradeListener(this, this.route(needs, options), listener);
  }

  /** `verifyClient` of a `WebSocketServer` of ws. */
  verifyClient(needs, options) {
    return clientVerifier(this, this.route(needs, options));
  }

  /**
   * One check of a request for each `@Needs()`: a guard may stand in front of it twice, and in GraphQL in front of every
   * field, while a DPoP proof is accepted once. On an open WebSocket each message is checked, as tokens expire.
   */
  checkFor(told, request, isOpen) {
    const route = this.#routes.get(told) ?? this.route(told.needs, told);
    this.#routes.set(told, route);
    if (isOpen) return this.check(request, route);
    const known = this.#outcomes.get(request) ?? new Map();
    this.#outcomes.set(request, known);
    if (!known.has(route)) known.set(route, this.check(request, route));
    return known.get(route);
  }
}

/** Guards handlers by what their `@Needs()` says; those without need a token that is good for this service. */
class CredenzaGuard {
  #guard;
  #reflector;
  #adapters;

  constructor(guard, reflector, adapters) {
    this.#guard = guard;
    this.#reflector = reflector;
    this.#adapters = adapters;
  }

  async canActivate(context) {
    const told = this.#reflector.getAllAndOverride(ROUTE, [context.getHandler(), context.getClass()]) ?? ANYTHING;
    if (told.isPublic) return true;
    const { request, response } = httpOf(context);
    const isOpen = context.getType() === 'ws';
    const outcome = await this.#guard.checkFor(told, request, isOpen);
    if (response !== undefined) this.#setFields(response, outcome);
    if (!outcome.allowed) throw exceptionOf(outcome, context);
    request.caller = outcome.caller;
    return true;
  }

  #setFields(response, outcome) {
    if (outcome.isUnchecked) return;
    const { httpAdapter } = this.#adapters;
    for (const [name, value] of Object.entries(outcome.headers)) httpAdapter.setHeader(response, name, value);
    httpAdapter.setHeader(response, 'Vary', varied(httpAdapter.getHeader(response, 'Vary')));
  }
}

/** The exception of a refusal. On an open WebSocket it is one that its handlers of exceptions tell to the client. */
function exceptionOf(refusal, context) {
  if (context.getType() !== 'ws') return new RefusalException(refusal);
  const { WsException } = require('@nestjs/websockets');
  return new WsException({ status: 'error', ...refusal.toJSON() });
}

// As TypeScript applies the decorators of a class and of the parameters of its constructor.
Injectable()(CredenzaGuard);
[Guard, Reflector, HttpAdapterHost].forEach((token, at) => Inject(token)(CredenzaGuard, undefined, at));

module.exports = { CredenzaGuard, Guard };
