'use strict';

const { failReply } = require('./fastify-reply.js');
const { Kit: Core, passGates } = require('./kit.js');
const { begin, exchangeOf, within } = require('./node-http.js');
const { Problem } = require('./problem.js');

/** The kit of an application of Fastify. */
class Kit extends Core {
  /** The exchange of a request. */
  of(request) {
    return exchangeOf(request.raw);
  }

  /** A hook that lets requests through which pass every gate: for `preHandler` of a route or a scope. */
  gate(...gates) {
    return async (request) => passGates(gates, this.of(request));
  }
}

/** Hooks around every request of the application. */
function addHooks(app, kit) {
  app.addHook('onRequest', (request, reply, done) => {
    const exchange = begin(kit, request.raw, reply.raw, () => request.caller);
    const { config } = request.routeOptions;
    if (config?.timeout !== undefined) exchange.deadline.set(config.timeout);
    // Fastify counts bodies itself, by the limit of the route.
    exchange.bodyLimit = undefined;
    within(exchange, done);
  });
  // What reads a body calls back from where the connection was made.
  app.addHook('preValidation', (request, _reply, done) => within(kit.of(request), done));
  app.addHook('preHandler', async (request) => {
    const { gates } = request.routeOptions.config ?? {};
    if (gates !== undefined) await passGates([gates].flat(), kit.of(request));
  });
}

/** Answers errors, and requests for what is not there. */
function addErrors(app, kit) {
  app.setErrorHandler((error, request, reply) => failReply(kit, request, reply, error));
  app.setNotFoundHandler((request, reply) => failReply(kit, request, reply, new Problem(404)));
}

function addHealth(app, health) {
  for (const path of ['/livez', '/readyz']) {
    app.all(path, { exposeHeadRoute: false }, async (request, reply) => {
      const { status, headers, body } = await health.answer(request.method, path);
      return reply.code(status).headers(headers).send(body);
    });
  }
}

/** The plugin: `app.kit`, and everything that the kit does for requests. */
async function plugin(app, { health, bodyLimit, ...settings }) {
  const made = new Kit({ ...settings, bodyLimit });
  app.decorate('kit', made);
  if (bodyLimit !== undefined) {
    app.addHook('onRoute', (route) => {
      route.bodyLimit ??= bodyLimit;
    });
  }
  addHooks(app, made);
  addErrors(app, made);
  if (health !== undefined) addHealth(app, health);
}

// What fastify-plugin would say: it belongs to the application that registers it, and not to a scope of its own.
plugin[Symbol.for('skip-override')] = true;
plugin[Symbol.for('fastify.display-name')] = '@credenza/connectors/kit';
plugin[Symbol.for('plugin-meta')] = { name: '@credenza/connectors/kit', fastify: '5.x' };

module.exports = { Kit, kit: plugin };
