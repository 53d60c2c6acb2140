// Chart 967: Kit for services | request id, log, security headers, problems, limits of body, time and rate, roles, plans, features, pages, health
import { equal, header, ok, problem, status } from '../../runner/expect.mjs';
import { test } from '../../runner/suite.mjs';
import { call, eventually, loggedRequest, logOf, newId, post, tokenFor } from './steps.mjs';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

test('a request id that is good is kept', { setup: 'one' }, async (t) => {
  for (const id of [newId(), 'a', 'A-Z_.9', 'x'.repeat(128)]) {
    header(await call(t, '/livez', { headers: { 'X-Request-Id': id } }), 'x-request-id', id);
  }
});

test('a request id that is none, or not good, is replaced', { attacks: ['A247'], setup: 'one' }, async (t) => {
  header(await call(t, '/livez'), 'x-request-id', UUID, 'without one:');
  for (const id of ['x'.repeat(129), 'a b', 'a"b', '<script>', 'a,b', '{}', 'é', 'a/b']) {
    const answer = await call(t, '/livez', { headers: { 'X-Request-Id': Buffer.from(id).toString('latin1') } });
    header(answer, 'x-request-id', UUID, `for ${id}:`);
  }
  const two = [await call(t, '/livez'), await call(t, '/livez')].map(({ headers }) => headers['x-request-id']);
  ok(two[0] !== two[1], 'each request has an id of its own', two);
});

test('every answer has the security headers, errors too', { attacks: ['A117'], setup: 'one' }, async (t) => {
  const answers = [
    ['livez', status(await call(t, '/livez'), 200, '/livez')],
    ['items', status(await call(t, '/items', { token: tokenFor(t) }), 200, '/items')],
    ['401', status(await call(t, '/items'), 401, '/items without a token')],
    ['404', status(await call(t, '/nowhere'), 404, '/nowhere')],
    ['500', status(await call(t, '/fail'), 500, '/fail')],
    ['413', status(await post(t, '/echo', 'x'.repeat(2000)), 413, '/echo')],
    ['503', status(await call(t, '/slow?ms=5000'), 503, '/slow')],
  ];
  for (const [what, answer] of answers) {
    header(answer, 'x-content-type-options', 'nosniff', what);
    header(answer, 'referrer-policy', 'no-referrer', what);
    header(answer, 'cross-origin-resource-policy', 'same-origin', what);
    header(answer, 'content-security-policy', "default-src 'none'; frame-ancestors 'none'", what);
    ok(answer.headers['x-request-id'], `${what}: X-Request-Id`);
    equal(answer.headers['strict-transport-security'], undefined, `${what}: Strict-Transport-Security on http`);
  }
});

test('answers on an https origin say to come back by https', { setup: 'https' }, async (t) => {
  for (const path of ['/livez', '/nowhere'])
    header(await call(t, path), 'strict-transport-security', /^max-age=31536000/, path);
});

test('answers to requests with credentials are not kept', { attacks: ['A117'], setup: 'one' }, async (t) => {
  header(await call(t, '/items', { token: tokenFor(t) }), 'cache-control', /no-store/, '/items with a token');
  header(await call(t, '/items', { token: 'bad' }), 'cache-control', /no-store/, '/items with a bad token');
  header(await call(t, '/livez', { headers: { Cookie: 'a=b' } }), 'cache-control', /no-store/, '/livez with a cookie');
});

test('the guard’s refusals keep status and challenge, as problems', { attacks: ['A251'], setup: 'one' }, async (t) => {
  const none = await call(t, '/items');
  problem(none, 401, undefined, 'without a token');
  header(none, 'www-authenticate', /^Bearer/i, 'without a token');
  const bad = await call(t, '/items', { token: tokenFor(t, { aud: 'https://another.test/' }) });
  problem(bad, 401, undefined, 'with a token for another service');
  header(bad, 'www-authenticate', /error="invalid_token"/, 'with a token for another service');
  status(await call(t, '/items', { token: tokenFor(t) }), 200, 'with a token for this service');
});

test('unknown paths and methods are problems', { setup: 'one' }, async (t) => {
  problem(await call(t, '/nowhere'), 404, undefined, 'GET /nowhere');
  const answer = await call(t, '/livez', { method: 'DELETE' });
  problem(answer, answer.status === 404 ? 404 : 405, undefined, 'DELETE /livez');
});

