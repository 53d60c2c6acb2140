// Chart 905

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer, request as tlsRequest } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { Guard } from '@credenza/connectors/express';
import { certificateThumbprint } from '@credenza/validator';
import express from 'express';
import { WebSocketServer } from 'ws';

import { ask, firstMessage, pair, serve, statusOf } from './support.mjs';

const hello = (request, response) => response.send(`hello ${request.caller?.sub ?? 'nobody'}`);

test('refusals go to the handler of errors where that is wished', async (t) => {
  const { issuer, options } = pair({ passErrors: true });
  const guard = new Guard(options);
  const app = express();
  app.get('/default', guard.requires({ scopes: ['read'] }), hello);
  const own = express.Router();
  own.get('/', guard.requires({ scopes: ['read'] }), hello);
  own.use((error, _request, response, _next) =>
    response.status(error.status).set(error.headers).json({ problem: error.rule }),
  );
  app.use('/own', own);
  app.set('env', 'test');
  const url = await serve(t, createServer(app));
  const refused = await ask(`${url}/own`, issuer.bearer());
  assert.deepEqual([refused.status, refused.body], [403, '{"problem":"scope"}']);
  assert.match(refused.headers.get('www-authenticate'), /insufficient_scope/);
  const usual = await ask(`${url}/default`);
  assert.deepEqual([usual.status, usual.headers.get('www-authenticate')], [401, 'Bearer scope="read"']);
  assert.equal(await statusOf(`${url}/own`, issuer.bearer({ scope: 'read' })), 200);
});

test('a switch is true or false', () => {
  assert.throws(() => new Guard({ ...pair().options, passErrors: 'no' }), { setting: 'passErrors' });
});

test('`Vary` is added to what is there', async (t) => {
  const { issuer, options } = pair();
  const guard = new Guard(options);
  const app = express();
  app.use((_request, response, next) => {
    response.vary('Origin');
    next();
  });
  app.get('/', guard.requires(), hello);
  const url = await serve(t, createServer(app));
  for (const headers of [{}, issuer.bearer()]) {
    assert.equal((await ask(url, headers)).headers.get('vary'), 'Origin, Authorization');
  }
});

test('a stream of events is refused before its first byte', async (t) => {
  const { issuer, options } = pair();
  const guard = new Guard(options);
  const app = express();
  app.get('/events', guard.requires(), (_request, response) => {
    response.type('text/event-stream').write('data: 1\n\n');
    response.end();
  });
  const url = await serve(t, createServer(app));
  const refused = await ask(`${url}/events`);
  assert.deepEqual([refused.status, refused.body, refused.headers.get('content-type')], [401, '', null]);
  assert.equal((await ask(`${url}/events`, issuer.bearer())).body, 'data: 1\n\n');
});

test('DPoP is compared with the URL that the client has asked for', async (t) => {
  const { issuer, options } = pair({ dpop: {} });
  const guard = new Guard(options);
  const [app, sub] = [express(), express()];
  sub.get('/orders', guard.requires(), hello);
  app.use('/v1', sub);
  const url = await serve(t, createServer(app));
  assert.equal(await statusOf(`${url}/v1/orders?page=2`, issuer.dpop('GET', `${url}/v1/orders`)), 200);
  assert.equal(await statusOf(`${url}/v1/orders`, issuer.dpop('GET', `${url}/orders`)), 401);
  assert.equal(await statusOf(`${url}/v1/orders`, issuer.dpop('POST', `${url}/v1/orders`)), 401);
  const once = issuer.dpop('GET', `${url}/v1/orders`);
  assert.deepEqual([await statusOf(`${url}/v1/orders`, once), await statusOf(`${url}/v1/orders`, once)], [200, 401]);
});

