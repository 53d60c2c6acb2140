'use strict';

// What the core asks for is fetched here: once for all who wait for it, without redirects, within its limits.

/** Reads a body up to a number of bytes; a longer one is a failure, and the rest of it is not read. */
async function readUpTo(body, max) {
  const chunks = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.byteLength;
    if (length > max) {
      throw new Error(`the answer is longer than ${max} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

/** Ends when the signal fires, even if the awaited promise ignores the signal. */
function within(signal, promise) {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    promise.then(resolve, reject);
  });
}

async function exchange(fetch, wanted, signal) {
  const { url, method, headers, body } = wanted;
  const response = await fetch(url, { method, headers, body, redirect: 'error', signal });
  if (response.redirected) {
    throw new Error('the answer came by a redirect');
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
  #fetch;
  #now;
  #underWay = new Map();

  constructor(native, fetch, now) {
    this.#native = native;
    this.#fetch = fetch;
    this.#now = now;
  }

  /** Makes a fetch that nobody waits for; it does not keep the process alive. */
  makeInBackground(json) {
    // A failed fetch does not reject. A failing clock does, and shows at the next check.
    this.make(json, (timer) => timer.unref()).catch(() => {});
  }

  /** Makes a fetch and reports it, even when it fails; concurrent callers share it. */
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
    const reason = new Error(`no answer within ${wanted.timeout_ms} ms`);
    const timer = setTimeout(() => stop.abort(reason), wanted.timeout_ms);
    withTimer(timer);
    try {
      const { head, body } = await within(stop.signal, exchange(this.#fetch, wanted, stop.signal));
      this.#native.fetched(json, head, body, this.#now());
    } catch (error) {
      stop.abort(error);
      this.#native.fetchFailed(json, String(error), this.#now());
    } finally {
      clearTimeout(timer);
    }
  }
}

module.exports = { Fetcher };
