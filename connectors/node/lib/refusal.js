'use strict';

/** How soon the issuer is asked again after a failure, in seconds. */
const RETRY_AFTER = '5';

/** Why a request may not pass, and the answer to it. An error, so that it can be thrown or passed on where that is wished. */
class Refusal extends Error {
  constructor(denied, isDebugging) {
    super(`${denied.rule}: ${denied.status}`);
    this.name = 'Refusal';
    this.allowed = false;
    this.status = denied.status;
    this.denied = denied;
    this.headers = { 'Cache-Control': 'no-store', ...denied.headers };
    if (denied.status === 503) this.headers['Retry-After'] = RETRY_AFTER;
    this.body = '';
    if (isDebugging) {
      this.headers['Content-Type'] = 'application/json';
      this.body = JSON.stringify({ rule: denied.rule, detail: denied.detail.reason });
    }
  }

  /** The status, as handlers of errors in Express, Fastify and Koa look for it. */
  get statusCode() {
    return this.status;
  }

  /** The reason, by a name that never changes. */
  get rule() {
    return this.denied.rule;
  }

  /** The answer, for servers of the Fetch standard. */
  getResponse() {
    return new Response(this.body || null, { status: this.status, headers: this.headers });
  }

  /** What may be told to the client, should this be sent as it is. */
  toJSON() {
    return this.denied.toJSON();
  }
}

/** What a log is told of a refusal: never the token, nor the query of the URL. */
function recordOf({ denied }, { method, path }) {
  const { rule, status, detail } = denied;
  const { reason, kid, iss, exp } = detail;
  const aud = detail.member === 'aud' ? detail.found : undefined;
  return { rule, status, method, path, reason, kid, iss, aud, exp };
}

/** Tells a logger; one that fails is no reason to answer otherwise. */
function tell(logger, refusal, request) {
  try {
    logger.info(recordOf(refusal, request), 'credenza: refused');
  } catch {
    // There is nobody to tell that to.
  }
}

module.exports = { Refusal, tell };
