// Chart 907: Hono behind the connector for Node | middleware, mounted applications, WebSockets; the shared cases

import { describe, test } from 'node:test';

import { Guard } from '@credenza/connectors/hono';
import { createAdaptorServer, upgradeWebSocket } from '@hono/node-server';
import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { WebSocketServer } from 'ws';

import { listen } from './cases/listen.mjs';
import { cases, runCase } from './cases/suite.mjs';

function addRoute(app, guard, { path, methods, needs, optional, websocket }, preflight) {
  const check = optional ? guard.optional(needs) : guard.requires(needs);
  if (websocket) {
    const greet = (c) => ({ onOpen: (_event, socket) => socket.send(JSON.stringify(c.var.caller)) });
    app.get(path, check, upgradeWebSocket(greet));
    return;
  }
  const allowed = preflight ? [cors({ origin: 'https://app.example', allowMethods: methods })] : [];
  const all = preflight ? [...methods, 'OPTIONS'] : methods;
  app.on(
    all.filter((method) => method !== 'HEAD'),
    path,
    check,
    ...allowed,
    (c) => c.json(c.var.caller),
  );
}

async function start({ options, route, metadata }) {
  const guard = new Guard(options);
  const [app, sub] = [new Hono(), new Hono()];
  addRoute(sub, guard, route, options.preflight);
  if (metadata) app.use(guard.metadata(metadata));
  if (route.prefix) app.mount(route.prefix, sub.fetch);
  else app.route('/', sub);
  const websocket = { server: new WebSocketServer({ noServer: true }) };
  const server = createAdaptorServer({ fetch: app.fetch, ...(route.websocket && { websocket }) });
  return { port: await listen(server), close: () => server.close() };
}

describe('hono', () => {
  for (const one of cases) test(one.name, () => runCase(one, start));
});
