'use strict';

// The parts of a request that a check reads, from every kind of request that is accepted. Whatever is none of them is
// an error of the caller: read as a request without a token, it would be a refusal that nobody can explain.

const { isPlain } = require('./plain.js');

const PARTS = new Set(['authorization', 'dpop', 'method', 'url', 'certificateThumbprint']);
const SEEN = new Set(['origin', 'certificateThumbprint', 'signal']);
const ACCEPTED =
  'a request of node:http, node:http2, Express or Fastify, a Request, an event of AWS Lambda for an HTTP request, or ' +
  'an object with authorization, dpop, method, url and certificateThumbprint';

const NOTHING = Object.freeze({});

const wrong = (what) => new TypeError(`${what}; a check takes ${ACCEPTED}`);

function onlyOf(names, object, what) {
  // Object.keys would make a list at every check; what is inherited is not there in a plain object.
  for (const name in object) {
    if (!names.has(name)) throw what(`${name} is not known here`);
  }
  return object;
}

/** Every line of a header field: Node's `headers` keeps only the first of those that must not repeat. */
function rawLines(rawHeaders, name) {
  return rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1].toLowerCase() === name);
}

/** Path and query of a request target, which is a whole URL where the client wrote one (RFC 9112 section 3.2.2). */
const pathOf = (target) => target.replace(/^https?:\/\/[^/?#]*/i, '');

/** `url` is the target before a framework's router took its part of it. */
function partsOfIncoming({ rawHeaders, method }, url, { origin = '', certificateThumbprint }) {
  return {
    authorization: rawLines(rawHeaders, 'authorization'),
    dpop: rawLines(rawHeaders, 'dpop'),
    method,
    url: origin + pathOf(url ?? ''),
    certificateThumbprint,
  };
}

/** Lines that were joined with commas; a proof contains none. */
const proofs = (joined) => joined?.split(/, ?/);

/** A `Request` of the Fetch standard, which joins the lines of a field. */
function partsOfFetch(request, { origin, certificateThumbprint }) {
  return {
    authorization: request.headers.get('authorization'),
    dpop: proofs(request.headers.get('dpop') ?? undefined),
    method: request.method,
    url: origin === undefined ? request.url : origin + pathOf(request.url),
    certificateThumbprint,
  };
}

/** The lines of a field of an event: of both maps, the one with every line counts, where it is there. */
function eventLines({ headers, multiValueHeaders }, name) {
  return Object.entries(multiValueHeaders ?? headers ?? {})
    .filter(([field]) => field.toLowerCase() === name)
    .flatMap(([, value]) => value ?? []);
}

/** An event of API Gateway (payloads 1.0 and 2.0), of a function's URL, or of a load balancer. */
function partsOfEvent(event, { origin, certificateThumbprint }) {
  const { domainName, http, path } = event.requestContext ?? {};
  const method = http?.method ?? event.httpMethod;
  if (typeof method !== 'string') throw wrong('the event is none of an HTTP request');
  return {
    authorization: eventLines(event, 'authorization'),
    dpop: eventLines(event, 'dpop').flatMap(proofs),
    method,
    url: (origin ?? (domainName ? `https://${domainName}` : '')) + (event.rawPath ?? path ?? event.path ?? ''),
    certificateThumbprint,
  };
}

function readSeen(seen) {
  if (!isPlain(seen)) throw new TypeError('what is known of a request has to be a plain object');
  return onlyOf(SEEN, seen, (reason) => new TypeError(reason));
}

/** The parts of a request, whichever it is. */
function partsOf(request, known) {
  const seen = known === undefined ? NOTHING : readSeen(known);
  if (typeof request !== 'object' || request === null) throw wrong(`${typeof request} is no request`);
  if (Array.isArray(request.rawHeaders)) {
    return partsOfIncoming(request, request.originalUrl ?? request.url, seen);
  }
  if (Array.isArray(request.raw?.rawHeaders)) {
    return partsOfIncoming(request.raw, request.originalUrl ?? request.raw.url, seen);
  }
  if (typeof request.headers?.get === 'function' && typeof request.url === 'string') {
    return partsOfFetch(request, seen);
  }
  if (!isPlain(request)) throw wrong(`${request.constructor?.name ?? 'the object'} is no request`);
  if ('requestContext' in request) return partsOfEvent(request, seen);
  const { certificateThumbprint } = seen;
  return certificateThumbprint === undefined
    ? onlyOf(PARTS, request, wrong)
    : { certificateThumbprint, ...onlyOf(PARTS, request, wrong) };
}

module.exports = { partsOf };
