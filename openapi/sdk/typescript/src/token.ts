/** Where the access tokens of calls come from. */
export interface TokenSource {
  /** A token that is valid now. */
  token(): Promise<string>;
  /** Says that a token was not accepted (401), so that it is not given out again. */
  refused?(token: string): void;
}

/** The credentials of a service account, as `credenza client create --grant-type client_credentials` prints them. */
export interface ServiceAccountOptions {
  clientId: string;
  clientSecret: string;
  /** What tokens are asked for; everything that the service account may have, without it. */
  scope?: string;
  /** Whose API tokens are for; `ISSUER/admin` without it. */
  resource?: string;
}

/** An answer of the token endpoint that is no token (RFC 6749 5.2). */
export class TokenError extends Error {
  override readonly name = 'TokenError';

  constructor(
    /** The status of the response. */
    readonly status: number,
    /** The registered error code, such as invalid_client. */
    readonly code: string,
    description: string | undefined,
  ) {
    super(`no access token: ${code} (${status})${description ? `: ${description}` : ''}`);
  }
}

/**
 * Gets tokens by the credentials of a service account (RFC 6749 4.4). A token is kept until shortly before it expires, and
 * whoever needs one while it is being fetched waits for that one.
 */
export class ServiceAccount implements TokenSource {
  readonly #issuer: string;
  readonly #options: ServiceAccountOptions;
  readonly #fetch: typeof fetch;
  #endpoint: string | undefined;
  #current: { token: string; renew: number } | undefined;
  #flight: Promise<string> | undefined;

  constructor(issuer: string, options: ServiceAccountOptions, own: typeof fetch = fetch) {
    this.#issuer = issuer.replace(/\/+$/, '');
    this.#options = options;
    this.#fetch = own;
  }

  async token(): Promise<string> {
    if (this.#current && Date.now() < this.#current.renew) return this.#current.token;
    this.#flight ??= this.#ask().finally(() => {
      this.#flight = undefined;
    });
    return this.#flight;
  }

  refused(token: string): void {
    if (this.#current?.token === token) this.#current = undefined;
  }

  async #ask(): Promise<string> {
    const endpoint = await this.#discover();
    const { clientId, clientSecret, scope, resource = `${this.#issuer}/admin` } = this.#options;
    const asked = Date.now();
    const response = await this.#fetch(endpoint, {
      method: 'POST',
      headers: { authorization: `Basic ${basic(clientId, clientSecret)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', resource, ...(scope ? { scope } : {}) }),
      signal: AbortSignal.timeout(30_000),
    });
    const answer = (await response.json().catch(() => ({}))) as Record<string, unknown>;
    if (!response.ok || typeof answer.access_token !== 'string') {
      const described = typeof answer.error_description === 'string' ? answer.error_description : undefined;
      throw new TokenError(response.status, String(answer.error ?? 'no token in the answer'), described);
    }
    const lifetime = Number(answer.expires_in ?? 0) * 1000;
    // A tenth of its life, and at most half a minute, is left for the calls under way.
    this.#current = { token: answer.access_token, renew: asked + lifetime - Math.min(lifetime / 10, 30_000) };
    return answer.access_token;
  }

  // OpenID Connect Discovery 4.
  async #discover(): Promise<string> {
    if (this.#endpoint) return this.#endpoint;
    const response = await this.#fetch(`${this.#issuer}/.well-known/openid-configuration`, {
      signal: AbortSignal.timeout(30_000),
    });
    if (!response.ok) throw new Error(`discovery of ${this.#issuer}: status ${response.status}`);
    const metadata = (await response.json()) as { issuer?: string; token_endpoint?: string };
    if (metadata.issuer?.replace(/\/+$/, '') !== this.#issuer) {
      throw new Error(`discovery of ${this.#issuer} answers for the issuer ${metadata.issuer}`);
    }
    if (!metadata.token_endpoint) throw new Error('discovery names no token endpoint');
    this.#endpoint = metadata.token_endpoint;
    return this.#endpoint;
  }
}

// RFC 6749 2.3.1: both are encoded as in a form.
function basic(id: string, secret: string): string {
  const form = (text: string) => new URLSearchParams({ '': text }).toString().slice(1);
  return btoa(`${form(id)}:${form(secret)}`);
}
