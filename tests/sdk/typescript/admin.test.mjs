// Chart 875: Clients of the admin API | made from the OpenAPI document for TypeScript, Python, Go, Kotlin with Java, and Rust: tokens, pages, problems, retries against a live server and a proxy that fails
import assert from 'node:assert/strict';
import { test } from 'node:test';

const { SDK_ISSUER: issuer, SDK_CLIENT_ID: clientId, SDK_CLIENT_SECRET: clientSecret, SDK_PACKAGE: folder } = process.env;
const { createAdmin, etag, isKind, paginate, ProblemError, ResponseError, ServiceAccount, TokenError } = await import(
  `${folder}/dist/index.js`
);

const admin = createAdmin(issuer, { clientId, clientSecret });
const fresh = () => `ts-${crypto.randomUUID().slice(0, 8)}`;

const fail = (words) => fetch(`${issuer}/_proxy/fail?${new URLSearchParams(words)}`, { method: 'POST' });

/** [when in ms, Idempotency-Key] of each request. */
const seen = async (method, path) => {
  const text = await (await fetch(`${issuer}/_proxy/seen?${new URLSearchParams({ method, path })}`)).text();
  return text.trim().split('\n').filter(Boolean).map((line) => line.split(' '));
};

test('a tenant, a client and a user are made, changed and deleted', async () => {
  const name = fresh();
  const tenant = await admin.tenants.createTenant({ newTenant: { name, settings: { display_name: 'Acme' } } });
  assert.equal(tenant.settings.display_name, 'Acme');
  const redirect_uris = ['https://app.example.com/callback'];
  const client = await admin.clients.createClient({ newOAuthClient: { client_name: 'App', redirect_uris } });
  assert.ok(client.client_secret);
  const user = await admin.users.createUser({ newUser: { username: name, claims: { nickname: 'Al', email: `${name}@example.com` } } });

  // null takes a member away, and what is not named stays.
  const changed = await admin.users.updateUser({
    userId: user.user_id,
    ifMatch: etag(user),
    userPatch: { claims: { nickname: null } },
  });
  assert.equal(changed.claims.nickname, undefined);
  assert.equal(changed.claims.email, `${name}@example.com`);

  await admin.users.deleteUser({ userId: user.user_id, ifMatch: etag(changed) });
  await admin.clients.deleteClient({ clientId: client.client_id, ifMatch: etag(client) });
  await admin.tenants.deleteTenantByName({ name, ifMatch: etag(tenant) });
});

test('every user is listed once, page by page', async () => {
  const names = [];
  for await (const user of paginate((page) => admin.users.listUsers({ limit: 70, ...page }))) names.push(user.username);
  assert.equal(new Set(names).size, names.length);
  assert.equal(names.filter((name) => name.startsWith('seed-')).length, 300);
});

test('what is refused is a problem with its kind and its values', async () => {
  const missing = await admin.users.getUser({ userId: 'nobody' }).catch((error) => error);
  assert.ok(missing instanceof ProblemError);
  assert.deepEqual([missing.status, missing.kind], [404, 'not-found']);
  assert.ok(missing.supportCode);

  const user = await admin.users.createUser({ newUser: { username: fresh() } });
  const change = { userId: user.user_id, userPatch: { claims: { nickname: 'Al' } } };
  await admin.users.updateUser({ ...change, ifMatch: etag(user) });
  const stale = await admin.users.updateUser({ ...change, ifMatch: etag(user) }).catch((error) => error);
  assert.ok(isKind(stale, 'stale'));
  assert.equal(stale.status, 412);

  const wrong = await admin.users.createUser({ newUser: { username: fresh(), claims: { email: 'nowhere' } } }).catch((error) => error);
  assert.equal(wrong.errors[0].pointer, '/claims/email');
});

test('what is refused for now is tried again when Retry-After says', async () => {
  const { user_id: userId } = await admin.users.createUser({ newUser: { username: fresh() } });
  await fail({ method: 'GET', path: `/users/${userId}`, times: '1', status: '429', retry_after: '1' });
  await fail({ method: 'GET', path: `/users/${userId}`, times: '1', status: '503' });
  assert.equal((await admin.users.getUser({ userId })).user_id, userId);
  const times = (await seen('GET', `/users/${userId}`)).map(([at]) => Number(at));
  assert.equal(times.length, 3);
  assert.ok(times[1] - times[0] >= 950, `${times}`);

  // Not for ever, and what comes then is no problem of the API.
  await fail({ method: 'GET', path: `/users/${userId}`, times: '9', status: '503', retry_after: '0' });
  const given = await admin.users.getUser({ userId }).catch((error) => error);
  assert.equal(given.response.status, 503);
  assert.equal((await seen('GET', `/users/${userId}`)).length, 7);
});

test('a creation whose answer is lost is carried out once', async () => {
  const name = fresh();
  const before = (await seen('POST', '/admin/v1/users')).length;
  await fail({ method: 'POST', path: '/admin/v1/users', times: '1', lost: 'after' });
  const user = await admin.users.createUser({ newUser: { username: name } });
  const [first, second, ...more] = (await seen('POST', '/admin/v1/users')).slice(before);
  assert.equal(more.length, 0);
  assert.notEqual(first[1], '-');
  assert.equal(first[1], second[1]);
  const { items } = await admin.users.listUsers({ username: name });
  assert.deepEqual(items.map(({ user_id }) => user_id), [user.user_id]);
});

test('a token is fetched once for all who wait', async () => {
  const before = (await seen('POST', '/token')).length;
  const own = createAdmin(issuer, { clientId, clientSecret });
  const pages = await Promise.all(Array.from({ length: 50 }, () => own.users.listUsers({ limit: 1 })));
  assert.ok(pages.every(({ items }) => items.length === 1));
  assert.equal((await seen('POST', '/token')).length - before, 1);
});

test('after its secret is rotated, a service account needs the new one', async () => {
  const { client_id, client_secret, token_endpoint_auth_method } = await admin.clients.createClient({
    newOAuthClient: {
      client_name: 'Script',
      grant_types: ['client_credentials'],
      resources: [`${issuer}/admin`],
      scope: 'admin:users:read',
    },
  });
  assert.ok(token_endpoint_auth_method);
  const account = (secret) => new ServiceAccount(issuer, { clientId: client_id, clientSecret: secret });
  assert.ok(await account(client_secret).token());
  const rotated = await admin.clients.rotateClientSecret({ clientId: client_id });
  assert.notEqual(rotated.client_secret, client_secret);
  assert.ok(await account(rotated.client_secret).token());
  await assert.rejects(account(client_secret).token(), (error) => error instanceof TokenError && error.code === 'invalid_client');
});

test('a token is replaced when it was revoked, and before it expires', async () => {
  const { client_id, client_secret } = await admin.clients.createClient({
    newOAuthClient: {
      client_name: 'Script',
      grant_types: ['client_credentials'],
      resources: [`${issuer}/admin`],
      scope: 'admin:users:read',
      access_token_lifetime: 3,
    },
  });
  const tokens = new ServiceAccount(issuer, { clientId: client_id, clientSecret: client_secret });
  const own = createAdmin(issuer, { tokens });
  const first = await tokens.token();
  assert.equal(await tokens.token(), first);
  await fetch(`${issuer}/revoke`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${client_id}:${client_secret}`)}` },
    body: new URLSearchParams({ token: first }),
  });
  assert.equal((await own.users.listUsers({ limit: 1 })).items.length, 1);
  const second = await tokens.token();
  assert.notEqual(second, first);
  await new Promise((resolve) => setTimeout(resolve, 3000));
  assert.notEqual(await tokens.token(), second);
});
