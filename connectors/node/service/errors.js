'use strict';

// What goes wrong at another service, as errors of their own kinds. Each is a problem of this service too: thrown through a
// handler, it is answered as such, without what the other service has said.

const { Problem } = require('../kit/problem.js');

/** Another service did not do what it was asked. */
class ServiceError extends Error {
  /** `status` (undefined without an answer), `type` (the last part of the problem's), `detail`, `requestId` and `errors` of it. */
  constructor(message, { status, type, detail, requestId, errors, cause } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.status = status;
    this.type = type;
    this.detail = detail;
    this.requestId = requestId;
    this.errors = errors;
  }

  /** The answer of this service, where nobody has caught it. */
  toProblem() {
    return new Problem(502, 'bad_gateway', { cause: this });
  }
}

/** It is not there. */
class NotFound extends ServiceError {
  toProblem() {
    return new Problem(404, 'not_found', { cause: this });
  }
}

/** The token is not good enough: 403, or 401 after another was tried, for which the caller of this service can do nothing. */
class Refused extends ServiceError {
  toProblem() {
    if (this.status !== 403) return super.toProblem();
    return new Problem(403, 'refused', { cause: this });
  }
}

/** What was sent is not accepted. */
class Invalid extends ServiceError {}

/** It is not as it was thought to be: it has changed, or there is another of that name. */
class Conflict extends ServiceError {
  toProblem() {
    return new Problem(409, 'conflict', { cause: this });
  }
}

/** There is a user of that name or id. */
class UserAlreadyExists extends Conflict {
  toProblem() {
    return new Problem(409, 'user_exists', { cause: this });
  }
}

/** Too many requests, for longer than it was worth waiting. */
class RateLimited extends ServiceError {
  constructor(message, { retryAfter, ...more }) {
    super(message, more);
    /** In how many seconds it may be asked again. */
    this.retryAfter = retryAfter;
  }

  toProblem() {
    return new Problem(429, 'rate_limited', { headers: { 'Retry-After': String(this.retryAfter) }, cause: this });
  }
}

/** There is no answer, or one that says that the service does not work. */
class Unavailable extends ServiceError {
  toProblem() {
    return new Problem(503, 'unavailable', { headers: { 'Retry-After': '5' }, cause: this });
  }
}

const KINDS = { 400: Invalid, 401: Refused, 403: Refused, 404: NotFound, 409: Conflict, 412: Conflict, 422: Invalid };

/** The seconds of `Retry-After`, in either of its forms (RFC 9110 section 10.2.3); 1 where it says nothing of use. */
function retryAfterOf(headers, now = Date.now()) {
  const text = headers.get('retry-after') ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const date = Date.parse(text);
  return Number.isNaN(date) ? 1 : Math.max(0, Math.ceil((date - now) / 1000));
}

/** The members of a problem (RFC 9457), where the answer is one. */
async function problemIn(response) {
  try {
    const { type, detail, errors, support_code, request_id } = Object(await response.json());
    const requestId = support_code ?? request_id ?? response.headers.get('x-request-id') ?? undefined;
    const name = typeof type === 'string' ? /[^/:#]*$/.exec(type)[0] : undefined;
    return { type: name, detail, errors, requestId };
  } catch {
    return {};
  }
}

/** The error that an answer is. */
async function errorOf(response, what) {
  const { status, headers } = response;
  const told = { status, ...(await problemIn(response)) };
  const message = `${what}: ${status}${told.type === undefined ? '' : ` ${told.type}`}`;
  if (status === 429) return new RateLimited(message, { ...told, retryAfter: retryAfterOf(headers) });
  if (status >= 500) return new Unavailable(message, told);
  return new (KINDS[status] ?? ServiceError)(message, told);
}

module.exports = {
  Conflict,
  Invalid,
  NotFound,
  RateLimited,
  Refused,
  ServiceError,
  Unavailable,
  UserAlreadyExists,
  errorOf,
  retryAfterOf,
};
