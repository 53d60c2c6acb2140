'use strict';

const { Caller } = require('../lib/caller.js');
const { readSwitch } = require('../lib/config.js');
const core = require('../lib/guard.js');
const { Refusal } = require('../lib/refusal.js');
const { varied } = require('../lib/vary.js');

/** The request as it came: Node's, where the server is one of Node, as it has every line of a field and the whole path. */
const requestOf = ({ env, req }) => (Array.isArray(env?.incoming?.rawHeaders) ? env.incoming : req.raw);

/** Sets a field of the answer; in place where that is possible, as Hono's own way makes a copy, body and all. */
function setField(c, name, value) {
  try {
    c.res.headers.set(name, value);
  } catch {
    c.header(name, value);
  }
}

/** Guards the routes of an application of Hono. */
class Guard extends core.Guard {
  #passesErrors;

  constructor({ passErrors, ...options } = {}) {
    super(options);
    this.#passesErrors = readSwitch(passErrors, 'passErrors');
  }

  requires(needs) {
    return this.#middleware(this.route(needs));
  }

  optional(needs) {
    return this.#middleware(this.route(needs, { optional: true }));
  }

  /** A middleware that serves the metadata, and lets every other request through. */
  metadata(options) {
    const document = this.document(options);
    return async (c, next) => {
      if (c.req.path !== document.path) return next();
      const { status, headers, body } = document.answer(c.req.method);
      return c.body(body || null, status, headers);
    };
  }

  #middleware(route) {
    return async (c, next) => {
      const outcome = await this.check(requestOf(c), route);
      if (outcome.isUnchecked) return next();
      if (outcome.allowed) {
        c.set('caller', outcome.caller);
        await next();
        for (const [name, value] of Object.entries(outcome.headers)) setField(c, name, value);
      } else if (this.#passesErrors) {
        throw outcome;
      } else {
        c.res = c.body(outcome.body || null, outcome.status, outcome.headers);
      }
      setField(c, 'Vary', varied(c.res.headers.get('vary') ?? undefined));
      return undefined;
    };
  }
}

module.exports = { Caller, Guard, Refusal };
