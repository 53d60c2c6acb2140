// Chart 988: Redis Stream for Node | at least once by a consumer group, order by subject, take-over, tries and dead letters, Redis lost; rate limits that instances share

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';

import { RedisEvents } from '@credenza/connectors/events';

import { ask, start, until } from './kit/applications.mjs';
import { startRedis } from './kit/redis.mjs';
import { World } from './kit/world.mjs';

const quiet = { warn: () => {}, error: () => {} };

/** Adds an entry as the provider does; answers its id. */
async function add(client, stream, { id = randomUUID(), subject = id, type = 'user.updated', body } = {}) {
  const event = body ?? JSON.stringify({ specversion: '1.0', id, type, subject, data: {} });
  await client.xAdd(stream, '*', { id, type, tenant: 't1', body: event });
  return id;
}

const pendingOf = async (client, stream, group) => (await client.xPending(stream, group)).pending;

test('events are handled from the first on, in order for each subject, and remembered by the group', async (t) => {
  const { client } = await startRedis(t);
  const stream = 'credenza:events';
  const early = [await add(client, stream, { subject: 'ada' }), await add(client, stream, { subject: 'ada' })];
  const handled = [];
  const handle = async (event, { id, type, tenant }) => {
    // The first of a subject takes longest, so that others of it would overtake it.
    await new Promise((resolve) => setTimeout(resolve, event.subject === 'ada' ? 20 - handled.length * 5 : 0));
    handled.push(id);
    assert.deepEqual([event.id, type, tenant], [id, 'user.updated', 't1']);
  };
  const make = () => new RedisEvents({ client, stream, group: 'app', handle, log: quiet });
  const events = make();
  await events.start();
  const late = await add(client, stream, { subject: 'ada' });
  await until(() => handled.length === 3, 'three events');
  assert.deepEqual(handled, [...early, late]);
  await until(async () => (await pendingOf(client, stream, 'app')) === 0, 'nothing pending');
  await events.stop();
  assert.deepEqual(await client.xInfoConsumers(stream, 'app'), []);
  const meanwhile = await add(client, stream);
  const again = make();
  await again.start();
  await until(() => handled.length === 4, 'one more');
  assert.equal(handled[3], meanwhile);
  await again.stop();
});

test('a handler that fails is tried again, and holds up nobody else; in the end the event is set aside', async (t) => {
  const { client } = await startRedis(t);
  const [stream, handled, tries] = ['events', [], new Map()];
  const handle = (_event, { id, type }) => {
    tries.set(id, (tries.get(id) ?? 0) + 1);
    if (type === 'fails' || (type === 'twice' && tries.get(id) <= 2)) throw new Error('on purpose');
    handled.push(id);
  };
  const events = new RedisEvents({ client, stream, group: 'app', handle, log: quiet });
  await events.start();
  const bad = await add(client, stream, { type: 'fails', subject: 'bob' });
  const broken = await add(client, stream, { body: '{"id":' });
  const twice = await add(client, stream, { type: 'twice', subject: 'ada' });
  const after = await add(client, stream, { subject: 'ada' });
  await until(() => handled.length === 2, 'the good ones');
  // Others of its subject do not wait either.
  assert.deepEqual(handled, [after, twice]);
  assert.ok(tries.get(bad) < 10);
  const dead = () => client.xRange(`${stream}:dead`, '-', '+');
  await until(async () => (await dead()).length === 2, 'two set aside', 30_000);
  const [first, second] = (await dead()).map(({ message }) => message);
  assert.deepEqual([first.id, first.body, second.id, tries.get(bad)], [broken, '{"id":', bad, 10]);
  assert.match(second.error, /on purpose/);
  assert.equal(await pendingOf(client, stream, 'app'), 0);
  await events.stop();
});

