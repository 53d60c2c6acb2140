'use strict';

// What the core asks for is fetched here: once for all who wait for it, without redirects, within its limits.

const { version } = require('../package.json');
const { Failure, readFailure } = require('./failure.js');

/** Some hosts refuse the agents of well-known clients, and operators want to know who asks. */
const USER_AGENT = `credenza-validator-node/${version}`;

/** Reads a body up to a number of bytes, after decoding; a longer one is a failure, and the rest of it is not read. */
async function readUpTo(body, max) {
  const chunks = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.byteLength;
    if (length > max) {
      throw new Failure('too_large', `the answer is longer than ${max} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

/** Ends when the signal fires, even if the awaited promise ignores the signal. */
function within(signal, promise) {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** The host answers by itself, or its HTTP client does. */
async function exchange(client, wanted, signal) {
  const own = client[wanted.method];
  return own === undefined ? exchangeByHttp(client.fetch, wanted, signal) : own(wanted);
}

async function exchangeByHttp(fetch, wanted, signal) {
  const { url, method, body } = wanted;
  const headers = [...wanted.headers, ['User-Agent', USER_AGENT]];
  const response = await fetch(url, { method, headers, body, redirect: 'manual', signal });
  if (response.redirected || response.type === 'opaqueredirect') {
    throw new Failure('redirect', 'the answer is a redirect, which is not followed');
  }
  const head = {
    status: response.status,
    contentType: response.headers.get('content-type') ?? undefined,
    cacheControl: response.headers.get('cache-control') ?? undefined,
  };
  return { head, body: await readUpTo(response.body, wanted.max_bytes) };
}

class Fetcher {
  #native;
  #client;
  #now;
  #reports;
  #underWay = new Map();

  constructor(native, client, now, reports) {
    this.#native = native;
    this.#client = client;
    this.#now = now;
    this.#reports = reports;
  }

  /** Makes a fetch that nobody waits for; it does not keep the process alive. */
  makeInBackground(json) {
    // A failed fetch does not reject. A failing clock does, and shows at the next check.
    this.make(json, (timer) => timer.unref()).catch(() => {});
  }

  /**
   * Makes a fetch and reports it, even when it fails; concurrent callers share it. Resolves to whether there was an
   * end to it: not so where the client was cancelled.
   */
  make(json, withTimer = () => {}) {
    const wanted = JSON.parse(json);
    const underWay = this.#underWay.get(wanted.key);
    if (underWay !== undefined) {
      return underWay;
    }
    const made = this.#perform(json, wanted, withTimer).finally(() => this.#underWay.delete(wanted.key));
    this.#underWay.set(wanted.key, made);
    return made;
  }

  async #perform(json, wanted, withTimer) {
    const stop = new AbortController();
    const late = new Failure('timeout', `no answer within ${wanted.timeout_ms} ms`);
    const timer = setTimeout(() => stop.abort(late), wanted.timeout_ms);
    withTimer(timer);
    try {
      const { head, body } = await within(stop.signal, exchange(this.#client, wanted, stop.signal));
      this.#reports.trouble(this.#native.fetched(json, head, body, this.#now()));
      return true;
    } catch (error) {
      const { cause, message } = readFailure(error);
      stop.abort(error);
      this.#reports.trouble(this.#native.fetchFailed(json, cause, message, this.#now()));
      return cause !== 'cancelled';
    } finally {
      clearTimeout(timer);
    }
  }
}

module.exports = { Fetcher, within };
