'use strict';

// What an application sees of a session, and what a request has to do with it.

const { SessionEnded } = require('./errors.js');

/** Whoever has signed in. */
class Session {
  #visit;

  constructor(record, visit) {
    const { claims, data } = record;
    const of = (name) => claims[name] ?? null;
    this.sub = record.sub;
    this.sid = record.sid ?? null;
    this.name = of('name');
    this.email = of('email');
    this.acr = of('acr');
    this.auth_time = of('auth_time');
    this.claims = claims;
    this.data = data ?? null;
    this.#visit = visit;
  }

  /** An access token that is usable, refreshed if need be. */
  async accessToken() {
    return this.#visit.accessToken();
  }

  /** Neither tokens nor all claims. */
  toJSON() {
    const { claims: _claims, data: _data, ...named } = this;
    return named;
  }
}

/**
 * One request of a browser. `sink.cookie(line)` puts a line on its answer, and answers false where there is none any more,
 * or cannot be one.
 */
class Visit {
  #core;
  #jar;
  #sink;
  #record;

  constructor(core, jar, sink) {
    this.#core = core;
    this.#jar = jar;
    this.#sink = sink;
  }

  /** The session of the request, or null. */
  async open() {
    const { sessions } = this.#core;
    this.#record = await sessions.open(this.#jar);
    if (this.#record === undefined) return null;
    if (sessions.isStale(this.#record) && this.#sink.isWritable)
      this.#send(await sessions.touch(this.#record, this.#jar));
    return new Session(this.#record, this);
  }

  /** A usable access token, with milliseconds to go before it expires. */
  async accessToken(margin) {
    const { refresher, sessions } = this.#core;
    if (this.#record === undefined) throw new SessionEnded();
    const mayRefresh = this.#sink.isWritable || !sessions.isInCookies;
    try {
      const record = await refresher.usable(this.#record, { margin, mayRefresh });
      if (record !== this.#record) {
        this.#record = record;
        if (sessions.isInCookies) this.#send(sessions.write(record, this.#jar));
      }
      return record.tokens.access_token;
    } catch (error) {
      if (error instanceof SessionEnded) this.#send(this.#core.cookies.remove(this.#jar, sessions.name));
      throw error;
    }
  }

  #send(lines) {
    const isSent = lines.map((line) => this.#sink.cookie(line)).every((sent) => sent !== false);
    if (!isSent) this.#core.logger.warn({ event: 'cookie_lost' }, 'the answer has begun: a cookie could not be set');
  }
}

module.exports = { Session, Visit };
