// Logout by the person, and by the provider through its back channel and its front channel.
import { randomBytes } from 'node:crypto';

import { makes } from '../mutation.mjs';
import { json, page, redirect, textOf } from '../web.mjs';
import { config } from './config.mjs';
import * as ended from './ended.mjs';
import { metadata, revoke } from './issuer.mjs';
import { BadToken, logoutToken } from './jwt.mjs';
import { returnTo } from './return_to.mjs';
import * as sessions from './sessions.mjs';

const isOurs = ({ headers }) => {
  if (makes('logout-by-any-site')) return true;
  const { 'sec-fetch-site': site, origin } = headers;
  if (site === 'cross-site' || site === 'same-site') return false;
  // A page that sends no referrer sends no origin either.
  return origin === 'null' ? site === 'same-origin' : origin === undefined || origin === config.origin;
};

/** `POST /auth/logout`. */
export async function logout(request, query) {
  if (!isOurs(request)) return json(403, { error: 'cross_site' });
  const found = await sessions.read(request);
  const headers = { 'Set-Cookie': await sessions.end(request) };
  const home = returnTo(query.get('return_to') ?? '/');
  const after = makes('post-logout-from-the-query') ? (query.get('return_to') ?? home) : config.origin + home;
  if (!found) return redirect(303, home, headers);
  const { refresh, idToken } = found.session.tokens;
  if (refresh && !makes('refresh-token-not-revoked')) void revoke(refresh);
  const { end_session_endpoint: url } = await metadata().catch(() => ({}));
  if (!url) return redirect(303, home, headers);
  const state = randomBytes(16).toString('base64url');
  const parameters = { id_token_hint: idToken, client_id: config.clientId, post_logout_redirect_uri: after, state };
  return redirect(303, `${url}?${new URLSearchParams(parameters)}`, headers);
}

/** `POST /auth/backchannel-logout`. */
export async function backchannel(request) {
  const refused = json(400, { error: 'invalid_request' });
  const isForm = (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  const token = isForm ? new URLSearchParams(await textOf(request)).get('logout_token') : null;
  if (!token) return refused;
  try {
    const isNew = await ended.end(await logoutToken(token));
    return isNew ? json(200, {}) : refused;
  } catch (error) {
    if (!(error instanceof BadToken)) throw error;
    console.log(`a logout token is refused: ${error.message}`);
    return refused;
  }
}

/** `GET /auth/frontchannel-logout`. */
export async function frontchannel(request, query) {
  const found = await sessions.read(request);
  const { sid } = found?.session ?? {};
  const isMeant = sid !== undefined && query.get('sid') === sid && query.get('iss') === config.issuer;
  const cookies = found && (isMeant || makes('front-channel-without-sid')) ? await sessions.end(request) : [];
  const policy = `default-src 'none'; frame-ancestors ${config.issuer}`;
  return page(200, 'Signed out.', { 'Content-Security-Policy': policy, 'Set-Cookie': cookies });
}
