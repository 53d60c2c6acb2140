// Chart 968: Service client of applications | tokens kept and fetched once, calls on behalf of the caller, users with typed errors
import { randomUUID } from 'node:crypto';

import { problem as problemOf } from '../../provider/users.mjs';
import { equal, header, ok, problem, status } from '../../runner/expect.mjs';
import { test } from '../../runner/suite.mjs';
import { call, post, sleep, tokenFor } from '../kit/steps.mjs';

const tokenRequests = ({ provider }) => provider.count('token', 'client_credentials');

/** Makes the application throw away the token that it has, and fetch one that lives so many seconds. */
async function withToken(t, lifetime) {
  t.provider.machineLifetime = lifetime;
  t.servers.service.refuses = 1;
  status(await call(t, '/call/machine'), 200, 'the first call');
  t.provider.requests = [];
  t.servers.service.calls = [];
}

test('a service is called with a token of the application’s own', { setup: 'one' }, async (t) => {
  t.servers.service.refuses = 1;
  const answer = status(await call(t, '/call/machine'), 200, '/call/machine');
  equal(answer.json(), { path: '/machine', sub: t.provider.client.id, scope: 'orders:read' }, 'what the service says');
  const request = t.provider.requestsTo('token', 'client_credentials').at(-1);
  equal(request.parameters.get('scope'), 'orders:read', 'scope');
  equal(request.parameters.get('resource'), t.servers.service.url, 'resource');
  header(request, 'authorization', /^Basic /, 'the token request:');
  ok(!request.parameters.has('client_secret'), 'no secret in the body');
});

test('a token is kept', { setup: 'one' }, async (t) => {
  await withToken(t, 3600);
  for (let count = 0; count < 3; count += 1) status(await call(t, '/call/machine'), 200, '/call/machine');
  equal(tokenRequests(t), 0, 'token requests');
  equal(t.servers.service.calls.length, 3, 'calls');
});

test('a token is replaced before it expires', { setup: 'one' }, async (t) => {
  await withToken(t, 5);
  status(await call(t, '/call/machine'), 200, 'at once');
  equal(tokenRequests(t), 0, 'token requests at once');
  await sleep(4_600);
  status(await call(t, '/call/machine'), 200, 'after nine tenths of its life');
  equal(tokenRequests(t), 1, 'token requests after nine tenths of its life');
});

test('a token is fetched once for all who wait', { attacks: ['A249'], setup: 'one' }, async (t) => {
  await withToken(t, 1);
  await sleep(1_000);
  t.provider.machineLifetime = 3600;
  t.provider.script.always('token', { delay: 500 });
  const answers = await Promise.all(Array.from({ length: 10 }, () => call(t, '/call/machine')));
  for (const answer of answers) status(answer, 200, '/call/machine');
  equal(tokenRequests(t), 1, 'token requests');
});

test('a token that the service refuses is replaced, once', { setup: 'one' }, async (t) => {
  await withToken(t, 3600);
  t.servers.service.refuses = 1;
  status(await call(t, '/call/machine'), 200, 'refused once');
  equal([tokenRequests(t), t.servers.service.calls.length], [1, 2], 'token requests and calls');
  t.servers.service.refuses = 5;
  const answer = await call(t, '/call/machine');
  ok(answer.status >= 500, 'refused for good', answer.status);
  equal([tokenRequests(t), t.servers.service.calls.length], [2, 4], 'token requests and calls');
});

test(
  'a service or token endpoint that fails is 503, and the next call succeeds',
  { attacks: ['A251'], setup: 'one' },
  async (t) => {
    await withToken(t, 3600);
    t.servers.service.status = 502;
    problem(await call(t, '/call/machine'), 503, undefined, 'the service answers 502');
    await t.servers.service.stop();
    problem(await call(t, '/call/machine'), 503, undefined, 'the service is away');
    await t.servers.service.reset();
    status(await call(t, '/call/machine'), 200, 'the service is back');
    t.servers.service.refuses = 1;
    t.provider.script.always('token', { status: 500, body: 'broken' });
    problem(await call(t, '/call/machine'), 503, undefined, 'the token endpoint answers 500');
    t.provider.script.clear();
    status(await call(t, '/call/machine'), 200, 'the token endpoint is back');
  },
);

