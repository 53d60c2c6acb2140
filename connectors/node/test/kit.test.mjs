// Chart 985: Kit for Node | request id, log, fields, limits, problems, health, pages, roles, plans, features; in Express, Fastify, Hono and NestJS

import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { after, before, describe, test } from 'node:test';

import { ask, frameworks, post, start, until } from './kit/applications.mjs';
import { World } from './kit/world.mjs';

const POLICY = "default-src 'none'; frame-ancestors 'none'";

/** What every problem is. */
function isProblem(found, status, name, members = {}) {
  assert.equal(found.status, status, found.text);
  assert.match(found.headers.get('content-type'), /^application\/problem\+json/);
  const { type, title, request_id, ...rest } = found.body;
  assert.equal(type, name === undefined ? 'about:blank' : `urn:problem:${name}`);
  assert.equal(typeof title, 'string');
  assert.equal(rest.status, status);
  assert.equal(request_id, found.headers.get('x-request-id'));
  for (const [member, value] of Object.entries(members)) assert.deepEqual(rest[member], value, member);
  assert.equal(found.headers.get('content-security-policy'), POLICY);
}

/** Sends a body in chunks, without its length. */
const chunked = (url, body) =>
  new Promise((resolve, reject) => {
    const sent = httpRequest(url, { method: 'POST', headers: { 'content-type': 'application/json' } }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
    });
    sent.on('error', reject);
    sent.write(body.slice(0, 10));
    sent.end(body.slice(10));
  });

