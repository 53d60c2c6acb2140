// What an application finds around it: an issuer with a token endpoint and the admin API for users, a service, and features.

import { once } from 'node:events';
import { createServer } from 'node:http';

import { TestIssuer } from '@credenza/connectors/testing';

export const AUDIENCE = 'https://api.example';

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

function json(response, status, value, headers = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(value === undefined ? undefined : JSON.stringify(value));
}

/** What is answered, and what was asked so far. */
export class World {
  tokens = [];
  calls = [];
  featureCalls = 0;
  users = new Map();
  /** What the tests change. */
  is = { features: { exports: true, projects: 3 }, expiresIn: 3600, refuse: [], limited: [], delay: 0, isDown: false };

  static async start(t) {
    const world = new World();
    const server = createServer((request, response) => world.#answer(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => {
      server.closeAllConnections();
      server.close();
    });
    world.url = `http://127.0.0.1:${server.address().port}`;
    world.issuer = new TestIssuer(AUDIENCE, { issuer: world.url });
    return world;
  }

  /** The environment of an application in this world. */
  env(more = {}) {
    return {
      ISSUER: this.url,
      AUDIENCE,
      SECRET: 'a secret of the tests that has 32 bytes and more',
      FEATURES_URL: `${this.url}/features`,
      SERVICE_URL: `${this.url}/orders`,
      CLIENT_ID: 'app',
      CLIENT_SECRET: 'appsecret',
      ...more,
    };
  }

  /** The field of a caller's token. */
  bearer(claims) {
    return { authorization: `Bearer ${this.issuer.token({ sub: 'ada', client_id: 'web', ...claims })}` };
  }

  async #answer(request, response) {
    const { pathname, searchParams } = new URL(request.url, this.url);
    if (this.is.delay > 0) await new Promise((resolve) => setTimeout(resolve, this.is.delay));
    if (this.is.isDown) return request.socket.destroy();
    if (pathname === '/.well-known/openid-configuration') return this.#metadata(response);
    if (pathname === '/token') return this.#token(request, response);
    if (pathname === '/features') return this.#features(response, searchParams.get('plan'));
    if (pathname.startsWith('/orders/')) return this.#orders(request, response, pathname);
    if (pathname.startsWith('/admin/v1/users')) return this.#users(request, response, pathname, searchParams);
    const found = await this.issuer.fetch(this.url + pathname);
    return json(response, found.status, await found.json().catch(() => undefined));
  }

  async #metadata(response) {
    const metadata = await (await this.issuer.fetch(`${this.url}/.well-known/openid-configuration`)).json();
    json(response, 200, { ...metadata, token_endpoint: `${this.url}/token` });
  }

  async #token(request, response) {
    const form = new URLSearchParams(await bodyOf(request));
    const token = `machine-${this.tokens.length + 1}`;
    this.tokens.push({ authorization: request.headers.authorization, ...Object.fromEntries(form), token });
    json(response, 200, { access_token: token, token_type: 'Bearer', expires_in: this.is.expiresIn });
  }

  #features(response, plan) {
    this.featureCalls += 1;
    if (plan === 'broken') return json(response, 500, {});
    return json(response, 200, this.is.features);
  }

  #orders(request, response, pathname) {
    const { authorization, 'x-request-id': id } = request.headers;
    this.calls.push({ pathname, authorization, id });
    const status = this.is.refuse.shift();
    if (status !== undefined) return json(response, status, undefined, { location: 'https://elsewhere.example' });
    return json(response, 200, { path: pathname, authorization });
  }

  async #users(request, response, pathname, query) {
    const { authorization, 'idempotency-key': key, 'if-match': match } = request.headers;
    this.calls.push({ method: request.method, pathname, authorization, key, match });
    const problem = (status, name, headers) =>
      json(response, status, { type: `${this.url}/admin/v1/problems/${name}`, title: name, status }, headers);
    const limited = this.is.limited.shift();
    if (limited !== undefined) return problem(429, 'too-many-requests', { 'retry-after': String(limited) });
    const forced = this.is.refuse.shift();
    if (forced !== undefined) return problem(forced, forced === 403 ? 'insufficient-scope' : 'unavailable');
    if (pathname === '/admin/v1/users') return this.#allUsers(request, response, query, problem);
    const [id, action] = pathname.slice('/admin/v1/users/'.length).split('/').map(decodeURIComponent);
    const user = this.users.get(id);
    if (user === undefined) return problem(404, 'not-found');
    if (request.method === 'DELETE') return this.users.delete(id) && json(response, 204);
    if (action !== undefined) user.disabled_at = action === 'disable' ? 1 : null;
    return json(response, 200, user);
  }

  async #allUsers(request, response, query, problem) {
    if (request.method === 'POST') {
      const { username } = JSON.parse(await bodyOf(request));
      if (this.users.has(username)) return problem(409, 'taken');
      this.users.set(username, { user_id: username, username, disabled_at: null });
      return json(response, 201, this.users.get(username));
    }
    const found = [...this.users.values()].filter(({ username }) => username === query.get('username'));
    return json(response, 200, { items: found, next_cursor: null });
  }
}
