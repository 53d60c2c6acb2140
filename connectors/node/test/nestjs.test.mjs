// Chart 908

import 'reflect-metadata';

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import {
  Caller,
  CredenzaGuard,
  CredenzaModule,
  Guard,
  Needs,
  Public,
  RefusalException,
  webSocketAdapter,
} from '@credenza/connectors/nestjs';
import { Catch, Controller, Get, Module, UseFilters, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { WebSocket } from 'ws';

import { classOf } from './nestjs-classes.mjs';
import { ask, firstMessage, pair, statusOf } from './support.mjs';

const hello = (caller) => `hello ${caller?.sub ?? 'nobody'}`;
const platforms = { express: () => new ExpressAdapter(), fastify: () => new FastifyAdapter() };

async function start(t, { adapter = platforms.express, set = () => {}, ...parts }) {
  const App = classOf({}, Module(parts));
  const app = await NestFactory.create(App, adapter(), {
    logger: false,
    abortOnError: false,
    forceCloseConnections: true,
  });
  set(app);
  await app.listen(0, '127.0.0.1');
  t.after(() => app.close());
  return `http://127.0.0.1:${app.getHttpServer().address().port}`;
}

for (const [name, adapter] of Object.entries(platforms)) {
  describe(`on ${name}`, () => {
    test('the guard stands in front of all, but for what is public', async (t) => {
      const { issuer, options } = pair({ everywhere: true });
      const Orders = classOf(
        {
          open: [hello, Get('open'), Public()],
          any: [hello, Get('any')],
          read: [hello, Get('read'), Needs({ scopes: ['read'] })],
          maybe: [hello, Get('maybe'), Needs({}, { optional: true })],
          sub: [(sub) => sub, Get('sub')],
        },
        Controller('orders'),
      );
      for (const method of ['open', 'any', 'read', 'maybe']) Caller()(Orders.prototype, method, 0);
      Caller('sub')(Orders.prototype, 'sub', 0);
      const url = await start(t, { adapter, imports: [CredenzaModule.forRoot(options)], controllers: [Orders] });
      assert.equal((await ask(`${url}/orders/open`, { authorization: 'Bearer x' })).body, 'hello nobody');
      assert.equal(await statusOf(`${url}/orders/any`), 401);
      assert.equal((await ask(`${url}/orders/any`, issuer.bearer())).body, 'hello user');
      const refused = await ask(`${url}/orders/read`, issuer.bearer());
      assert.deepEqual([refused.status, refused.body], [403, '']);
      assert.match(refused.headers.get('www-authenticate'), /insufficient_scope/);
      assert.equal((await ask(`${url}/orders/read`, issuer.bearer({ scope: 'read' }))).body, 'hello user');
      assert.equal((await ask(`${url}/orders/maybe`)).body, 'hello nobody');
      assert.equal(await statusOf(`${url}/orders/maybe`, { authorization: 'Bearer x' }), 401);
      assert.equal((await ask(`${url}/orders/sub`, issuer.bearer())).body, 'user');
    });

    test('options that others provide; needs of a class; a guard that stands there twice spends no proof', async (t) => {
      const { issuer, options } = pair({ dpop: {} });
      const Settings = class {};
      const SettingsModule = classOf(
        {},
        Module({ providers: [{ provide: Settings, useValue: options }], exports: [Settings] }),
      );
      const imports = [
        CredenzaModule.forRootAsync({
          everywhere: true,
          imports: [SettingsModule],
          inject: [Settings],
          useFactory: async (settings) => settings,
        }),
      ];
      const decorators = [Controller('orders'), Needs({ scopes: ['read'] }), UseGuards(CredenzaGuard)];
      const Orders = classOf({ get: [hello, Get()] }, ...decorators);
      Caller()(Orders.prototype, 'get', 0);
      const url = await start(t, { adapter, imports, controllers: [Orders] });
      const proven = issuer.dpop('GET', `${url}/orders`, { scope: 'read' });
      assert.equal((await ask(`${url}/orders`, proven)).body, 'hello user');
      assert.equal(await statusOf(`${url}/orders`, proven), 401);
      assert.equal(await statusOf(`${url}/orders`, issuer.dpop('GET', `${url}/orders`)), 403);
    });

    test('a filter of the application decides about the body, and the fields are there', async (t) => {
      const { options } = pair();
      const filter = (refusal, host) => {
        const response = host.switchToHttp().getResponse();
        const body = { problem: refusal.refusal.rule };
        if (name === 'express') response.status(refusal.getStatus()).json(body);
        else response.status(refusal.getStatus()).send(body);
      };
      const Filter = classOf({ catch: [filter] }, Catch(RefusalException));
      const Orders = classOf(
        { get: [hello, Get('orders')] },
        Controller(),
        UseGuards(CredenzaGuard),
        UseFilters(Filter),
      );
      const url = await start(t, { adapter, imports: [CredenzaModule.forRoot(options)], controllers: [Orders] });
      const refused = await ask(`${url}/orders`);
      assert.deepEqual([refused.status, refused.body], [401, '{"problem":"token_missing"}']);
      assert.equal(refused.headers.get('www-authenticate'), 'Bearer');
      assert.equal(refused.headers.get('cache-control'), 'no-store');
      assert.equal(refused.headers.get('vary'), 'Authorization');
    });

    test('metadata and CORS stand in front', async (t) => {
      const { options } = pair({ everywhere: true });
      const Orders = classOf({ get: [hello, Get('orders'), Needs({ scopes: ['read'] })] }, Controller());
      const set = (app) => {
        app.use(app.get(Guard).metadata({ scopes: ['read'] }));
        app.enableCors({ origin: 'https://app.example' });
      };
      const url = await start(t, { adapter, set, imports: [CredenzaModule.forRoot(options)], controllers: [Orders] });
      const { body } = await ask(`${url}/.well-known/oauth-protected-resource`);
      assert.deepEqual(JSON.parse(body).scopes_supported, ['read']);
      const preflight = { origin: 'https://app.example', 'access-control-request-method': 'GET' };
      assert.equal(await statusOf(`${url}/orders`, preflight, { method: 'OPTIONS' }), 204);
      const refused = await ask(`${url}/orders`, { origin: 'https://app.example' });
      assert.deepEqual(
        [refused.status, refused.headers.get('access-control-allow-origin')],
        [401, 'https://app.example'],
      );
    });
  });
}

test('needs that are not known are an error where they are written', () => {
  assert.throws(() => Needs({ scope: ['read'] }), { setting: 'scope' });
});

test('settings that are wrong are named at the start', async (t) => {
  await assert.rejects(start(t, { imports: [CredenzaModule.forRoot({ audience: 'x' })] }), { setting: 'issuer' });
});

/** Sends a message on an open WebSocket; answers the next one that comes. */
const exchange = (socket, event) =>
  new Promise((resolve) => {
    socket.once('message', (data) => resolve(JSON.parse(data.toString())));
    socket.send(JSON.stringify({ event, data: {} }));
  });

test('a gateway is checked at its handshake, and guarded messages again', async (t) => {
  const time = { now: Date.now() };
  const { issuer, options } = pair({ clock: () => time.now });
  const Live = classOf(
    {
      handleConnection: [(client, request) => client.send(request.caller.sub)],
      who: [(caller) => ({ event: 'who', data: caller.sub }), SubscribeMessage('who'), UseGuards(CredenzaGuard)],
      admin: [
        () => ({ event: 'admin' }),
        SubscribeMessage('admin'),
        UseGuards(CredenzaGuard),
        Needs({ roles: ['admin'] }),
      ],
    },
    WebSocketGateway({ path: '/live', needs: { scopes: ['live'] } }),
  );
  Caller()(Live.prototype, 'who', 0);
  const set = (app) => app.useWebSocketAdapter(webSocketAdapter(app));
  const url = await start(t, { set, imports: [CredenzaModule.forRoot(options)], providers: [Live] });
  assert.equal(await firstMessage(`${url}/live`, {}), 401);
  assert.equal(await firstMessage(`${url}/live`, issuer.bearer()), 403);
  const socket = new WebSocket(`${url}/live`, { headers: issuer.bearer({ scope: 'live', sub: 'alice' }) });
  t.after(() => socket.terminate());
  await new Promise((resolve) => socket.once('message', resolve));
  assert.deepEqual(await exchange(socket, 'who'), { event: 'who', data: 'alice' });
  const refused = await exchange(socket, 'admin');
  assert.deepEqual([refused.event, refused.data.rule], ['exception', 'role']);
  time.now += 3_600_000;
  assert.equal((await exchange(socket, 'who')).data.rule, 'exp');
});
