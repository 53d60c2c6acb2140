'use strict';

// Users of a Credenza provider, by its admin API.

const { randomUUID } = require('node:crypto');

const { Conflict, NotFound, UserAlreadyExists } = require('./errors.js');
const { Service } = require('./service.js');
const { ClientToken } = require('./token.js');

/** The path of a user. Dots alone would be a step in the path, whatever is done to encode them, and are nobody's id. */
function pathOf(id, more = '') {
  if (/^\.{0,2}$/.test(String(id))) throw new NotFound('there is no such user', { type: 'not-found' });
  return `users/${encodeURIComponent(id)}${more}`;
}

/** What may be looked for by `find`: each of them names one user at most, or those of one address. */
const FOUND_BY = ['user_id', 'username', 'email', 'phone_number'];

/** Creates, finds, disables and deletes users. The client of `clientId` needs the role of an admin that may do that. */
class Users {
  #service;

  /** `issuer`, `clientId` and `clientSecret`, or `authentication`; `scope` is what is asked for. */
  constructor({
    issuer,
    scope = 'admin:users:read admin:users:status admin:users:write',
    timeout,
    fetch: custom,
    ...client
  }) {
    const base = String(issuer ?? '').replace(/\/+$/, '');
    const token = new ClientToken({ issuer, scope, resource: `${base}/admin`, fetch: custom, ...client });
    this.#service = new Service({ url: `${base}/admin/v1`, token, timeout, fetch: custom });
  }

  /**
   * Makes a user (`username`, and what else the admin API takes); rejects with `UserAlreadyExists`. With the same
   * `idempotencyKey`, a call that is repeated makes one user.
   */
  async create(user, { idempotencyKey = randomUUID() } = {}) {
    const headers = { 'Idempotency-Key': idempotencyKey };
    try {
      return await this.#service.json('users', { method: 'POST', headers, body: user });
    } catch (error) {
      if (!(error instanceof Conflict) || error.type !== 'taken') throw error;
      const { message, status, type, detail, requestId } = error;
      throw new UserAlreadyExists(message, { status, type, detail, requestId, cause: error });
    }
  }

  /** The user of an id; rejects with `NotFound`. */
  async get(id) {
    return this.#service.json(pathOf(id));
  }

  /** The users with this `user_id`, `username`, `email` or `phone_number`: a list, which may be empty. */
  async find(by) {
    const [[name, value], ...more] = Object.entries(by);
    if (more.length > 0 || !FOUND_BY.includes(name)) throw new TypeError(`find takes one of ${FOUND_BY.join(', ')}`);
    const { items } = await this.#service.json(`users?${new URLSearchParams({ [name]: value })}`);
    return items;
  }

  /** Ends what they have, and lets them in no more; resolves to the user. */
  async disable(id) {
    return this.#service.json(pathOf(id, '/disable'), { method: 'POST' });
  }

  /** Lets them in again; resolves to the user. */
  async enable(id) {
    return this.#service.json(pathOf(id, '/enable'), { method: 'POST' });
  }

  /** Deletes them, whatever was changed meanwhile; rejects with `NotFound`. */
  async delete(id) {
    await this.#service.call(pathOf(id), { method: 'DELETE', headers: { 'If-Match': '*' } });
  }
}

module.exports = { Users };
