'use strict';

// What can go wrong between an application, its provider and its store. Errors of the libraries below are not passed on, as
// they hold answers with tokens in them.

/** An error that the error handlers of every framework here can answer by themselves: with its status, fields and body. */
class LoginError extends Error {
  constructor(status, code, message, headers = {}) {
    super(message);
    this.name = this.constructor.name;
    this.status = status;
    this.statusCode = status;
    this.code = code;
    this.headers = { 'Cache-Control': 'no-store, private', ...headers };
  }

  /** What may be sent to the client. */
  toJSON() {
    return { error: this.code, error_description: this.message };
  }

  /** The answer, for servers of the Fetch standard. */
  getResponse() {
    return Response.json(this.toJSON(), { status: this.status, headers: this.headers });
  }
}

/** There is no session, or it has ended. */
class SessionEnded extends LoginError {
  constructor(message = 'the session has ended') {
    super(401, 'login_required', message);
  }
}

/** The access token has expired, and cannot be refreshed. The session stays. */
class TokenExpired extends LoginError {
  constructor(why) {
    super(401, 'token_expired', `the access token has expired, and ${why}`);
  }
}

/** The provider, or the store, cannot be reached. The session stays. */
class Unavailable extends LoginError {
  /** Whether a request may have arrived whose reply has not; and whether that is as the connection was closed. */
  isLost;
  isClosed;

  constructor(message, { isLost = false, isClosed = false } = {}) {
    super(503, 'temporarily_unavailable', message, { 'Retry-After': '5' });
    this.isLost = isLost;
    this.isClosed = isClosed;
  }
}

/** A sign-in, or a refresh, that the provider or a check has refused. `reason` is for the log. */
class Refused extends LoginError {
  constructor(code, reason) {
    super(400, code, 'the sign-in was not accepted');
    this.reason = reason;
  }
}

/** The error of ours in a chain of causes, as libraries wrap what the fetch that they are given throws. */
function ownError(error) {
  for (let [cause, depth] = [error, 0]; cause && depth < 5; cause = cause.cause, depth += 1) {
    if (cause instanceof LoginError) return cause;
  }
  return undefined;
}

module.exports = { LoginError, Refused, SessionEnded, TokenExpired, Unavailable, ownError };
