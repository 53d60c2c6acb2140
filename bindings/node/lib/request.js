'use strict';

// The parts of a request that a check reads, from any kind of request.

function lines(value, name) {
  if (value === undefined || value === null) return [];
  const all = Array.isArray(value) ? value : [value];
  if (all.every((line) => typeof line === 'string')) return all;
  throw new TypeError(`${name} has to be a text, or a list of texts`);
}

function text(value, name, absent) {
  if (value === undefined || value === null) return absent;
  if (typeof value === 'string') return value;
  throw new TypeError(`${name} has to be a text`);
}

/** What is checked, as the native part takes it. */
function nativeParts({ authorization, dpop, method, url, certificateThumbprint }) {
  return {
    authorization: lines(authorization, 'authorization'),
    dpop: lines(dpop, 'dpop'),
    method: text(method, 'method', ''),
    url: text(url, 'url', ''),
    certificateThumbprint: text(certificateThumbprint, 'certificateThumbprint', undefined),
  };
}

/** The token of a request with nothing else to check: the common case, which takes a faster path. */
function bearerAlone({ authorization, dpop, certificateThumbprint }) {
  if (authorization.length !== 1 || dpop.length > 0 || certificateThumbprint !== undefined) return undefined;
  const [field] = authorization;
  const token = field.slice('Bearer '.length);
  return field.startsWith('Bearer ') && !token.includes(' ') && !token.includes('\t') ? token : undefined;
}

/** Every line of a header field: Node's `headers` keeps only the first of those that must not repeat. */
function rawLines(rawHeaders, name) {
  return rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1].toLowerCase() === name);
}

/** The parts of a request of `node:http`, `node:https` or `node:http2`, or of a framework on top of them. */
function partsOfIncoming(request, { origin = '', certificateThumbprint } = {}) {
  return {
    authorization: rawLines(request.rawHeaders, 'authorization'),
    dpop: rawLines(request.rawHeaders, 'dpop'),
    method: request.method,
    url: origin + (request.originalUrl ?? request.url),
    certificateThumbprint,
  };
}

/** The parts of a `Request` of the Fetch standard, which joins lines with commas; a proof contains none. */
function partsOfFetch(request, { origin, certificateThumbprint } = {}) {
  const { pathname, search } = new URL(request.url);
  return {
    authorization: request.headers.get('authorization'),
    dpop: request.headers.get('dpop')?.split(/, ?/),
    method: request.method,
    url: origin === undefined ? request.url : origin + pathname + search,
    certificateThumbprint,
  };
}

/** The parts of a request, whichever it is. */
function partsOf(request, seen) {
  return Array.isArray(request.rawHeaders) ? partsOfIncoming(request, seen) : partsOfFetch(request, seen);
}

module.exports = { bearerAlone, nativeParts, partsOf };
