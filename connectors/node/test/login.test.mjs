// Chart 983: Options of sign-in for Node | what is refused at the start, return-to, hooks, pages of one's own, private_key_jwt, idle sessions, forms that were parsed before

import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { Login, MemoryStore, Refused } from '@credenza/connectors/login/express';
import { credenzaLogin } from '@credenza/connectors/login/fastify';
import express from 'express';
import fastify from 'fastify';

import { freePort } from './project.mjs';
import { Browser, serveProvider } from './provider.mjs';
import { serve } from './support.mjs';

const basics = {
  issuer: 'https://id.example',
  clientId: 'app',
  clientSecret: 'secret',
  origin: 'http://localhost:8000',
  secret: 'a-random-text-of-32-bytes-at-least',
  logger: false,
};

/** An application of Express with sign-in, whose origin is known before it listens. */
async function makeApp(t, options = {}, before = () => {}) {
  const provider = await serveProvider(t);
  const server = createServer((request, response) => app(request, response));
  const origin = await serve(t, server);
  const login = new Login({ ...basics, issuer: provider.issuer, origin, ...options });
  const app = express();
  before(app);
  app.use(login.routes());
  app.get('/', login.optional(), (request, response) => response.send(request.signedIn?.sub ?? 'nobody'));
  app.get('/data', login.requires(), (request, response) => response.json(request.signedIn.data));
  app.get(
    '/admin',
    login.requires(({ claims }) => claims.admin === true),
    (_request, response) => response.send('admin'),
  );
  app.get('/token', login.requires(), async (request, response) => response.send(await request.signedIn.accessToken()));
  return { provider, origin, browser: new Browser() };
}

test('an option that is wrong is an error that names it', () => {
  const jwk = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
  const wrong = {
    issuer: [undefined, '', 'http://id.example'],
    clientId: [undefined, 1],
    clientSecret: [undefined, ''],
    origin: [undefined, 'app.example', 'https://app.example/path', 'http://app.example', 'ftp://localhost'],
    secret: [undefined, 'short', [], ['a-random-text-of-32-bytes-at-least', 'short']],
    path: ['auth', '//auth', '/auth/', '/', '/a?b'],
    scope: ['profile', 1],
    resource: ['orders'],
    maxAge: [-1, '60'],
    acrValues: [[1]],
    lifetime: [0, 1.5],
    idle: [0],
    sessions: ['redis', { get() {} }],
    ended: ['memory'],
    afterLogout: ['https://evil.example'],
    signedIn: [true],
    onError: ['page'],
    logger: [true],
  };
  for (const [name, values] of Object.entries(wrong)) {
    for (const value of values) {
      assert.throws(() => new Login({ ...basics, [name]: value }), new RegExp(`^SettingsError: ${name}`), name);
    }
  }
  assert.throws(() => new Login({ ...basics, clientSecret: undefined, clientKey: jwk }), /clientKey/);
  assert.throws(() => new Login({ ...basics, clientKey: jwk }), /clientSecret/);
  assert.throws(() => new Login({ ...basics, Path: '/auth' }), /Path/);
  assert.equal(new Login(basics).path, '/auth');
});

test('a browser returns to paths of this origin alone', async (t) => {
  const { browser, origin } = await makeApp(t);
  const own = ['/', '/data', '/data?a=1&b=%C3%A9+x', '/data?next=https://evil.example', '/a//b', '/é?ü#ö'];
  const others = [
    ...['//evil.example', '/\\evil.example', '/\t/evil.example', '/a\\b', 'https://evil.example', 'https:evil.example'],
    ...['/.//evil.example', '/%0d%0a\r\nSet-Cookie: a=b', 'data', '', '/auth/login', `/${'a'.repeat(3000)}`],
  ];
  for (const path of [...own, ...others]) {
    let answer = await browser.visit(`${origin}/auth/login?return_to=${encodeURIComponent(path)}`);
    for (let steps = 0; steps < 2; steps += 1) answer = await browser.visit(answer.location);
    const expected = own.includes(path) ? new URL(path, origin).href : `${origin}/`;
    assert.equal(answer.location, expected, path);
  }
});

test('the hook keeps data, or turns somebody away', async (t) => {
  const signedIn = async ({ sub }) => {
    if (sub === 'mallory') throw new Refused('access_denied', 'not one of ours');
    return { plan: 'pro' };
  };
  const { browser, origin } = await makeApp(t, { signedIn });
  assert.deepEqual(JSON.parse((await browser.follow(`${origin}/data`)).body), { plan: 'pro' });
  const other = new Browser();
  const refused = await other.follow(`${origin}/auth/login?login_hint=mallory`);
  assert.equal(refused.status, 403);
  assert.equal((await other.visit(`${origin}/`)).body, 'nobody');
});

