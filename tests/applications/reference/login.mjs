// The reference application for the part `login`, without any dependency and by hand: see tests/applications/README.md.
import { config } from './login/config.mjs';
import { callback, later, login } from './login/flow.mjs';
import { Unavailable } from './login/issuer.mjs';
import { backchannel, frontchannel, logout } from './login/logout.mjs';
import { Over, usable } from './login/refresh.mjs';
import * as sessions from './login/sessions.mjs';
import { StoreLost } from './login/store.mjs';
import { makes } from './mutation.mjs';
import { escaped, json, page, redirect, serve } from './web.mjs';

const unauthorized = () => json(401, { error: 'unauthorized' });

function isNavigation({ headers }) {
  const mode = headers['sec-fetch-mode'];
  return (mode === undefined || mode === 'navigate') && /text\/html/.test(headers.accept ?? '');
}

async function protectedPage(request) {
  const found = await sessions.read(request);
  if (found) return page(200, `Signed in as ${escaped(found.session.sub)}.`);
  if (!isNavigation(request) && !makes('redirect-for-all')) return unauthorized();
  const path = makes('query-lost') ? request.url.split('?')[0] : request.url;
  return redirect(302, `/auth/login?return_to=${encodeURIComponent(path)}`);
}

async function me(request) {
  const found = await sessions.read(request);
  if (!found) return unauthorized();
  const { sub, sid = null, name = null, email = null, acr = null, auth_time = null } = found.session;
  return json(200, {
    sub: makes('identity-from-a-field') ? (request.headers['x-user'] ?? sub) : sub,
    sid,
    name,
    email,
    acr,
    auth_time,
  });
}

async function token(request) {
  const found = await sessions.read(request);
  if (!found) return unauthorized();
  try {
    const session = await usable(found);
    const cookies = session === found.session ? [] : await sessions.write(request, { ...found, session });
    return json(200, { access_token: session.tokens.access }, { 'Set-Cookie': cookies });
  } catch (error) {
    if (error instanceof Over)
      return {
        ...unauthorized(),
        headers: { 'Content-Type': 'application/json', 'Set-Cookie': await sessions.end(request) },
      };
    if (error instanceof Unavailable) return json(503, { error: 'temporarily_unavailable' }, { 'Retry-After': '5' });
    throw error;
  }
}

const ROUTES = {
  'GET /auth/login': login,
  'GET /auth/callback': callback,
  'POST /auth/logout': logout,
  'POST /auth/backchannel-logout': backchannel,
  'GET /auth/frontchannel-logout': frontchannel,
  'GET /me': me,
  'GET /token': token,
};

const isRoute = (path) => Object.keys(ROUTES).some((route) => route.endsWith(` ${path}`));

async function answered(request, url) {
  const { method } = request;
  const { pathname, searchParams } = url;
  if (pathname === '/' && method === 'GET') return page(200, 'public');
  if (makes('logout-by-get') && pathname === '/auth/logout') return logout(request, searchParams);
  const route = ROUTES[`${method} ${pathname}`];
  if (route) return route(request, searchParams);
  if (isRoute(pathname)) return json(405, { error: 'method_not_allowed' });
  if (method !== 'GET' || !(pathname === '/protected' || pathname.startsWith('/protected/')))
    return json(404, { error: 'not_found' });
  return protectedPage(request);
}

const UNCACHED = makes('answers-are-cached') ? {} : { 'Cache-Control': 'no-store', Vary: 'Cookie' };

serve(config.port, async (request) => {
  if (makes('tokens-are-logged')) console.log(`${request.method} ${request.url} ${request.headers.cookie}`);
  try {
    const url = new URL(request.url.startsWith('/') ? `${config.origin}${request.url}` : request.url);
    const answer = await answered(request, url);
    return { ...answer, headers: { ...answer.headers, ...UNCACHED } };
  } catch (error) {
    if (error instanceof StoreLost) return later('Sessions are not available at the moment.');
    console.log(`${request.method} failed: ${error.stack}`);
    return json(500, { error: 'internal' });
  }
});
