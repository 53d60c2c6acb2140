'use strict';

// Users of a Credenza provider, by its admin API.

const { adminOf, creating, segment } = require('./admin.js');
const { Conflict, UserAlreadyExists } = require('./errors.js');

const pathOf = (id, more = '') => `users/${segment(id)}${more}`;

/** What may be looked for by `find`: each of them names one user at most, or those of one address. */
const FOUND_BY = ['user_id', 'username', 'email', 'phone_number'];

/** Creates, finds, disables and deletes users. The client of `clientId` needs the role of an admin that may do that. */
class Users {
  #admin;

  /** `issuer`, `clientId` and `clientSecret`, or `authentication`; `scope` is what is asked for. */
  constructor({ scope = 'admin:users:read admin:users:status admin:users:write', ...options }) {
    this.#admin = adminOf({ scope, ...options });
  }

  /**
   * Makes a user (`username`, and what else the admin API takes); rejects with `UserAlreadyExists`. With the same
   * `idempotencyKey`, a call that is repeated makes one user.
   */
  async create(user, options) {
    try {
      return await this.#admin.json('users', creating(user, options));
    } catch (error) {
      if (!(error instanceof Conflict) || error.type !== 'taken') throw error;
      const { message, status, type, detail, requestId } = error;
      throw new UserAlreadyExists(message, { status, type, detail, requestId, cause: error });
    }
  }

  /** The user of an id; rejects with `NotFound`. */
  async get(id) {
    return this.#admin.json(pathOf(id));
  }

  /** The users with this `user_id`, `username`, `email` or `phone_number`: a list, which may be empty. */
  async find(by) {
    const [[name, value], ...more] = Object.entries(by);
    if (more.length > 0 || !FOUND_BY.includes(name)) throw new TypeError(`find takes one of ${FOUND_BY.join(', ')}`);
    const { items } = await this.#admin.json(`users?${new URLSearchParams({ [name]: value })}`);
    return items;
  }

  /** Ends what they have, and lets them in no more; resolves to the user. */
  async disable(id) {
    return this.#admin.json(pathOf(id, '/disable'), { method: 'POST' });
  }

  /** Lets them in again; resolves to the user. */
  async enable(id) {
    return this.#admin.json(pathOf(id, '/enable'), { method: 'POST' });
  }

  /** Deletes them, whatever was changed meanwhile; rejects with `NotFound`. */
  async delete(id) {
    await this.#admin.call(pathOf(id), { method: 'DELETE', headers: { 'If-Match': '*' } });
  }
}

module.exports = { Users };