test('some of those who have signed in may be refused', async (t) => {
  const { browser, origin, provider } = await makeApp(t);
  const page = await browser.follow(`${origin}/admin`);
  assert.equal(page.status, 403);
  assert.match(page.body, /does not have access/);
  const json = await browser.visit(`${origin}/admin`, { headers: { accept: 'application/json' } });
  assert.deepEqual([json.status, json.body.trim()], [403, '{"error":"forbidden"}']);
  provider.claims = { admin: true };
  assert.equal((await new Browser().follow(`${origin}/admin`)).body, 'admin');
});

test('a page of the application says what went wrong', async (t) => {
  const onError = ({ status, kind, loginUrl }) => `<p>${status} ${kind} ${loginUrl}</p>`;
  const { browser, origin, provider } = await makeApp(t, { onError });
  const answer = await browser.visit(`${origin}/auth/callback?state=unknown&code=1`);
  assert.deepEqual([answer.status, answer.body], [400, '<p>400 state /auth/login?return_to=%2F</p>']);
  assert.match(answer.headers['content-security-policy'], /default-src 'none'/);
  provider.down = true;
  const down = await browser.visit(`${origin}/auth/login?return_to=/data`);
  assert.deepEqual([down.status, down.body], [503, '<p>503 unavailable /auth/login?return_to=%2Fdata</p>']);
  assert.equal(down.headers['retry-after'], '5');
});

test('a client may authenticate by its key', async (t) => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const clientKey = { ...privateKey.export({ format: 'jwk' }), kid: 'one', alg: 'ES256', use: 'sig' };
  const { browser, origin, provider } = await makeApp(t, { clientSecret: undefined, clientKey });
  await browser.follow(`${origin}/data`);
  const assertion = provider.form.get('client_assertion');
  const [header, payload, signature] = assertion.split('.');
  const isRight = verify(
    'sha256',
    Buffer.from(`${header}.${payload}`),
    { key: createPublicKey(publicKey.export({ format: 'pem', type: 'spki' })), dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  assert.ok(isRight);
  assert.deepEqual(JSON.parse(Buffer.from(header, 'base64url')), { alg: 'ES256', kid: 'one' });
  assert.equal(JSON.parse(Buffer.from(payload, 'base64url')).sub, 'app');
});

for (const sessions of ['cookie', 'memory']) {
  test(`a session that nobody uses ends: ${sessions}`, async (t) => {
    const { browser, origin } = await makeApp(t, { sessions, idle: 4 });
    await browser.follow(`${origin}/data`);
    for (let times = 0; times < 5; times += 1) {
      await sleep(1_000);
      assert.equal((await browser.visit(`${origin}/`)).body, 'ada', 'used meanwhile');
    }
    await sleep(4_200);
    assert.equal((await browser.visit(`${origin}/`)).body, 'nobody');
  });
}

test('a store of the application’s own is one', async (t) => {
  const store = new MemoryStore();
  const own = Object.fromEntries(
    ['get', 'put', 'delete', 'deleteBy', 'lock'].map((name) => [name, (...all) => store[name](...all)]),
  );
  const { browser, origin } = await makeApp(t, { sessions: own });
  assert.equal((await browser.follow(`${origin}/data`)).status, 200);
  assert.equal((await browser.visit(`${origin}/`)).body, 'ada');
});

/** Ends the session of a browser by a logout token, whose form others have parsed before. */
async function endBy(url, provider, browser) {
  const [name] = [...browser.cookies.keys()];
  assert.equal(name, 'credenza');
  const answer = await fetch(`${url}/auth/backchannel-logout`, {
    method: 'POST',
    body: new URLSearchParams({ logout_token: provider.logoutToken({ sub: 'ada' }) }),
  });
  assert.deepEqual([answer.status, answer.headers.get('cache-control')], [200, 'no-store']);
  assert.equal((await browser.visit(`${url}/`)).body, 'nobody');
}

test('a logout token is read from a form that Express has parsed', async (t) => {
  const { browser, origin, provider } = await makeApp(t, {}, (app) => app.use(express.urlencoded()));
  await browser.follow(`${origin}/data`);
  await endBy(origin, provider, browser);
});

/** What @fastify/formbody does. */
const parseForm = (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(body)));

test('a logout token is read where Fastify has a parser of forms', async (t) => {
  const provider = await serveProvider(t);
  const app = fastify({ forceCloseConnections: true });
  t.after(() => app.close());
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, parseForm);
  await app.register(credenzaLogin, { ...basics, issuer: provider.issuer, origin });
  app.get('/', { config: { login: 'optional' } }, async ({ signedIn }) => signedIn?.sub ?? 'nobody');
  app.get('/data', { config: { login: true } }, async () => 'data');
  app.post('/form', async ({ body }) => body);
  await app.listen({ host: '127.0.0.1', port });
  const browser = new Browser();
  await browser.follow(`${origin}/data`);
  await endBy(origin, provider, browser);
  const form = await fetch(`${origin}/form`, { method: 'POST', body: new URLSearchParams({ a: '1' }) });
  assert.deepEqual(await form.json(), { a: '1' });
  assert.equal((await fetch(`${origin}/auth/other`)).status, 404);
});
