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
  constructor({ status, wwwAuthenticate, dpopNonce, rule, section, description, error, detail }) {
    super(`${rule}: ${description} (${section})`);
    this.name = 'Denied';
    this.allowed = false;
    this.status = status;
    this.wwwAuthenticate = wwwAuthenticate ?? undefined;
    this.dpopNonce = dpopNonce ?? undefined;
    this.rule = rule;
    this.section = section;
    this.error = error ?? undefined;
    this.detail = detail ?? { reason: description };
  }

  get headers() {
    return fields(this.wwwAuthenticate, this.dpopNonce);
  }

  /** What may be told to the client, should this be sent as it is: the detail is for the service alone. */
  toJSON() {
    const { status, rule, section, error } = this;
    return { status, rule, section, error };
  }
}

/** The decision where no fetch comes to an end. */
function unavailable(url, cause) {
  const reason = `no check was possible: ${cause}`;
  return new Denied({
    status: 503,
    rule: 'keys_unavailable',
    section: 'RFC 7517 section 5',
    description: "the issuer's keys cannot be had",
    detail: { reason, trouble: { cause, url } },
  });
}

module.exports = { Allowed, Denied, unavailable };
