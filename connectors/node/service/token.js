'use strict';

// Access tokens that this service has of its own (client credentials, RFC 6749 section 4.4), by openid-client: discovery,
// authentication of clients and what an answer has to look like are its business.

const { Unavailable, Refused } = require('./errors.js');

/** A token is replaced that many seconds before it expires, or a tenth of its lifetime where that is less. */
const MARGIN = 60;
/** How long the issuer may take to answer, in seconds. */
const PATIENCE = 5;

const isLocal = (url) => ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);

/** What authenticates the client: its secret, or openid-client's way for a private key and others. */
function authenticationOf(client, { clientSecret, authentication }) {
  if (authentication !== undefined) return authentication;
  if (typeof clientSecret !== 'string' || clientSecret === '') throw new TypeError('clientSecret is needed');
  return client.ClientSecretBasic(clientSecret);
}

/** Why there is no token: the issuer says so, or it does not answer as it should. */
function failureOf(error, issuer) {
  const isRefusal = error?.error !== undefined && error.status >= 400 && error.status < 500;
  const Kind = isRefusal ? Refused : Unavailable;
  const told = { status: error?.status, type: error?.error, cause: error };
  return new Kind(`no token from ${issuer}${isRefusal ? `: ${error.error}` : ''}`, told);
}

/** A token for one purpose, asked for once for all who wait, and kept until shortly before it expires. */
class ClientToken {
  #settings;
  #configuration;
  #token;
  #pending;
  #clock;

  /** `issuer`, `clientId` and `clientSecret`, or `authentication` of openid-client; `scope` and `resource` (RFC 8707). */
  constructor({ clock = () => Date.now(), ...settings }) {
    for (const name of ['issuer', 'clientId']) if (!settings[name]) throw new TypeError(`${name} is needed`);
    this.#settings = settings;
    this.#clock = clock;
    // The first caller should not wait for the library; what is wrong with it is told to whoever asks for a token.
    import('openid-client').catch(() => {});
  }

  /** The token; rejects with `Unavailable` or `Refused`. */
  async get() {
    if (this.#token !== undefined && this.#clock() < this.#token.until) return this.#token.value;
    this.#pending ??= this.#ask().finally(() => (this.#pending = undefined));
    return this.#pending;
  }

  /** Throws a token away that was refused; one that was got meanwhile stays. */
  discard(value) {
    if (this.#token?.value === value) this.#token = undefined;
  }

  async #ask() {
    const { issuer, scope, resource } = this.#settings;
    try {
      const client = await import('openid-client');
      const askedAt = this.#clock();
      const configuration = await this.#discovered(client);
      const parameters = Object.entries({ scope, resource }).filter(([, value]) => value !== undefined);
      const answer = await client.clientCredentialsGrant(configuration, Object.fromEntries(parameters));
      this.#keep(answer, askedAt);
      return answer.access_token;
    } catch (error) {
      throw failureOf(error, issuer);
    }
  }

  /** The metadata of the issuer: fetched once, and again where that has failed. */
  async #discovered(client) {
    if (this.#configuration !== undefined) return this.#configuration;
    const { issuer, clientId, fetch: custom } = this.#settings;
    const server = new URL(issuer);
    const execute = server.protocol === 'http:' && isLocal(server) ? [client.allowInsecureRequests] : [];
    const options = { execute, timeout: PATIENCE, ...(custom && { [client.customFetch]: custom }) };
    const authentication = authenticationOf(client, this.#settings);
    this.#configuration = await client.discovery(server, clientId, undefined, authentication, options);
    return this.#configuration;
  }

  /** Without `expires_in` nobody knows how long it is good, so it is not kept. */
  #keep({ access_token, expires_in }, askedAt) {
    if (!(expires_in > 0)) return;
    const margin = Math.min(MARGIN, expires_in / 10);
    this.#token = { value: access_token, until: askedAt + (expires_in - margin) * 1000 };
  }
}

module.exports = { ClientToken };
