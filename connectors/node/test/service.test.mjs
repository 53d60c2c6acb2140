// Chart 986: Service client for Node | client credentials, calls on behalf of callers, users, typed errors; in Express, Fastify, Hono and NestJS

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { ClientToken, NotFound, RateLimited, Refused, Service, Unavailable, Users } from '@credenza/connectors/service';

import { ask, frameworks, post, start, until } from './kit/applications.mjs';
import { World } from './kit/world.mjs';

const typeOf = ({ body }) => body.type;
const clientOf = (world, more = {}) => ({ issuer: world.url, clientId: 'app', clientSecret: 'appsecret', ...more });
const basic = `Basic ${Buffer.from('app:appsecret').toString('base64')}`;

for (const framework of frameworks) {
  describe(`the service client in ${framework}`, () => {
    let world;
    let app;
    const ends = [];
    before(async () => {
      const untilTheEnd = { after: (run) => ends.unshift(run) };
      world = await World.start(untilTheEnd);
      app = await start(untilTheEnd, framework, world.env());
      await until(async () => (await ask(`${app.url}/readyz`)).status === 200, 'an application that is ready');
    });
    after(async () => {
      for (const end of ends) await end();
    });

    test('calls in its own name have one token, which is asked for once', async () => {
      world.is.delay = 20;
      const all = await Promise.all(Array.from({ length: 10 }, () => ask(`${app.url}/call/machine`)));
      world.is.delay = 0;
      assert.deepEqual([...new Set(all.map(({ text }) => text))].length, 1);
      assert.deepEqual(all[0].body, { path: '/orders/machine', authorization: 'Bearer machine-1' });
      const { token, authorization, ...form } = world.tokens[0];
      assert.deepEqual([world.tokens.length, token, authorization], [1, 'machine-1', basic]);
      assert.deepEqual(form, {
        grant_type: 'client_credentials',
        scope: 'orders:read',
        resource: `${world.url}/orders`,
      });
    });

    test('a token that is refused is replaced once, and what is refused again is answered as such', async () => {
      world.is.refuse = [401];
      assert.equal((await ask(`${app.url}/call/machine`)).body.authorization, 'Bearer machine-2');
      world.is.refuse = [401, 401];
      const refused = await ask(`${app.url}/call/machine`);
      assert.deepEqual([refused.status, typeOf(refused)], [502, 'urn:problem:bad_gateway']);
      assert.ok(!refused.text.includes('machine-'));
      assert.equal((await ask(`${app.url}/call/machine`)).status, 200);
    });

    test("a caller's token is forwarded with the id of the request, to nowhere else", async () => {
      const headers = { ...world.bearer(), 'x-request-id': 'of-the-caller' };
      const found = await ask(`${app.url}/call/behalf`, { headers });
      assert.deepEqual(found.body, { path: '/orders/behalf', authorization: headers.authorization });
      assert.equal(world.calls.at(-1).id, 'of-the-caller');
      world.is.refuse = [307];
      const elsewhere = await ask(`${app.url}/call/behalf`, { headers });
      assert.deepEqual([elsewhere.status, typeOf(elsewhere)], [503, 'urn:problem:unavailable']);
    });

    test('users are made once, found, disabled, enabled and deleted', async () => {
      const made = await post(`${app.url}/call/users`, { username: 'ada' });
      assert.deepEqual([made.status, made.body.user_id], [201, 'ada']);
      const { key, authorization } = world.calls.at(-1);
      assert.match(key, /^[0-9a-f-]{36}$/);
      const asked = world.tokens.find(({ token }) => authorization === `Bearer ${token}`);
      assert.equal(asked.resource, `${world.url}/admin`);
      assert.match(asked.scope, /admin:users:write/);
      const again = await post(`${app.url}/call/users`, { username: 'ada' });
      assert.deepEqual([again.status, typeOf(again)], [409, 'urn:problem:user_exists']);
      assert.equal((await ask(`${app.url}/call/users?username=ada`)).body.items[0].user_id, 'ada');
      assert.deepEqual((await ask(`${app.url}/call/users?username=bob`)).body, { items: [] });
      assert.equal((await ask(`${app.url}/call/users/ada`)).body.username, 'ada');
      assert.equal((await post(`${app.url}/call/users/ada/disable`, {})).body.disabled_at, 1);
      assert.equal((await post(`${app.url}/call/users/ada/enable`, {})).body.disabled_at, null);
      const remove = () => ask(`${app.url}/call/users/ada`, { method: 'DELETE' });
      assert.equal((await remove()).status, 204);
      assert.equal(world.calls.at(-1).match, '*');
      assert.equal((await remove()).status, 404);
      const gone = await ask(`${app.url}/call/users/ada`);
      assert.deepEqual([gone.status, typeOf(gone)], [404, 'urn:problem:not_found']);
    });

    test('a short wait is waited for once, and a long one is for the caller', async () => {
      world.is.limited = [0];
      assert.equal((await post(`${app.url}/call/users`, { username: 'bob' })).status, 201);
      world.is.limited = [30];
      const long = await post(`${app.url}/call/users`, { username: 'carol' });
      assert.deepEqual([long.status, typeOf(long)], [429, 'urn:problem:rate_limited']);
      assert.equal(long.headers.get('retry-after'), '30');
      world.is.refuse = [403];
      assert.equal((await post(`${app.url}/call/users`, { username: 'carol' })).status, 403);
      world.is.refuse = [503];
      const down = await post(`${app.url}/call/users`, { username: 'carol' });
      assert.deepEqual([down.status, typeOf(down)], [503, 'urn:problem:unavailable']);
      assert.equal(down.headers.get('retry-after'), '5');
    });
  });
}

