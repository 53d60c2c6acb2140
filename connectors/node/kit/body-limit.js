'use strict';

// How many bytes a body may have, and bodies that are JSON. An inner limit takes the place of an outer one, so a body counts
// while it is read, and not before.

const { Problem } = require('./problem.js');

const tooLarge = (limit) => new Problem(413, 'body_too_large', { members: { limit } });

/** Counts the bytes of one body. */
class Count {
  #exchange;
  #seen = 0;

  constructor(exchange) {
    this.#exchange = exchange;
  }

  /** The problem with the length that the request says it has; undefined where there is none. */
  announced() {
    return this.#problem(Number(this.#exchange.header('content-length') ?? 0));
  }

  /** The problem with what was read so far, and this much more. */
  more(bytes) {
    this.#seen += bytes;
    return this.#problem(this.#seen);
  }

  #problem(bytes) {
    const { bodyLimit } = this.#exchange;
    return bodyLimit !== undefined && bytes > bodyLimit ? tooLarge(bodyLimit) : undefined;
  }
}

/** Refuses what does not say that it is JSON, or is compressed. */
function requireJson(exchange) {
  const type = exchange.header('content-type') ?? '';
  const isJson = /^application\/(json|[\w.+-]+\+json)\s*(;|$)/i.test(type);
  const coding = exchange.header('content-encoding') ?? 'identity';
  if (!isJson || coding !== 'identity') throw new Problem(415, 'unsupported_media_type');
}

/** The value of a body (RFC 8259: UTF-8). */
function parseJson(bytes) {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new Problem(400, 'invalid_json', { cause: error });
  }
}

module.exports = { Count, parseJson, requireJson };
