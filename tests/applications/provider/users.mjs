// The part of the admin API that the service client uses: `users` of openapi/credenza.json, with its problems.
import { randomUUID } from 'node:crypto';

const ROUTE = /^\/admin\/v1\/users(?:\/([^/]+)(?:\/(disable|enable))?)?$/;

/** A problem as the admin API words it (RFC 9457): the type is the address of a page about it. */
export function problem({ issuer }, status, name, headers = {}) {
  const title = name.replaceAll('-', ' ').replace(/^./, (letter) => letter.toUpperCase());
  const body = { type: `${issuer}/admin/v1/problems/${name}`, title, status, support_code: randomUUID().slice(0, 16) };
  return { status, body, headers: { 'Content-Type': 'application/problem+json', ...headers } };
}

function refusalOf(provider, { method, headers }, action) {
  const claims = provider.tokens.accessTokens.get((headers.authorization ?? '').replace(/^Bearer /i, ''));
  if (claims?.aud !== `${provider.issuer}/admin`) return problem(provider, 401, 'unauthenticated');
  if (method === 'DELETE' && !headers['if-match']) return problem(provider, 428, 'precondition-required');
  const needed = action ? 'admin:users:status' : method === 'GET' ? 'admin:users:read' : 'admin:users:write';
  return claims.scope.split(' ').includes(needed) ? undefined : problem(provider, 403, 'insufficient-scope');
}

const shown = (user, status = 200) => ({ status, body: user, headers: { ETag: `"${user.version}"` } });

function create(provider, { body, headers }) {
  const key = headers['idempotency-key'];
  const before = key && provider.idempotent.get(key);
  if (before) return before;
  const { username, claims = {} } = JSON.parse(body);
  const taken = [...provider.users.values()].some((user) => user.username === username);
  if (taken) return problem(provider, 409, 'taken');
  const at = Math.floor(Date.now() / 1000);
  const common = { attributes: {}, created_at: at, updated_at: at, disabled_at: null, version: 1 };
  const user = { user_id: randomUUID(), username, claims, ...common };
  provider.users.set(user.user_id, user);
  const answer = shown(user, 201);
  if (key) provider.idempotent.set(key, answer);
  return answer;
}

function change(user, action) {
  user.disabled_at = action === 'disable' ? Math.floor(Date.now() / 1000) : null;
  user.version += 1;
  return shown(user);
}

/** Answers a request below `/admin/v1/users`. */
export function users(provider, request) {
  const { method, url } = request;
  const [, id, action] = ROUTE.exec(url.pathname) ?? [];
  const refused = refusalOf(provider, request, action);
  if (refused) return refused;
  if (!id && method === 'POST') return create(provider, request);
  if (!id) {
    const all = [...provider.users.values()];
    const name = url.searchParams.get('username');
    return { status: 200, body: { items: all.filter(({ username }) => name === null || username === name) } };
  }
  const user = provider.users.get(decodeURIComponent(id));
  if (!user) return problem(provider, 404, 'not-found');
  if (action) return change(user, action);
  if (method !== 'DELETE') return shown(user);
  provider.users.delete(user.user_id);
  return { status: 204, body: '' };
}
