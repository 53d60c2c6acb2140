'use strict';

// Whom a request is from: the claims that the specifications name, and those whose names the settings say.

/** Where scopes stand by the profile, in the order in which they are looked for; elsewhere it is `scope`. */
const SCOPES = { generic: ['scope', 'scp'], entra: ['scp'], okta: ['scp'], hydra: ['scp', 'scope'] };
/** Where the client stands, by RFC 9068, OpenID Connect, Okta and Entra. */
const CLIENT = ['client_id', 'azp', 'cid', 'appid'];

/** The names of claims by the settings of a validator. */
function placesOf({ profile = 'rfc9068', claimNames = {} }) {
  const { scope, client, ...names } = claimNames;
  return {
    tenant: 'tenant',
    organization: 'org_id',
    roles: 'roles',
    permissions: 'permissions',
    plan: 'plan',
    ...Object.fromEntries(Object.entries(names).filter(([, name]) => name !== undefined)),
    scopes: scope === undefined ? (SCOPES[profile] ?? ['scope']) : [scope],
    client: client === undefined ? CLIENT : [client],
  };
}

/** The value of a claim; a name that begins with `/` is a JSON Pointer (RFC 6901). */
function valueOf(claims, name) {
  if (!name.startsWith('/')) return Object.hasOwn(claims, name) ? claims[name] : undefined;
  const steps = name.slice(1).split('/');
  return steps
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((value, step) => (Object.hasOwn(Object(value), step) ? value[step] : undefined), claims);
}

function textOf(claims, name) {
  const value = valueOf(claims, name);
  return typeof value === 'string' ? value : null;
}

/** Texts of a list, or of one text with spaces between them. */
function textsOf(claims, name) {
  const value = valueOf(claims, name);
  if (typeof value === 'string') return value.split(' ').filter((text) => text !== '');
  return Array.isArray(value) ? value.filter((text) => typeof text === 'string') : [];
}

const firstOf = (names, isThere) => names.find(isThere) ?? names[0];

/** Whom a request is from, by a token that was accepted. */
class Caller {
  constructor(claims, places) {
    this.sub = textOf(claims, 'sub');
    this.client_id = textOf(
      claims,
      firstOf(places.client, (name) => textOf(claims, name) !== null),
    );
    this.scopes = textsOf(
      claims,
      firstOf(places.scopes, (name) => valueOf(claims, name) !== undefined),
    );
    this.tenant = textOf(claims, places.tenant);
    this.organization = textOf(claims, places.organization);
    this.roles = textsOf(claims, places.roles);
    this.permissions = textsOf(claims, places.permissions);
    this.plan = textOf(claims, places.plan);
    this.acr = textOf(claims, 'acr');
    this.claims = claims;
  }

  /** Whether there is a person behind it: a client that calls in its own name is its own subject (RFC 9068 section 2.2). */
  get isUser() {
    return this.sub !== null && this.sub !== this.client_id;
  }

  /** Without the claims as a whole, so that a caller can be answered or logged without what else a token says. */
  toJSON() {
    const { claims: _claims, ...named } = this;
    return named;
  }
}

module.exports = { Caller, placesOf };