test('what a consumer leaves when it dies is taken over, and what one is busy with is not', async (t) => {
  const { client } = await startRedis(t);
  const stream = 'events';
  await client.xGroupCreate(stream, 'app', '0', { MKSTREAM: true });
  const left = await add(client, stream);
  // One that died after it had read: nobody renews what it has.
  await client.xReadGroup('app', 'dead', { key: stream, id: '>' });
  const handled = [];
  let release;
  const slow = await add(client, stream);
  const handleSlowly = async (_event, { id }) => {
    if (id === slow) await new Promise((resolve) => (release = resolve));
    handled.push(id);
  };
  const common = { client, stream, group: 'app', takeOver: 2, log: quiet };
  const one = new RedisEvents({ ...common, handle: handleSlowly });
  await one.start();
  await until(() => release !== undefined, 'a handler that is busy');
  const stolen = [];
  const two = new RedisEvents({ ...common, handle: (_event, { id }) => stolen.push(id) });
  await two.start();
  await until(() => [...handled, ...stolen].includes(left), 'the entry that was left');
  await new Promise((resolve) => setTimeout(resolve, 4000));
  assert.ok(!stolen.includes(slow));
  release();
  await until(() => handled.includes(slow), 'the slow one');
  await Promise.all([one.stop(), two.stop()]);
  assert.equal(await pendingOf(client, stream, 'app'), 0);
});

test('Redis may be away at the start and in between, and nothing is lost', async (t) => {
  const redis = await startRedis(t);
  const { client } = redis;
  const [stream, handled] = ['events', []];
  const kept = await add(client, stream);
  await redis.down();
  const events = new RedisEvents({
    client,
    stream,
    group: 'app',
    handle: (_e, { id }) => handled.push(id),
    log: quiet,
  });
  await events.start();
  await redis.up();
  await until(() => handled.includes(kept), 'the first event');
  await redis.down();
  await redis.up();
  const next = await add(client, stream);
  await until(() => handled.includes(next), 'the event after the loss');
  await events.stop();
});

test('instances share limits and webhooks by Redis, and go on without it', async (t) => {
  const [world, redis] = [await World.start(t), await startRedis(t)];
  const env = world.env({ REDIS_URL: redis.url, STREAM: 'events', CLAIM_AFTER_MS: '1000' });
  const apps = [await start(t, 'express', env), await start(t, 'fastify', env)];
  const ready = ({ url }) => ask(`${url}/readyz`);
  for (const app of apps) await until(async () => (await ready(app)).status === 200, 'two applications');
  assert.deepEqual((await ready(apps[0])).body.checks, { issuer: 'ok', redis: 'ok' });
  const get = (app, sub) => ask(`${app.url}/limited`, { headers: world.bearer({ sub, tenant: sub }) });
  const found = await Promise.all(Array.from({ length: 10 }, (_, at) => get(apps[at % 2], 'ada')));
  assert.equal(found.filter(({ status }) => status === 200).length, 5);
  assert.equal(found.filter(({ status }) => status === 429).length, 5);
  assert.equal(found[0].headers.get('ratelimit-policy'), '"caller";q=5;w=2, "tenant";q=20;w=2');

  const id = await add(redis.client, 'events');
  const seen = async () =>
    (await Promise.all(apps.map(({ url }) => ask(`${url}/events/seen`)))).flatMap((it) => it.body);
  await until(async () => (await seen()).length === 1, 'an event at one of them');
  assert.deepEqual(await seen(), [id]);

  await redis.down();
  const alone = [];
  for (let count = 0; count < 6; count += 1) alone.push((await get(apps[0], 'bob')).status);
  assert.deepEqual(alone, [200, 200, 200, 200, 200, 429]);
  const lost = await until(async () => (await ready(apps[0])).status === 503 && ready(apps[0]), 'a check that fails');
  assert.equal(lost.body.checks.redis, 'failed');
  await redis.up();
  for (const app of apps)
    await until(async () => (await ready(app)).status === 200, 'an application that has recovered');
  // Redis is left alone for a second after it has failed.
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const other = await Promise.all(Array.from({ length: 10 }, (_, at) => get(apps[at % 2], 'eve')));
  assert.equal(other.filter(({ status }) => status === 200).length, 5);
});
