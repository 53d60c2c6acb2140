'use strict';

// Invitations to make an account, by the admin API of a Credenza provider. The link is in the mail alone.

const { adminOf, creating, segment } = require('./admin.js');

const pathOf = (id, more = '') => `invitations/${segment(id)}${more}`;

/** Creates, lists, resends and revokes invitations. The client of `clientId` needs the scopes for that. */
class Invitations {
  #admin;

  /** `issuer`, `clientId` and `clientSecret`, or `authentication`; `scope` is what is asked for. */
  constructor({ scope = 'admin:invitations:read admin:invitations:write', ...options }) {
    this.#admin = adminOf({ scope, ...options });
  }

  /**
   * Mails an invitation (`email`, and what the account gets). Whether the address has an account is not said, and it may be
   * invited again. With the same `idempotencyKey`, a call that is repeated makes one invitation.
   */
  async create(invitation, options) {
    return this.#admin.json('invitations', creating(invitation, options));
  }

  /** The invitation of an id, and what became of it; rejects with `NotFound`. */
  async get(id) {
    return this.#admin.json(pathOf(id));
  }

  /** All of them, the oldest first; a page is asked for when it is reached. */
  async *list() {
    let query = '';
    do {
      const { items, next_cursor: cursor } = await this.#admin.json(`invitations${query}`);
      yield* items;
      query = cursor && `?${new URLSearchParams({ cursor })}`;
    } while (query);
  }

  /** Mails it again, also an expired one: the link before is dead. Rejects with `NotFound`, or `Conflict` if it is over. */
  async resend(id) {
    return this.#admin.json(pathOf(id, '/resend'), { method: 'POST' });
  }

  /** Takes it back: its link is dead. Rejects with `NotFound`, or `Conflict` if it is over. */
  async revoke(id) {
    return this.#admin.json(pathOf(id, '/revoke'), { method: 'POST' });
  }
}

module.exports = { Invitations };
