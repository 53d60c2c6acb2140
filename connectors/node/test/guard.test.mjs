// Chart 905

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';

import { Guard, Refusal } from '@credenza/connectors';
import { TestIssuer } from '@credenza/connectors/testing';

import { API, ask, pair, serve, statusOf } from './support.mjs';

/** A server of `node:http` behind a guard that is no framework's. */
const plain = (t, guard, route) =>
  serve(
    t,
    createServer(async (request, response) => {
      const outcome = await guard.check(request, route);
      response.writeHead(outcome.allowed ? 200 : outcome.status, outcome.headers);
      response.end(outcome.allowed ? JSON.stringify(outcome.caller) : outcome.body);
    }),
  );

const refusesSettings = (options, setting) =>
  assert.throws(
    () => new Guard({ issuer: 'https://id.example', audience: API, ...options }),
    (error) => error.name === 'SettingsError' && error.setting === setting,
    setting,
  );

test('settings that are wrong are named at the start', () => {
  new Guard({ issuer: 'https://id.example', audience: API, origin: 'https://api.example/v1/' });
  refusesSettings({ issuer: undefined }, 'issuer');
  refusesSettings({ audience: undefined }, 'audience');
  refusesSettings({ origin: 'api.example' }, 'origin');
  refusesSettings({ origin: 'https://api.example/?x' }, 'origin');
  refusesSettings({ origin: 'ftp://api.example' }, 'origin');
  refusesSettings({ certificate: 'x-client-cert' }, 'certificate');
  refusesSettings({ debug: 'false' }, 'debug');
  refusesSettings({ preflight: 1 }, 'preflight');
  refusesSettings({ logger: {} }, 'logger');
  refusesSettings({ issuers: 'https://other.example' }, 'issuers');
  refusesSettings({ issuers: [{ issuer: 'https://id.example' }] }, 'issuers');
  refusesSettings({ issuers: [{}] }, 'issuers.0.issuer');
  refusesSettings({ issuerOf: () => undefined, resolve: () => undefined }, 'resolve');
  refusesSettings({ issuerOf: 'https://id.example' }, 'issuerOf');
  refusesSettings({ audiences: API }, 'audiences');
  assert.throws(() => new Guard(), /issuer/);
  const guard = new Guard({ issuer: 'https://id.example', audience: API });
  assert.throws(() => guard.route({ scope: ['read'] }), { setting: 'scope' });
  assert.throws(() => new Guard({ issuer: 'https://id.example', audience: 'orders' }).document(), /resource/);
});

test('a request of no framework is an error of the application, and never passes', async () => {
  const { options } = pair();
  const guard = new Guard(options);
  await assert.rejects(guard.check({ headers: { authorization: 'x' } }, guard.route()), TypeError);
  await assert.rejects(guard.check(undefined, guard.route()), TypeError);
});

test('the record of a refusal has what the token names, and neither the token nor the query', async (t) => {
  const { issuer, records, options } = pair();
  const guard = new Guard(options);
  const url = await plain(t, guard, guard.route({ scopes: ['read'] }));
  const token = issuer.mint({ audience: 'https://other.example' });
  assert.equal(await statusOf(`${url}/orders?access_token=secret`, { authorization: `Bearer ${token}` }), 401);
  const [{ reason, kid, exp, ...record }] = records;
  assert.deepEqual(record, {
    rule: 'aud',
    status: 401,
    method: 'GET',
    path: '/orders',
    iss: 'https://id.example',
    aud: ['https://other.example'],
  });
  assert.match(reason, /other\.example/);
  assert.equal(typeof kid, 'string');
  assert.equal(typeof exp, 'number');
  const said = JSON.stringify(records);
  assert.ok(!said.includes(token) && !said.includes(token.split('.')[1]) && !said.includes('secret'), said);
});

