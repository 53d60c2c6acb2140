'use strict';

// The log: one JSON object a line. It is called as pino is, which can stand in its place.

const { current } = require('./current.js');

const LEVELS = ['debug', 'info', 'warn', 'error'];

/** What JSON can say of an error: the stack, and that of its cause. */
function errorOf(error) {
  if (!(error instanceof Error)) return error;
  const cause = error.cause === undefined ? '' : `\ncaused by: ${error.cause?.stack ?? error.cause}`;
  return { name: error.name, message: error.message, stack: `${error.stack}${cause}` };
}

/** A line of what cannot be written as JSON is one that says so; a log is no reason to fail. */
function lineOf(record) {
  try {
    return JSON.stringify(record, (_name, value) => (typeof value === 'bigint' ? String(value) : errorOf(value)));
  } catch (error) {
    const { time, level, message, request_id } = record;
    return JSON.stringify({ time, level, message, request_id, unwritable: String(error) });
  }
}

/** Writes to stdout, or by a function; `log.info(fields, message)` and so on for `debug`, `warn` and `error`. */
class Log {
  #write;
  #level;

  constructor({ write = (line) => process.stdout.write(`${line}\n`), level = 'info' } = {}) {
    if (!LEVELS.includes(level)) throw new TypeError(`level has to be one of ${LEVELS.join(', ')}`);
    this.#write = write;
    this.#level = LEVELS.indexOf(level);
  }

  debug(fields, message) {
    this.#record(0, fields, message);
  }

  info(fields, message) {
    this.#record(1, fields, message);
  }

  warn(fields, message) {
    this.#record(2, fields, message);
  }

  error(fields, message) {
    this.#record(3, fields, message);
  }

  #record(level, fields, message) {
    if (level < this.#level) return;
    const given = typeof fields === 'string' ? { message: fields } : { message, ...fields };
    const time = new Date().toISOString();
    this.#write(lineOf({ time, level: LEVELS[level], request_id: current()?.id, ...given }));
  }
}

/** What is told of a request when it was answered: neither query, nor fields, nor body. */
function recordOf(exchange, { status, isAborted }) {
  const { caller, id, method, path, startedAt } = exchange;
  return {
    request_id: id,
    method,
    path,
    status,
    duration_ms: Math.round((performance.now() - startedAt) * 10) / 10,
    tenant: caller?.tenant ?? undefined,
    sub: caller?.sub ?? undefined,
    client_id: caller?.client_id ?? undefined,
    aborted: isAborted || undefined,
  };
}

module.exports = { Log, recordOf };
