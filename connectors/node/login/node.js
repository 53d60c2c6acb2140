'use strict';

// Requests and answers of `node:http`, and of the frameworks that are built on it.

const { varied } = require('../lib/vary.js');

/** The longest form that is read, in bytes. */
const MOST = 65_536;

const isForm = (headers) => /^application\/x-www-form-urlencoded\s*(;|$)/i.test(headers['content-type'] ?? '');

/** The members of a form that something has parsed before. */
function parsedForm(body) {
  if (typeof body === 'string' || body instanceof Uint8Array) return new URLSearchParams(body.toString());
  const pairs = Object.entries(body).flatMap(([name, value]) => [value].flat().map((one) => [name, String(one)]));
  return new URLSearchParams(pairs);
}

/** The form in a request; an empty one for whatever is none. */
async function formOf(request, incoming) {
  if (!isForm(incoming.headers)) return new URLSearchParams();
  const { body } = request;
  if (body !== undefined && body !== null) return parsedForm(body);
  const chunks = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += chunk.length;
    if (size > MOST) return new URLSearchParams();
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString());
}

/** A request as `Login` reads it. */
function requestOf(request, incoming = request) {
  return {
    method: incoming.method,
    target: request.originalUrl ?? incoming.url,
    header: (name) => incoming.headers[name],
    form: () => formOf(request, incoming),
  };
}

/** Where the cookies of an answer go. */
const sinkOf = (response) => ({
  get isWritable() {
    return !response.headersSent;
  },
  cookie(line) {
    if (response.headersSent) return false;
    response.appendHeader('Set-Cookie', line);
    return true;
  },
});

/** Sets fields; `Vary` keeps what it has. */
function setFields(response, { Vary, ...headers }) {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (Vary !== undefined) response.setHeader('Vary', varied(response.getHeader('Vary'), Vary));
}

/** Sends an answer. */
function send(response, { status, headers, cookies, body }) {
  setFields(response, headers);
  cookies.forEach((line) => response.appendHeader('Set-Cookie', line));
  response.statusCode = status;
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.end(body);
}

/** A middleware that answers the connector's own routes, and lets every other request through. */
function serveRoutes(login) {
  return async (request, response, next) => {
    let answer;
    try {
      answer = await login.route(requestOf(request));
    } catch (error) {
      return next(error);
    }
    return answer === undefined ? next() : send(response, answer);
  };
}

module.exports = { parsedForm, requestOf, send, serveRoutes, setFields, sinkOf };
