'use strict';

// The metadata of a protected resource (RFC 9728), from which clients learn whom to ask for tokens.

const { SettingsError, Validator } = require('@credenza/validator');

const { withoutStore } = require('./config.js');

const WELL_KNOWN = '/.well-known/oauth-protected-resource';

/** The URL of the resource: the one that is given, or the audience, where that is a URL. */
function resourceOf(resource, issuers) {
  const found = resource ?? [issuers[0].audience].flat().find((name) => URL.canParse(name ?? ''));
  const url = typeof found === 'string' && URL.canParse(found) ? new URL(found) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.hash !== '') {
    throw new SettingsError('resource', 'has to be the URL of this service, as the audience is none');
  }
  return found;
}

/** The algorithms of proofs, as challenges name them (RFC 9449 section 7.1): the validator knows which it has. */
function proofAlgorithms({ issuer, audience = issuer, dpop }) {
  const { wwwAuthenticate } = new Validator({ issuer, audience, dpop: withoutStore(dpop) }).checkSync({});
  return /algs="([^"]*)"/.exec(wwwAuthenticate)[1].split(' ');
}

/** What DPoP adds (section 2); `undefined` is left out of the document. */
function bindingOf(issuers) {
  const settings = issuers.find(({ dpop }) => dpop !== undefined);
  return {
    dpop_signing_alg_values_supported: settings && proofAlgorithms(settings),
    dpop_bound_access_tokens_required: issuers.every(({ dpop }) => dpop?.required) || undefined,
  };
}

/** The document, and the answer to those who ask for it. */
class Metadata {
  #fixed;
  #scopes;

  constructor(issuers, { resource, scopes, ...more } = {}, scopesOfRoutes) {
    this.#fixed = {
      resource: resourceOf(resource, issuers),
      authorization_servers: issuers.map(({ issuer }) => issuer),
      bearer_methods_supported: ['header'],
      ...bindingOf(issuers),
      ...more,
    };
    this.#scopes = scopes === undefined ? scopesOfRoutes : () => scopes;
    const { pathname } = new URL(this.#fixed.resource);
    /** Where clients look for it (section 3.1). */
    this.path = WELL_KNOWN + pathname.replace(/\/$/, '');
  }

  toJSON() {
    const scopes = this.#scopes();
    return { ...this.#fixed, scopes_supported: scopes.length > 0 ? scopes : undefined };
  }

  /** The answer to a request by this method: anybody may read it, in a browser too. */
  answer(method) {
    if (method !== 'GET' && method !== 'HEAD') return { status: 405, headers: { Allow: 'GET, HEAD' }, body: '' };
    const headers = {
      'Content-Type': 'application/json',
      'Access-Control-Allow-Origin': '*',
      'Cache-Control': 'public, max-age=3600',
    };
    return { status: 200, headers, body: method === 'HEAD' ? '' : JSON.stringify(this) };
  }
}

module.exports = { Metadata };
