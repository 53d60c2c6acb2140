// Rate limits of the caller and the tenant: windows that begin with the first request, in Redis or in memory.
import { redis } from '../../servers/redis.mjs';
import { makes } from '../mutation.mjs';
import { config } from './config.mjs';
import { Problem } from './problem.mjs';

const WINDOW = 2;
const LIMITS = [
  ['caller', 5],
  ['tenant', 20],
];
const COUNT = `local n = redis.call('INCR', KEYS[1])
if n == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return {n, redis.call('PTTL', KEYS[1])}`;

const windows = new Map();

function inMemory(key) {
  const now = Date.now();
  const known = windows.get(key);
  const window = known && known.until > now ? known : { count: 0, until: now + WINDOW * 1000 };
  window.count += 1;
  windows.set(key, window);
  return [window.count, window.until - now];
}

async function count(key) {
  if (!config.redisPort || makes('limits-not-shared')) return inMemory(key);
  try {
    return await redis(config.redisPort, 'EVAL', COUNT, 1, `rate:${key}`, WINDOW * 1000);
  } catch (error) {
    if (makes('redis-lost-is-a-failure')) throw error;
    return inMemory(key);
  }
}

/** Counts a request; gives the fields of the answer, throws a `Problem` with them above a limit. */
export async function limit({ sub, client_id: client, tenant, token }) {
  const caller = makes('limit-by-token') ? token : (sub ?? client);
  const keys = { caller, tenant: makes('tenant-not-limited') ? caller + Math.random() : tenant };
  const counted = await Promise.all(
    LIMITS.map(async ([name, most]) => {
      const [used, wait] = await count(`${name}:${keys[name]}`);
      return { name, most, used, seconds: Math.max(1, Math.ceil(wait / 1000)) };
    }),
  );
  const headers = {
    'RateLimit-Policy': counted.map(({ name, most }) => `"${name}";q=${most};w=${WINDOW}`).join(', '),
    RateLimit: counted
      .map(({ name, most, used, seconds }) => `"${name}";r=${Math.max(0, most - used)};t=${seconds}`)
      .join(', '),
  };
  const over = counted.filter(({ most, used }) => used > most);
  if (over.length === 0 || makes('no-rate-limit')) return headers;
  throw new Problem(429, 'rate_limited', {
    headers: { ...headers, 'Retry-After': String(Math.max(...over.map(({ seconds }) => seconds))) },
  });
}
