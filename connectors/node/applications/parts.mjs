// What the applications of all frameworks have in common: settings from the environment, gates, and other services.

import {
  Features,
  Health,
  Log,
  MemoryCounters,
  Pages,
  Plans,
  Problem,
  RateLimits,
  RedisCounters,
  Roles,
} from '@credenza/connectors/kit';
import { ClientToken, Service, Users } from '@credenza/connectors/service';
import { createClient } from 'redis';

import { startEvents } from './events.mjs';

const { env } = process;
const UPGRADE = 'https://app.example/upgrade';

export const port = Number(env.PORT ?? 8080);
export const log = new Log();
export const guardOptions = { issuer: env.ISSUER, audience: env.AUDIENCE, logger: log };
export const kitOptions = {
  origin: env.ORIGIN ?? `http://127.0.0.1:${port}`,
  bodyLimit: 1024,
  timeout: 10,
  log,
};
export const limits = { upload: 65_536, hooks: 262_144, slow: 0.3, slower: 1 };

export const redis = env.REDIS_URL && createClient({ url: env.REDIS_URL, socket: { reconnectStrategy: 200 } });
redis?.on('error', (error) => log.warn({ err: error }, 'Redis'));
redis?.connect().catch(() => {});

const ping = async () => {
  if (!redis.isReady) throw new Error('Redis is not there');
  await redis.ping();
};

/** The health of the application, whose guard knows the issuer. */
export const healthOf = (guard) => new Health({ issuer: () => guard.ready(), ...(redis && { redis: ping }) });

const secret = env.SECRET?.split(',') ?? 'a secret of thirty-two bytes, or more';
const pages = new Pages({ secret });
const plans = new Plans({ upgradeUrl: UPGRADE });
const roles = new Roles({ editor: ['items:read', 'items:write'], admin: ['*'] });
const features = new Features({ url: env.FEATURES_URL ?? 'http://127.0.0.1:9/features', upgradeUrl: UPGRADE });
const counters = redis ? new RedisCounters(redis) : new MemoryCounters();
const rates = new RateLimits({
  counters,
  limits: [
    { name: 'caller', quota: 5, window: 2 },
    { name: 'tenant', quota: 20, window: 2 },
  ],
});

function usedOf({ query }) {
  const used = Number(query.get('used') ?? Number.NaN);
  if (!Number.isInteger(used)) throw new Problem(400, 'invalid_parameter', { detail: 'used has to be a whole number' });
  return used;
}

/** What stands in front of the routes, by path. */
export const gates = {
  limited: rates.gate(),
  edit: roles.requires('items:write'),
  reports: plans.requires('pro', 'enterprise'),
  exports: features.requires('exports'),
  projects: features.within('projects', usedOf),
};

const items = Array.from({ length: 500 }, (_, at) => ({ id: at + 1, kind: at % 2 === 0 ? 'odd' : 'even' }));

/** A page of the items. */
export function list(exchange) {
  const page = pages.of(exchange, ['kind']);
  const { kind } = page.filters;
  const rest = items.filter((it) => it.id > (page.position ?? 0) && (kind === undefined || it.kind === kind));
  const found = rest.slice(0, page.limit);
  return page.envelope(found, rest.length > found.length ? found.at(-1).id : undefined);
}

const client = { issuer: env.ISSUER, clientId: env.CLIENT_ID ?? 'app', clientSecret: env.CLIENT_SECRET ?? 'secret' };
const serviceUrl = env.SERVICE_URL ?? 'http://127.0.0.1:9';
const token = new ClientToken({ ...client, scope: 'orders:read', resource: serviceUrl });
const service = new Service({ url: serviceUrl, token });

/** Calls of other services, by what they are for. */
export const calls = {
  machine: () => service.json('/machine'),
  behalf: (exchange) => service.onBehalfOf(exchange).json('/behalf'),
  users: new Users(client),
};

async function onEvent({ type, data }) {
  if (type === 'features.changed') features.drop(data?.plan);
}

/** What came by webhooks, and by the streams that the environment names. */
export const { receive, hooksSeen, eventsSeen, stop } = startEvents({ redis, log, onEvent });

/** Waits that long, unless nobody waits for the answer any more. */
export const wait = (milliseconds, signal) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds, { waited: milliseconds });
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });

/** How long a request asks to wait, in milliseconds. */
export const millisecondsOf = ({ query }) => Math.min(10_000, Number(query.get('ms') ?? 0) || 0);

/** Fetches keys before somebody waits for them, and ends the application when it is told to. */
export function start(guard, close = () => {}) {
  guard.ready().catch((error) => log.warn({ err: error }, 'the issuer is not there yet'));
  process.once('SIGTERM', async () => {
    await stop();
    redis?.destroy();
    await close();
    process.exit(0);
  });
}

/** The application listens. */
export function ready(guard, close) {
  start(guard, close);
  console.log(`listening on http://127.0.0.1:${port}`);
}
