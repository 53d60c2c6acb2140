// Users of the provider, by its admin API (openapi/credenza.json).
import { randomUUID } from 'node:crypto';

import { makes } from '../mutation.mjs';
import { config } from './config.mjs';
import { Problem } from './problem.mjs';
import { asMachine } from './service.mjs';

const RESOURCE = `${config.issuer}/admin`;
const USERS = `${config.issuer}/admin/v1/users`;

const userUrl = (id, action = '') => `${USERS}/${makes('id-not-encoded') ? id : encodeURIComponent(id)}${action}`;

function problemOf({ status, headers, body }) {
  const name = body?.type?.split('/problems/')[1];
  if (name === 'taken' && !makes('problem-types-ignored')) return new Problem(409, 'user_exists');
  if (status === 429)
    return new Problem(429, 'rate_limited', { headers: { 'Retry-After': headers.get('retry-after') ?? '1' } });
  if (name === 'not-found') return new Problem(404, 'user_not_found');
  if (status === 401 || status === 403) return new Problem(403, 'refused');
  if (status >= 500)
    return new Problem(503, 'unavailable', { headers: { 'Retry-After': headers.get('retry-after') ?? '5' } });
  return new Problem(400, 'invalid_request');
}

async function admin(scope, url, options) {
  const once = () => asMachine(`admin:users:${scope}`, RESOURCE, url, options);
  let answer = await once();
  const wait = Number(answer.headers.get('retry-after') ?? Infinity);
  if (answer.status === 429 && wait <= 1 && !makes('retry-after-ignored')) {
    await new Promise((resolve) => setTimeout(resolve, wait * 1000));
    answer = await once();
  }
  if (answer.status >= 400) throw problemOf(answer);
  return answer.body;
}

const json = { 'Content-Type': 'application/json' };

export const create = (user) =>
  admin('write', USERS, {
    method: 'POST',
    headers: { ...json, 'Idempotency-Key': randomUUID() },
    body: JSON.stringify(user),
  });
export const get = (id) => admin('read', userUrl(id));
export const find = (username) => admin('read', `${USERS}?${new URLSearchParams({ username })}`);
export const disable = (id) => admin('status', userUrl(id, '/disable'), { method: 'POST' });
export const enable = (id) => admin('status', userUrl(id, '/enable'), { method: 'POST' });
export const remove = (id) => admin('write', userUrl(id), { method: 'DELETE', headers: { 'If-Match': '*' } });
