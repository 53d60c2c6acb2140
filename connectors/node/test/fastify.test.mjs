// Chart 906

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { credenza } from '@credenza/connectors/fastify';
import cors from '@fastify/cors';
import websocket from '@fastify/websocket';
import fastify from 'fastify';

import { firstMessage, pair } from './support.mjs';

const hello = async (request) => `hello ${request.caller?.sub ?? 'nobody'}`;

async function make(t, settings, routes) {
  const { issuer, options, records } = pair(settings);
  const app = fastify();
  await routes(app, options);
  t.after(() => app.close());
  const ask = (url, headers = {}, method = 'GET') => app.inject({ url, headers, method });
  return { issuer, app, ask, records };
}

test('a route that was there before the plugin is guarded too', async (t) => {
  const { issuer, ask } = await make(t, {}, async (app, options) => {
    app.register(credenza, options);
    app.get('/orders', { config: { needs: { scopes: ['read'] } } }, hello);
    app.get('/open', hello);
  });
  assert.equal((await ask('/orders')).statusCode, 401);
  assert.equal((await ask('/orders', issuer.bearer({ scope: 'read' }))).body, 'hello user');
  assert.equal((await ask('/open')).body, 'hello nobody');
});

test('needs that are not known are an error at the start', async (t) => {
  const { options } = pair();
  const app = fastify();
  t.after(() => app.close());
  await app.register(credenza, options);
  assert.throws(() => app.get('/', { config: { needs: { scope: ['read'] } } }, hello), { setting: 'scope' });
});

test('a hook guards every route of a scope', async (t) => {
  const { issuer, ask } = await make(t, {}, async (app, options) => {
    await app.register(credenza, options);
    await app.register(
      async (scope) => {
        scope.addHook('onRequest', app.guard.requires({ scopes: ['read'] }));
        scope.get('/orders', hello);
      },
      { prefix: '/v1' },
    );
    await app.register(async (scope) => {
      scope.addHook('onRequest', app.guard.optional());
      scope.get('/', hello);
    });
  });
  assert.equal((await ask('/v1/orders')).statusCode, 401);
  assert.equal((await ask('/v1/orders', issuer.bearer({ scope: 'read' }))).body, 'hello user');
  assert.equal((await ask('/')).body, 'hello nobody');
  assert.equal((await ask('/', issuer.bearer())).body, 'hello user');
  assert.equal((await ask('/', { authorization: 'Bearer x' })).statusCode, 401);
});

test('the HEAD that Fastify adds is checked once', async (t) => {
  const { issuer, ask } = await make(t, { dpop: {}, origin: 'https://api.example' }, async (app, options) => {
    await app.register(credenza, options);
    app.get('/orders', { config: { needs: {} } }, hello);
  });
  assert.equal((await ask('/orders', {}, 'HEAD')).statusCode, 401);
  const proven = issuer.dpop('HEAD', 'https://api.example/orders');
  assert.equal((await ask('/orders', proven, 'HEAD')).statusCode, 200);
  assert.equal((await ask('/orders', proven, 'HEAD')).statusCode, 401);
});

test('refusals go to the handler of errors where that is wished', async (t) => {
  const { ask } = await make(t, { passErrors: true }, async (app, options) => {
    await app.register(credenza, options);
    app.get('/default', { config: { needs: { scopes: ['read'] } } }, hello);
    await app.register(async (scope) => {
      scope.setErrorHandler((error, _request, reply) =>
        reply.code(error.statusCode).headers(error.headers).send({ problem: error.rule }),
      );
      scope.get('/own', { config: { needs: {} } }, hello);
    });
  });
  const own = await ask('/own');
  assert.deepEqual(
    [own.statusCode, own.json(), own.headers['www-authenticate']],
    [401, { problem: 'token_missing' }, 'Bearer'],
  );
  const usual = await ask('/default');
  assert.deepEqual([usual.statusCode, usual.headers['www-authenticate']], [401, 'Bearer scope="read"']);
});

test('refusals are told to the logger of the request', async (t) => {
  const lines = [];
  const { options } = pair({ logger: undefined });
  const app = fastify({ logger: { level: 'info', stream: { write: (line) => lines.push(JSON.parse(line)) } } });
  t.after(() => app.close());
  await app.register(credenza, options);
  app.get('/orders', { config: { needs: {} } }, hello);
  await app.inject('/orders?token=secret');
  const { msg, rule, path, reqId } = lines.find((line) => line.rule !== undefined);
  assert.deepEqual([msg, rule, path, reqId], ['credenza: refused', 'token_missing', '/orders', 'req-1']);
});

test('the fields of others stay, and CORS in front answers preflights', async (t) => {
  const { issuer, ask } = await make(t, {}, async (app, options) => {
    await app.register(cors, { origin: ['https://app.example', 'https://other.example'] });
    await app.register(credenza, options);
    app.get('/orders', { config: { needs: {} } }, hello);
  });
  const origin = { origin: 'https://app.example' };
  const preflight = await ask('/orders', { ...origin, 'access-control-request-method': 'GET' }, 'OPTIONS');
  assert.equal(preflight.statusCode, 204);
  for (const headers of [origin, { ...origin, ...issuer.bearer() }]) {
    const { headers: fields } = await ask('/orders', headers);
    assert.deepEqual([fields.vary, fields['access-control-allow-origin']], ['Origin, Authorization', origin.origin]);
  }
});

test(
  'the connection of a refused WebSocket is closed, whichever plugin is registered first',
  { timeout: 10_000 },
  async () => {
    for (const order of [
      [credenza, websocket],
      [websocket, credenza],
    ]) {
      const { issuer, options } = pair();
      const app = fastify();
      for (const plugin of order) await app.register(plugin, plugin === credenza ? options : {});
      app.get('/live', { config: { needs: {} }, websocket: true }, (socket, request) =>
        socket.send(request.caller.sub),
      );
      const url = await app.listen({ host: '127.0.0.1', port: 0 });
      assert.equal(await firstMessage(`${url}/live`, {}), 401);
      assert.equal(await firstMessage(`${url}/live`, issuer.bearer()), 'user');
      await app.close();
    }
  },
);