test('a call on behalf of the caller has the caller’s token', { attacks: ['A249'], setup: 'one' }, async (t) => {
  const tokens = Array.from({ length: 8 }, (_, at) => tokenFor(t, { sub: `behalf-${at}` }));
  const answers = await Promise.all(tokens.map((token) => call(t, '/call/behalf', { token })));
  answers.forEach((answer, at) =>
    equal(status(answer, 200, '/call/behalf').json().sub, `behalf-${at}`, 'sub at the service'),
  );
  equal(t.servers.service.calls.map(({ token }) => token).sort(), [...tokens].sort(), 'tokens at the service');
  equal(tokenRequests(t), 0, 'token requests');
  problem(await call(t, '/call/behalf'), 401, undefined, 'without a token');
  equal(t.servers.service.calls.length, 8, 'calls');
});

test(
  'the token of a caller whom the service refuses is not replaced by another',
  { attacks: ['A249', 'A251'], setup: 'one' },
  async (t) => {
    t.servers.service.refuses = 5;
    const answer = await call(t, '/call/behalf', { token: tokenFor(t) });
    ok(answer.status >= 400, 'the answer', answer.status);
    equal(tokenRequests(t), 0, 'token requests');
    t.servers.service.refuses = 0;
    status(await call(t, '/call/behalf', { token: tokenFor(t) }), 200, 'another caller');
  },
);

const newName = () => `user-${randomUUID().slice(0, 8)}`;

async function created(t, username = newName()) {
  return status(await post(t, '/call/users', { username }), 201, 'POST /call/users').json();
}

test('a user is created, by an idempotent request', { setup: 'one' }, async (t) => {
  const username = newName();
  const user = await created(t, username);
  equal(user.username, username, 'username');
  ok(t.provider.users.has(user.user_id), 'the user is at the provider', user);
  const [request] = t.provider.requestsTo('users');
  ok(/^[!-~]{16,255}$/.test(request.headers['idempotency-key'] ?? ''), 'Idempotency-Key', request.headers);
  const claims = t.provider.tokens.accessTokens.get(request.headers.authorization.slice(7));
  equal(claims.aud, `${t.provider.issuer}/admin`, 'aud of the token');
  ok(claims.scope.split(' ').includes('admin:users:write'), 'scope of the token', claims.scope);
});

test('a name that is taken is a conflict of its own type', { setup: 'one' }, async (t) => {
  const { username } = await created(t);
  problem(await post(t, '/call/users', { username }), 409, 'user_exists', 'the same name');
  await created(t);
});

test('users are read, found, disabled, enabled and deleted', { setup: 'one' }, async (t) => {
  const { user_id: id, username } = await created(t);
  equal(status(await call(t, `/call/users/${id}`), 200, 'GET').json().username, username, 'username');
  const found = status(await call(t, `/call/users?username=${username}`), 200, 'find').json().items;
  equal(
    found.map(({ user_id }) => user_id),
    [id],
    'who is found',
  );
  equal(
    status(await call(t, `/call/users?username=${newName()}`), 200, 'find nobody').json().items,
    [],
    'who is found',
  );
  status(await post(t, `/call/users/${id}/disable`, {}), 200, 'disable');
  ok(t.provider.users.get(id).disabled_at !== null, 'disabled at the provider');
  status(await post(t, `/call/users/${id}/enable`, {}), 200, 'enable');
  equal(t.provider.users.get(id).disabled_at, null, 'disabled_at at the provider');
  status(await call(t, `/call/users/${id}`, { method: 'DELETE' }), 204, 'DELETE');
  ok(!t.provider.users.has(id), 'gone at the provider');
  problem(await call(t, `/call/users/${id}`), 404, undefined, 'GET afterwards');
});

