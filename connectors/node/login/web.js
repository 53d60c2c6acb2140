'use strict';

// Requests and answers of the Fetch standard.

const { varied } = require('../lib/vary.js');

/** A request as `Login` reads it. */
function requestOf(request) {
  const { pathname, search } = new URL(request.url);
  const header = (name) => request.headers.get(name) ?? undefined;
  const isForm = /^application\/x-www-form-urlencoded\s*(;|$)/i.test(header('content-type') ?? '');
  const form = async () => new URLSearchParams(isForm ? await request.text() : '');
  return { method: request.method, target: pathname + search, header, form };
}

/** Keeps the cookies of an answer until there is one. */
function sinkOf() {
  const lines = [];
  const sink = { isWritable: true, cookie: (line) => sink.isWritable && lines.push(line) > 0 };
  return { sink, lines };
}

/** Sets fields and cookies; some answers, such as redirects, have to be copied for that. */
function withFields(response, { Vary, ...headers }, lines) {
  try {
    // What the handler has said of caching stands.
    for (const [name, value] of Object.entries(headers)) {
      if (!response.headers.has(name)) response.headers.set(name, value);
    }
    if (Vary !== undefined) response.headers.set('Vary', varied(response.headers.get('vary') ?? undefined, Vary));
    lines.forEach((line) => response.headers.append('Set-Cookie', line));
    return response;
  } catch {
    return withFields(new Response(response.body, response), { Vary, ...headers }, lines);
  }
}

/** An answer of `Login` as a Response. */
function responseOf({ status, headers, cookies, body }) {
  const response = new Response(body === '' ? null : body, { status, headers });
  cookies.forEach((line) => response.headers.append('Set-Cookie', line));
  return response;
}

module.exports = { requestOf, responseOf, sinkOf, withFields };
