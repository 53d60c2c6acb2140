// Chart 905: Express behind the connector for Node | middleware, mounted routers, WebSockets; the shared cases

import { createServer } from 'node:http';
import { describe, test } from 'node:test';

import { Guard } from '@credenza/connectors/express';
import cors from 'cors';
import express from 'express';
import { WebSocketServer } from 'ws';

import { listen } from './cases/listen.mjs';
import { cases, runCase } from './cases/suite.mjs';

const handler = (request, response) => response.json(request.caller);

function serveSockets(server, guard, { needs, optional }) {
  const sockets = new WebSocketServer({ noServer: true });
  const greet = (request, socket, head) =>
    sockets.handleUpgrade(request, socket, head, (client) => client.send(JSON.stringify(request.caller)));
  server.on('upgrade', guard.upgrade(needs, greet, { optional }));
}

async function start({ options, route, metadata }) {
  const guard = new Guard(options);
  const [app, router] = [express(), express.Router()];
  const { prefix, path, methods, needs, optional, websocket } = route;
  const check = optional ? guard.optional(needs) : guard.requires(needs);
  const allowed = options.preflight ? [cors({ origin: 'https://app.example', methods })] : [];
  for (const method of methods) router[method.toLowerCase()](path, check, ...allowed, handler);
  if (options.preflight) router.options(path, check, ...allowed);
  if (metadata) app.use(guard.metadata(metadata));
  app.use(prefix || '/', router);
  const server = createServer(app);
  if (websocket) serveSockets(server, guard, route);
  return { port: await listen(server), close: () => server.close() };
}

describe('express', () => {
  for (const one of cases) test(one.name, () => runCase(one, start));
});
