// A small OpenID provider over HTTP, in front of the issuer of the tests: whoever comes to its authorization endpoint is
// signed in at once, as `ada` unless `login_hint` says otherwise.

import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, get } from 'node:http';
import { text } from 'node:stream/consumers';

import { TestIssuer } from '@credenza/connectors/testing';

const AUTHORIZATION = `Basic ${Buffer.from('app:secret').toString('base64')}`;
const hashOf = (verifier) => createHash('sha256').update(verifier).digest('base64url');

/**
 * Starts one until the test has ended. `seen` are the paths of requests, `form` is the last one at the token endpoint, and
 * `lifetime` is that of access tokens.
 */
export async function serveProvider(t) {
  const provider = { seen: [], form: undefined, lifetime: 300, down: false, claims: {} };
  const codes = new Map();
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, provider.issuer);
    provider.seen.push(url.pathname);
    if (provider.down) return response.writeHead(503).end();
    if (url.pathname === '/authorize') return authorize(url.searchParams, response);
    if (url.pathname === '/token') return token(new URLSearchParams(await text(request)), request, response);
    const answer = await issuer.fetch(provider.issuer + url.pathname);
    const body = url.pathname.endsWith('openid-configuration')
      ? { ...(await answer.json()), ...metadata() }
      : undefined;
    return json(response, answer.status, body ?? (await answer.json()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  provider.issuer = `http://127.0.0.1:${server.address().port}`;
  const issuer = new TestIssuer('app', { issuer: provider.issuer });

  const metadata = () => ({
    authorization_endpoint: `${provider.issuer}/authorize`,
    token_endpoint: `${provider.issuer}/token`,
    end_session_endpoint: `${provider.issuer}/logout`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
    authorization_response_iss_parameter_supported: true,
  });
  const json = (response, status, body) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

  function authorize(query, response) {
    const code = randomUUID();
    codes.set(code, Object.fromEntries(query));
    const back = new URL(query.get('redirect_uri'));
    back.search = new URLSearchParams({ code, state: query.get('state'), iss: provider.issuer });
    response.writeHead(302, { location: back.href }).end();
  }

  function token(form, request, response) {
    const asked = codes.get(form.get('code') ?? form.get('refresh_token'));
    codes.delete(form.get('code'));
    provider.form = form;
    const isClient = form.has('client_assertion') || request.headers.authorization === AUTHORIZATION;
    const isOne = asked !== undefined && isClient;
    const isProved = form.has('refresh_token') || hashOf(form.get('code_verifier') ?? '') === asked?.code_challenge;
    if (!isOne || !isProved) return json(response, 400, { error: 'invalid_grant' });
    const sub = asked.login_hint ?? 'ada';
    const claims = { sub, nonce: asked.nonce, sid: asked.state, jti: null, client_id: null, ...provider.claims };
    const refreshToken = randomUUID();
    codes.set(refreshToken, asked);
    return json(response, 200, {
      access_token: randomUUID(),
      token_type: 'Bearer',
      expires_in: provider.lifetime,
      refresh_token: refreshToken,
      id_token: issuer.mint({ audience: 'app', typ: 'JWT', claims }),
    });
  }

  /** A logout token (Back-Channel Logout 2.4). */
  provider.logoutToken = (claims) =>
    issuer.mint({
      audience: 'app',
      typ: 'logout+jwt',
      claims: {
        events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
        ...{ sub: null, client_id: null, ...claims },
      },
    });
  return provider;
}

/** A browser, as far as cookies and redirects go. */
export class Browser {
  cookies = new Map();

  /** Asks for a page, without following where it leads. Not by `fetch`, which says that it is no navigation. */
  async visit(url, { method = 'GET', headers = {} } = {}) {
    const cookie = Array.from(this.cookies, ([name, value]) => `${name}=${value}`).join('; ');
    const request = get(url, { method, headers: { accept: 'text/html', ...(cookie && { cookie }), ...headers } });
    const [response] = await once(request, 'response');
    for (const line of response.headers['set-cookie'] ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      if (/; Max-Age=0/.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    const { statusCode: status, headers: fields } = response;
    const location = fields.location && new URL(fields.location, url).href;
    return { status, headers: fields, body: await text(response), location };
  }

  /** Goes to a page, and wherever that leads; answers the last page. */
  async follow(url, most = 8) {
    const answer = await this.visit(url);
    if (answer.location === undefined || most === 0) return { ...answer, url };
    return this.follow(answer.location, most - 1);
  }
}
