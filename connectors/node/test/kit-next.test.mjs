// Chart 985

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';

import { ask, post } from './kit/applications.mjs';
import { serveNext } from './next.mjs';
import { pair, serve } from './support.mjs';

let app;
before(async () => {
  app = await serveNext();
});
after(() => app.close());

/** Leaves the application an issuer; answers where it is, and what it logs. */
function use(more = {}) {
  const { issuer, options } = pair();
  const lines = [];
  app.use({ options, lines, ...more });
  return { issuer, lines, url: `http://127.0.0.1:${app.port}/kit` };
}

function isProblem(found, status, name) {
  assert.deepEqual([found.status, found.headers.get('content-type')], [status, 'application/problem+json'], found.text);
  assert.equal(found.body.type, name === undefined ? 'about:blank' : `urn:problem:${name}`);
  assert.equal(found.body.request_id, found.headers.get('x-request-id'));
  assert.equal(found.headers.get('strict-transport-security'), 'max-age=31536000');
}

test('Route Handlers answer with problems, and tell the log', async () => {
  const { url, lines } = use();
  isProblem(await ask(`${url}/fail`), 500, 'internal_error');
  const [failure, request] = lines.map((line) => JSON.parse(line));
  assert.match(failure.err.stack, /inside-of-the-handler/);
  assert.deepEqual([request.path, request.status, request.request_id], ['/kit/fail', 500, failure.request_id]);
  isProblem(await ask(`${url}/slow`), 503, 'timeout');
});

test('bodies are JSON, and no longer than they may be', async () => {
  const { url } = use();
  assert.deepEqual((await post(`${url}/echo`, { a: 1 })).body, { a: 1 });
  const long = { text: 'x'.repeat(200) };
  isProblem(await post(`${url}/echo`, long), 413, 'body_too_large');
  assert.deepEqual((await post(`${url}/large`, long)).body, long);
  isProblem(await ask(`${url}/echo`, { method: 'POST', body: '{}' }), 415, 'unsupported_media_type');
});

test('a guard, gates and pages stand in front of a handler', async () => {
  const { url, issuer } = use();
  const refused = await ask(`${url}/items`);
  isProblem(refused, 401);
  assert.equal(refused.headers.get('www-authenticate'), 'Bearer');
  assert.match(refused.headers.get('vary'), /Authorization/);
  const headers = issuer.bearer({ sub: 'ada', roles: ['editor'] });
  const first = await ask(`${url}/items?limit=2`, { headers });
  assert.deepEqual(first.body.items, [0, 1]);
  const [, next] = /^<\/kit\/items(\?.+)>; rel="next"$/.exec(first.headers.get('link'));
  assert.deepEqual((await ask(`${url}/items${next}`, { headers })).body.items, [2, 3]);
  isProblem(await ask(`${url}/items${next}`, { headers: issuer.bearer({ sub: 'bob' }) }), 400, 'invalid_cursor');
  assert.equal((await ask(`${url}/edit`, { headers })).body.sub, 'ada');
  isProblem(await ask(`${url}/edit`, { headers: issuer.bearer() }), 403, 'permission_missing');
});

test("a caller's token is forwarded with the id of the request", async (t) => {
  const answer = ({ headers }, response) =>
    response.end(JSON.stringify([headers.authorization, headers['x-request-id']]));
  const serviceUrl = await serve(t, createServer(answer));
  const { url, issuer } = use({ serviceUrl });
  const headers = { ...issuer.bearer(), 'x-request-id': 'of-the-caller' };
  assert.deepEqual((await ask(`${url}/behalf`, { headers })).body, [headers.Authorization, 'of-the-caller']);
});
