// Chart 909

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { serveNext } from './next.mjs';
import { ask, pair, statusOf } from './support.mjs';

let app;
before(async () => {
  app = await serveNext();
});
after(() => app.close());

/** Leaves the application an issuer and needs. */
function use(needs, settings) {
  const { issuer, options, records } = pair(settings);
  app.use({ options, route: { prefix: '', path: '/orders', methods: ['GET'], needs } });
  return { issuer, records, url: `http://127.0.0.1:${app.port}` };
}

test('proxy.ts refuses before anything else is asked', async () => {
  const { issuer, url } = use({ scopes: ['read'] });
  const refused = await ask(`${url}/proxied/page`);
  assert.deepEqual([refused.status, refused.body], [401, '']);
  assert.equal(refused.headers.get('www-authenticate'), 'Bearer scope="read"');
  assert.equal(refused.headers.get('cache-control'), 'no-store');
  assert.equal(await statusOf(`${url}/proxied/page`, issuer.bearer()), 403);
  const passed = await ask(`${url}/proxied/page`, issuer.bearer({ scope: 'read' }));
  assert.deepEqual([passed.status, passed.body], [200, 'behind the proxy']);
  assert.match(passed.headers.get('vary'), /Authorization/);
});

test('a field that once let requests past the middleware of Next does not', async () => {
  const { url } = use({});
  for (const path of ['/proxied/page', '/orders']) {
    const headers = { 'x-middleware-subrequest': 'proxy:proxy:proxy:proxy:proxy', 'x-middleware-next': '1' };
    assert.equal(await statusOf(url + path, headers), 401);
  }
});

test('a server component finds its caller', async () => {
  const { issuer, url, records } = use({ scopes: ['read'] });
  assert.match((await ask(`${url}/page`)).body, /nobody/);
  assert.match((await ask(`${url}/page`, issuer.bearer())).body, /nobody/);
  const found = await ask(`${url}/page`, issuer.bearer({ scope: 'read', sub: 'alice' }));
  assert.match(found.body, /caller alice/);
  assert.deepEqual(
    records.map(({ rule }) => rule),
    ['token_missing', 'scope'],
  );
});

test('DPoP is compared with the origin of the settings', async () => {
  const { issuer, url } = use({}, { dpop: {}, origin: 'https://api.example' });
  assert.equal(await statusOf(`${url}/orders`, issuer.dpop('GET', 'https://api.example/orders')), 200);
  assert.equal(await statusOf(`${url}/orders`, issuer.dpop('GET', `${url}/orders`)), 401);
});
