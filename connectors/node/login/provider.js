'use strict';

// The provider: its metadata, its endpoints, and what it signs. openid-client speaks the protocol; the validator checks ID
// tokens and logout tokens, as it looks at signatures and `at_hash` too.

const { setTimeout: sleep } = require('node:timers/promises');

const { Validator } = require('@credenza/validator');

const { importClientKey } = require('./client_key.js');
const { Refused, Unavailable, ownError } = require('./errors.js');
const { fetchBy, translated } = require('./http.js');

/** How long metadata are used before they are asked for again, and after a failure to do so, in milliseconds. */
const FRESH = 60 * 60 * 1000;
const STALE = 60 * 1000;
/** How long an answer may take, in seconds. */
const PATIENCE = 10;
/** How far clocks may differ, in seconds. */
const LEEWAY = 60;
/** How often keys may be asked for, in seconds: at most once in one, as a code cannot be spent again after a rotation. */
const KEY_CACHE = { refreshAfter: 300, maxAge: 600, cooldown: 1, maxStale: 3600 };
const WELL_KNOWN = '/.well-known/openid-configuration';

/** One provider, of which nothing is asked before the first sign-in. */
class Provider {
  #config;
  #library;
  #known;
  #pending;
  #fetch;

  constructor(config) {
    const { issuer, clientId, fetch, logger } = config;
    this.#config = config;
    this.#fetch = fetchBy(fetch);
    const settings = { issuer, clientId, leeway: LEEWAY, keyCache: KEY_CACHE };
    const warn = (line) => logger.warn({ event: 'provider' }, line);
    this.validator = new Validator({ ...settings, fetch: (...request) => this.#forKeys(...request), logger: { warn } });
    // An ES module: by `import` it is found by every version of Node, and by bundlers.
    this.#library = import('openid-client');
    this.#library.catch(() => {});
  }

  /** The metadata (Discovery 4), asked for by one caller at a time; old ones are used while newer ones cannot be had. */
  async metadata() {
    return (await this.#configuration()).serverMetadata();
  }

  /** What the validator fetches: the metadata are here already. */
  async #forKeys(url, init) {
    const { fetch = globalThis.fetch, issuer } = this.#config;
    if (String(url) === issuer.replace(/\/$/, '') + WELL_KNOWN) return Response.json(await this.metadata());
    return fetch(url, init);
  }

  async #configuration() {
    if (this.#known === undefined) return this.#asked();
    if (this.#known.until < Date.now()) {
      this.#known.until = Date.now() + STALE;
      this.#asked().catch((error) => this.#config.logger.warn({ event: 'provider' }, error.message));
    }
    return this.#known.configuration;
  }

  #asked() {
    this.#pending ??= this.#discover().finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  async #discover() {
    const client = await this.#library;
    const { issuer, clientId, clientSecret, clientKey } = this.#config;
    const isPlain = issuer.startsWith('http:');
    const options = {
      [client.customFetch]: this.#fetch,
      timeout: PATIENCE,
      execute: isPlain ? [client.allowInsecureRequests] : [],
    };
    const auth =
      clientKey === undefined
        ? client.ClientSecretBasic(clientSecret)
        : client.PrivateKeyJwt(await importClientKey(clientKey));
    const own = { [client.clockTolerance]: LEEWAY };
    let configuration;
    try {
      configuration = await this.#try(() => client.discovery(new URL(issuer), clientId, own, auth, options));
    } catch (error) {
      const { reason, message } = error;
      throw new Unavailable(`the metadata of the provider cannot be used: ${reason ?? message}`);
    }
    // As it is spelled: openid-client compares URLs.
    if (configuration.serverMetadata().issuer !== issuer) throw new Unavailable('the metadata name another issuer');
    this.#known = { configuration, until: Date.now() + FRESH };
    return configuration;
  }

  /** Calls openid-client; once more where the connection was closed, as one is that was kept for too long. */
  async #try(call) {
    try {
      return await call().catch((error) => {
        if (ownError(error)?.isClosed) return call();
        throw error;
      });
    } catch (error) {
      throw translated(error);
    }
  }

