'use strict';

// Carries out work in order for each subject, and at the same time for different ones; and tries again what has failed.

/** After how many tries an event is given up. */
const TRIES = 10;
/** How long the first wait is, and how long one is at most, in milliseconds. */
const [FIRST, LONGEST] = [100, 3000];

/** The wait after this many tries. */
const waitAfter = (tries) => Math.min(LONGEST, FIRST * 2 ** (tries - 1));

/** Waits, or not any longer once that is over; resolves to whether it was waited to the end. */
function sleep(milliseconds, signal) {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(false);
    const stop = () => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve(true);
    }, milliseconds);
    signal.addEventListener('abort', stop, { once: true });
    return undefined;
  });
}

/**
 * Tries again until it works, or often enough; `tries` were made, of which the last failed with `error`. Resolves to the
 * `outcome` `done`, `failed` or `stopped`, and the last error.
 */
async function persist({ run, tries: made, error: first, signal, onError }) {
  let error = first;
  for (let tries = made; tries < TRIES;) {
    if (!(await sleep(waitAfter(tries), signal))) return { outcome: 'stopped', error };
    tries += 1;
    try {
      await run();
      return { outcome: 'done' };
    } catch (thrown) {
      error = thrown;
      onError(error, tries);
    }
  }
  return { outcome: 'failed', error };
}

/** One queue for each subject. */
class Lanes {
  #tails = new Map();

  /** Runs after everything of the same subject. */
  add(subject, run) {
    const before = this.#tails.get(subject) ?? Promise.resolve();
    const tail = before.then(run, run);
    this.#tails.set(subject, tail);
    const leave = () => this.#tails.get(subject) === tail && this.#tails.delete(subject);
    tail.then(leave, leave);
    return tail;
  }

  /** Resolves when nothing is under way. */
  async empty() {
    while (this.#tails.size > 0) await Promise.allSettled(this.#tails.values());
  }
}

module.exports = { Lanes, TRIES, persist, sleep, waitAfter };
