'use strict';

// What a guard reads of a request, whichever framework it comes from. Fields that proxies add are not read: anybody can
// send them.

const { certificateThumbprint } = require('@credenza/validator');

/** The path of a request target, without the query, which may hold what no log should. */
const pathOf = (target) => target.replace(/^https?:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '');

/** The thumbprint of the certificate that the client has shown on this connection (RFC 8705 section 3). */
function thumbprintOf(socket) {
  if (!socket?.encrypted) return undefined;
  const { raw } = socket.getPeerCertificate();
  return raw && certificateThumbprint(raw);
}

/** Every line of a header field: Node's `headers` keeps only the first of those that must not repeat. */
const linesOf = (rawHeaders, name) =>
  rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1].toLowerCase() === name);

/** A request of `node:http` or `node:http2`, and of what is built on them; `given` is the framework's own. */
function readIncoming(given, incoming) {
  const { headers, method, socket } = incoming;
  return {
    given,
    method,
    path: pathOf(given.originalUrl ?? incoming.url ?? ''),
    field: (name) => headers[name],
    lines: (name) => linesOf(incoming.rawHeaders, name),
    origin: () => `${socket?.encrypted ? 'https' : 'http'}://${headers[':authority'] ?? headers.host ?? ''}`,
    thumbprint: () => thumbprintOf(socket),
  };
}

/** A `Request` of the Fetch standard, whose URL is the one that its server has put together. */
function readFetch(given) {
  const field = (name) => given.headers.get(name) ?? undefined;
  return {
    given,
    method: given.method,
    path: pathOf(given.url),
    field,
    lines: (name) => [field(name)].filter((line) => line !== undefined),
    origin: () => undefined,
    thumbprint: () => undefined,
  };
}

/** The fields of a request alone, where a framework shows no more of it. */
function readFields(headers) {
  const [authorization, dpop] = [headers.get('authorization'), headers.get('dpop')];
  return { ...readFetch({ headers, url: '', method: '' }), given: { authorization, dpop } };
}

/** Reads a request of any framework. */
function readRequest(given) {
  if (Array.isArray(given?.rawHeaders)) return readIncoming(given, given);
  if (Array.isArray(given?.raw?.rawHeaders)) return readIncoming(given, given.raw);
  if (typeof given?.headers?.get === 'function') return readFetch(given);
  if (typeof given?.get === 'function') return readFields(given);
  throw new TypeError('a guard takes a request of Node, of Express or Fastify, or one of the Fetch standard');
}

/** Whether a request has no credentials at all; those of another scheme are some. */
const isAnonymous = ({ field }) => field('authorization') === undefined;

/** Whether a request is a CORS preflight, which a browser sends without credentials. */
const isPreflight = ({ method, field }) =>
  method === 'OPTIONS' && Boolean(field('origin')) && Boolean(field('access-control-request-method'));

module.exports = { isAnonymous, isPreflight, readRequest };
