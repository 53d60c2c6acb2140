// The setups that cases name. Each starts a provider and the application once, for all cases that name it.
//   env(stage, instance)   environment beside ISSUER, CLIENT_ID, CLIENT_SECRET, SECRET, PORT, ORIGIN
//   instances, origin      how many processes (1), and what browsers see
//   metadata               changes of the provider's discovery document
//   redis, nats            a server behind a wire that a case can cut
//   providerIsDown         the provider is started by the cases, not before them
//   startsNothing          the case starts the application itself
//   servers, before        what is started beside it, and done before it starts
import { Features } from '../servers/features.mjs';
import { Service } from '../servers/service.mjs';
import { newEvent, newKeyPair, newSecret } from '../servers/webhooks.mjs';

/** Who signs webhooks that the application takes. */
export const SENDERS = { first: newSecret(), second: newSecret(), pair: newKeyPair() };

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

const AUDIENCE = 'https://orders.example.test/';

// The servers beside an application of the kit: what it calls, and who sends it webhooks.
async function beside({ provider }) {
  const service = new Service(provider, AUDIENCE);
  const features = new Features();
  await Promise.all([service.start(), features.start()]);
  return { service, features };
}

const kit =
  (more = {}) =>
  (stage) => ({
    AUDIENCE,
    FEATURES_URL: stage.servers.features.url,
    SERVICE_URL: stage.servers.service.url,
    WEBHOOK_SECRETS: Object.values(SENDERS)
      .map(({ text }) => text)
      .join(),
    ...(stage.wire && { REDIS_URL: stage.redisUrl }),
    ...more,
  });

const KIT = {
  one: { servers: beside, env: kit() },
  redis: { servers: beside, redis: true, instances: 2, env: kit() },
  https: { servers: beside, origin: 'https://app.example.test', env: kit() },
  'provider down': { servers: beside, providerIsDown: true, env: kit() },
};

// What an instance has is not taken from it because the machine is busy.
const STREAM = { STREAM: 'test:events', GROUP: 'application', CLAIM_AFTER_MS: '3000' };

const EVENTS = {
  one: KIT.one,
  stream: { servers: beside, redis: true, instances: 2, env: kit(STREAM), before: leaveToTheDead },
};

// A consumer of the group took an entry before the application starts, and never came back.
async function leaveToTheDead({ redis }) {
  const body = JSON.stringify(newEvent('user.created', {}, 'left-by-the-dead'));
  await redis.command('DEL', STREAM.STREAM, `${STREAM.STREAM}:dead`);
  await redis.command('XGROUP', 'CREATE', STREAM.STREAM, STREAM.GROUP, '0', 'MKSTREAM');
  await redis.command(
    'XADD',
    STREAM.STREAM,
    '*',
    'id',
    'left-by-the-dead',
    'type',
    'user.created',
    'tenant',
    'acme',
    'body',
    body,
  );
  await redis.command('XREADGROUP', 'GROUP', STREAM.GROUP, 'the-dead', 'COUNT', '1', 'STREAMS', STREAM.STREAM, '>');
}

const NATS = { NATS_STREAM: 'TEST', GROUP: 'application' };

const SUBSCRIBED = {
  nats: {
    servers: beside,
    nats: true,
    instances: 2,
    env: (stage) => kit({ ...NATS, NATS_URL: `nats://127.0.0.1:${stage.natsWire.port}` })(stage),
    before: publishEarly,
  },
};

// The stream is there, and an event in it, before the application starts.
async function publishEarly({ nats }) {
  await nats.client.request(`$JS.API.STREAM.CREATE.${NATS.NATS_STREAM}`, {
    name: NATS.NATS_STREAM,
    subjects: ['credenza.events.>'],
    storage: 'memory',
  });
  const event = newEvent('user.created', {}, 'before-the-start');
  await nats.client.request('credenza.events.acme.user.created', event);
}

export { AUDIENCE, NATS, STREAM };
export const SETUPS = { login: LOGIN, kit: KIT, service: { one: KIT.one }, events: EVENTS, nats: SUBSCRIBED };
