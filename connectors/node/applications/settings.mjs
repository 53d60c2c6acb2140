// What the applications of the runner are told by their environment, and what all of them answer.

import { RedisStore } from '@credenza/connectors/login';
import Redis from 'ioredis';

const { env } = process;

export const port = Number(env.PORT ?? 0);
export const origin = env.ORIGIN ?? `http://127.0.0.1:${port}`;

const clients = [];

/** A store in Redis; a client that has lost its server neither ends the program nor keeps requests. */
function redisStore(url) {
  const client = new Redis(url, { maxRetriesPerRequest: 1, retryStrategy: () => 200 });
  client.on('error', () => {});
  clients.push(client);
  return new RedisStore(client);
}

const storeOf = (name) => (name?.startsWith('redis:') ? redisStore(name) : name);

export const options = {
  issuer: env.ISSUER,
  clientId: env.CLIENT_ID,
  clientSecret: env.CLIENT_SECRET,
  origin,
  secret: (env.SECRET ?? '').split(','),
  sessions: storeOf(env.SESSIONS),
  ended: env.ENDED === undefined ? undefined : redisStore(env.ENDED),
  scope: env.SCOPE,
  resource: env.RESOURCE,
  maxAge: env.MAX_AGE === undefined ? undefined : Number(env.MAX_AGE),
  acrValues: env.ACR_VALUES,
};

/** The page of somebody. */
export const pageFor = ({ sub }) => `<!doctype html><title>Protected</title><p>${sub.replace(/[<&]/g, '')}</p>\n`;

/** Says that requests may come, and ends when it is told to. */
export function ready(close = () => {}) {
  console.log(`listening on http://127.0.0.1:${port}`);
  process.once('SIGTERM', async () => {
    await close();
    clients.forEach((client) => client.disconnect());
    process.exit(0);
  });
}
