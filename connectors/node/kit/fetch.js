'use strict';

// The kit on servers of the Fetch standard: for Hono and Next.

const { Count, parseJson, requireJson } = require('./body-limit.js');
const { Problem } = require('./problem.js');

/** A request whose body is refused as soon as more of it was read than may be, whoever reads it. */
function limited(request, exchange) {
  if (request.body === null) return request;
  const count = new Count(exchange);
  let isFirst = true;
  const counted = request.body.pipeThrough(
    new TransformStream({
      transform(part, controller) {
        const problem = (isFirst ? count.announced() : undefined) ?? count.more(part.byteLength);
        isFirst = false;
        if (problem === undefined) controller.enqueue(part);
        else controller.error(problem);
      },
    }),
  );
  return new Request(request, { body: counted, duplex: 'half' });
}

/** A request has come; the one with limits goes on in its place. */
function begin(kit, request, { callerOf }) {
  const { pathname, search } = new URL(request.url);
  const fields = [];
  const exchange = kit.begin({
    method: request.method,
    url: pathname + search,
    header: (name) => request.headers.get(name) ?? undefined,
    callerOf,
    setHeader: (name, value) => fields.push([name, value]),
  });
  exchange.fields = fields;
  return { exchange, request: limited(request, exchange) };
}

/** The answer with the fields that it lacks; it is told to the log. */
function finish(kit, exchange, response, signal) {
  // What switches protocols is no answer that could be copied.
  const answer = response.status < 200 ? response : new Response(response.body, response);
  const { headers } = answer;
  for (const [name, value] of exchange.fields) headers.set(name, value);
  const told = { has: (name) => headers.has(name), contentType: headers.get('content-type') };
  for (const [name, value] of kit.fieldsFor(exchange, told)) headers.set(name, value);
  kit.end(exchange, { status: answer.status, isAborted: signal?.aborted === true });
  return answer;
}

/** The bytes of a body. */
async function bytesOf(exchange, request) {
  const problem = new Count(exchange).announced();
  if (problem !== undefined) throw problem;
  try {
    return Buffer.from(await request.arrayBuffer());
  } catch (error) {
    throw error instanceof Problem ? error : new Problem(400, 'body_unreadable', { cause: error });
  }
}

/** The body of a request, which has to be JSON. */
async function jsonOf(exchange, request) {
  requireJson(exchange);
  return parseJson(await bytesOf(exchange, request));
}

module.exports = { begin, bytesOf, finish, jsonOf };
