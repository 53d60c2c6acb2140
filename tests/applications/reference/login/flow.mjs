// The authorization request and the callback (OpenID Connect Core 3.1.2, RFC 7636, RFC 9126, RFC 9207).
import { createHash, randomBytes } from 'node:crypto';

import { makes } from '../mutation.mjs';
import { cookiesOf, escaped, page, redirect } from '../web.mjs';
import { config, prefixed, setCookie } from './config.mjs';
import { metadata, push, Refused, requestTokens, Unavailable } from './issuer.mjs';
import { BadToken, idToken } from './jwt.mjs';
import { open, seal } from './sealed.mjs';
import { returnTo } from './return_to.mjs';
import * as sessions from './sessions.mjs';

const FLOW = prefixed('flow-');
const LIFETIME = 600;
const MOST = 5;
const CALLBACK = `${config.origin}/auth/callback`;

const random = () => randomBytes(32).toString('base64url');

export const later = (text) => page(503, text, { 'Retry-After': '5' });

function refusal(status, text, flow, cookies = []) {
  const again = `/auth/login?return_to=${encodeURIComponent(flow?.returnTo ?? '/')}`;
  return page(status, `${text} <a href="${escaped(again)}">Sign in again</a>`, { 'Set-Cookie': cookies });
}

const flowsOf = (request) =>
  [...cookiesOf(request)]
    .filter(([name]) => name.startsWith(FLOW))
    .map(([name, value]) => ({ name, flow: open(name, value) }))
    .filter(({ flow }) => flow && Date.now() - flow.at < LIFETIME * 1000);

function parametersFor(flow, query) {
  const challenge = createHash('sha256').update(flow.verifier).digest('base64url');
  const chosen = ['prompt', 'login_hint', 'ui_locales']
    .filter((name) => query.get(name))
    .map((name) => [name, query.get(name)]);
  const { resource, maxAge: max_age, acrValues: acr_values } = config;
  const asked = Object.entries({ resource, max_age, acr_values }).filter(([, value]) => value !== undefined);
  const { state, nonce } = flow;
  const common = { response_type: 'code', client_id: config.clientId, redirect_uri: CALLBACK, scope: config.scope };
  const pkce = makes('no-pkce') ? {} : { code_challenge: challenge, code_challenge_method: 'S256' };
  const extra = makes('query-passed-on') ? Object.fromEntries(query) : Object.fromEntries([...chosen, ...asked]);
  return { ...common, state, nonce, ...pkce, ...extra };
}

/** `GET /auth/login`. */
export async function login(request, query) {
  const fixed = makes('state-is-constant') ? 's'.repeat(43) : random();
  const flow = {
    state: fixed,
    nonce: random(),
    verifier: random(),
    returnTo: returnTo(query.get('return_to')),
    at: Date.now(),
  };
  let parameters = parametersFor(flow, query);
  let found;
  try {
    found = await metadata();
    if (found.require_pushed_authorization_requests) {
      const { request_uri } = await push(parameters);
      parameters = { client_id: config.clientId, request_uri };
    }
  } catch (error) {
    console.log(`the sign-in cannot begin: ${error.message}`);
    return later('The sign-in is not available at the moment. Try again in a few seconds.');
  }
  const name = FLOW + (makes('one-sign-in-at-a-time') ? 'x' : flow.state.slice(0, 8));
  const old = flowsOf(request)
    .sort((one, other) => one.flow.at - other.flow.at)
    .slice(0, -(MOST - 1));
  const removed = makes('sign-ins-pile-up') ? [] : old.map((one) => setCookie(one.name, '', 0));
  const cookies = [...removed, setCookie(name, seal(name, flow), LIFETIME)];
  return redirect(302, `${found.authorization_endpoint}?${new URLSearchParams(parameters)}`, { 'Set-Cookie': cookies });
}

function wrongIssuer(query, found) {
  if (makes('iss-ignored')) return false;
  const iss = query.get('iss');
  return iss === null ? found.authorization_response_iss_parameter_supported === true : iss !== config.issuer;
}

async function finished(request, flow, code) {
  const tokens = await requestTokens({
    grant_type: 'authorization_code',
    code,
    redirect_uri: CALLBACK,
    code_verifier: flow.verifier,
  });
  if (!tokens.id_token) throw new BadToken('no ID token');
  const claims = await idToken(tokens.id_token, tokens.access_token, flow.nonce);
  const { sub, sid, name, email, acr, auth_time } = claims;
  const kept = { access: tokens.access_token, refresh: tokens.refresh_token, idToken: tokens.id_token };
  const expires = Date.now() + tokens.expires_in * 1000;
  return sessions.begin(request, {
    sub,
    sid,
    name,
    email,
    acr,
    auth_time,
    at: Date.now(),
    tokens: { ...kept, expires },
  });
}

/** `GET /auth/callback`. */
export async function callback(request, query) {
  const flows = flowsOf(request);
  const state = query.get('state');
  const found = makes('state-not-compared')
    ? (flows.at(-1) ?? { flow: {} })
    : flows.find(({ flow }) => flow.state === state);
  if (!found) return refusal(400, 'This sign-in is over, or began in another browser.');
  const { flow, name } = found;
  const spent = makes('state-not-spent') ? [] : [setCookie(name, '', 0)];
  let provider;
  try {
    provider = await metadata();
  } catch {
    return later('The sign-in is not available at the moment. Reload the page in a few seconds.');
  }
  if (wrongIssuer(query, provider)) return refusal(400, 'The answer is from another provider.', flow);
  const error = query.get('error');
  if (error !== null) {
    const said = makes('error-not-escaped') ? error : escaped(error);
    return refusal(error === 'access_denied' ? 403 : 400, `The sign-in was refused: ${said}.`, flow, spent);
  }
  if (!query.get('code')) return refusal(400, 'The answer has no code.', flow, spent);
  try {
    const cookies = await finished(request, flow, query.get('code'));
    return redirect(302, flow.returnTo, { 'Set-Cookie': [...spent, ...cookies] });
  } catch (failure) {
    return failed(failure, flow, spent);
  }
}

function failed(error, flow, spent) {
  console.log(`the sign-in failed: ${error.message}`);
  if (error instanceof Unavailable && makes('reload-impossible')) return refusal(503, 'Not available.', flow, spent);
  if (error instanceof Unavailable)
    return later('The sign-in is not available at the moment. Reload the page in a few seconds.');
  if (error instanceof sessions.TooLarge) return refusal(500, 'The session is too large for cookies.', flow, spent);
  if (error instanceof Refused || error instanceof BadToken) return refusal(400, 'The sign-in failed.', flow, spent);
  throw error;
}
