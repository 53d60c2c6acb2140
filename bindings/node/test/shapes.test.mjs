// Every kind of request is accepted as it is, and what is none of them is the caller's mistake.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, get } from 'node:http';
import { connect } from 'node:http2';
import { createServer as createHttp2 } from 'node:http2';
import { connect as connectSocket } from 'node:net';
import { test } from 'node:test';

import express from 'express';
import fastify from 'fastify';

import { API, dpopClient, pinned } from './support.mjs';

const { validator, mint } = pinned({ dpop: {} });
const client = dpopClient();
const bound = () => mint({ claims: { cnf: { jkt: client.jkt } } });
const seen = { origin: API };

/** Header fields with a token that is bound to a key, and its proof. */
function signed(path = '/things') {
  const token = bound();
  return { authorization: `DPoP ${token}`, dpop: client.proof(token, { htu: API + path }) };
}

const ruleOf = (decision) => decision.rule ?? 'allowed';

async function listening(t, server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return server.address().port;
}

async function ask(port, path, headers) {
  const [response] = await once(get({ port, path, headers, agent: false }), 'response');
  return (await response.toArray()).join('');
}

test('a request of node:http, to a path or to a whole URL', async (t) => {
  const server = createServer(async (request, response) =>
    response.end(ruleOf(await validator.check(request, { bound: true }, seen))),
  );
  const port = await listening(t, server);
  assert.equal(await ask(port, '/things?q=1', signed()), 'allowed');
  assert.equal(await ask(port, '/others', signed()), 'dpop_htu');
  assert.equal(await ask(port, 'http://inside:8080/things?q=1', signed()), 'allowed');
  assert.equal(await ask(port, '/things', {}), 'token_missing');
});

test('rfc9112_3_2_2 a whole URL with no path is the root', async (t) => {
  const server = createServer(async (request, response) =>
    response.end(ruleOf(await validator.check(request, {}, seen))),
  );
  const port = await listening(t, server);
  const { authorization, dpop } = signed('/');
  const socket = connectSocket(port, '127.0.0.1');
  socket.write(`GET http://inside HTTP/1.1\r\nHost: inside\r\nConnection: close\r\n`);
  socket.write(`Authorization: ${authorization}\r\nDPoP: ${dpop}\r\n\r\n`);
  assert.match((await socket.toArray()).join(''), /allowed/);
});

test('a request of node:http2', async (t) => {
  const server = createHttp2(async (request, response) =>
    response.end(ruleOf(await validator.check(request, { bound: true }, seen))),
  );
  const session = connect(`http://127.0.0.1:${await listening(t, server)}`);
  t.after(() => session.close());
  assert.equal((await session.request({ ':path': '/things', ...signed() }).toArray()).join(''), 'allowed');
  assert.equal((await session.request({ ':path': '/things' }).toArray()).join(''), 'token_missing');
});

test('a request of Express, below a router', async (t) => {
  const app = express();
  const router = express.Router();
  router.get('/things', async (request, response) =>
    response.send(ruleOf(await validator.check(request, { bound: true }, seen))),
  );
  app.use('/api', router);
  const port = await listening(t, createServer(app));
  assert.equal(await ask(port, '/api/things', signed('/api/things')), 'allowed');
  assert.equal(await ask(port, '/api/things', signed('/things')), 'dpop_htu');
  assert.equal(await ask(port, '/api/things', {}), 'token_missing');
});

test('a request of Fastify, whose URL was rewritten', async (t) => {
  const app = fastify({ rewriteUrl: ({ url }) => url.replace('/v1', '') });
  app.get('/things', async (request) => ruleOf(await validator.check(request, { bound: true }, seen)));
  t.after(() => app.close());
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address();
  assert.equal(await ask(port, '/v1/things', signed('/v1/things')), 'allowed');
  assert.equal(await ask(port, '/v1/things', signed('/things')), 'dpop_htu');
  const twice = { ...signed(), DPoP: [signed().dpop, signed().dpop] };
  delete twice.dpop;
  assert.equal(await ask(port, '/things', twice), 'dpop_many');
  assert.equal((await app.inject({ url: '/things', headers: signed() })).body, 'allowed');
  assert.equal((await app.inject('/things')).body, 'token_missing');
});