  /** The URL to send a browser to, by a pushed request where the metadata require that (RFC 9126). */
  async authorizationUrl({ verifier, ...parameters }) {
    const [client, configuration] = [await this.#library, await this.#configuration()];
    const isPushed = configuration.serverMetadata().require_pushed_authorization_requests === true;
    const all = {
      ...parameters,
      redirect_uri: this.#config.redirectUri,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    };
    return this.#try(async () =>
      isPushed
        ? client.buildAuthorizationUrlWithPAR(configuration, all)
        : client.buildAuthorizationUrl(configuration, all),
    );
  }

  /**
   * The tokens for an authorization response, of which `state` and `iss` are checked before they are asked for (RFC 9207).
   * @returns {Promise<{ tokens: object, claims: object }>}
   */
  async exchange(query, { verifier, state, nonce }) {
    const [client, configuration] = [await this.#library, await this.#configuration()];
    const { maxAge, acrValues, redirectUri, resource } = this.#config;
    // Keys that cannot be had are missed before the code is spent.
    await this.#keys();
    const checks = {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
      maxAge,
      idTokenExpected: true,
    };
    const url = new URL(`${redirectUri}?${query}`);
    const answer = await this.#try(() =>
      client.authorizationCodeGrant(configuration, url, checks, resource === undefined ? {} : { resource }),
    );
    const claims = await this.verified(answer.id_token, { nonce, maxAge, acrValues, accessToken: answer.access_token });
    return { tokens: tokensOf(answer), claims };
  }

  /** New tokens; of an ID token that comes with them, the claims. */
  async refresh(refreshToken) {
    const [client, configuration] = [await this.#library, await this.#configuration()];
    const { resource } = this.#config;
    const ask = () =>
      this.#try(() =>
        client.refreshTokenGrant(configuration, refreshToken, resource === undefined ? {} : { resource }),
      );
    const answer = await ask().catch((error) => {
      // The reply may have been lost on its way: a provider that allows for that answers the old token once more.
      if (error instanceof Unavailable && error.isLost && !error.isClosed) return ask();
      throw error;
    });
    const { id_token: idToken, access_token: accessToken } = answer;
    try {
      const claims = idToken === undefined ? undefined : await this.verified(idToken, { accessToken });
      return { tokens: tokensOf(answer), claims };
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      // The tokens are here, and the old ones spent: they are kept, and the ID token of before.
      return { tokens: { ...tokensOf(answer), id_token: undefined }, claims: undefined };
    }
  }

  /** The claims of an ID token that is valid (Core 3.1.3.7, 12.2). */
  async verified(idToken, { accessToken, ...others }) {
    // `at_hash` may be absent in the code flow (Core 3.1.3.6); where it is there, it has to be right.
    const expectations = hasAtHash(idToken) ? { accessToken, ...others } : others;
    let decision = await this.validator.checkIdToken(idToken, expectations);
    if (decision.rule === 'kid') {
      // The keys were fetched a moment ago, and have changed since.
      await sleep(KEY_CACHE.cooldown * 1000 + 100);
      decision = await this.validator.checkIdToken(idToken, expectations);
    }
    if (decision.allowed) return decision.claims;
    const why = `ID token: ${decision.detail?.reason ?? decision.rule}`;
    throw decision.status === 503 ? new Unavailable(why) : new Refused('invalid_id_token', why);
  }

  async #keys() {
    try {
      await this.validator.ready();
    } catch (error) {
      throw new Unavailable(error.message);
    }
  }

  /** Revokes a refresh token (RFC 7009), where there is an endpoint for that. */
  async revoke(refreshToken) {
    const [client, configuration] = [await this.#library, await this.#configuration()];
    if (configuration.serverMetadata().revocation_endpoint === undefined) return;
    await this.#try(() => client.tokenRevocation(configuration, refreshToken, { token_type_hint: 'refresh_token' }));
  }

  /** Where to end the session at the provider (RP-Initiated Logout 2); undefined where there is no endpoint for that. */
  async endSessionUrl(parameters) {
    const [client, configuration] = [await this.#library, await this.#configuration()];
    if (configuration.serverMetadata().end_session_endpoint === undefined) return undefined;
    return client.buildEndSessionUrl(configuration, parameters);
  }

  /** Asks for metadata and keys; rejects when the provider cannot be used. */
  async ready() {
    await this.#library;
    await this.#configuration();
    await this.#keys();
  }
}

function hasAtHash(idToken) {
  try {
    return JSON.parse(Buffer.from(idToken.split('.')[1], 'base64url').toString()).at_hash !== undefined;
  } catch {
    return false;
  }
}

/** What is kept of an answer. Without `expires_in`, an access token is taken to last for five minutes. */
function tokensOf({ access_token, refresh_token, id_token, expires_in = 300, scope }) {
  return { access_token, refresh_token, id_token, expires_at: Date.now() + expires_in * 1000, scope };
}

module.exports = { Provider };
