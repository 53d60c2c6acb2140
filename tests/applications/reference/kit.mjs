// The reference application for the parts `kit`, `service` and `events`: see tests/applications/README.md.
import { randomUUID } from 'node:crypto';

import { within } from './kit/body.mjs';
import { config } from './kit/config.mjs';
import { callerOf } from './kit/guard.mjs';
import { logError, logRequest } from './kit/log.mjs';
import { Problem } from './kit/problem.mjs';
import { handlerOf, timeoutOf } from './kit/routes.mjs';
import { subscribe } from './kit/nats.mjs';
import { consume } from './kit/stream.mjs';
import { makes } from './mutation.mjs';
import { serve } from './web.mjs';

const SECURITY = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  ...(config.origin.startsWith('https:') && { 'Strict-Transport-Security': 'max-age=31536000' }),
};

function requestIdOf({ headers }) {
  const given = headers['x-request-id'] ?? '';
  return /^[A-Za-z0-9._-]{1,128}$/.test(given) || (makes('request-id-unchecked') && given) ? given : randomUUID();
}

async function answered(context) {
  const { request, path, query } = context;
  const handler = handlerOf(request.method, path);
  if (!handler) throw new Problem(404);
  const caller = async () => (context.known = await callerOf(request));
  const { status, body, headers } = await within(timeoutOf(path), handler({ request, query, caller }));
  return {
    status,
    headers: { ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers },
    body: body === undefined ? '' : JSON.stringify(body),
  };
}

async function safely(context) {
  const { id } = context;
  try {
    return await answered(context);
  } catch (error) {
    if (error instanceof Problem) return error.answer(id);
    logError(error, { request_id: id });
    const members = makes('errors-told') ? { detail: error.stack } : {};
    return new Problem(500, 'internal_error', { members }).answer(id);
  }
}

serve(config.port, async (request) => {
  const begun = performance.now();
  const url = new URL(config.origin + request.url);
  const context = { request, path: url.pathname, query: url.searchParams, id: requestIdOf(request) };
  const answer = await safely(context);
  const { tenant, sub, client_id } = context.known ?? {};
  const path = makes('query-logged') ? request.url : url.pathname;
  logRequest({
    request_id: context.id,
    method: request.method,
    path,
    status: answer.status,
    duration_ms: performance.now() - begun,
    tenant,
    sub,
    client_id,
  });
  const hasCredentials = request.headers.authorization !== undefined || request.headers.cookie !== undefined;
  const security = makes('errors-without-headers') && answer.status >= 400 ? {} : SECURITY;
  return {
    ...answer,
    headers: {
      ...security,
      ...(hasCredentials && { 'Cache-Control': 'no-store' }),
      'X-Request-Id': context.id,
      ...answer.headers,
    },
  };
});

if (config.redisPort && config.stream) void consume();
if (config.natsPort && config.natsStream) void subscribe();
