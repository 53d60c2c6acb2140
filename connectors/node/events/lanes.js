'use strict';

// Carries out work in order for each subject, and at the same time for different ones, with more tries where it fails.

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

/** Tries until it works, or often enough; `before` of the tries were made already. Resolves to `done`, `failed` or `stopped`. */
async function persist(run, { before = 0, signal, onError }) {
  for (let tries = before + 1; ; tries += 1) {
    try {
      await run();
      return 'done';
    } catch (error) {
      onError(error, tries);
    }
    if (tries >= TRIES) return 'failed';
    if (!(await sleep(waitAfter(tries), signal))) return 'stopped';
  }
}

/** One queue for each subject. */
class Lanes {
  #tails = new Map();

  /** Runs after everything of the same subject. */
  add(subject, run) {
    const before = this.#tails.get(subject) ?? Promise.resolve();
    const tail = before.then(run);
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

module.exports = { Lanes, TRIES, persist, sleep };
