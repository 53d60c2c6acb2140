'use strict';

// The kit on servers of `node:http`: for Express, Fastify and Nest, which are built on it.

const { answer } = require('../lib/node-http.js');
const { Count, parseJson, requireJson } = require('./body-limit.js');
const { within } = require('./current.js');
const { Problem } = require('./problem.js');

/** How many bytes of a refused body are still read, and for how many milliseconds, so that its client can read the answer. */
const LINGER = { bytes: 1_048_576, milliseconds: 2000 };
/** What describes a body that is not sent after all. */
const OF_BODY = [
  ...['Content-Length', 'Content-Encoding', 'Content-Range', 'Content-Disposition', 'Content-Language'],
  ...['ETag', 'Last-Modified', 'Transfer-Encoding', 'Accept-Ranges'],
];

const exchanges = new WeakMap();

/** The exchange of a request; undefined where the kit does not see it. */
const exchangeOf = (incoming) => exchanges.get(incoming);

/** Name and value of each field that `writeHead` is given, in any of the forms that Node takes. */
function pairsOf(fields) {
  if (!Array.isArray(fields)) return Object.entries(fields ?? {});
  if (Array.isArray(fields[0])) return fields;
  return fields.flatMap((name, at) => (at % 2 === 0 ? [[name, fields[at + 1]]] : []));
}

/** Calls a function just before the head of an answer is written, when it is known what the handler has set. */
function beforeHead(response, complete) {
  const { writeHead } = response;
  response.writeHead = function (status, ...more) {
    response.writeHead = writeHead;
    const [message, fields] = typeof more[0] === 'string' ? more : [undefined, more[0]];
    for (const [name, value] of pairsOf(fields)) response.setHeader(name, value);
    complete();
    return message === undefined ? writeHead.call(this, status) : writeHead.call(this, status, message);
  };
}

/** Reads what is left of a body, up to a limit, so that the connection can be used again or else is closed. */
function drain(incoming) {
  if (incoming.complete || incoming.destroyed) return;
  let seen = 0;
  const timer = setTimeout(() => incoming.socket?.destroy(), LINGER.milliseconds);
  timer.unref();
  incoming.on('data', ({ length }) => {
    seen += length;
    if (seen > LINGER.bytes) incoming.socket?.destroy();
  });
  for (const event of ['end', 'close']) incoming.once(event, () => clearTimeout(timer));
  incoming.resume();
}

/** Answers with a problem, in place of whatever a handler was about to send. */
function answerProblem(incoming, response, problem, requestId) {
  if (response.headersSent) {
    // Half an answer must not look like a whole one.
    if (!response.writableEnded) response.destroy();
    return;
  }
  for (const name of OF_BODY) response.removeHeader(name);
  const { status, headers, body } = problem.answer(requestId);
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.end(incoming.method === 'HEAD' ? undefined : body);
  drain(incoming);
}

/**
 * Refuses a body as soon as more of it was read than may be, whoever reads it: every reader of a stream is told by the event
 * `data`, and by `error` that there is no more for it. The rest is drained.
 */
function limitBody(incoming, exchange) {
  const count = new Count(exchange);
  const { emit } = incoming;
  let isFirst = true;
  incoming.emit = function (event, ...values) {
    if (event !== 'data') return emit.call(this, event, ...values);
    const problem = (isFirst ? count.announced() : undefined) ?? count.more(values[0].length);
    isFirst = false;
    if (problem === undefined) return emit.call(this, event, ...values);
    incoming.emit = emit;
    exchange.refuse(problem);
    if (incoming.listenerCount('error') > 0) emit.call(this, 'error', problem);
    return true;
  };
}

/** A request has come: every answer to it has the fields, and is told to the log. */
function begin(kit, incoming, response, callerOf) {
  const exchange = kit.begin({
    method: incoming.method,
    url: (incoming.originalUrl ?? incoming.url).replace(/^https?:\/\/[^/?#]*/i, ''),
    header: (name) => incoming.headers[name],
    callerOf,
    setHeader: (name, value) => response.headersSent || response.setHeader(name, value),
  });
  exchanges.set(incoming, exchange);
  exchange.answer = (problem) => answerProblem(incoming, response, kit.problem(exchange, problem), exchange.id);
  beforeHead(response, () => {
    const told = { has: (name) => response.hasHeader(name), contentType: response.getHeader('content-type') };
    for (const [name, value] of kit.fieldsFor(exchange, told)) response.setHeader(name, value);
  });
  let isTold = false;
  const end = (isAborted) => {
    if (!isTold) kit.end(exchange, { status: response.statusCode, isAborted });
    isTold = true;
  };
  response.once('finish', () => end(false));
  response.once('close', () => end(true));
  limitBody(incoming, exchange);
  return exchange;
}

/** Answers what a handler has thrown. */
function fail(kit, incoming, response, error) {
  const exchange = exchangeOf(incoming);
  if (kit.isLate(exchange, error)) return;
  if (exchange !== undefined) exchange.isAnswered = true;
  answerProblem(incoming, response, kit.problem(exchange, error), exchange?.id);
}

/** A middleware that serves `/livez` and `/readyz`. */
function serveHealth(health) {
  return async (request, response, next) => {
    const [path] = (request.originalUrl ?? request.url).split('?');
    try {
      const found = await health.answer(request.method, path);
      if (found === undefined) next();
      else answer(response, found);
    } catch (error) {
      next(error);
    }
  };
}

/** The bytes of a body. */
function readBytes(incoming) {
  return new Promise((resolve, reject) => {
    const parts = [];
    if (incoming.readableEnded) resolve(Buffer.alloc(0));
    incoming.on('data', (part) => parts.push(part));
    incoming.once('end', () => resolve(Buffer.concat(parts)));
    incoming.once('error', reject);
    incoming.once('close', () => reject(new Problem(400, 'body_unreadable')));
  });
}

/** The body of a request, as bytes. */
async function bytesOf(incoming) {
  const problem = new Count(exchangeOf(incoming)).announced();
  if (problem !== undefined) throw problem;
  return readBytes(incoming);
}

/** The body of a request, which has to be JSON. */
async function jsonOf(incoming) {
  requireJson(exchangeOf(incoming));
  return parseJson(await bytesOf(incoming));
}

module.exports = { begin, bytesOf, exchangeOf, fail, jsonOf, serveHealth, within };
