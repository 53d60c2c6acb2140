'use strict';

const { Kit: Core, passGates } = require('./kit.js');
const { within } = require('./current.js');
const { begin, bytesOf, finish, jsonOf } = require('./fetch.js');
const { Problem } = require('./problem.js');

const KEY = 'credenzaExchange';

/** The exchange of a request, which `start()` has begun. */
function known(c) {
  const exchange = c.get(KEY);
  if (exchange === undefined) throw new TypeError('app.use(kit.start()) has to come first');
  return exchange;
}

/** A middleware of a function that may wait. */
const middleware = (run) => async (c, next) => {
  await run(c);
  await next();
};

/** The kit of an application of Hono. */
class Kit extends Core {
  /** The first middleware: request id, log, fields of answers, limits. */
  start() {
    return async (c, next) => {
      const { exchange, request } = begin(this, c.req.raw, { callerOf: () => c.get('caller') });
      c.set(KEY, exchange);
      c.req.raw = request;
      const refused = new Promise((resolve) => {
        exchange.answer = (problem) => resolve(this.#answer(exchange, problem));
      });
      const answered = within(exchange, next).then(() => c.res);
      const response = await Promise.race([answered, refused]);
      c.res = undefined;
      c.res = finish(this, exchange, response, c.req.raw.signal);
    };
  }

  /** For `app.notFound`. */
  notFound() {
    return (c) => this.#answer(c.get(KEY), new Problem(404));
  }

  /** For `app.onError`. */
  onError() {
    return (error, c) => {
      const exchange = c.get(KEY);
      // What this resolved to would take the place of the answer.
      if (this.isLate(exchange, error)) return new Promise(() => {});
      // A guard that throws has no answer on which to say so.
      if (error.denied !== undefined) exchange?.setHeader('Vary', 'Authorization');
      return this.#answer(exchange, error);
    };
  }

  /** Lets requests through that pass every gate. */
  gate(...gates) {
    return middleware((c) => passGates(gates, known(c)));
  }

  /** How many bytes a body may have here, in place of what was said before. */
  bodyLimit(bytes) {
    return middleware((c) => void (known(c).bodyLimit = bytes));
  }

  /** How many seconds a request may take here since its start, in place of what was said before. */
  timeout(seconds) {
    return middleware((c) => known(c).deadline.set(seconds));
  }

  /** Serves `/livez` and `/readyz`. */
  health(health) {
    return async (c, next) => {
      const answer = await health.answer(c.req.method, c.req.path);
      return answer === undefined ? next() : c.body(answer.body || null, answer.status, answer.headers);
    };
  }

  /** The body of a request, which has to be JSON. */
  json(c) {
    return jsonOf(known(c), c.req.raw);
  }

  /** The body of a request, as bytes. */
  bytes(c) {
    return bytesOf(known(c), c.req.raw);
  }

  /** The exchange of a request. */
  of(c) {
    return known(c);
  }

  #answer(exchange, error) {
    const { status, headers, body } = this.problem(exchange, error).answer(exchange?.id);
    return new Response(body, { status, headers });
  }
}

module.exports = { Kit };
