'use strict';

// What is kept of a person who has signed in, in cookies or in a store, and when it has ended.

const { hashOf, random } = require('./random.js');

/** Claims about the ID token itself, which nobody asks for later. */
const OF_TOKEN = ['aud', 'exp', 'iat', 'nbf', 'jti', 'nonce', 'at_hash', 'c_hash', 's_hash', 'azp'];
/** How long the results of refreshing are remembered, for requests that were sent before, in milliseconds. */
const REMEMBERED = 60_000;

/** What is kept of the claims of an ID token. */
const claimsOf = (claims) => Object.fromEntries(Object.entries(claims).filter(([name]) => !OF_TOKEN.includes(name)));

/** The sessions of an application. Their two kinds differ in where a record is: see the classes below. */
class Sessions {
  constructor(config) {
    this.config = config;
    this.name = config.cookies.name('credenza');
  }

  /** A new session (with a new id) in place of the one that the browser had: the lines that set it; undefined if it has ended. */
  async begin({ began, tokens, claims, data }, jar) {
    const now = Date.now();
    const { iss, sub, sid } = claims;
    const { id_token: idToken, ...rest } = tokens;
    const record = { id: random(), began, at: now, used: now, iss, sub, sid, claims: claimsOf(claims), data };
    Object.assign(record, { id_token: idToken, tokens: rest });
    const lines = await this.create(record, jar);
    const old = await this.open(jar).catch(() => undefined);
    if (old !== undefined) await this.forget(old);
    if (!(await this.#hasEnded(record))) return lines;
    await this.forget(record);
    return undefined;
  }

  /** The record of the session that a request is part of; undefined where there is none, or it has ended. */
  async open(jar) {
    const record = await this.read(jar);
    if (record === undefined || this.#isOver(record)) return undefined;
    return (await this.#hasEnded(record)) ? undefined : record;
  }

  /** The claims that are kept of an ID token. */
  claimsOf(claims) {
    return claimsOf(claims);
  }

  /** Milliseconds until a record's end. */
  left(record) {
    return record.at + this.config.lifetime - Date.now();
  }

  /** Whether the idle time has to be counted anew; not at each request, as each time is a write. */
  isStale({ used }) {
    const { idle } = this.config;
    return idle !== undefined && Date.now() - used > Math.min(60_000, idle / 10);
  }

  /**
   * Counts the idle time anew; answers lines for the browser. Not while tokens are refreshed: who refreshes counts it too, and
   * must not be overwritten by tokens of before.
   */
  async touch(record, jar) {
    const release = await this.lock(record, 5_000);
    if (release === undefined) return [];
    try {
      const latest = await this.latest(record);
      return latest === undefined ? [] : await this.keep({ ...latest, used: Date.now() }, jar);
    } finally {
      await release().catch(() => {});
    }
  }

  /** The lock of those who write a record's tokens: one at a time, on all instances. */
  lock({ id }, ttl) {
    return this.config.shared.lock(`refresh:${hashOf(id)}`, ttl);
  }

  /** Ends a session; answers the lines that remove it from the browser. */
  async end(record, jar) {
    await this.forget(record);
    return this.config.cookies.remove(jar, this.name);
  }

  /** Ends every session of a `sid`, or of a `sub`, on every instance, and those that begin by a sign-in under way. */
  async endAll({ iss, sid, sub }) {
    const key = sid === undefined ? hashOf('sub', iss, sub) : hashOf('sid', iss, sid);
    await this.mark(key);
    await this.config.store?.deleteBy(sid === undefined ? { sub: key } : { sid: key });
  }

  /** Puts something on the list of what has ended. */
  async mark(key) {
    await this.config.shared.put(`ended:${key}`, String(Date.now()), { ttl: this.config.lifetime + 600_000 });
  }

  /** What a record is found by at a logout. */
  keysOf({ iss, sid, sub }) {
    return { sid: sid === undefined ? undefined : hashOf('sid', iss, sid), sub: hashOf('sub', iss, sub) };
  }

  #isOver(record) {
    const { idle } = this.config;
    return this.left(record) <= 0 || (idle !== undefined && record.used + idle <= Date.now());
  }

  async #hasEnded(record) {
    const { sid, sub } = this.keysOf(record);
    const keys = [hashOf('id', record.id), sid, sub].filter(Boolean);
    const times = await Promise.all(keys.map((key) => this.config.shared.get(`ended:${key}`)));
    // A session that was begun after all others of a person were ended is a new one.
    return times.some((time) => time !== undefined && Number(time) >= record.began);
  }
}

/** The claims of an ID token that was verified when it came. */
const claimsIn = (idToken) => claimsOf(JSON.parse(Buffer.from(idToken.split('.')[1], 'base64url').toString()));

/** A record without claims that its ID token has too, as there is not much room in cookies. */
function withoutClaims({ claims, ...record }) {
  const isSame = JSON.stringify(claims) === JSON.stringify(claimsIn(record.id_token));
  return isSame ? record : { claims, ...record };
}

/** Sessions in cookies. What all instances have to know of them is in the shared store. */
class CookieSessions extends Sessions {
  isInCookies = true;

  async create(record, jar) {
    return this.write(record, jar);
  }

  write(record, jar) {
    const { cookies, sealer } = this.config;
    return cookies.write(jar, this.name, sealer.seal(this.name, withoutClaims(record)), this.left(record) / 1000);
  }

  async read(jar) {
    const { cookies, sealer } = this.config;
    const record = sealer.open(this.name, cookies.read(jar, this.name));
    return record === undefined ? undefined : { claims: claimsIn(record.id_token), ...record };
  }

  async forget(record) {
    await this.mark(hashOf('id', record.id));
  }

  /** The record as other requests have left it: with the tokens that its own were exchanged for meanwhile. */
  async latest(record) {
    const { sealer, shared } = this.config;
    for (let [current, steps] = [record, 0]; ; steps += 1) {
      const key = `rotated:${hashOf(current.tokens.refresh_token ?? '')}`;
      const kept = steps < 100 ? sealer.open(key, await shared.get(key)) : undefined;
      if (kept?.id !== record.id) return current;
      current = { ...current, ...kept };
    }
  }

  /** Remembers what tokens were exchanged for. */
  async replace(old, { id, tokens, id_token: idToken, claims }) {
    const { sealer, shared } = this.config;
    const key = `rotated:${hashOf(old.tokens.refresh_token)}`;
    await shared.put(key, sealer.seal(key, { id, tokens, id_token: idToken, claims }), { ttl: REMEMBERED });
    return true;
  }

  async keep(record, jar) {
    return this.write(record, jar);
  }
}

/** Sessions in a store: the cookie has a random id, by whose hash they are found. Records are sealed there too. */
class StoreSessions extends Sessions {
  isInCookies = false;

  async create(record, jar) {
    await this.#put(record, false);
    return this.write(record, jar);
  }

  write(record, jar) {
    return this.config.cookies.write(jar, this.name, record.id, this.left(record) / 1000);
  }

  async read(jar) {
    const id = jar.get(this.name);
    return id !== undefined && /^[\w-]{43}$/.test(id) ? this.#get(id) : undefined;
  }

  async forget(record) {
    await this.config.store.delete(keyOf(record.id));
  }

  async latest(record) {
    return this.#get(record.id);
  }

  /** Keeps new tokens, unless the session has ended meanwhile. */
  async replace(_old, record) {
    return this.#put(record, true);
  }

  async keep(record) {
    await this.#put(record, true);
    return [];
  }

  async #get(id) {
    const key = keyOf(id);
    const record = this.config.sealer.open(key, await this.config.store.get(key));
    return record === undefined ? undefined : { ...record, id };
  }

  #put({ id, ...rest }, ifPresent) {
    const key = keyOf(id);
    const settings = { ttl: Math.max(1, this.left(rest)), ifPresent, ...this.keysOf(rest) };
    return this.config.store.put(key, this.config.sealer.seal(key, rest), settings);
  }
}

const keyOf = (id) => `session:${hashOf('id', id)}`;

/** The sessions for these settings. */
const sessionsOf = (config) => (config.store === undefined ? new CookieSessions(config) : new StoreSessions(config));

module.exports = { sessionsOf };
