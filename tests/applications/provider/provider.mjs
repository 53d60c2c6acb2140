// An OpenID provider that does what a case tells it, and remembers what it was asked.
import { HttpServer } from '../servers/http.mjs';
import { authorize } from './authorize.mjs';
import { newKey } from './keys.mjs';
import { logoutToken } from './logout.mjs';
import * as oauth from './oauth.mjs';
import { Script } from './script.mjs';
import { Tokens } from './tokens.mjs';
import { users } from './users.mjs';

const ENDPOINTS = {
  '/token': ['token', oauth.token],
  '/par': ['par', oauth.pushed],
  '/userinfo': ['userinfo', oauth.userinfo],
  '/revoke': ['revoke', oauth.revoke],
};

function found(provider, { url }) {
  const { pathname } = url;
  if (pathname === '/.well-known/openid-configuration' || pathname === '/.well-known/oauth-authorization-server') {
    return ['metadata', () => ({ status: 200, body: oauth.metadata(provider) })];
  }
  if (pathname === '/jwks')
    return ['jwks', () => ({ status: 200, body: { keys: provider.keys.map(({ jwk }) => jwk) } })];
  if (pathname.startsWith('/admin/v1/users')) return ['users', users];
  if (pathname === '/authorize')
    return ['authorize', () => ({ status: 302, headers: { Location: authorize(provider, url.href) } })];
  return ENDPOINTS[pathname] ?? ['unknown', () => ({ status: 404, body: { error: 'not_found' } })];
}

export class Provider {
  /** The settings of the client at hand; `metadata` changes the discovery document. */
  constructor({ metadata = {} } = {}) {
    this.client = { id: 'application', secret: 'a secret of +/ & length: 32 bytes' };
    this.keys = [newKey()];
    this.metadata = metadata;
    this.script = new Script();
    this.tokens = new Tokens(this);
    this.pushed = new Map();
    this.people = new Map();
    this.users = new Map();
    this.idempotent = new Map();
    this.requests = [];
    this.machineLifetime = 3600;
    this.server = new HttpServer((request) => this.#answer(request));
  }

  /** The key that signs now. */
  get key() {
    return this.keys.at(-1);
  }

  get issuer() {
    return this.server.origin;
  }

  start = () => this.server.start();
  stop = () => this.server.stop();

  /** What every case begins with. */
  reset() {
    this.script.clear();
    this.tokens.reset();
    this.requests = [];
    this.machineLifetime = 3600;
  }

  /** A new key signs from now on; the old one is published no longer. */
  rotateKey() {
    this.keys = [newKey()];
  }

  /** How often an endpoint was called in this case; `grant` counts the token requests of one `grant_type`. */
  count(endpoint, grant) {
    return this.requestsTo(endpoint, grant).length;
  }

  /** The requests to an endpoint in this case, as `{ method, url, headers, body, parameters }`. */
  requestsTo(endpoint, grant) {
    const all = this.requests.filter((request) => request.endpoint === endpoint);
    return grant === undefined ? all : all.filter(({ parameters }) => parameters.get('grant_type') === grant);
  }

  /** Signs somebody in: where the browser is sent back to. See `authorize.mjs`. */
  authorize(url, options) {
    return authorize(this, url, options);
  }

  logoutToken(subject, options) {
    return logoutToken(this, subject, options);
  }

  #answer(request) {
    const [endpoint, work] = found(this, request);
    this.requests.push({ ...request, endpoint, parameters: new URLSearchParams(request.body) });
    return this.script.play(endpoint, () => work(this, request));
  }
}
