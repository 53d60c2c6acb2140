'use strict';

const { Caller } = require('../lib/caller.js');
const { readSwitch } = require('../lib/config.js');
const core = require('../lib/guard.js');
const { Refusal } = require('../lib/refusal.js');
const { varied } = require('../lib/vary.js');

/** Closes the connection of a refused upgrade: Node has handed it over, so that nobody else does. */
function closeAfter(request, reply) {
  reply.header('Connection', 'close');
  reply.raw.once('finish', () => request.raw.socket.destroySoon());
}

/** Guards the routes of an application of Fastify. */
class Guard extends core.Guard {
  #passesErrors;
  #routes = new WeakMap();

  constructor({ passErrors, ...options } = {}, logger = undefined) {
    super(options, logger);
    this.#passesErrors = readSwitch(passErrors, 'passErrors');
  }

  requires(needs) {
    const route = this.route(needs);
    return (request, reply) => this.#answer(request, reply, route);
  }

  optional(needs) {
    const route = this.route(needs, { optional: true });
    return (request, reply) => this.#answer(request, reply, route);
  }

  /** What the `config` of a route asks for; undefined for a route that is not guarded. */
  routeOf(config) {
    if (config?.needs === undefined && config?.optional === undefined) return undefined;
    let route = this.#routes.get(config);
    if (route === undefined) {
      route = this.route(config.needs, { optional: config.optional === true });
      this.#routes.set(config, route);
    }
    return route;
  }

  /** The hook for routes that say in their `config` what they need. */
  async configured(request, reply) {
    const route = this.routeOf(request.routeOptions.config);
    return route === undefined ? undefined : this.#answer(request, reply, route);
  }

  async #answer(request, reply, route) {
    const outcome = await this.check(request, route, request.log);
    if (outcome.isUnchecked) return undefined;
    reply.header('Vary', varied(reply.getHeader('vary')));
    if (outcome.allowed) {
      request.caller = outcome.caller;
      reply.headers(outcome.headers);
      return undefined;
    }
    if (request.raw.upgrade) closeAfter(request, reply);
    if (this.#passesErrors) throw outcome;
    return reply
      .code(outcome.status)
      .headers(outcome.headers)
      .send(outcome.body || undefined);
  }
}

/** The plugin. Its hook is one of the whole application, so that a route which was there before it is guarded too. */
async function credenza(app, { metadata, ...options }) {
  const guard = new Guard(options, app.log);
  app.decorate('guard', guard);
  app.decorateRequest('caller', null);
  app.addHook('onRoute', ({ config }) => void guard.routeOf(config));
  app.addHook('onRequest', (request, reply) => guard.configured(request, reply));
  if (metadata === undefined || metadata === false) return;
  const document = guard.document(metadata === true ? {} : metadata);
  app.all(document.path, { exposeHeadRoute: false }, async (request, reply) => {
    const { status, headers, body } = document.answer(request.method);
    return reply.code(status).headers(headers).send(body);
  });
}

// What fastify-plugin would say: it belongs to the application that registers it, and not to a scope of its own.
credenza[Symbol.for('skip-override')] = true;
credenza[Symbol.for('fastify.display-name')] = '@credenza/connectors';
credenza[Symbol.for('plugin-meta')] = { name: '@credenza/connectors', fastify: '5.x' };

module.exports = { Caller, Guard, Refusal, credenza };