test('the id of a user cannot lead to another resource', { attacks: ['A246'], setup: 'one' }, async (t) => {
  const { user_id: id } = await created(t);
  for (const path of ['..%2Fclients', `${id}%2Fdisable`, `${id}%3Fx=y`, '%2e%2e']) {
    const answer = await call(t, `/call/users/${path}`);
    ok(answer.status >= 400 && answer.status < 500, `GET /call/users/${path}`, answer.status);
  }
  for (const { url } of t.provider.requests)
    ok(
      url.pathname.startsWith('/admin/v1/users') ||
        ['/token', '/jwks'].includes(url.pathname) ||
        url.pathname.startsWith('/.well-known/'),
      'a path at the provider',
      url.pathname,
    );
  equal(t.provider.users.get(id).disabled_at, null, 'nobody is disabled');
});

for (const [what, name, code, expected] of [
  ['not found', 'not-found', 404, 404],
  ['refused for want of a scope', 'insufficient-scope', 403, 403],
  ['refused as beyond its authority', 'beyond-authority', 403, 403],
  ['unavailable', 'unavailable', 503, 503],
]) {
  test(`what the admin API says has a type: ${what}`, { setup: 'one' }, async (t) => {
    t.provider.script.always('users', problemOf(t.provider, code, name, code === 503 ? { 'Retry-After': '30' } : {}));
    problem(await call(t, '/call/users/some-id'), expected, undefined, name);
    t.provider.script.clear();
    const { user_id: id } = await created(t);
    status(await call(t, `/call/users/${id}`), 200, 'afterwards');
  });
}

test('a provider that is away is 503', { attacks: ['A251'], setup: 'one' }, async (t) => {
  await t.provider.stop();
  problem(await post(t, '/call/users', { username: newName() }), 503, undefined, 'away');
  await t.provider.start();
  await created(t);
});

test('a short Retry-After is waited for, with the same Idempotency-Key', { setup: 'one' }, async (t) => {
  const limited = problemOf(t.provider, 429, 'too-many-requests', { 'Retry-After': '1' });
  t.provider.script.next('users', limited);
  const begun = Date.now();
  const username = newName();
  status(await post(t, '/call/users', { username }), 201, 'after one refusal');
  ok(Date.now() - begun >= 900, 'it has waited for a second', Date.now() - begun);
  const keys = t.provider.requestsTo('users').map(({ headers }) => headers['idempotency-key']);
  equal(keys.length, 2, 'requests');
  equal(keys[1], keys[0], 'Idempotency-Key of the second');
  t.provider.script.next('users', limited, limited);
  const refused = await post(t, '/call/users', { username: newName() });
  problem(refused, 429, 'rate_limited', 'refused twice');
  equal(t.provider.count('users'), 4, 'requests');
});

test('a long Retry-After is passed on at once', { setup: 'one' }, async (t) => {
  t.provider.script.always('users', problemOf(t.provider, 429, 'too-many-requests', { 'Retry-After': '7' }));
  const begun = Date.now();
  const answer = await post(t, '/call/users', { username: newName() });
  problem(answer, 429, 'rate_limited', '429');
  header(answer, 'retry-after', '7');
  equal(t.provider.count('users'), 1, 'requests');
  ok(Date.now() - begun < 5_000, 'at once', Date.now() - begun);
});

test('a lost answer to a creation does not create twice', { setup: 'one' }, async (t) => {
  const username = newName();
  t.provider.script.next('users', { lose: true });
  const first = await post(t, '/call/users', { username });
  equal([...t.provider.users.values()].filter((user) => user.username === username).length, 1, 'users of that name');
  if (first.status === 201) return;
  problem(first, 503, undefined, 'a lost answer');
  problem(await post(t, '/call/users', { username }), 409, 'user_exists', 'again');
});
