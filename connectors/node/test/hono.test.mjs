// Chart 907

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Guard } from '@credenza/connectors/hono';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { cors } from 'hono/cors';

import { ask, pair, serve, statusOf } from './support.mjs';

const hello = (c) => c.text(`hello ${c.var.caller?.sub ?? 'nobody'}`);

test('it needs no server of Node', async () => {
  const { issuer, options } = pair({ dpop: {} });
  const app = new Hono().get('/orders', new Guard(options).requires({ scopes: ['read'] }), hello);
  const url = 'https://api.example/orders';
  assert.equal((await app.request(url)).status, 401);
  const passed = await app.request(url, { headers: issuer.bearer({ scope: 'read' }) });
  assert.deepEqual(
    [passed.status, await passed.text(), passed.headers.get('vary')],
    [200, 'hello user', 'Authorization'],
  );
  const proven = (target) => ({ headers: issuer.dpop('GET', target, { scope: 'read' }) });
  assert.equal((await app.request(url, proven(url))).status, 200);
  assert.equal((await app.request(url, proven('https://other.example/orders'))).status, 401);
});

test('refusals go to the handler of errors where that is wished', async () => {
  const { options } = pair({ passErrors: true });
  const guard = new Guard(options);
  const usual = await new Hono().get('/', guard.requires(), hello).request('/');
  assert.deepEqual([usual.status, usual.headers.get('www-authenticate')], [401, 'Bearer']);
  const own = new Hono().get('/', guard.requires(), hello);
  own.onError((error, c) => c.json({ problem: error.rule }, error.status, error.headers));
  const refused = await own.request('/');
  assert.deepEqual([refused.status, await refused.json()], [401, { problem: 'token_missing' }]);
});

test('the fields of others stay, and CORS in front answers preflights', async (t) => {
  const { issuer, options } = pair();
  const guard = new Guard(options);
  const app = new Hono();
  app.use(cors({ origin: ['https://app.example', 'https://other.example'] }));
  app.get('/orders', guard.requires(), hello);
  app.get('/fails', guard.requires(), () => {
    throw new Error('out of order');
  });
  app.onError((_error, c) => c.text('sorry', 500));
  const url = await serve(t, createAdaptorServer({ fetch: app.fetch }));
  const origin = { origin: 'https://app.example' };
  const preflight = { ...origin, 'access-control-request-method': 'GET' };
  assert.equal(await statusOf(`${url}/orders`, preflight, { method: 'OPTIONS' }), 204);
  for (const [path, headers, status] of [
    ['/orders', origin, 401],
    ['/orders', { ...origin, ...issuer.bearer() }, 200],
    ['/fails', { ...origin, ...issuer.bearer() }, 500],
  ]) {
    const found = await ask(url + path, headers);
    assert.equal(found.status, status);
    assert.deepEqual(found.headers.get('vary').split(', ').sort(), ['Authorization', 'Origin']);
    assert.equal(found.headers.get('access-control-allow-origin'), origin.origin);
  }
});

test('streams and redirects are answers as any', async () => {
  const { issuer, options } = pair();
  const guard = new Guard(options);
  const app = new Hono();
  app.get('/redirect', guard.requires(), () => Response.redirect('https://api.example/other'));
  app.get('/raw', guard.requires(), () => new Response('raw', { headers: { vary: 'Accept' } }));
  const redirect = await app.request('/redirect', { headers: issuer.bearer() });
  assert.deepEqual([redirect.status, redirect.headers.get('vary')], [302, 'Authorization']);
  const raw = await app.request('/raw', { headers: issuer.bearer() });
  assert.equal(raw.headers.get('vary'), 'Accept, Authorization');
});
