'use strict';

const { varied } = require('../lib/vary.js');
const core = require('./login.js');
const { requestOf } = require('./node.js');

/** The longest form that is read, in bytes. */
const MOST = 65_536;

/** Where the cookies of an answer go: Fastify adds each to those before. */
const sinkOf = (reply) => ({
  get isWritable() {
    return !reply.raw.headersSent;
  },
  cookie(line) {
    if (reply.raw.headersSent) return false;
    reply.header('Set-Cookie', line);
    return true;
  },
});

function setFields(reply, { Vary, ...headers }) {
  reply.headers(headers);
  if (Vary !== undefined) reply.header('Vary', varied(reply.getHeader('vary'), Vary));
}

function send(reply, { status, headers, cookies, body }) {
  setFields(reply, headers);
  cookies.forEach((line) => reply.header('Set-Cookie', line));
  return reply.code(status).send(body);
}

/** Sign-in for an application of Fastify. */
class Login extends core.Login {
  /** A hook `onRequest` that lets those through who have signed in; `allows` may refuse some of them. */
  requires(allows) {
    return (request, reply) => this.#answer(request, reply, { allows });
  }

  /** A hook `onRequest` that lets everybody through, and finds out who has signed in. */
  optional() {
    return (request, reply) => this.#answer(request, reply, { isOptional: true });
  }

  /** The hook for routes whose `config` has `login`. */
  async configured(request, reply) {
    const how = request.routeOptions.config?.login;
    if (how === undefined || how === false) return undefined;
    if (how === 'optional') return this.#answer(request, reply, { isOptional: true });
    return this.#answer(request, reply, { allows: typeof how === 'function' ? how : undefined });
  }

  async #answer(request, reply, how) {
    const { answer, signedIn, headers } = await this.enter(requestOf(request, request.raw), sinkOf(reply), how);
    if (answer !== undefined) return send(reply, answer);
    setFields(reply, headers);
    request.signedIn = signedIn;
    return undefined;
  }
}

/** The connector's own routes, in a scope of their own, whose forms are read as they are. */
async function routes(scope, { login }) {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'string', bodyLimit: MOST }, (_request, body, done) => done(null, body));
  scope.all(`${login.path}/*`, async (request, reply) => {
    const answer = await login.route(requestOf(request, request.raw));
    return answer === undefined ? reply.callNotFound() : send(reply, answer);
  });
}

/** The plugin. */
async function credenzaLogin(app, options) {
  const login = new Login(options);
  app.decorate('login', login);
  app.decorateRequest('signedIn', null);
  app.addHook('onRequest', (request, reply) => login.configured(request, reply));
  await app.register(routes, { login });
}

// What fastify-plugin would say: it belongs to the application that registers it, and not to a scope of its own.
credenzaLogin[Symbol.for('skip-override')] = true;
credenzaLogin[Symbol.for('fastify.display-name')] = '@credenza/connectors/login';
credenzaLogin[Symbol.for('plugin-meta')] = { name: '@credenza/connectors/login', fastify: '5.x' };

module.exports = { ...require('./index.js'), Login, credenzaLogin };
