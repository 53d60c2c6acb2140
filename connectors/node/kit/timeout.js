'use strict';

// How long a request may take. An inner limit takes the place of an outer one.

const { Problem } = require('./problem.js');

/** In how many seconds a client may try again. */
const RETRY_AFTER = '1';

const timedOut = () => new Problem(503, 'timeout', { headers: { 'Retry-After': RETRY_AFTER } });

/** Calls a function when the time of a request is over, once, unless it was stopped. */
class Deadline {
  #startedAt;
  #timer;
  #isOver = false;
  #whenOver;

  constructor(startedAt, whenOver) {
    this.#startedAt = startedAt;
    this.#whenOver = whenOver;
  }

  /** Sets how long the request may take since its start, in seconds; undefined for as long as it likes. */
  set(seconds) {
    clearTimeout(this.#timer);
    if (seconds === undefined || this.#isOver) return;
    const left = this.#startedAt + seconds * 1000 - performance.now();
    this.#timer = setTimeout(() => this.#end(), Math.max(0, left));
    this.#timer.unref();
  }

  stop() {
    clearTimeout(this.#timer);
    this.#isOver = true;
  }

  #end() {
    this.stop();
    this.#whenOver(timedOut());
  }
}

module.exports = { Deadline };
