// npm oidc-provider as tests/bench/run measures it: in-memory adapter, keys made at start, and an interaction
// that signs in and consents by one request.
//
// Environment: PORT, BENCH_CLIENT_SECRET, REDIRECT_URI.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

import { Provider } from 'oidc-provider';
import MemoryAdapter from 'oidc-provider/lib/adapters/memory_adapter.js';

const { PORT, BENCH_CLIENT_SECRET, REDIRECT_URI } = process.env;
const issuer = `http://127.0.0.1:${PORT}`;
const resource = 'urn:bench:api';
const hour = 3600;

// The clients of the run, by the names that `run` gives them on every server. `accessToken` is the algorithm of
// a JWT access token; without it the token is opaque, the only kind this server introspects and takes at userinfo.
const clients = {
  'cc-es256': { accessToken: 'ES256', grants: ['client_credentials'] },
  'cc-rs256': { accessToken: 'RS256', grants: ['client_credentials'] },
  'flow-es256': { accessToken: 'ES256', idToken: 'ES256', grants: ['authorization_code', 'refresh_token'] },
  'flow-rs256': { accessToken: 'ES256', idToken: 'RS256', grants: ['authorization_code', 'refresh_token'] },
  opaque: { idToken: 'ES256', grants: ['authorization_code', 'refresh_token'] },
};

const user = {
  sub: 'ada',
  name: 'Ada',
  preferred_username: 'ada',
  email: 'ada@example.org',
  email_verified: false,
};

function metadata([id, { idToken, grants }]) {
  const people = grants.includes('authorization_code');
  return {
    client_id: id,
    client_secret: BENCH_CLIENT_SECRET,
    grant_types: grants,
    response_types: people ? ['code'] : [],
    redirect_uris: people ? [REDIRECT_URI] : [],
    ...(idToken && { id_token_signed_response_alg: idToken }),
  };
}

function key(alg, type, options) {
  const { privateKey } = generateKeyPairSync(type, options);
  return { ...privateKey.export({ format: 'jwk' }), alg, use: 'sig', kid: alg };
}

const provider = new Provider(issuer, {
  // A function, so that the adapter is the stock one without its notice about production.
  adapter: (model) => new MemoryAdapter(model),
  clients: Object.entries(clients).map(metadata),
  jwks: { keys: [key('ES256', 'ec', { namedCurve: 'P-256' }), key('RS256', 'rsa', { modulusLength: 2048 })] },
  cookies: { keys: [randomBytes(32).toString('base64url')] },
  claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email', 'email_verified'] },
  scopes: ['openid', 'profile', 'email', 'offline_access'],
  findAccount: (ctx, sub) => ({ accountId: sub, claims: () => ({ ...user, sub }) }),
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  rotateRefreshToken: true,
  enabledJWA: { idTokenSigningAlgValues: ['ES256', 'RS256'] },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: (ctx, client, token) => token.clientId === client.clientId },
    revocation: { enabled: true, allowedPolicy: (ctx, client, token) => token.clientId === client.clientId },
    resourceIndicators: {
      enabled: true,
      defaultResource: (ctx, client) => (clients[client.clientId].accessToken ? resource : undefined),
      useGrantedResource: () => true,
      getResourceServerInfo: (ctx, indicator, client) => ({
        scope: 'openid profile email',
        audience: indicator,
        accessTokenTTL: hour,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: clients[client.clientId].accessToken } },
      }),
    },
  },
  ttl: {
    AccessToken: hour,
    AuthorizationCode: 60,
    ClientCredentials: hour,
    Grant: 24 * hour,
    IdToken: hour,
    Interaction: hour,
    RefreshToken: 24 * hour,
    Session: 24 * hour,
  },
});

// Signs the one user in and grants what was asked for.
async function interact(request, response) {
  const { params, grantId } = await provider.interactionDetails(request, response);
  const grant = (grantId && await provider.Grant.find(grantId))
    || new provider.Grant({ accountId: user.sub, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  if (params.resource) grant.addResourceScope(params.resource, params.scope);
  const result = { login: { accountId: user.sub }, consent: { grantId: await grant.save() } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

const handle = provider.callback();
const server = createServer((request, response) => {
  if (!request.url.startsWith('/interaction/')) {
    handle(request, response);
    return;
  }
  interact(request, response).catch((error) => {
    console.error(error);
    response.writeHead(500).end();
  });
});
provider.on('server_error', (ctx, error) => console.error(error));
server.listen(Number(PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
