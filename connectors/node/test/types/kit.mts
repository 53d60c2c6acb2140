// Compiled by `npm run types`, never run: what is typed well passes, and what is not is an error that is expected.

import { NatsEvents, RedisEvents, RedisSeen, Webhooks } from '@credenza/connectors/events';
import { Guard } from '@credenza/connectors/express';
import {
  Features,
  Health,
  Log,
  Pages,
  Plans,
  Problem,
  RateLimits,
  RedisCounters,
  Roles,
} from '@credenza/connectors/kit';
import { Kit as ExpressKit } from '@credenza/connectors/kit/express';
import { kit as plugin } from '@credenza/connectors/kit/fastify';
import { Kit as HonoKit } from '@credenza/connectors/kit/hono';
import { Gates, KitModule, Reads, Timeout } from '@credenza/connectors/kit/nestjs';
import { Kit as NextKit } from '@credenza/connectors/kit/next';
import {
  ClientToken,
  Invitations,
  RateLimited,
  Service,
  ServiceError,
  SignInLink,
  SignInLinks,
  Users,
} from '@credenza/connectors/service';
import { connect } from '@nats-io/transport-node';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import { createClient } from 'redis';

const redis = createClient();
const options = { origin: 'https://api.example', bodyLimit: 1024, timeout: 10, log: new Log({ level: 'warn' }) };
const guard = new Guard({ issuer: 'https://id.example', audience: 'https://api.example', logger: options.log });
const health = new Health({ issuer: () => guard.ready(), redis: () => redis.ping() });
const roles = new Roles({ editor: ['items:read'], admin: ['*'] });
const plans = new Plans({ upgradeUrl: 'https://app.example/upgrade' });
const features = new Features({ load: async (plan) => ({ exports: plan === 'pro' }) });
const limits = [
  { name: 'caller', quota: 5, window: 2 },
  { name: 'address', quota: 50, window: 1, key: () => undefined },
];
const rates = new RateLimits({ limits, counters: new RedisCounters(redis) });
const gates = [roles.requires('items:read'), plans.requires('pro'), features.requires('exports'), rates.gate()];
const within = features.within('projects', ({ query }) => Number(query.get('used')));
const pages = new Pages({ secret: ['one', 'two'] });

const kit = new ExpressKit(options);
const app = express();
app.use(kit.start(), kit.health(health));
app.post('/items', guard.requires(), kit.gate(...gates, within), kit.bodyLimit(1), kit.json(), (request, response) => {
  const page = pages.of<number>(kit.of(request), ['kind']);
  const position: number | undefined = page.position;
  response.json(page.envelope([position], 7));
});
app.use(kit.notFound(), kit.errors());

const other = fastify();
await other.register(plugin, { ...options, health });
other.get('/', { config: { gates, timeout: 1 }, preHandler: other.kit.gate(within) }, async (request) => {
  throw new Problem(409, 'taken', { members: { id: other.kit.of(request).id } });
});

const third = new HonoKit(options);
const hono = new Hono();
hono.onError(third.onError());
hono.notFound(third.notFound());
hono.use(third.start(), third.health(health));
hono.post('/', third.gate(within), async (c) => c.json((await third.json(c)) as object));

class Controller {
  handler(): void {}
}
const descriptor = { value: Controller.prototype.handler };
for (const decorate of [Gates(...gates), Reads('json'), Timeout(1)]) {
  decorate(Controller.prototype, 'handler', descriptor);
}
KitModule.forRoot(options);
// @ts-expect-error a body is read as json or bytes.
Reads('text');

const next = new NextKit(options);
export const GET = next.route<{ params: Promise<{ id: string }> }>(
  async (request, { caller, params }) => Response.json([caller?.sub, (await params).id, await next.json(request)]),
  { guard, needs: { scopes: ['read'] }, gates },
);
export const { DELETE, POST } = next.methods({ POST: GET });
export const everywhere = next.methods({}, next.notFound());
export const live = next.methods({ GET: next.health(health) });
// @ts-expect-error OPTIONS is left to Next.
next.methods({ OPTIONS: GET });

// @ts-expect-error unknown settings are refused.
new ExpressKit({ timeouts: 1 });
// @ts-expect-error features come from somewhere by a known name.
new Features({ uri: 'https://api.example' });

const client = { issuer: 'https://id.example', clientId: 'app', clientSecret: 'secret' };
const token = new ClientToken({ ...client, scope: 'orders:read', resource: 'https://orders.example' });
const service = new Service({ url: 'https://orders.example', token });
const orders: unknown = await service.json('/orders', { method: 'POST', body: { count: 1 } });
await service.onBehalfOf(new Request('https://api.example')).call('/orders');
const users = new Users(client);
try {
  const [user] = await users.find({ email: 'ada@example.com' });
  void user?.user_id;
} catch (error) {
  if (error instanceof RateLimited) void error.retryAfter;
  if (error instanceof ServiceError) void error.type;
}
// @ts-expect-error users have names.
await users.create({ name: 'ada' });
// @ts-expect-error one of the ways to find them.
await users.find({ name: 'ada' });
const invitations = new Invitations({ ...client, timeout: 5 });
const { invitation_id: invited } = await invitations.create({ email: 'ada@example.com' }, { idempotencyKey: 'a' });
for await (const { state } of invitations.list()) if (state === 'expired') await invitations.resend(invited);
// @ts-expect-error an invitation goes to an address.
await invitations.create({ username: 'ada' });
const link: SignInLink = await new SignInLinks(client).create('some-id', { mail: false });
const address: string | undefined = link.url;
void address;
// @ts-expect-error mailed or not has to be said.
await new SignInLinks(client).create('some-id', {});

const webhooks = new Webhooks({ secrets: ['whsec_x'], seen: new RedisSeen(redis) });
const status: 200 | 204 = await webhooks.receive(new Uint8Array(), new Headers(), (event) => void event.type);
const events = new RedisEvents({
  client: redis,
  stream: 'credenza:events',
  group: 'app',
  handle: async (event, { tenant }) => void [event.data?.['user_id'], tenant],
  log: options.log,
});
await events.start();
const handle = (): void => {};
await new NatsEvents({ connection: await connect(), stream: 'CREDENZA', durable: 'app', handle }).start();
void [orders, status];