test('a logger that fails changes no answer, and `false` stands for none', async (t) => {
  const failing = () => {
    throw new Error('the disk is full');
  };
  for (const logger of [{ info: failing }, false]) {
    const { issuer, options } = pair({ logger });
    const guard = new Guard(options);
    const url = await plain(t, guard, guard.route());
    assert.equal(await statusOf(url), 401);
    assert.equal(await statusOf(url, issuer.bearer()), 200);
  }
});

test('a refusal tells neither its cause nor the token when it is sent as it is', async () => {
  const { issuer, options } = pair();
  const guard = new Guard(options);
  const request = new Request(API, { headers: { authorization: `Bearer ${issuer.mint({ audience: 'x' })}` } });
  const refusal = await guard.check(request, guard.route());
  assert.ok(refusal instanceof Refusal);
  assert.deepEqual(Object.keys(JSON.parse(JSON.stringify(refusal))), ['status', 'rule', 'section', 'error']);
  const response = refusal.getResponse();
  assert.deepEqual([response.status, await response.text()], [401, '']);
  assert.match(response.headers.get('www-authenticate'), /invalid_token/);
});

test('an issuer that is down at the start is found once it is there', async (t) => {
  const { issuer, options } = pair();
  const time = { now: Date.now(), isUp: false };
  const fetch = (url) => (time.isUp ? issuer.fetch(url) : Promise.reject(new TypeError('fetch failed')));
  const guard = new Guard({ ...options, fetch, clock: () => time.now });
  await assert.rejects(guard.ready(), { name: 'IssuerError' });
  const url = await plain(t, guard, guard.route());
  const down = await ask(url, issuer.bearer());
  assert.deepEqual([down.status, down.headers.get('retry-after'), down.body], [503, '5', '']);
  time.isUp = true;
  time.now += 60_000;
  assert.equal(await statusOf(url, issuer.bearer()), 200);
  await guard.ready();
});

test('the metadata have the algorithms that challenges name', async () => {
  const { options } = pair({ dpop: { required: true } });
  const guard = new Guard(options);
  const { denied } = await guard.check(new Request(API), guard.route());
  const document = JSON.parse(guard.document().answer('GET').body);
  const algorithms = document.dpop_signing_alg_values_supported;
  assert.ok(denied.wwwAuthenticate.includes(`algs="${algorithms.join(' ')}"`) && algorithms.includes('ES256'));
  assert.equal(document.dpop_bound_access_tokens_required, true);
  assert.equal('scopes_supported' in document, false);
});

test('nothing is fetched per request', async (t) => {
  const { issuer, options } = pair();
  let fetches = 0;
  const fetch = (url) => {
    fetches += 1;
    return issuer.fetch(url);
  };
  const guard = new Guard({ ...options, fetch });
  const url = await plain(t, guard, guard.route());
  for (let count = 0; count < 20; count += 1) assert.equal(await statusOf(url, issuer.bearer()), 200);
  assert.equal(fetches, 2);
});

test('callers are never mistaken for each other under load', async (t) => {
  const { issuer, options } = pair();
  const guard = new Guard(options);
  const url = await plain(t, guard, guard.route());
  const names = Array.from({ length: 64 }, (_, at) => `user-${at}`);
  const all = await Promise.all(
    names.flatMap((sub) => Array.from({ length: 10 }, async () => [sub, await ask(url, issuer.bearer({ sub }))])),
  );
  for (const [sub, { status, body }] of all) assert.deepEqual([status, JSON.parse(body).sub], [200, sub]);
});

test('a client that calls in its own name is no user', async () => {
  const { issuer, options } = pair();
  const guard = new Guard(options);
  const callerOf = async (claims) =>
    (await guard.check(new Request(API, { headers: issuer.bearer(claims) }), guard.route())).caller;
  assert.equal((await callerOf({ sub: 'alice' })).isUser, true);
  assert.equal((await callerOf({ sub: 'client' })).isUser, false);
  assert.equal((await callerOf({ sub: 'alice' })).claims.iss, 'https://id.example');
});