for (const framework of frameworks) {
  describe(`the kit in ${framework}`, () => {
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

    test('request ids come in and go out, and the log has the request without what is secret', async () => {
      const own = await ask(`${app.url}/livez?token=secret`, { headers: { 'x-request-id': 'abc.DEF-1_2' } });
      assert.equal(own.headers.get('x-request-id'), 'abc.DEF-1_2');
      for (const bad of ['a b', 'x'.repeat(129), 'a/b']) {
        const { headers } = await ask(`${app.url}/livez`, { headers: { 'x-request-id': bad } });
        assert.match(headers.get('x-request-id'), /^[0-9a-f-]{36}$/);
      }
      const fields = world.bearer({ tenant: 't1' });
      const found = await ask(`${app.url}/items?limit=1&token=secret`, { headers: fields });
      assert.equal(found.status, 200, found.text);
      const id = found.headers.get('x-request-id');
      const line = await until(() => app.log.find((it) => it.request_id === id && it.message === 'request'), 'a line');
      const { time, duration_ms, ...rest } = line;
      assert.ok(!Number.isNaN(Date.parse(time)) && duration_ms >= 0);
      assert.deepEqual(rest, {
        level: 'info',
        message: 'request',
        request_id: id,
        method: 'GET',
        path: '/items',
        status: 200,
        tenant: 't1',
        sub: 'ada',
        client_id: 'web',
      });
      const all = JSON.stringify(app.log);
      assert.ok(!all.includes('secret') && !all.includes(fields.authorization.slice(7, 40)));
    });

    test('answers have the fields that keep browsers from guessing, and caches from keeping', async () => {
      const { headers } = await ask(`${app.url}/livez`);
      assert.equal(headers.get('x-content-type-options'), 'nosniff');
      assert.equal(headers.get('referrer-policy'), 'no-referrer');
      assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin');
      assert.equal(headers.get('content-security-policy'), POLICY);
      assert.equal(headers.get('strict-transport-security'), null);
      const known = await ask(`${app.url}/items`, { headers: world.bearer() });
      assert.equal(known.headers.get('cache-control'), 'no-store');
      assert.match(known.headers.get('vary'), /authorization/i);
      const echo = await post(`${app.url}/echo`, {});
      assert.equal(echo.headers.get('cache-control'), null);
    });

    test('bodies are JSON, and no longer than they may be, however their length is told', async () => {
      const of = (length) => ({ text: 'x'.repeat(length - '{"text":""}'.length) });
      const whole = await post(`${app.url}/echo`, of(1024));
      assert.deepEqual([whole.status, whole.body], [200, of(1024)]);
      isProblem(await post(`${app.url}/echo`, of(1025)), 413, 'body_too_large');
      assert.equal(await chunked(`${app.url}/echo`, JSON.stringify(of(1024))), 200);
      assert.equal(await chunked(`${app.url}/echo`, JSON.stringify(of(1025))), 413);
      assert.equal(await chunked(`${app.url}/echo`, JSON.stringify(of(500_000))), 413);
      const type = 'application/json';
      for (const body of ['{"a', '', '{"a":1}x']) {
        const bad = await ask(`${app.url}/echo`, { method: 'POST', body, headers: { 'content-type': type } });
        isProblem(bad, 400, 'invalid_json');
      }
      const text = await ask(`${app.url}/echo`, {
        method: 'POST',
        body: '{}',
        headers: { 'content-type': 'text/plain' },
      });
      isProblem(text, 415, 'unsupported_media_type');
      const upload = (length) =>
        ask(`${app.url}/upload`, {
          method: 'POST',
          body: Buffer.alloc(length),
          headers: { 'content-type': 'application/octet-stream' },
        });
      assert.deepEqual((await upload(65_536)).body, { bytes: 65_536 });
      isProblem(await upload(65_537), 413, 'body_too_large');
    });

    test('what takes too long is answered, and an inner limit takes the place of an outer one', async () => {
      const late = await ask(`${app.url}/slow?ms=600`);
      isProblem(late, 503, 'timeout');
      assert.equal(late.headers.get('retry-after'), '1');
      assert.deepEqual((await ask(`${app.url}/slow?ms=50`)).body, { waited: 50 });
      assert.deepEqual((await ask(`${app.url}/slower?ms=500`)).body, { waited: 500 });
      isProblem(await ask(`${app.url}/slower?ms=1500`), 503, 'timeout');
    });

    test('a handler that fails tells the log why, and the client nothing', async () => {
      const failed = await ask(`${app.url}/fail`);
      isProblem(failed, 500, 'internal_error');
      assert.ok(!failed.text.includes('inside-of'));
      const id = failed.headers.get('x-request-id');
      const line = await until(() => app.log.find((it) => it.request_id === id && it.level === 'error'), 'an error');
      assert.match(line.err.stack, /inside-of-the-handler[\s\S]*_kit\.mjs/);
      assert.equal((await ask(`${app.url}/livez`)).status, 200);
      isProblem(await ask(`${app.url}/nowhere`), 404);
    });

    test('refusals of the guard keep status and challenge, and are problems', async () => {
      const anonymous = await ask(`${app.url}/items`);
      isProblem(anonymous, 401);
      assert.equal(anonymous.headers.get('www-authenticate'), 'Bearer');
      assert.match(anonymous.headers.get('vary'), /authorization/i);
      const bad = await ask(`${app.url}/items`, { headers: { authorization: 'Bearer x.y.z' } });
      isProblem(bad, 401);
      assert.match(bad.headers.get('www-authenticate'), /invalid_token/);
    });

    test('it lives, and is ready while what it needs is there', async () => {
      assert.deepEqual((await ask(`${app.url}/livez`)).body, { status: 'ok' });
      const ready = await ask(`${app.url}/readyz`);
      assert.deepEqual([ready.status, ready.body], [200, { status: 'ok', checks: { issuer: 'ok' } }]);
      const head = await ask(`${app.url}/readyz`, { method: 'HEAD' });
      assert.deepEqual([head.status, head.text], [200, '']);
      isProblem(await ask(`${app.url}/readyz`, { method: 'POST' }), 405);
    });

    test('lists come in pages, whose cursors are good for their list and caller alone', async () => {
      const headers = world.bearer();
      const get = (query, fields = headers) => ask(`${app.url}/items${query}`, { headers: fields });
      const ids = [];
      let next = '?kind=even&limit=200';
      let first;
      while (next !== undefined) {
        const page = await get(next);
        assert.equal(page.status, 200, page.text);
        ids.push(...page.body.items.map(({ id }) => id));
        first ??= page.body.next_cursor;
        const link = /^<\/items(\?[^>]+)>; rel="next"$/.exec(page.headers.get('link') ?? '');
        next = link?.[1];
        assert.equal(next === undefined, page.body.next_cursor === null);
      }
      assert.deepEqual(
        ids,
        Array.from({ length: 250 }, (_, at) => 2 * at + 2),
      );
      assert.equal((await get('')).body.items.length, 50);
      for (const limit of ['0', '201', '-1', '1.5', 'x', '', '1&limit=2']) {
        isProblem(await get(`?limit=${limit}`), 400, 'invalid_limit');
      }
      const changed = first.slice(0, -2) + (first.endsWith('AA') ? 'BB' : 'AA');
      for (const query of [
        `?cursor=${first}`,
        `?kind=odd&cursor=${first}`,
        `?kind=even&cursor=${changed}`,
        '?cursor=x',
      ]) {
        isProblem(await get(query), 400, 'invalid_cursor');
      }
      assert.equal((await get(`?kind=even&limit=7&cursor=${first}`)).body.items.length, 7);
      isProblem(await get(`?kind=even&cursor=${first}`, world.bearer({ sub: 'bob' })), 400, 'invalid_cursor');
    });

    test('roles, permissions and plans open what they are for', async () => {
      const get = (path, claims) => ask(app.url + path, { headers: world.bearer(claims) });
      for (const claims of [{ roles: ['editor'] }, { roles: ['admin'] }, { permissions: ['items:write'] }]) {
        assert.equal((await get('/edit', claims)).status, 200, JSON.stringify(claims));
      }
      for (const claims of [{}, { roles: ['viewer', 'constructor'] }, { permissions: ['items:read', '*'] }]) {
        isProblem(await get('/edit', claims), 403, 'permission_missing', { permission: 'items:write' });
      }
      assert.equal((await get('/reports', { plan: 'enterprise' })).status, 200);
      const upgrade_url = 'https://app.example/upgrade';
      const free = await get('/reports', { plan: 'free' });
      isProblem(free, 403, 'plan_required', { plan: 'free', plans: ['pro', 'enterprise'], upgrade_url });
      assert.equal(free.headers.get('link'), `<${upgrade_url}>; rel="payment"`);
      isProblem(await get('/reports', {}), 403, 'plan_required', { plan: null });
    });

    test('rate limits count callers and tenants, and say what is left', async () => {
      const get = (claims) => ask(`${app.url}/limited`, { headers: world.bearer(claims) });
      const one = { sub: 'limited', tenant: 'small' };
      const first = await get(one);
      assert.equal(first.status, 200, first.text);
      assert.equal(first.headers.get('ratelimit-policy'), '"caller";q=5;w=2, "tenant";q=20;w=2');
      assert.equal(first.headers.get('ratelimit'), '"caller";r=4;t=2, "tenant";r=19;t=2');
      for (let count = 0; count < 4; count += 1) assert.equal((await get(one)).status, 200);
      const full = await get(one);
      isProblem(full, 429, 'rate_limited');
      assert.match(full.headers.get('retry-after'), /^[12]$/);
      assert.equal((await get({ sub: 'other', tenant: 'small' })).status, 200);
      await until(async () => (await get(one)).status === 200, 'another window', 2500);
    });

    test('features are those of the plan: remembered, and forgotten when they change', async () => {
      const get = (path, plan = 'pro') => ask(app.url + path, { headers: world.bearer({ plan }) });
      const earlier = world.featureCalls;
      const all = await Promise.all(Array.from({ length: 8 }, () => get('/exports')));
      assert.deepEqual(
        all.map(({ status }) => status),
        Array(8).fill(200),
      );
      assert.equal(world.featureCalls, earlier + 1);
      assert.equal((await get('/projects?used=2')).status, 200);
      const reached = { limit: 3, used: 3, upgrade_url: 'https://app.example/upgrade' };
      isProblem(await get('/projects?used=3'), 403, 'limit_reached', reached);
      world.is.features = { exports: false, projects: 3 };
      assert.equal((await get('/exports')).status, 200);
      isProblem(await get('/exports', 'free'), 403, 'feature_missing');
      isProblem(await get('/exports', 'broken'), 503, 'features_unavailable');
      world.is.features = { exports: true, projects: 3 };
    });
  });
}
