// The routes of the kit's application: handlers of `{ request, query, caller() }` that give `{ status, body, headers }`.
import { redis } from '../../servers/redis.mjs';
import * as access from './access.mjs';
import { bodyOf, jsonOf } from './body.mjs';
import { config } from './config.mjs';
import * as events from './events.mjs';
import { fetchKeys } from './guard.mjs';
import { items } from './pages.mjs';
import { limit } from './rate.mjs';
import { callBehalf, callMachine } from './service.mjs';
import * as users from './users.mjs';
import * as webhooks from './webhooks.mjs';

const BODY = 1_024;
const UPLOAD = 65_536;
const MOST_OF_A_WEBHOOK = 262_144;

const ok = (body, headers = {}) => ({ status: 200, body, headers });
const sleep = (query) => new Promise((resolve) => setTimeout(resolve, Number(query.get('ms'))));

const checked = async (work) => {
  try {
    await work;
    return 'ok';
  } catch {
    return 'unreachable';
  }
};

async function readyz() {
  const checks = { issuer: await checked(fetchKeys()) };
  if (config.redisPort) checks.redis = await checked(redis(config.redisPort, 'PING'));
  const isReady = Object.values(checks).every((word) => word === 'ok');
  return { status: isReady ? 200 : 503, body: { status: isReady ? 'ok' : 'unavailable', checks }, headers: {} };
}

const ROUTES = {
  'GET /livez': () => ok({ status: 'ok' }),
  'GET /readyz': readyz,
  'POST /echo': async ({ request }) => ok(await jsonOf(request, BODY)),
  'POST /upload': async ({ request }) => ok({ bytes: (await bodyOf(request, UPLOAD)).length }),
  'GET /slow': async ({ query }) => ok((await sleep(query)) ?? {}),
  'GET /slower': async ({ query }) => ok((await sleep(query)) ?? {}),
  'GET /fail': () => {
    throw new Error('inside-of-the-handler');
  },
  'GET /items': async ({ caller, query }) => {
    const { body, headers } = items(await caller(), query);
    return ok(body, headers);
  },
  'GET /limited': async ({ caller }) => ok({}, await limit(await caller())),
  'GET /edit': async ({ caller }) => ok(access.needPermission(await caller(), 'items:write') ?? {}),
  'GET /reports': async ({ caller }) => ok(access.needPlan(await caller(), ['pro', 'enterprise']) ?? {}),
  'GET /exports': async ({ caller }) => ok((await access.needFeature(await caller(), 'exports')) ?? {}),
  'GET /projects': async ({ caller, query }) =>
    ok((await access.needRoom(await caller(), 'projects', Number(query.get('used')))) ?? {}),
  'GET /call/machine': async () => ok(await callMachine()),
  'GET /call/behalf': async ({ caller }) => ok(await callBehalf(await caller())),
  'POST /call/users': async ({ request }) => ({
    status: 201,
    body: await users.create(await jsonOf(request, BODY)),
    headers: {},
  }),
  'GET /call/users': async ({ query }) => ok(await users.find(query.get('username'))),
  'POST /hooks/credenza': async ({ request }) => ({
    status: webhooks.receive(request, await bodyOf(request, MOST_OF_A_WEBHOOK)),
    headers: {},
  }),
  'GET /hooks/seen': () => ok(webhooks.handled()),
  'GET /events/seen': () => ok(events.handled()),
};

const USER = /^\/call\/users\/([^/]+)(\/disable|\/enable)?$/;
const USER_ROUTES = {
  GET: async (id) => ok(await users.get(id)),
  'POST/disable': async (id) => ok(await users.disable(id)),
  'POST/enable': async (id) => ok(await users.enable(id)),
  DELETE: async (id) => ({ status: 204, body: await users.remove(id), headers: {} }),
};

/** The milliseconds that a path has, where it is not the usual. */
export const timeoutOf = (path) => ({ '/slower': 1_000, '/slow': 300 })[path] ?? 20_000;

/** The handler of a request; undefined where there is none. */
export function handlerOf(method, path) {
  const [, id, action = ''] = USER.exec(path) ?? [];
  const ofUser = id && USER_ROUTES[`${method}${action}`];
  return ofUser ? () => ofUser(decodeURIComponent(id)) : ROUTES[`${method} ${path}`];
}
