'use strict';

const { varied } = require('../lib/vary.js');
const { within } = require('./current.js');
const { begin, bytesOf, finish, jsonOf } = require('./fetch.js');
const { Kit: Core, passGates } = require('./kit.js');

/** Handlers in front of which a guard stands vary by who asks. */
function withVary(response, isGuarded) {
  if (isGuarded) response.headers.set('Vary', varied(response.headers.get('vary') ?? undefined));
  return response;
}

/** The kit of an application of Next.js: around Route Handlers. */
class Kit extends Core {
  #exchanges = new WeakMap();

  /**
   * A Route Handler with all that the kit does for a request; `guard` and `needs`, `gates`, and `bodyLimit` and `timeout` in
   * place of those of the kit.
   */
  route(handler, { guard, needs, gates = [], bodyLimit, timeout } = {}) {
    const route = guard?.route(needs);
    return async (given, context) => {
      const held = { caller: null };
      const { exchange, request } = begin(this, given, { callerOf: () => held.caller });
      this.#exchanges.set(request, exchange);
      if (bodyLimit !== undefined) exchange.bodyLimit = bodyLimit;
      if (timeout !== undefined) exchange.deadline.set(timeout);
      const refused = new Promise((resolve) => {
        exchange.answer = (problem) => resolve(this.#answer(exchange, problem));
      });
      const run = async () => {
        if (route !== undefined) held.caller = await this.#callerOf(guard, route, given, exchange);
        await passGates(gates, exchange);
        return handler(request, { ...context, caller: held.caller, exchange });
      };
      const answered = within(exchange, run).catch((error) => this.#failed(exchange, error));
      const response = finish(this, exchange, await Promise.race([answered, refused]), given.signal);
      return withVary(response, route !== undefined);
    };
  }

  /** The body of a request, which has to be JSON. */
  json(request) {
    return jsonOf(this.of(request), request);
  }

  /** The body of a request, as bytes. */
  bytes(request) {
    return bytesOf(this.of(request), request);
  }

  /** The exchange of a request that a handler was given. */
  of(request) {
    const exchange = this.#exchanges.get(request);
    if (exchange === undefined) throw new TypeError('the request is not one that kit.route() has handed over');
    return exchange;
  }

  async #callerOf(guard, route, request, exchange) {
    const outcome = await guard.check(request, route);
    if (!outcome.allowed) throw outcome;
    for (const [name, value] of Object.entries(outcome.headers)) exchange.setHeader(name, value);
    return outcome.caller;
  }

  #failed(exchange, error) {
    if (typeof error?.digest === 'string') {
      // What Next throws for a redirect, or for a page that is not there, is for Next, which answers it.
      exchange.end(false);
      throw error;
    }
    return this.isLate(exchange, error) ? undefined : this.#answer(exchange, error);
  }

  #answer(exchange, error) {
    const { status, headers, body } = this.problem(exchange, error).answer(exchange.id);
    return new Response(body, { status, headers });
  }
}

module.exports = { Kit };
