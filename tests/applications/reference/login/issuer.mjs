// The provider: its metadata and keys, fetched when they are needed, and its endpoints.
import { makes } from '../mutation.mjs';
import { config } from './config.mjs';

const TIMEOUT = 10_000;

/** The provider cannot be reached, or says nothing of use: try again later. */
export class Unavailable extends Error {}

/** The token endpoint refuses (RFC 6749 5.2): `code` is its `error`. */
export class Refused extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

async function ask(url, options = {}) {
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT), ...options });
    return { status: response.status, body: await response.json().catch(() => undefined) };
  } catch (error) {
    throw new Unavailable(`${new URL(url).pathname}: ${error.cause?.code ?? error.name}`);
  }
}

async function document(url) {
  const { status, body } = await ask(url);
  if (status !== 200 || !body) throw new Unavailable(`${new URL(url).pathname}: status ${status}`);
  return body;
}

// One request for all who ask at the same time; a failure is not kept.
function kept(load) {
  let value;
  return () => {
    if (makes('discovery-not-single-flight')) return load();
    value ??= load().catch((error) => {
      value = undefined;
      throw error;
    });
    return value;
  };
}

export const metadata = kept(async () => {
  const found = await document(`${config.issuer}/.well-known/openid-configuration`);
  if (found.issuer !== config.issuer && !makes('metadata-issuer-ignored'))
    throw new Unavailable('metadata of another issuer');
  return found;
});

let keys = [];

/** The public key with a `kid`; fetched anew for one that is not known. */
export async function keyOf(kid) {
  const known = () => keys.find((key) => key.kid === kid);
  if (!known() && !(makes('keys-never-fetched-anew') && keys.length > 0))
    keys = (await document((await metadata()).jwks_uri)).keys;
  return known();
}

const encode = (text) => new URLSearchParams({ x: text }).toString().slice(2);

async function post(url, parameters) {
  const { clientId, clientSecret } = config;
  const basic = makes('client-secret-not-encoded')
    ? `${clientId}:${clientSecret}`
    : `${encode(clientId)}:${encode(clientSecret)}`;
  const body = new URLSearchParams(parameters);
  return ask(url, {
    method: 'POST',
    headers: { Authorization: `Basic ${Buffer.from(basic).toString('base64')}` },
    body,
  });
}

async function successOf(answer) {
  const { status, body } = await answer;
  if (status >= 500 || status === 429 || !body) throw new Unavailable(`status ${status}`);
  if (status >= 400) throw new Refused(body.error ?? 'invalid_request');
  return body;
}

/** A token request; throws `Refused` or `Unavailable`. */
export const requestTokens = async (parameters) => successOf(post((await metadata()).token_endpoint, parameters));

/** RFC 9126; throws as a token request. */
export const push = async (parameters) =>
  successOf(post((await metadata()).pushed_authorization_request_endpoint, parameters));

/** RFC 7009; best effort. */
export async function revoke(token) {
  try {
    const { revocation_endpoint: url } = await metadata();
    if (url) await post(url, { token, token_type_hint: 'refresh_token' });
  } catch (error) {
    console.log(`the refresh token was not revoked: ${error.message}`);
  }
}
