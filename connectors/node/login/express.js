'use strict';

const core = require('./login.js');
const { requestOf, send, serveRoutes, setFields, sinkOf } = require('./node.js');

/** Sign-in for an application of Express. */
class Login extends core.Login {
  /** The connector's own routes: for `app.use`. */
  routes() {
    return serveRoutes(this);
  }

  /** Lets those through who have signed in; `allows` may refuse some of them. */
  requires(allows) {
    return this.#middleware({ allows });
  }

  /** Lets everybody through, and finds out who has signed in. */
  optional() {
    return this.#middleware({ isOptional: true });
  }

  #middleware(how) {
    return async (request, response, next) => {
      const { answer, signedIn, headers } = await this.enter(requestOf(request), sinkOf(response), how);
      if (answer !== undefined) return send(response, answer);
      setFields(response, headers);
      request.signedIn = signedIn;
      return next();
    };
  }
}

module.exports = { ...require('./index.js'), Login };
