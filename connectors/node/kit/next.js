'use strict';

const { varied } = require('../lib/vary.js');
const { within } = require('./current.js');
const { begin, bytesOf, finish, jsonOf } = require('./fetch.js');
const { Kit: Core, passGates } = require('./kit.js');
const { Problem } = require('./problem.js');

/** What a file may export. `OPTIONS` is left to Next, which answers it by what else is there. */
const METHODS = ['DELETE', 'GET', 'HEAD', 'PATCH', 'POST', 'PUT'];

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

  /**
   * What a file exports: these handlers, by method, and for every other method `otherwise`, which is a problem by default. Next
   * answers methods that are not exported by itself, without a body and without the fields of the kit.
   */
  methods(handlers, otherwise = this.#notAllowed(handlers)) {
    const { GET, HEAD = GET } = handlers;
    const all = { ...handlers, HEAD };
    return Object.fromEntries(METHODS.map((name) => [name, all[name] ?? otherwise]));
  }

  /** A Route Handler for `/livez` and `/readyz`. */
  health(health) {
    return this.route(async ({ method }, { exchange }) => {
      const answer = await health.answer(method, exchange.path);
      if (answer === undefined) throw new Problem(404);
      return new Response(method === 'HEAD' ? null : answer.body, answer);
    });
  }

  /** A Route Handler for whatever is not there. */
  notFound() {
    return this.route(() => {
      throw new Problem(404);
    });
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

  #notAllowed({ GET, HEAD = GET, ...others }) {
    const there = { ...others, GET, HEAD };
    const allowed = METHODS.filter((name) => there[name] !== undefined);
    return this.route(() => {
      throw new Problem(405, undefined, { headers: { Allow: allowed.join(', ') } });
    });
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
