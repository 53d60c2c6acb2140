// The setups that cases name. Each starts a provider and the application once, for all cases that name it.
//   env(stage, instance)   environment beside ISSUER, CLIENT_ID, CLIENT_SECRET, SECRET, PORT, ORIGIN
//   instances, origin      how many processes (1), and what browsers see
//   metadata               changes of the provider's discovery document
//   redis                  a Redis behind a wire that a case can cut
//   providerIsDown         the provider is started by the cases, not before them
//   startsNothing          the case starts the application itself
const OLD = 'the-secret-of-last-year-0123456789abcdef';
const NEW = 'the-secret-of-this-year-0123456789abcdef';

const LOGIN = {
  cookie: {},
  memory: { env: () => ({ SESSIONS: 'memory' }) },
  redis: { redis: true, instances: 2, env: ({ redisUrl }) => ({ SESSIONS: redisUrl }) },
  'two with cookies': { redis: true, instances: 2, env: ({ redisUrl }) => ({ ENDED: redisUrl }) },
  https: { origin: 'https://app.example.test' },
  rotated: { instances: 3, env: (_, at) => ({ SECRET: [OLD, `${NEW},${OLD}`, NEW][at] }) },
  asked: {
    metadata: { require_pushed_authorization_requests: true },
    env: () => ({ RESOURCE: 'https://api.example.test/', MAX_AGE: '3600', ACR_VALUES: 'urn:example:mfa' }),
  },
  plain: {
    metadata: {
      authorization_response_iss_parameter_supported: false,
      end_session_endpoint: undefined,
      revocation_endpoint: undefined,
      pushed_authorization_request_endpoint: undefined,
    },
  },
  'provider down': { providerIsDown: true },
  'key rotated': {},
  'other issuer': { metadata: { issuer: 'http://127.0.0.1:1' } },
  nothing: { startsNothing: true },
};

export const SETUPS = { login: LOGIN };
