'use strict';

// Links by which somebody signs in once, without a password, by the admin API of a Credenza provider.

const { adminOf, creating, segment } = require('./admin.js');

/** A link. Its URL is as good as a password, so it is no property of its own: it is neither printed nor part of the JSON. */
class SignInLink {
  #url;

  constructor({ user_id, expires_at, url }) {
    this.user_id = user_id;
    this.expires_at = expires_at;
    this.#url = url ?? undefined;
  }

  /** The link itself, which is answered this once; undefined where it was mailed. */
  get url() {
    return this.#url;
  }
}

/** Makes links. The client of `clientId` needs the scope for that. */
class SignInLinks {
  #admin;

  /** `issuer`, `clientId` and `clientSecret`, or `authentication`; `scope` is what is asked for. */
  constructor({ scope = 'admin:users:sign_in_links', ...options }) {
    this.#admin = adminOf({ scope, ...options });
  }

  /**
   * Makes a link for a user: with `mail: true` it is mailed to their verified address, with `mail: false` the answer has its
   * `url`. Rejects with `NotFound`, and with `Conflict` for a user who is disabled or has no verified address. With the same
   * `idempotencyKey`, a call that is repeated makes one link.
   */
  async create(userId, link, options) {
    return new SignInLink(await this.#admin.json(`users/${segment(userId)}/sign-in-links`, creating(link, options)));
  }
}

module.exports = { SignInLink, SignInLinks };
