'use strict';

/** Header fields to answer with, those that are there. */
function fields(wwwAuthenticate, dpopNonce) {
  const headers = {};
  if (wwwAuthenticate !== undefined) headers['WWW-Authenticate'] = wwwAuthenticate;
  if (dpopNonce !== undefined) headers['DPoP-Nonce'] = dpopNonce;
  return headers;
}

/** The request may pass. */
class Allowed {
  constructor(claims, dpopNonce) {
    this.allowed = true;
    this.claims = claims;
    this.dpopNonce = dpopNonce;
  }

  get headers() {
    return fields(undefined, this.dpopNonce);
  }
}

/** The request may not pass. No claim is in it (A239). */
class Denied extends Error {
  constructor({ status, wwwAuthenticate, dpopNonce, rule, section, description, error }) {
    super(`${rule}: ${description} (${section})`);
    this.name = 'Denied';
    this.allowed = false;
    this.status = status;
    this.wwwAuthenticate = wwwAuthenticate ?? undefined;
    this.dpopNonce = dpopNonce ?? undefined;
    this.rule = rule;
    this.section = section;
    this.error = error ?? undefined;
  }

  get headers() {
    return fields(this.wwwAuthenticate, this.dpopNonce);
  }
}

/** What is answered when the fetches that a check asks for do not end. */
const UNAVAILABLE = {
  status: 503,
  rule: 'keys_unavailable',
  section: 'RFC 7517 section 5',
  description: "the issuer's keys cannot be had",
};

module.exports = { Allowed, Denied, UNAVAILABLE };
