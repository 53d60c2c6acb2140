// What many cases of the kit do.
import { randomUUID } from 'node:crypto';

import { send } from '../../browser/request.mjs';
import { AUDIENCE } from '../../runner/setups.mjs';

export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** An access token of the provider for the application; `claims` are added, undefined takes one away. */
export function tokenFor({ provider }, claims = {}) {
  const { id: client_id } = provider.client;
  const sub = `caller-${randomUUID().slice(0, 8)}`;
  return provider.tokens.access({
    sub,
    aud: AUDIENCE,
    client_id,
    scope: 'orders:read',
    tenant: `tenant-${sub}`,
    ...claims,
  });
}

export const bearer = (token) => ({ Authorization: `Bearer ${token}` });

/** A request to an instance, with `token` as Bearer. */
export function call({ app }, path, { token, instance = 0, headers = {}, ...rest } = {}) {
  const fields = {
    Host: new URL(app.origin).host,
    Accept: 'application/json',
    ...(token && bearer(token)),
    ...headers,
  };
  return send(app.ports[instance], { path, headers: fields, ...rest });
}

/** A POST of JSON. */
export const post = (t, path, value, { headers = {}, ...rest } = {}) =>
  call(t, path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(value),
    ...rest,
  });

/** The lines of the log that are JSON objects. */
export function logOf(output) {
  const lines = [];
  for (const line of output.split('\n')) {
    if (!line.startsWith('{')) continue;
    try {
      lines.push(JSON.parse(line));
    } catch {
      // half a line: the rest has not come yet
    }
  }
  return lines;
}

/** Waits until `find()` gives something, for two seconds. */
export async function eventually(find, milliseconds = 2_000) {
  const until = Date.now() + milliseconds;
  for (;;) {
    const found = await find();
    if (found || Date.now() > until) return found;
    await sleep(25);
  }
}

/** The line of the log about a request. */
export const loggedRequest = (t, id) =>
  eventually(() => logOf(t.output).find((line) => line.request_id === id && line.duration_ms !== undefined));

/** A request id that no other request has. */
export const newId = () => `case-${randomUUID()}`;
