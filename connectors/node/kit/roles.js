'use strict';

// Which roles may do what: role-based access control by a table of the service's own.

const { Problem } = require('./problem.js');

/** In the list of a role: it may do everything. */
const EVERYTHING = '*';

/** A table of permissions by role, such as `{ editor: ['items:read', 'items:write'], admin: ['*'] }`. */
class Roles {
  #table;

  constructor(table) {
    for (const [role, permissions] of Object.entries(table)) {
      if (!Array.isArray(permissions)) throw new TypeError(`the permissions of ${role} have to be a list`);
    }
    this.#table = new Map(Object.entries(table));
  }

  /** What a caller may do: what the roles say, and the token itself. A role that is not in the table says nothing. */
  permissionsOf(caller) {
    const byRole = (caller?.roles ?? []).flatMap((role) => this.#table.get(role) ?? []);
    return new Set([...byRole, ...(caller?.permissions ?? []).filter((it) => it !== EVERYTHING)]);
  }

  /** Whether a caller may do this. */
  allows(caller, permission) {
    const permissions = this.permissionsOf(caller);
    return permissions.has(permission) || permissions.has(EVERYTHING);
  }

  /** A gate for those who may do this. */
  requires(permission) {
    return ({ caller }) => {
      if (!this.allows(caller, permission)) throw new Problem(403, 'permission_missing', { members: { permission } });
    };
  }
}

module.exports = { Roles };
