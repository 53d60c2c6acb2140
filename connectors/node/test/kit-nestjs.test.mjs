// Chart 985

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ask, post, start, until } from './kit/applications.mjs';
import { World } from './kit/world.mjs';

test('the kit in Nest on Fastify', async (t) => {
  const world = await World.start(t);
  const { url, log } = await start(t, 'nestjs', world.env({ PLATFORM: 'fastify' }));
  await until(async () => (await ask(`${url}/readyz`)).status === 200, 'an application that is ready');
  const isProblem = (found, status, name) => {
    const type = name === undefined ? 'about:blank' : `urn:problem:${name}`;
    assert.deepEqual([found.status, found.body?.type], [status, type], found.text);
    assert.equal(found.body.request_id, found.headers.get('x-request-id'));
  };
  assert.deepEqual((await post(`${url}/echo`, { a: 1 })).body, { a: 1 });
  isProblem(await post(`${url}/echo`, { text: 'x'.repeat(2000) }), 413, 'body_too_large');
  isProblem(await ask(`${url}/slow?ms=600`), 503, 'timeout');
  assert.deepEqual((await ask(`${url}/slower?ms=400`)).body, { waited: 400 });
  isProblem(await ask(`${url}/fail`), 500, 'internal_error');
  isProblem(await ask(`${url}/nowhere`), 404);
  const anonymous = await ask(`${url}/items`);
  isProblem(anonymous, 401);
  assert.equal(anonymous.headers.get('www-authenticate'), 'Bearer');
  assert.match(anonymous.headers.get('vary'), /Authorization/);
  const found = await ask(`${url}/items?limit=2`, { headers: world.bearer({ tenant: 't1' }) });
  assert.deepEqual([found.status, found.body.items.length], [200, 2]);
  assert.match(found.headers.get('link'), /rel="next"/);
  assert.equal(found.headers.get('cache-control'), 'no-store');
  isProblem(await ask(`${url}/edit`, { headers: world.bearer() }), 403, 'permission_missing');
  assert.equal((await ask(`${url}/edit`, { headers: world.bearer({ roles: ['admin'] }) })).status, 200);
  const id = found.headers.get('x-request-id');
  const line = await until(() => log.find((it) => it.request_id === id && it.message === 'request'), 'a line');
  assert.deepEqual([line.sub, line.tenant, line.status], ['ada', 't1', 200]);
});
