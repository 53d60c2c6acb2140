// Chart 906: Fastify behind the connector for Node | plugin, configuration of routes, prefixes, WebSockets; the shared cases

import { describe, test } from 'node:test';

import { credenza } from '@credenza/connectors/fastify';
import cors from '@fastify/cors';
import websocket from '@fastify/websocket';
import fastify from 'fastify';

import { cases, runCase } from './cases/suite.mjs';

function addRoute(scope, { path, methods, needs, optional, websocket: isSocket }) {
  const config = { needs, optional };
  if (isSocket) {
    scope.get(path, { config, websocket: true }, (socket, request) => socket.send(JSON.stringify(request.caller)));
    return;
  }
  const handler = async (request, reply) => reply.type('application/json').send(JSON.stringify(request.caller));
  scope.route({ method: methods, url: path, config, exposeHeadRoute: false, handler });
}

async function start({ options, route, metadata }) {
  const app = fastify({ forceCloseConnections: true });
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  await app.register(credenza, { ...options, metadata });
  if (options.preflight) await app.register(cors, { origin: 'https://app.example', methods: route.methods });
  if (route.websocket) await app.register(websocket);
  await app.register(async (scope) => addRoute(scope, route), { prefix: route.prefix });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return { port: app.server.address().port, close: () => app.close() };
}

describe('fastify', () => {
  for (const one of cases) test(one.name, () => runCase(one, start));
});
