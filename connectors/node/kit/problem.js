'use strict';

// Errors as clients see them: problem details (RFC 9457).

const { STATUS_CODES } = require('node:http');

const MEDIA_TYPE = 'application/problem+json';

/**
 * What goes wrong with a request, and the answer to it: thrown anywhere, it is answered as it says. Nothing of its cause is
 * in the answer.
 */
class Problem extends Error {
  /**
   * @param {number} status of the answer
   * @param {string} [name] what kind of problem it is, for programs; without one the status says it all (`about:blank`)
   * @param {object} [more] `title`, `detail`, `headers`, `cause`, and `members` of the body beside those of RFC 9457
   */
  constructor(status, name, { title = STATUS_CODES[status], detail, headers = {}, members = {}, cause } = {}) {
    super(`${status} ${name ?? title}`, cause === undefined ? undefined : { cause });
    this.name = 'Problem';
    this.status = status;
    /** As handlers of errors in Express, Fastify and Koa look for it; parsers of bodies set it on errors that they pass on. */
    this.statusCode = status;
    this.problem = name;
    this.title = title;
    this.detail = detail;
    this.headers = headers;
    this.members = members;
  }

  /** The body of the answer, with the id by which the log knows the request. */
  body(requestId) {
    return {
      type: this.problem === undefined ? 'about:blank' : `urn:problem:${this.problem}`,
      title: this.title,
      status: this.status,
      detail: this.detail,
      request_id: requestId,
      ...this.members,
    };
  }

  /** The answer: status, fields and text. */
  answer(requestId) {
    const headers = { 'Cache-Control': 'no-store', ...this.headers, 'Content-Type': MEDIA_TYPE };
    return { status: this.status, headers, body: JSON.stringify(this.body(requestId)) };
  }
}

/** What parsers of bodies call what is wrong, by their names of errors. */
const PARSERS = new Map([
  ['entity.too.large', [413, 'body_too_large']],
  ['entity.parse.failed', [400, 'invalid_json']],
  ['entity.verify.failed', [403, undefined]],
  ['encoding.unsupported', [415, 'unsupported_media_type']],
  ['charset.unsupported', [415, 'unsupported_media_type']],
  ['FST_ERR_CTP_BODY_TOO_LARGE', [413, 'body_too_large']],
  ['FST_ERR_CTP_EMPTY_JSON_BODY', [400, 'invalid_json']],
  ['FST_ERR_CTP_INVALID_JSON_BODY', [400, 'invalid_json']],
  ['FST_ERR_CTP_INVALID_MEDIA_TYPE', [415, 'unsupported_media_type']],
]);

/** The status that an error asks for: any that Nest's do, and of others those of a client's mistakes, and 503. */
function statusOf(error) {
  if (typeof error?.getStatus === 'function') return error.getStatus() === 500 ? undefined : error.getStatus();
  const status = error?.status ?? error?.statusCode;
  return Number.isInteger(status) && ((status >= 400 && status < 500) || status === 503) ? status : undefined;
}

/** The fields that an error asks for; those about a body are of another body. */
function headersOf({ headers, res }) {
  const given = headers ?? (res instanceof Response ? Object.fromEntries(res.headers) : {});
  return Object.fromEntries(Object.entries(given).filter(([name]) => !/^content-/i.test(name)));
}

/** What an error says to clients, where it was made for them: exceptions of Nest and Hono, of `http-errors`, and of schemas. */
function detailOf(error) {
  if (typeof error.getStatus === 'function') return [error.getResponse()?.message ?? error.message].flat().join('; ');
  const isMeant = error.expose === true || error.validation !== undefined || typeof error.getResponse === 'function';
  return isMeant && error.message !== '' ? error.message : undefined;
}

/** The problem of an error that says of itself what it is; undefined for any other. */
function ownProblemOf(error) {
  if (error instanceof Problem) return error;
  if (typeof error?.toProblem === 'function') return error.toProblem();
  // Nest carries the refusal of a guard in an exception of its own.
  if (error?.refusal !== undefined) return problemOf(error.refusal);
  const known = PARSERS.get(error?.type) ?? PARSERS.get(error?.code);
  return known && new Problem(...known, { cause: error });
}

/**
 * The problem that an error is: a `Problem` as it is; a refusal of a guard, and what frameworks and parsers throw for a
 * client's mistake, by status and fields; whatever has a method `toProblem` by that. Everything else is 500.
 */
function problemOf(error) {
  const own = ownProblemOf(error);
  if (own !== undefined) return own;
  const status = statusOf(error);
  if (status === undefined) return new Problem(500, 'internal_error', { cause: error });
  // What a guard says of its reasons is for its log alone, and so is what goes wrong here.
  const detail = error.denied === undefined && status < 500 ? detailOf(error) : undefined;
  return new Problem(status, undefined, { detail, headers: headersOf(error), cause: error });
}

module.exports = { MEDIA_TYPE, Problem, problemOf };
