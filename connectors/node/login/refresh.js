'use strict';

// Access tokens that are usable: refreshed shortly before they expire, once for all requests that need them at a time,
// whichever instance they are at (RFC 6749 section 6).

const { setTimeout: sleep } = require('node:timers/promises');

const { Refused, SessionEnded, TokenExpired, Unavailable } = require('./errors.js');
const { hashOf } = require('./random.js');

/** How long before its end a token is refreshed, in milliseconds. */
const MARGIN = 30_000;
/** How long a lock lasts: longer than two requests to the provider take. */
const LOCKED = 15_000;
const PAUSE = 50;
/** For how long a session does without the provider after that could not be reached, while its token is still good. */
const COOLDOWN = 5_000;

const isFresh = ({ tokens }, margin) => tokens.expires_at - margin > Date.now();

/** Refreshes the tokens of sessions. */
class Refresher {
  #config;
  #provider;
  #sessions;
  #flights = new Map();
  #rested = new Map();

  constructor(config, provider, sessions) {
    this.#config = config;
    this.#provider = provider;
    this.#sessions = sessions;
  }

  /**
   * A record whose access token is usable: the given one, or a newer one of the same session.
   * Where the answer cannot have a new cookie, one that only a cookie would keep is not asked for. Throws SessionEnded,
   * TokenExpired, or Unavailable.
   */
  async usable(record, { margin = MARGIN, mayRefresh = true } = {}) {
    if (isFresh(record, margin) || this.#isLeftAlone(record, mayRefresh)) return record;
    try {
      return await this.#shared(record, margin);
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      this.#rest(record);
      this.#config.logger.warn({ event: 'refresh_failed', reason: error.message }, 'tokens could not be refreshed');
      if (isFresh(record, 0)) return record;
      throw error;
    }
  }

  /** Whether a token that ends soon is used as it is; one that has ended already is an error then. */
  #isLeftAlone({ id, tokens }, mayRefresh) {
    const isGood = isFresh({ tokens }, 0);
    if (isGood && this.#rested.get(id) > Date.now()) return true;
    if (mayRefresh && tokens.refresh_token !== undefined) return false;
    if (isGood) return true;
    const why = mayRefresh
      ? 'no refresh token was issued'
      : 'no cookie can be set here: refresh before, as in proxy.ts';
    throw new TokenExpired(why);
  }

  #rest({ id }) {
    if (this.#rested.size > 1_000) this.#rested.clear();
    this.#rested.set(id, Date.now() + COOLDOWN);
  }

  /** One flight for each refresh token in this process. */
  #shared(record, margin) {
    const key = hashOf(record.id, record.tokens.refresh_token);
    let flight = this.#flights.get(key);
    if (flight === undefined) {
      flight = this.#exclusive(record, margin).finally(() => this.#flights.delete(key));
      this.#flights.set(key, flight);
    }
    return flight;
  }

  /** One instance at a time; those that waited find what the first has got. */
  async #exclusive(record, margin) {
    const deadline = Date.now() + LOCKED;
    for (;;) {
      const latest = await this.#latest(record);
      if (isFresh(latest, margin)) return latest;
      const release = await this.#sessions.lock(record, LOCKED);
      if (release !== undefined) {
        try {
          return await this.#refreshed(record, margin);
        } finally {
          await release().catch(() => {});
        }
      }
      if (Date.now() > deadline) throw new Unavailable('another instance has not finished refreshing');
      await sleep(PAUSE);
    }
  }

  async #latest(record) {
    const latest = await this.#sessions.latest(record);
    if (latest === undefined) throw new SessionEnded();
    return latest;
  }

  /** Asks the provider, unless another has just done so. */
  async #refreshed(record, margin, tries = 0) {
    const latest = await this.#latest(record);
    if (isFresh(latest, margin)) return latest;
    const spent = latest.tokens.refresh_token;
    let answer;
    try {
      answer = await this.#provider.refresh(spent);
    } catch (error) {
      return this.#refused(error, latest, margin, tries);
    }
    const next = this.#merged(latest, answer);
    if (next === undefined) return this.#ended(latest, 'the refreshed ID token is of another session');
    if (!(await this.#sessions.replace(latest, next))) throw new SessionEnded();
    return next;
  }

  /** The record with new tokens; undefined when the ID token is of another person (Core 12.2). */
  #merged(record, { tokens, claims }) {
    if (claims !== undefined && (claims.iss !== record.iss || claims.sub !== record.sub)) return undefined;
    const { id_token: idToken, ...rest } = tokens;
    return {
      ...record,
      used: Date.now(),
      id_token: idToken ?? record.id_token,
      claims: claims === undefined ? record.claims : { ...record.claims, ...this.#sessions.claimsOf(claims) },
      tokens: { ...rest, refresh_token: rest.refresh_token ?? record.tokens.refresh_token },
    };
  }

  /** What is left to do when the provider says no. */
  async #refused(error, record, margin, tries) {
    if (!(error instanceof Refused)) throw error;
    if (error.code === 'invalid_grant') {
      // An instance whose lock has expired may have exchanged the token meanwhile.
      const latest = await this.#latest(record);
      const isOther = latest.tokens.refresh_token !== record.tokens.refresh_token;
      if (isOther && tries < 3) return this.#refreshed(latest, margin, tries + 1);
      return this.#ended(record, error.reason);
    }
    if (/^[a-z_]+$/.test(error.code) && error.code !== 'invalid_id_token') {
      // Such as invalid_client: a mistake of the settings, which is no reason to sign people out.
      throw new Unavailable(`the provider has refused to refresh: ${error.reason}`);
    }
    return this.#ended(record, error.reason);
  }

  async #ended(record, reason) {
    await this.#sessions.forget(record);
    this.#config.logger.info(
      { event: 'session_ended', sub: record.sub, sid: record.sid, reason },
      'a session has ended',
    );
    throw new SessionEnded();
  }
}

module.exports = { Refresher };
