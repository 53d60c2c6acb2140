'use strict';

const core = require('./kit.js');
const { begin, bytesOf, exchangeOf, fail, jsonOf, serveHealth, within } = require('./node-http.js');
const { Problem } = require('./problem.js');

/** The exchange of a request, which `start()` has begun. */
function known(request) {
  const exchange = exchangeOf(request);
  if (exchange === undefined) throw new TypeError('app.use(kit.start()) has to come first');
  return exchange;
}

/** A middleware of a function that may wait. */
const middleware = (run) => async (request, _response, next) => {
  await run(request);
  next();
};

/** The kit of an application of Express. */
class Kit extends core.Kit {
  /** The first middleware: request id, log, fields of answers, limits. */
  start() {
    return (request, response, next) =>
      within(
        begin(this, request, response, () => request.caller),
        next,
      );
  }

  /** The last middleware: nothing was found. */
  notFound() {
    return () => {
      throw new Problem(404);
    };
  }

  /** The handler of errors, after everything else. */
  errors() {
    // Express tells handlers of errors by their four parameters.
    return (error, request, response, _next) => fail(this, request, response, error);
  }

  /** Lets requests through that pass every gate. */
  gate(...gates) {
    return middleware((request) => core.passGates(gates, known(request)));
  }

  /** How many bytes a body may have here, in place of what was said before. */
  bodyLimit(bytes) {
    return middleware((request) => void (known(request).bodyLimit = bytes));
  }

  /** How many seconds a request may take here since its start, in place of what was said before. */
  timeout(seconds) {
    return middleware((request) => known(request).deadline.set(seconds));
  }

  /** Reads a body that is JSON into `request.body`. */
  json() {
    return middleware(async (request) => {
      known(request);
      request.body = await jsonOf(request);
    });
  }

  /** Reads a body into `request.body`, a `Buffer`. */
  bytes() {
    return middleware(async (request) => {
      known(request);
      request.body = await bytesOf(request);
    });
  }

  /** Serves `/livez` and `/readyz`. */
  health(health) {
    return serveHealth(health);
  }

  /** The exchange of a request. */
  of(request) {
    return known(request);
  }
}

module.exports = { Kit };
