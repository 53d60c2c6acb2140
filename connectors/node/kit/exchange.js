'use strict';

// A request and its answer, as every part of the kit sees them, whichever framework they come from.

const { requestIdOf } = require('./request-id.js');
const { Deadline } = require('./timeout.js');

/** One request under way. */
class Exchange {
  #callerOf;
  #setHeader;
  #abort = new AbortController();

  /** What the framework tells: `method`, `url` (path and query), `header(name)`, `callerOf()`, `setHeader(name, value)`. */
  constructor({ method, url, header, callerOf, setHeader }) {
    const [path, query = ''] = url.split('#')[0].split(/\?(.*)/s);
    this.startedAt = performance.now();
    this.id = requestIdOf(header('x-request-id'));
    this.method = method;
    this.path = path;
    this.query = new URLSearchParams(query);
    this.header = header;
    /** How many bytes the body may have; undefined for any number. */
    this.bodyLimit = undefined;
    /** Whether the kit has answered already, so that whatever comes of the handler is too late. */
    this.isAnswered = false;
    this.#callerOf = callerOf;
    this.#setHeader = setHeader;
    this.deadline = new Deadline(this.startedAt, (problem) => this.refuse(problem));
    /** Answers at once, whatever the handler is doing: set by the framework. */
    this.answer = () => {};
  }

  /** Whom the request is from, once a guard has let it through. */
  get caller() {
    return this.#callerOf() ?? null;
  }

  /** Says where to find whom the request is from, where that is known later. */
  findCaller(callerOf) {
    this.#callerOf = callerOf;
  }

  /** Aborts when the request is answered without its handler, or nobody waits for the answer. */
  get signal() {
    return this.#abort.signal;
  }

  get hasCredentials() {
    return this.header('authorization') !== undefined || this.header('cookie') !== undefined;
  }

  /** Sets a field of the answer. */
  setHeader(name, value) {
    this.#setHeader(name, value);
  }

  /** Answers with a problem, and tells the handler to stop. */
  refuse(problem) {
    if (this.isAnswered) return;
    this.isAnswered = true;
    this.answer(problem);
    this.#abort.abort(problem);
  }

  /** The end: the answer is sent, or the client is gone. */
  end(isAborted) {
    this.deadline.stop();
    if (isAborted) this.#abort.abort();
  }
}

module.exports = { Exchange };