test('a Request of the Fetch standard, and one of a class on top of it', async () => {
  class OwnRequest extends Request {}
  for (const Kind of [Request, OwnRequest]) {
    const request = () => new Kind('http://inside:8080/things', { headers: signed() });
    assert.equal(ruleOf(await validator.check(request(), { bound: true }, seen)), 'allowed');
    assert.equal(ruleOf(validator.checkSync(request(), { bound: true })), 'dpop_htu');
  }
});

/** Events as AWS documents them, shortened. */
const EVENTS = {
  'a REST API (payload 1.0)': (fields) => ({
    resource: '/things',
    path: '/things',
    httpMethod: 'GET',
    headers: lastOf(fields),
    multiValueHeaders: fields,
    queryStringParameters: null,
    requestContext: { domainName: 'api.example', path: '/things', stage: 'prod', identity: { sourceIp: '192.0.2.1' } },
    body: null,
    isBase64Encoded: false,
  }),
  'an HTTP API or the URL of a function (payload 2.0)': (fields) => ({
    version: '2.0',
    routeKey: '$default',
    rawPath: '/things',
    rawQueryString: 'q=1',
    headers: Object.fromEntries(Object.entries(fields).map(([name, all]) => [name.toLowerCase(), all.join(',')])),
    requestContext: { domainName: 'api.example', http: { method: 'GET', path: '/things', protocol: 'HTTP/1.1' } },
    isBase64Encoded: false,
  }),
  'a load balancer': (fields) => ({
    requestContext: { elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:region:1:targetgroup/a/b' } },
    httpMethod: 'GET',
    path: '/things',
    multiValueHeaders: fields,
    body: '',
    isBase64Encoded: false,
  }),
};

const lastOf = (fields) => Object.fromEntries(Object.entries(fields).map(([name, all]) => [name, all.at(-1)]));

for (const [kind, event] of Object.entries(EVENTS)) {
  test(`an event of AWS Lambda from ${kind}`, async () => {
    // As it comes: a text of JSON, read by the runtime.
    const check = (fields, known) =>
      validator.check(JSON.parse(JSON.stringify(event(fields))), { bound: true }, known).then(ruleOf);
    const { authorization, dpop } = signed();
    const known = event({}).requestContext.elb ? seen : undefined;
    assert.equal(await check({ Authorization: [authorization], DPoP: [dpop] }, known), 'allowed');
    assert.equal(await check({ authorization: [authorization], dpop: [signed().dpop, dpop] }, known), 'dpop_many');
    assert.equal(await check({ authorization: [authorization, authorization] }, known), 'credentials_many');
    assert.equal(
      await check({ authorization: [authorization], dpop: [dpop] }, { origin: 'https://b.example' }),
      'dpop_htu',
    );
    assert.equal(await check({}, known), 'token_missing');
  });
}

test('an event with no headers at all has no token', () => {
  const context = { requestContext: {}, httpMethod: 'GET', path: '/' };
  assert.equal(ruleOf(validator.checkSync({ ...context, headers: null, multiValueHeaders: null })), 'token_missing');
});

test('what is no request is an error of the caller, not a missing token', async () => {
  const authorization = `Bearer ${mint()}`;
  assert.equal(ruleOf(validator.checkSync({ authorization })), 'allowed');
  for (const request of [
    undefined,
    null,
    authorization,
    [authorization],
    { headers: { authorization } },
    { Authorization: authorization },
    { authorization, body: '' },
    new Headers({ authorization }),
    new Map([['authorization', authorization]]),
    new (class Parts {
      authorization = authorization;
    })(),
    { requestContext: {}, authorizationToken: authorization },
    { requestContext: { connectionId: 'x', eventType: 'MESSAGE' }, body: '' },
    { request: { headers: { authorization } } },
  ]) {
    assert.throws(() => validator.checkSync(request), TypeError);
    await assert.rejects(validator.check(request), TypeError);
    await assert.rejects(validator.checkRequest(request), TypeError);
  }
  for (const known of [API, null, { orign: API }, [API]]) {
    assert.throws(() => validator.checkSync({ authorization }, {}, known), TypeError);
  }
});
