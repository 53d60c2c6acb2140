// npm oidc-provider on a loopback port: in-memory adapter, keys made at the start, its own development interactions.
// Usage: node server.mjs PORT

import { generateKeyPairSync, randomBytes } from 'node:crypto';

import { Provider } from 'oidc-provider';

const port = Number(process.argv[2]);
const callback = 'http://127.0.0.1:9/callback';

function key(alg, type, options) {
  const { privateKey } = generateKeyPairSync(type, options);
  return { ...privateKey.export({ format: 'jwk' }), alg, use: 'sig', kid: alg };
}

// Which algorithm signs access tokens for an API; tokens for no API are opaque.
const apis = {
  'https://api.example': 'RS256',
  'https://es256.example': 'ES256',
  'https://ed25519.example': 'Ed25519',
};

function service(id) {
  return {
    client_id: id,
    client_secret: `${id}-secret`,
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
  };
}

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    service('service'),
    service('api'),
    {
      client_id: 'application',
      client_secret: 'application-secret',
      grant_types: ['authorization_code'],
      redirect_uris: [callback],
    },
  ],
  jwks: {
    keys: [
      key('RS256', 'rsa', { modulusLength: 2048 }),
      key('ES256', 'ec', { namedCurve: 'P-256' }),
      key('Ed25519', 'ed25519'),
    ],
  },
  cookies: { keys: [randomBytes(32).toString('base64url')] },
  claims: { openid: ['sub'], email: ['email', 'email_verified'] },
  enabledJWA: { idTokenSigningAlgValues: ['RS256', 'ES256', 'Ed25519'] },
  findAccount: (ctx, sub) => ({
    accountId: sub,
    claims: () => ({ sub, email: `${sub}@example.org`, email_verified: true }),
  }),
  features: {
    devInteractions: { enabled: true },
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: (ctx, client) => client.clientId === 'api' },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (ctx, indicator) => ({
        scope: 'orders:read orders:write',
        audience: indicator,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: apis[indicator] } },
      }),
    },
  },
  ttl: { AccessToken: 3600, ClientCredentials: 3600, IdToken: 3600, Grant: 3600, Interaction: 3600, Session: 3600 },
});

provider.on('server_error', (ctx, error) => console.error(error));
provider.listen(port, '127.0.0.1');
