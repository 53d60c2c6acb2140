// Chart 908: NestJS behind the connector for Node | guard, module, decorators, WebSocket gateways; on Express and on Fastify; the shared cases

import 'reflect-metadata';

import { describe, test } from 'node:test';

import { Caller, CredenzaGuard, CredenzaModule, Guard, Needs, webSocketAdapter } from '@credenza/connectors/nestjs';
import { Controller, HttpCode, Module, RequestMapping, RequestMethod, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { WebSocketGateway } from '@nestjs/websockets';

import { cases, runCase } from './cases/suite.mjs';

/** Applies the decorators of a class, as TypeScript does. */
function decorated(target, ...decorators) {
  for (const decorator of decorators) decorator(target);
  return target;
}

/** Applies the decorators of a method. */
function decorate(target, name, ...decorators) {
  const descriptor = Object.getOwnPropertyDescriptor(target.prototype, name);
  for (const decorator of decorators) decorator(target.prototype, name, descriptor);
}

function controllerOf({ path, methods, needs, optional }, preflight) {
  class Orders {}
  // Both platforms answer HEAD by the handler of GET.
  const all = new Set(preflight ? [...methods, 'OPTIONS'] : methods);
  all.delete('HEAD');
  for (const method of all) {
    const name = `answer${method}`;
    Orders.prototype[name] = (caller) => JSON.stringify(caller);
    Caller()(Orders.prototype, name, 0);
    decorate(Orders, name, RequestMapping({ path, method: RequestMethod[method] }), Needs(needs, { optional }));
    decorate(Orders, name, HttpCode(200));
  }
  return decorated(Orders, Controller(), UseGuards(CredenzaGuard));
}

function gatewayOf({ path, needs, optional }) {
  class Live {
    handleConnection(client, request) {
      client.send(JSON.stringify(request.caller));
    }
  }
  return decorated(Live, WebSocketGateway({ path, needs, optional }));
}

async function serve(adapter, { options, route, metadata }) {
  const parts = route.websocket
    ? { providers: [gatewayOf(route)] }
    : { controllers: [controllerOf(route, options.preflight)] };
  class App {}
  decorated(App, Module({ imports: [CredenzaModule.forRoot(options)], ...parts }));
  const app = await NestFactory.create(App, adapter, {
    logger: false,
    abortOnError: false,
    forceCloseConnections: true,
  });
  app.setGlobalPrefix(route.prefix);
  if (metadata) app.use(app.get(Guard).metadata(metadata));
  if (options.preflight)
    app.enableCors({
      origin: 'https://app.example',
      methods: route.methods,
      preflightContinue: true,
      strictPreflight: false,
    });
  if (route.websocket) app.useWebSocketAdapter(webSocketAdapter(app));
  await app.listen(0, '127.0.0.1');
  return { port: app.getHttpServer().address().port, close: () => app.close() };
}

const platforms = { express: () => new ExpressAdapter(), fastify: () => new FastifyAdapter() };

for (const [name, adapter] of Object.entries(platforms)) {
  describe(`nestjs on ${name}`, () => {
    for (const one of cases) test(one.name, () => runCase(one, (made) => serve(adapter(), made)));
  });
}
