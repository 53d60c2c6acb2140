'use strict';

const core = require('./login.js');
const { requestOf, responseOf, sinkOf, withFields } = require('./web.js');

/** Sign-in for an application of Hono. */
class Login extends core.Login {
  /** The connector's own routes: for `app.use`. */
  routes() {
    return async (c, next) => {
      const answer = await this.route(requestOf(c.req.raw));
      return answer === undefined ? next() : responseOf(answer);
    };
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
    return async (c, next) => {
      const { sink, lines } = sinkOf();
      const { answer, signedIn, headers } = await this.enter(requestOf(c.req.raw), sink, how);
      if (answer !== undefined) return responseOf(answer);
      c.set('signedIn', signedIn);
      await next();
      sink.isWritable = false;
      const { res } = c;
      const answered = withFields(res, headers, lines);
      if (answered !== res) {
        // Hono adds the fields of the answer before to the one that takes its place, unless there is none.
        c.res = undefined;
        c.res = answered;
      }
      return undefined;
    };
  }
}

module.exports = { ...require('./index.js'), Login };