test('a WebSocket of ws is checked before it is open', async (t) => {
  const { issuer, options } = pair();
  const guard = new Guard(options);
  const server = createServer();
  const sockets = new WebSocketServer({ server, verifyClient: guard.verifyClient({ scopes: ['read'] }) });
  sockets.on('connection', (socket, request) => socket.send(request.caller.sub));
  const url = await serve(t, server);
  assert.equal(await firstMessage(url, issuer.bearer({ scope: 'read', sub: 'alice' })), 'alice');
  assert.equal(await firstMessage(url, issuer.bearer()), 403);
  assert.equal(await firstMessage(url, {}), 401);
});

test('a client that goes while its handshake is checked ends nothing', async (t) => {
  const { issuer, options } = pair();
  let asked;
  const fetch = (url) => new Promise((resolve) => (asked = () => resolve(issuer.fetch(url))));
  const guard = new Guard({ ...options, fetch });
  const server = createServer();
  let upgrades = 0;
  server.on(
    'upgrade',
    guard.upgrade({}, (_request, socket) => {
      upgrades += 1;
      socket.destroy();
    }),
  );
  const url = await serve(t, server);
  const client = connect(Number(new URL(url).port), '127.0.0.1');
  const fields = Object.entries({ Host: 'x', Connection: 'Upgrade', Upgrade: 'websocket', ...issuer.bearer() });
  client.write(`GET / HTTP/1.1\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
  while (asked === undefined) await sleep(5);
  client.resetAndDestroy();
  await sleep(50);
  for (let rounds = 0; rounds < 4; rounds += 1) {
    asked();
    await sleep(20);
  }
  assert.equal(upgrades, 1);
  const failing = new Guard({ ...options, certificate: () => assert.fail('of the application') });
  const { error } = console;
  t.after(() => (console.error = error));
  console.error = () => {};
  server.removeAllListeners('upgrade').on(
    'upgrade',
    failing.upgrade({}, () => assert.fail('it has passed')),
  );
  assert.equal(await firstMessage(url, issuer.bearer()), 500);
});

/** A key and its self-signed certificate. */
function certificate(t, name) {
  const folder = mkdtempSync(join(tmpdir(), 'credenza-connectors-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  const args = ['req', '-x509', ...kind, '-subj', `/CN=${name}`, '-keyout', key, '-out', cert];
  execFileSync('openssl', args, { stdio: 'ignore' });
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
}

const statusByTls = (url, headers, client) =>
  new Promise((resolve, reject) => {
    const options = { headers, ...client, rejectUnauthorized: false, agent: false };
    tlsRequest(url, options, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });

test('a token is bound to the certificate of the connection', async (t) => {
  const { issuer, options } = pair();
  const guard = new Guard(options);
  const app = express();
  app.get('/', guard.requires({ bound: true }), hello);
  const [own, other] = [certificate(t, 'own'), certificate(t, 'other')];
  const tls = { ...certificate(t, 'localhost'), requestCert: true, rejectUnauthorized: false };
  const url = await serve(t, createTlsServer(tls, app), 'https');
  const bound = issuer.bearer({ cnf: { 'x5t#S256': certificateThumbprint(own.cert) } });
  assert.equal(await statusByTls(url, bound, own), 200);
  assert.equal(await statusByTls(url, bound, other), 401);
  assert.equal(await statusByTls(url, bound, {}), 401);
});

test('where a proxy ends TLS, the certificate is where the settings say', async (t) => {
  const thumbprint = certificateThumbprint(certificate(t, 'own').cert);
  const { issuer, options } = pair({ certificate: (request) => request.get('x-thumbprint') });
  const guard = new Guard(options);
  const app = express();
  app.get('/', guard.requires(), hello);
  const url = await serve(t, createServer(app));
  const bound = issuer.bearer({ cnf: { 'x5t#S256': thumbprint } });
  assert.equal(await statusOf(url, { ...bound, 'X-Thumbprint': thumbprint }), 200);
  assert.equal(
    await statusOf(url, { ...bound, 'X-Thumbprint': thumbprint.replace(/./, (first) => (first === '_' ? '-' : '_')) }),
    401,
  );
  assert.equal(await statusOf(url, bound), 401);
});
