import { call, discover, type Metadata } from './discovery.js';
import { challengeOf, random } from './encoding.js';
import { CredenzaError } from './errors.js';
import type { User } from './id_token.js';
import type { Settled, SignInOptions } from './options.js';
import type { Pending } from './pending.js';

/** The answer of the token endpoint (RFC 6749 5.1). */
export interface Tokens {
  access_token: string;
  expires_in?: number;
  scope?: string;
  id_token?: string;
  refresh_token?: string;
}

/** An authorization request, and what must be kept until its answer. */
export interface Asked {
  url: string;
  state: string;
  pending: Pending;
}

/** The endpoints of the provider, as this client calls them. */
export class Endpoints {
  readonly #options: Settled;
  #metadata: Promise<Metadata> | undefined;

  constructor(options: Settled) {
    this.#options = options;
  }

  /** The metadata, read once; after a failure they are read again. */
  metadata(): Promise<Metadata> {
    this.#metadata ??= discover(this.#options.issuer).catch((error: unknown) => {
      this.#metadata = undefined;
      throw error;
    });
    return this.#metadata;
  }

  /** A new authorization request (OpenID Connect Core 3.1.2.1, RFC 7636). */
  async request(wanted: SignInOptions, returnTo: string): Promise<Asked> {
    const { clientId, redirectUri, scope, resource } = this.#options;
    const { authorization_endpoint } = await this.metadata();
    const [state, nonce, verifier] = [random(), random(), random()];
    const url = new URL(authorization_endpoint);
    const parameters = {
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUri,
      scope,
      state,
      nonce,
      code_challenge: await challengeOf(verifier),
      code_challenge_method: 'S256',
      prompt: wanted.prompt,
      login_hint: wanted.loginHint,
      max_age: wanted.maxAge?.toString(),
      acr_values: wanted.acrValues,
      ui_locales: wanted.uiLocales,
    };
    for (const [name, value] of Object.entries(parameters)) if (value) url.searchParams.set(name, value);
    for (const name of resource) url.searchParams.append('resource', name);
    return { url: url.href, state, pending: { verifier, nonce, returnTo, at: Date.now() } };
  }

  /** The code of an answer, whose issuer is checked first (RFC 9207 2.4). */
  async codeOf(answer: URLSearchParams): Promise<string> {
    const { issuer, authorization_response_iss_parameter_supported: always } = await this.metadata();
    const iss = answer.get('iss');
    if (iss !== issuer && (iss !== null || always)) {
      throw new CredenzaError('wrong_issuer', `the answer is not of ${issuer} (RFC 9207)`);
    }
    const [error, code] = [answer.get('error'), answer.get('code')];
    if (error) throw new CredenzaError(error, answer.get('error_description') ?? error);
    if (!code) throw new CredenzaError('invalid_answer', 'the answer of the provider has no code');
    return code;
  }

  redeem(code: string, verifier: string): Promise<Tokens> {
    const redirect_uri = this.#options.redirectUri;
    return this.#tokens({ grant_type: 'authorization_code', code, redirect_uri, code_verifier: verifier });
  }

  /** Without a token, the provider takes the one of its cookie. */
  refresh(refreshToken?: string): Promise<Tokens> {
    return this.#tokens({ grant_type: 'refresh_token', ...(refreshToken && { refresh_token: refreshToken }) });
  }

  /** Ends a refresh token (RFC 7009); without one, that of the cookie. */
  async revoke(token?: string): Promise<void> {
    const { revocation_endpoint } = await this.metadata();
    if (revocation_endpoint) await this.#post(revocation_endpoint, token ? { token } : {});
  }

  /** What the userinfo endpoint says of the person of an ID token; `undefined` if it says nothing (Core 5.3). */
  async userInfo(accessToken: string, sub: string): Promise<User | undefined> {
    const { userinfo_endpoint } = await this.metadata();
    if (!userinfo_endpoint) return undefined;
    const answer = await call(userinfo_endpoint, { headers: { authorization: `Bearer ${accessToken}` } });
    const told = answer.ok ? ((await answer.json().catch(() => undefined)) as User | undefined) : undefined;
    if (told && told.sub !== sub) throw new CredenzaError('other_user', 'userinfo is about another person');
    return told;
  }

  async #tokens(form: Record<string, string>): Promise<Tokens> {
    const { token_endpoint } = await this.metadata();
    const answer = await this.#post(token_endpoint, form, this.#options.resource);
    const body = (await answer.json().catch(() => ({}))) as Tokens & { error?: string; error_description?: string };
    if (answer.ok && body.access_token) return body;
    const code =
      body.error ?? (answer.status === 429 || answer.status >= 500 ? 'temporarily_unavailable' : 'server_error');
    throw new CredenzaError(code, body.error_description ?? `the token endpoint answered ${answer.status}`);
  }

  #post(url: string, form: Record<string, string>, resource: string[] = []): Promise<Response> {
    const body = new URLSearchParams({ client_id: this.#options.clientId, ...form });
    for (const name of resource) body.append('resource', name);
    // The cookie of the refresh token goes along where there is one, and no cookie anywhere else.
    return call(url, { method: 'POST', body, credentials: this.#options.refreshTokenCookie ? 'include' : 'omit' });
  }
}
