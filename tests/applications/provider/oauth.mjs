// The endpoints of OAuth 2.0 and OpenID Connect, as functions of a request.
import { createHash, randomUUID } from 'node:crypto';

const refusal = (error, status = 400, headers = {}) => ({ status, body: { error }, headers });

/** Who calls: by HTTP Basic (RFC 6749 2.3.1, with its form encoding), or undefined. */
function clientOf(provider, { headers }) {
  const [scheme, value] = (headers.authorization ?? '').split(' ');
  if (scheme.toLowerCase() !== 'basic') return undefined;
  const [id, secret] = Buffer.from(value, 'base64')
    .toString()
    .split(':')
    .map((part) => decodeURIComponent(part.replaceAll('+', ' ')));
  return id === provider.client.id && secret === provider.client.secret ? id : undefined;
}

const unauthorized = () => refusal('invalid_client', 401, { 'WWW-Authenticate': 'Basic realm="token"' });

/** The document of OpenID Connect Discovery and RFC 8414. */
export function metadata({ issuer, metadata: changes }) {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/userinfo`,
    jwks_uri: `${issuer}/jwks`,
    revocation_endpoint: `${issuer}/revoke`,
    end_session_endpoint: `${issuer}/logout`,
    pushed_authorization_request_endpoint: `${issuer}/par`,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
    token_endpoint_auth_methods_supported: ['client_secret_basic'],
    code_challenge_methods_supported: ['S256'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    authorization_response_iss_parameter_supported: true,
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
    frontchannel_logout_supported: true,
    frontchannel_logout_session_supported: true,
    ...changes,
  };
}

/** RFC 9126. */
export function pushed(provider, request) {
  const client = clientOf(provider, request);
  if (!client) return unauthorized();
  const uri = `urn:ietf:params:oauth:request_uri:${randomUUID()}`;
  provider.pushed.set(uri, new URLSearchParams(request.body));
  return { status: 201, body: { request_uri: uri, expires_in: 60 } };
}

function byCode(provider, parameters) {
  const grant = provider.tokens.codes.get(parameters.get('code'));
  provider.tokens.codes.delete(parameters.get('code'));
  if (!grant || grant.redirect_uri !== parameters.get('redirect_uri')) return refusal('invalid_grant');
  const challenge = createHash('sha256')
    .update(parameters.get('code_verifier') ?? '')
    .digest('base64url');
  if (challenge !== grant.code_challenge) return refusal('invalid_grant');
  return { status: 200, body: provider.tokens.issue(grant) };
}

function byRefreshToken(provider, parameters) {
  const answer = provider.tokens.refresh(parameters.get('refresh_token'));
  return answer ? { status: 200, body: answer } : refusal('invalid_grant');
}

/** RFC 6749 4.4, with `resource` of RFC 8707. */
function byCredentials(provider, parameters) {
  const { client, machineLifetime } = provider;
  const scope = parameters.get('scope') ?? '';
  const claims = { sub: client.id, aud: parameters.get('resource') ?? client.id, client_id: client.id, scope };
  const access = provider.tokens.access(claims, machineLifetime);
  return { status: 200, body: { access_token: access, token_type: 'Bearer', expires_in: machineLifetime, scope } };
}

const GRANTS = { authorization_code: byCode, refresh_token: byRefreshToken, client_credentials: byCredentials };

/** RFC 6749 3.2. */
export function token(provider, request) {
  if (!clientOf(provider, request)) return unauthorized();
  const parameters = new URLSearchParams(request.body);
  const grant = GRANTS[parameters.get('grant_type')];
  if (!grant) return refusal('unsupported_grant_type');
  const { status, body } = grant(provider, parameters);
  return { status, body, headers: { 'Cache-Control': 'no-store' } };
}

/** RFC 7009. */
export function revoke(provider, request) {
  if (!clientOf(provider, request)) return unauthorized();
  provider.tokens.revoke(new URLSearchParams(request.body).get('token'));
  return { status: 200, body: '' };
}

/** OpenID Connect Core 5.3. */
export function userinfo(provider, { headers }) {
  const claims = provider.tokens.accessTokens.get((headers.authorization ?? '').replace(/^Bearer /i, ''));
  if (!claims) return refusal('invalid_token', 401, { 'WWW-Authenticate': 'Bearer error="invalid_token"' });
  const { name, email } = provider.people.get(claims.sub) ?? {};
  return { status: 200, body: { sub: claims.sub, name, email } };
}
