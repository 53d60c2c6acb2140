'use strict';

// What operators hear: every denial and every trouble with a fetch on a channel of `node:diagnostics_channel`, and a
// line of the logger for each cause. A cause that lasts is one line a minute, however many requests it turns away.

const { channel } = require('node:diagnostics_channel');

const { SettingsError } = require('./errors.js');
const { lineOf } = require('./trouble.js');

const DENIED = channel('credenza:denied');
const TROUBLE = channel('credenza:trouble');

/** Seconds in which the same cause is said once. */
const QUIET = 60;
/** How many causes are remembered; addresses are part of them. */
const REMEMBERED = 1000;

class Reports {
  #issuer;
  #logger;
  #now;
  #said = new Map();

  constructor(issuer, logger, now) {
    if (logger !== undefined && typeof logger?.warn !== 'function') {
      throw new SettingsError('logger', 'has to have a function `warn`');
    }
    this.#issuer = issuer;
    this.#logger = logger;
    this.#now = now;
  }

  /** Says what was wrong with a fetch, as the core tells it; nothing, if nothing was. */
  trouble(json) {
    if (!json) return;
    const trouble = JSON.parse(json);
    if (TROUBLE.hasSubscribers) TROUBLE.publish({ issuer: this.#issuer, trouble });
    this.#troubled(trouble);
  }

  /** Says that a request was denied. */
  denied(denied) {
    if (DENIED.hasSubscribers) DENIED.publish({ issuer: this.#issuer, denied });
    const { rule, section, detail } = denied;
    if (denied.status === 503 && detail?.trouble) this.#troubled(detail.trouble);
    else this.#once('info', rule, () => `denied by ${rule} (${section}): ${detail?.reason ?? denied.message}`);
  }

  #troubled(trouble) {
    this.#once('warn', `${trouble.cause} ${trouble.url}`, () => lineOf(trouble));
  }

  #once(level, cause, line) {
    if (typeof this.#logger?.[level] !== 'function') return;
    const now = this.#now();
    if (Math.abs(now - this.#said.get(cause)) < QUIET) return;
    if (this.#said.size >= REMEMBERED) this.#said.clear();
    this.#said.set(cause, now);
    try {
      this.#logger[level](`credenza: ${line()}`);
    } catch {
      // A logger that fails is no reason to turn a request away.
    }
  }
}

module.exports = { Reports };