test('a request is one line in the log, without its query', { setup: 'one' }, async (t) => {
  const [id, token] = [newId(), tokenFor(t, { sub: 'log-sub', tenant: 'log-tenant' })];
  status(await call(t, '/items?limit=3&kind=odd', { token, headers: { 'X-Request-Id': id } }), 200, '/items');
  const line = await loggedRequest(t, id);
  ok(line, 'a line with the request id', t.output.slice(-500));
  const { method, path, status: logged, tenant, sub, client_id } = line;
  equal(
    { method, path, status: logged, tenant, sub, client_id },
    {
      method: 'GET',
      path: '/items',
      status: 200,
      tenant: 'log-tenant',
      sub: 'log-sub',
      client_id: t.provider.client.id,
    },
    'the line',
  );
  for (const name of ['time', 'level', 'message'])
    ok(typeof line[name] === 'string' && line[name] !== '', `member ${name}`, line);
  ok(!Number.isNaN(Date.parse(line.time)), 'time can be read', line.time);
  ok(typeof line.duration_ms === 'number' && line.duration_ms >= 0, 'duration_ms', line.duration_ms);
  equal(
    logOf(t.output).filter(({ request_id, duration_ms }) => request_id === id && duration_ms !== undefined).length,
    1,
    'lines about the request',
  );
});

test('refusals and failures are in the log too', { setup: 'one' }, async (t) => {
  for (const [path, expected] of [
    ['/items', 401],
    ['/nowhere', 404],
    ['/fail', 500],
    ['/slow?ms=5000', 503],
  ]) {
    const id = newId();
    status(await call(t, path, { headers: { 'X-Request-Id': id } }), expected, path);
    equal((await loggedRequest(t, id))?.status, expected, `status of ${path} in the log`);
  }
});

test('the log has no token, cookie, query or body', { attacks: ['A117'], setup: 'one' }, async (t) => {
  const token = tokenFor(t);
  const [id, secret] = [newId(), 'private-0123456789'];
  const headers = { 'X-Request-Id': id, Cookie: `a=${secret}`, Authorization: `Bearer ${token}` };
  await post(t, `/echo?q=${secret}`, { secret }, { headers });
  await call(t, `/fail?q=${secret}`, { headers });
  await call(t, `/items?cursor=${secret}`, { headers });
  await loggedRequest(t, id);
  await eventually(() => logOf(t.output).filter(({ request_id }) => request_id === id).length >= 3);
  ok(!t.output.includes(secret), 'no secret of the request', secret);
  ok(!t.output.includes(token), 'no token');
});

test('a line in the log cannot be made up by a request', { attacks: ['A247'], setup: 'one' }, async (t) => {
  const id = newId();
  await call(
    t,
    `/x%0A{"request_id":"${id}","duration_ms":1,"forged":true}%22`
      .replaceAll('"', '%22')
      .replaceAll('{', '%7B')
      .replaceAll('}', '%7D'),
    { headers: { 'User-Agent': `a","forged":true,"b":"`, 'X-Request-Id': newId() } },
  );
  await eventually(() => false, 200);
  ok(!logOf(t.output).some(({ forged }) => forged), 'a forged line');
});

test(
  'an exception is a problem without the inside, and the next request is served',
  { attacks: ['A251'], setup: 'one' },
  async (t) => {
    const id = newId();
    const answer = await call(t, '/fail', { headers: { 'X-Request-Id': id } });
    const body = problem(answer, 500, 'internal_error', '/fail');
    equal(body.request_id, id, 'request_id');
    ok(
      !answer.text.includes('inside-of-the-handler') &&
        !/\bat \w|Traceback|\.(py|js|kt|java|go|rs)\b/.test(answer.text),
      'nothing of the inside',
      answer.text,
    );
    const line = await eventually(() =>
      logOf(t.output).find((one) => one.request_id === id && JSON.stringify(one).includes('inside-of-the-handler')),
    );
    ok(line, 'the log has the error with the request id', t.output.slice(-800));
    status(await call(t, '/livez'), 200, 'the next request');
  },
);
