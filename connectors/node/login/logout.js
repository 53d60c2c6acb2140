'use strict';

// The end of sessions: by the person (RP-Initiated Logout), by the provider (Back-Channel and Front-Channel Logout).

const { Unavailable } = require('./errors.js');
const { html, jsonOf, pageOf, redirectTo } = require('./page.js');
const { returnTo } = require('./return_to.js');
const { hashOf, random } = require('./random.js');

/** How long to remember that a logout token was used, in milliseconds: longer than they live. */
const USED = 3_600_000;
/** What a logout token may have, in characters. */
const LONGEST = 16_384;

/** Ends sessions. */
class Logout {
  #config;
  #provider;
  #sessions;

  constructor(config, provider, sessions) {
    this.#config = config;
    this.#provider = provider;
    this.#sessions = sessions;
  }

  /** `POST /logout`: ends the session here, and then at the provider. */
  async local({ query, jar, header }) {
    if (!this.#isOwn(header)) return jsonOf(403, { error: 'cross_site_request' });
    const back = query.has('return_to') ? returnTo(query.get('return_to'), this.#config) : this.#config.afterLogout;
    const record = await this.#sessions.open(jar);
    if (record === undefined) return redirectTo(303, back, this.#config.cookies.remove(jar, this.#sessions.name));
    const lines = await this.#sessions.end(record, jar);
    this.#config.logger.info({ event: 'signed_out', sub: record.sub, sid: record.sid }, 'signed out');
    return redirectTo(303, await this.#onward(record, back), lines);
  }

  /** Whether a request is from a page of this application: browsers say so, and nobody else has the cookie. */
  #isOwn(header) {
    const [site, origin] = [header('sec-fetch-site'), header('origin')];
    if (site !== undefined && !['same-origin', 'same-site', 'none'].includes(site)) return false;
    // Pages whose policy is to send no referrer send `null` to their own origin too.
    if (origin === 'null') return site === 'same-origin';
    return origin === undefined ? site !== 'same-site' : origin === this.#config.origin;
  }

  /** Where a browser goes to end the session at the provider; `back` where that is not possible. */
  async #onward(record, back) {
    const { clientId, origin, afterLogout, logger } = this.#config;
    try {
      const { refresh_token: refreshToken } = record.tokens;
      if (refreshToken !== undefined) await this.#revoked(refreshToken);
      const url = await this.#provider.endSessionUrl({
        id_token_hint: record.id_token,
        client_id: clientId,
        post_logout_redirect_uri: origin + afterLogout,
        state: random(),
      });
      return url?.href ?? back;
    } catch (error) {
      logger.warn({ event: 'logout_failed', reason: error.message }, 'the session could not be ended at the provider');
      return back;
    }
  }

  /** Revokes a refresh token. A refusal changes nothing; a provider that is not there is not to be gone to. */
  async #revoked(refreshToken) {
    try {
      await this.#provider.revoke(refreshToken);
    } catch (error) {
      if (error instanceof Unavailable) throw error;
      this.#config.logger.warn({ event: 'revocation_failed', reason: error.reason }, 'a token could not be revoked');
    }
  }

  /** `POST /backchannel-logout`: ends what a logout token names (Back-Channel Logout 2.5 to 2.8). */
  async backChannel({ form }) {
    const tokens = (await form()).getAll('logout_token');
    const isOne = tokens.length === 1 && tokens[0].length <= LONGEST;
    if (!isOne) return this.#rejected('there is not one logout_token');
    // A token is accepted once: not while there is no store to end sessions in.
    await this.#config.shared.get('ended:none');
    const decision = await this.#provider.validator.checkLogoutToken(tokens[0]);
    if (!decision.allowed) {
      const reason = decision.detail?.reason ?? decision.rule;
      return decision.status === 503
        ? jsonOf(503, { error: 'temporarily_unavailable' }, { 'Retry-After': '5' })
        : this.#rejected(reason);
    }
    const { iss, jti, sid, sub } = decision.claims;
    const key = hashOf('jti', iss, jti);
    const release = await this.#config.shared.lock(key, USED);
    if (release === undefined) return this.#rejected('the logout token was used before');
    try {
      await this.#sessions.endAll({ iss, sid, sub });
    } catch (error) {
      await release().catch(() => {});
      throw error;
    }
    this.#config.logger.info({ event: 'ended_by_provider', sub, sid }, 'sessions were ended by the provider');
    return { status: 200, headers: { 'Cache-Control': 'no-store' }, cookies: [], body: '' };
  }

  #rejected(reason) {
    this.#config.logger.warn({ event: 'logout_token_refused', reason }, 'a logout token was refused');
    return { ...jsonOf(400, { error: 'invalid_request' }, { 'Cache-Control': 'no-store' }) };
  }

  /** `GET /frontchannel-logout`, in a frame of the provider: ends the session that both parameters name (section 3). */
  async frontChannel({ query, jar }) {
    const { issuer } = this.#config;
    const policy = `default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors ${new URL(issuer).origin}`;
    const record = await this.#sessions.open(jar);
    const isMeant = record?.sid !== undefined && query.get('iss') === issuer && query.get('sid') === record.sid;
    const lines = isMeant ? await this.#sessions.end(record, jar) : [];
    return pageOf(200, html('Signed out', ''), { 'Content-Security-Policy': policy }, lines);
  }
}

module.exports = { Logout };
