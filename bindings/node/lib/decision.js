'use strict';

/** The header fields of an answer that are set. */
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

/** The request may not pass. It holds no claims, as none may be relied on. */
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

/** The decision when a check keeps asking for fetches. */
const UNAVAILABLE = {
  status: 503,
  rule: 'keys_unavailable',
  section: 'RFC 7517 section 5',
  description: "the issuer's keys cannot be had",
};

module.exports = { Allowed, Denied, UNAVAILABLE };
