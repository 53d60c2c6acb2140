'use strict';

const { Caller } = require('../lib/caller.js');
const { readSwitch } = require('../lib/config.js');
const core = require('../lib/guard.js');
const { answer, clientVerifier, serveMetadata, upgradeListener } = require('../lib/node-http.js');
const { Refusal } = require('../lib/refusal.js');

/** Guards the routes of an application of Express. */
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

  metadata(options) {
    return serveMetadata(this.document(options));
  }

  /** A listener for `upgrade` of the HTTP server, in front of the one that makes the WebSocket. */
  upgrade(needs, listener, options) {
    return upgradeListener(this, this.route(needs, options), listener);
  }

  /** `verifyClient` of a `WebSocketServer` of ws. */
  verifyClient(needs, options) {
    return clientVerifier(this, this.route(needs, options));
  }

  #middleware(route) {
    return async (request, response, next) => {
      const outcome = await this.check(request, route);
      if (outcome.isUnchecked) return next();
      response.vary('Authorization');
      if (outcome.allowed) {
        request.caller = outcome.caller;
        response.set(outcome.headers);
        return next();
      }
      return this.#passesErrors ? next(outcome) : answer(response, outcome);
    };
  }
}

module.exports = { Caller, Guard, Refusal };
