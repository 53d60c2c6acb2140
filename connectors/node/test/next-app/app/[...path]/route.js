import { one } from '../../one.js';

const answer = async (request, { caller }) => Response.json(caller);

/** What an application says of preflights, which Next leaves to its Route Handlers. */
function allow(methods) {
  const headers = {
    'Access-Control-Allow-Origin': 'https://app.example',
    'Access-Control-Allow-Methods': methods.join(),
  };
  return async (request, context) =>
    request.method === 'OPTIONS' ? new Response(null, { status: 204, headers }) : answer(request, context);
}

async function handle(request, context) {
  const { guard, route, metadata, options } = one();
  const { pathname } = new URL(request.url);
  if (metadata && pathname === guard.document(metadata).path) {
    const handlers = guard.metadata(metadata);
    return handlers[request.method]?.(request) ?? new Response(null, { status: 405, headers: { Allow: 'GET, HEAD' } });
  }
  if (pathname !== route.prefix + route.path || !route.methods.includes(request.method)) {
    return new Response(null, { status: 404 });
  }
  const handler = options.preflight ? allow(route.methods) : answer;
  return guard.withAuth(handler, route.needs, { optional: route.optional })(request, context);
}

export {
  handle as DELETE,
  handle as GET,
  handle as HEAD,
  handle as OPTIONS,
  handle as PATCH,
  handle as POST,
  handle as PUT,
};