test('a token is replaced a minute before it expires, or a tenth of its lifetime where that is less', async (t) => {
  const world = await World.start(t);
  let now = 0;
  const token = new ClientToken(clientOf(world, { clock: () => now }));
  assert.equal(await token.get(), 'machine-1');
  now = (3600 - 61) * 1000;
  assert.equal(await token.get(), 'machine-1');
  now = (3600 - 59) * 1000;
  world.is.expiresIn = 100;
  assert.equal(await token.get(), 'machine-2');
  now += 89_000;
  assert.equal(await token.get(), 'machine-2');
  now += 2000;
  assert.equal(await token.get(), 'machine-3');
  token.discard('machine-1');
  assert.equal(await token.get(), 'machine-3');
  token.discard('machine-3');
  assert.equal(await token.get(), 'machine-4');
});

test('an issuer that is down is asked again, and one of another name is not used', async (t) => {
  const world = await World.start(t);
  const token = new ClientToken(clientOf(world));
  world.is.isDown = true;
  await assert.rejects(token.get(), Unavailable);
  world.is.isDown = false;
  assert.equal(await token.get(), 'machine-1');
  await assert.rejects(new ClientToken({ ...clientOf(world), issuer: `${world.url}/other` }).get(), Unavailable);
  assert.equal(world.tokens.length, 1);
});

test('errors have their kinds, and what the other service says', async (t) => {
  const world = await World.start(t);
  const users = new Users(clientOf(world));
  await assert.rejects(users.get('nobody'), (error) => error instanceof NotFound && error.type === 'not-found');
  world.is.limited = [7];
  await assert.rejects(users.get('nobody'), (error) => error instanceof RateLimited && error.retryAfter === 7);
  world.is.refuse = [403];
  await assert.rejects(users.get('nobody'), (error) => error instanceof Refused && error.status === 403);
  world.is.isDown = true;
  await assert.rejects(users.get('nobody'), Unavailable);
  world.is.isDown = false;
  await users.create({ username: 'a/b' });
  assert.equal((await users.get('a/b')).username, 'a/b');
  for (const id of ['..', '.', '']) await assert.rejects(users.get(id), NotFound, id);
  await assert.rejects(users.find({ name: 'x' }), TypeError);
});

test('a path stays below the service, and a token that is bound to a key is not forwarded', async (t) => {
  const world = await World.start(t);
  const service = new Service({ url: `${world.url}/orders`, token: new ClientToken(clientOf(world)) });
  assert.equal((await service.json('machine')).path, '/orders/machine');
  for (const path of ['../admin/v1/users', '/%2e%2e/admin', '..', 'x/../machine', '.%2E/x', '..\\..\\x']) {
    await assert.rejects(service.call(path), TypeError, path);
  }
  assert.equal((await service.json('//elsewhere.example/x')).path, '/orders/elsewhere.example/x');
  const bound = { headers: { authorization: 'DPoP x.y.z' } };
  assert.throws(() => service.onBehalfOf(bound), TypeError);
  assert.throws(() => service.onBehalfOf(new Request(world.url)), TypeError);
  assert.throws(() => new Service({ url: 'orders' }), TypeError);
  assert.throws(() => new ClientToken({ issuer: world.url }), TypeError);
});
