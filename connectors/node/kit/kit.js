'use strict';

// What the kits of all frameworks have in common: settings, and what is done for each request.

const { current } = require('./current.js');
const { Exchange } = require('./exchange.js');
const { missingFields, usualFields } = require('./headers.js');
const { Log, recordOf } = require('./log.js');
const { problemOf } = require('./problem.js');
const { FIELD } = require('./request-id.js');

const NAMES = ['origin', 'bodyLimit', 'timeout', 'log'];

function positive(value, name) {
  if (value === undefined || (typeof value === 'number' && value > 0)) return value;
  throw new TypeError(`${name} has to be a number above 0`);
}

function secureBy(origin) {
  if (origin === undefined) return false;
  if (!URL.canParse(origin)) throw new TypeError('origin has to be a URL, such as https://api.example');
  return new URL(origin).protocol === 'https:';
}

function logOf(log) {
  if (log === undefined) return new Log();
  if (typeof log?.info === 'function' && typeof log.error === 'function') return log;
  throw new TypeError('log has to have functions `info` and `error`, as a logger of pino has');
}

/** What every service does for a request, whatever it is about. */
class Kit {
  #usual;
  #bodyLimit;
  #timeout;

  constructor(settings = {}) {
    const unknown = Object.keys(settings).find((name) => !NAMES.includes(name));
    if (unknown !== undefined) throw new TypeError(`${unknown} is no setting of the kit`);
    const { origin, bodyLimit, timeout, log } = settings;
    this.#usual = usualFields(secureBy(origin));
    this.#bodyLimit = positive(bodyLimit, 'bodyLimit');
    this.#timeout = positive(timeout, 'timeout');
    this.log = logOf(log);
  }

  /** The exchange of the request that is being answered, wherever the call is made. */
  get current() {
    return current();
  }

  /** A request has come. */
  begin(told) {
    const exchange = new Exchange(told);
    exchange.bodyLimit = this.#bodyLimit;
    exchange.deadline.set(this.#timeout);
    return exchange;
  }

  /** The fields that an answer lacks. */
  fieldsFor(exchange, { has, contentType }) {
    const { hasCredentials, id } = exchange;
    return [[FIELD, id], ...missingFields(this.#usual, { has, contentType, hasCredentials })];
  }

  /** The answer to an error: the log has what happened, the client what it may know. */
  problem(exchange, error) {
    const problem = problemOf(error);
    if (exchange !== undefined) exchange.problem = problem.problem;
    if (problem.status >= 500) {
      const { problem: name, status } = problem;
      // A problem that was thrown as such says it all; where it has a cause, that is what has to be mended.
      const err = problem.cause ?? (problem === error ? undefined : error);
      this.log.error({ request_id: exchange?.id, problem: name, status, err }, 'request failed');
    }
    return problem;
  }

  /** Whether an error comes too late, as the request was answered already: then it is for the log alone. */
  isLate(exchange, error) {
    if (!exchange?.isAnswered) return false;
    if (error !== exchange.signal.reason)
      this.log.info({ request_id: exchange.id, err: error }, 'failed after the answer');
    return true;
  }

  /** The answer is sent, or nobody waits for it any more. */
  end(exchange, outcome) {
    exchange.end(outcome.isAborted);
    const { problem } = exchange;
    this.log.info({ ...recordOf(exchange, outcome), problem }, 'request');
  }
}

/** Carries out gates, one after the other: each throws a problem, or lets the request through. */
async function passGates(gates, exchange) {
  for (const gate of gates) await gate(exchange);
}

module.exports = { Kit, passGates };
