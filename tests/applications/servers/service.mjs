// A resource server that the application calls: it takes what the provider issued for it.
import { HttpServer } from './http.mjs';

// `exp` is in whole seconds; tokens of a few seconds must not end before `expires_in` says.
const LEEWAY = 5;

export class Service {
  calls = [];

  /** `provider` issued the tokens; `audience` is that of callers' own tokens. */
  constructor(provider, audience) {
    this.provider = provider;
    this.audience = audience;
    this.server = new HttpServer((request) => this.#answer(request));
    this.reset();
  }

  get url() {
    return this.server.origin;
  }

  start = () => this.server.start();
  stop = () => this.server.stop();

  /** `refuses` answers 401 to so many requests; `status` answers everything with it. */
  async reset() {
    this.calls = [];
    this.refuses = 0;
    this.status = undefined;
    if (this.server.port) await this.start();
  }

  #answer({ url, headers }) {
    const token = (headers.authorization ?? '').replace(/^Bearer /, '');
    this.calls.push({ path: url.pathname, token });
    if (this.status) return { status: this.status, body: { error: 'scripted' } };
    const claims = this.provider.tokens.accessTokens.get(token);
    const audience = url.pathname === '/behalf' ? this.audience : this.url;
    const isGood = claims?.aud === audience && claims.exp > Date.now() / 1000 - LEEWAY;
    if (this.refuses > 0 || !isGood) {
      this.refuses -= 1;
      return {
        status: 401,
        body: { error: 'invalid_token' },
        headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
      };
    }
    return { status: 200, body: { path: url.pathname, sub: claims.sub, scope: claims.scope } };
  }
}