test('a tenant for each host', async (t) => {
  const [a, b] = ['a', 'b'].map((name) => new TestIssuer(API, { issuer: `https://${name}.example` }));
  const fetch = (url) => (url.startsWith(a.issuer) ? a : b).fetch(url);
  const shared = { audience: API, fetch, logger: false };
  const issuerOf = async ({ headers }) => ({ a: a.issuer, b: b.issuer })[headers['x-tenant']];
  const guard = new Guard({ ...shared, issuer: a.issuer, issuers: [{ issuer: b.issuer }], issuerOf });
  const url = await plain(t, guard, guard.route());
  assert.equal(await statusOf(url, { ...a.bearer(), 'X-Tenant': 'a' }), 200);
  assert.equal(await statusOf(url, { ...b.bearer(), 'X-Tenant': 'b' }), 200);
  assert.equal(await statusOf(url, { ...a.bearer(), 'X-Tenant': 'b' }), 401);
  assert.equal(await statusOf(url, { ...a.bearer(), 'X-Tenant': 'c' }), 401);
  assert.equal(await statusOf(url, { 'X-Tenant': 'c' }), 401);
});

test("what is one issuer's own is not that of another", async () => {
  const [a, b] = ['a', 'b'].map((name) => new TestIssuer(API, { issuer: `https://${name}.example` }));
  const fetch = (url) => (url.startsWith(a.issuer) ? a : b).fetch(url);
  const first = { issuer: a.issuer, audience: API, claimNames: { tenant: 'tid' }, fetch, logger: false };
  const guard = new Guard({ ...first, issuers: [{ issuer: b.issuer, claimNames: { tenant: 'org' } }] });
  const tenantOf = async (headers) => (await guard.check(new Request(API, { headers }), guard.route())).caller.tenant;
  assert.equal(await tenantOf(a.bearer({ tid: 'one', org: 'two' })), 'one');
  assert.equal(await tenantOf(b.bearer({ tid: 'one', org: 'two' })), 'two');
});

test('issuers that are spelled in another way, or named by the application, have claims of their own', async () => {
  const { issuer, options } = pair();
  const google = new TestIssuer(API, { issuer: 'https://accounts.google.com' });
  const entra = new TestIssuer(API, { issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0' });
  const tenant = new TestIssuer(API, { issuer: 'https://tenant.example' });
  const keysOf = (it) => JSON.parse(JSON.stringify(it.jwks()));
  const guard = new Guard({
    ...options,
    issuers: [
      { issuer: google.issuer, profile: 'google', keys: keysOf(google), claimNames: { plan: 'hd' } },
      { issuer: entra.issuer, profile: 'entra', tenants: ['t1'], keys: keysOf(entra), claimNames: { plan: 'sku' } },
    ],
    resolve: (name) =>
      name === tenant.issuer ? { issuer: name, keys: keysOf(tenant), claimNames: { plan: 'tier' } } : undefined,
  });
  const check = (by, claims, typ) => {
    const token = by.mint({ audience: API, claims, typ });
    return guard.check(new Request(API, { headers: { authorization: `Bearer ${token}` } }), guard.route());
  };
  const planOf = async (...given) => (await check(...given)).caller.plan;
  assert.equal(await planOf(issuer, { plan: 'free' }), 'free');
  assert.equal(await planOf(google, { iss: 'accounts.google.com', hd: 'g' }, 'JWT'), 'g');
  const iss = 'https://login.microsoftonline.com/t1/v2.0';
  assert.equal(await planOf(entra, { iss, tid: 't1', ver: '2.0', sku: 'e' }, 'JWT'), 'e');
  assert.equal(await planOf(tenant, { tier: 'pro' }), 'pro');
  assert.equal((await check(google, { iss: 'https://other.example' })).rule, 'iss');
  assert.equal((await check(google, { iss: tenant.issuer })).status, 401);
});
