'use strict';

// Whether this process lives, and whether it can do its work.

const { patience } = require('./patience.js');
const { Problem } = require('./problem.js');

/** How long a check may take, and how long its result is good for everybody who asks, in milliseconds. */
const PATIENCE = 2000;
const FRESH = 1000;

/** One check, at most once a second however many ask. */
class Check {
  #run;
  #result;
  #until = 0;

  constructor(run) {
    this.#run = run;
  }

  get() {
    const now = performance.now();
    if (now >= this.#until) {
      this.#until = now + FRESH;
      this.#result = this.#tried();
    }
    return this.#result;
  }

  async #tried() {
    try {
      await patience(PATIENCE, this.#run());
      return 'ok';
    } catch {
      return 'failed';
    }
  }
}

/** `/livez` and `/readyz`, for whoever runs this service. What has failed is in the log of whatever it is, and not here. */
class Health {
  #checks;

  /** Functions by name; one that rejects says that this service is not ready. */
  constructor(checks = {}) {
    this.#checks = Object.entries(checks).map(([name, run]) => [name, new Check(run)]);
  }

  /** The answer to a request; undefined where it is for neither path. */
  async answer(method, path) {
    if (path !== '/livez' && path !== '/readyz') return undefined;
    const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' };
    if (method !== 'GET' && method !== 'HEAD') throw new Problem(405, undefined, { headers: { Allow: 'GET, HEAD' } });
    const { status, ...found } = path === '/livez' ? { status: 200, body: { status: 'ok' } } : await this.ready();
    return { status, headers, body: JSON.stringify(found.body) };
  }

  /** Every check, at the same time. */
  async ready() {
    const results = await Promise.all(this.#checks.map(async ([name, check]) => [name, await check.get()]));
    const isReady = results.every(([, result]) => result === 'ok');
    const body = { status: isReady ? 'ok' : 'unavailable', checks: Object.fromEntries(results) };
    return { status: isReady ? 200 : 503, body };
  }
}

module.exports = { Health };
