// Chart 969
import { randomUUID } from 'node:crypto';

import { STREAM } from '../../runner/setups.mjs';
import { newEvent } from '../../servers/webhooks.mjs';
import { equal, ok, status } from '../../runner/expect.mjs';
import { test } from '../../runner/suite.mjs';
import { call, eventually } from '../kit/steps.mjs';

const { STREAM: KEY, GROUP } = STREAM;

async function add(t, type = 'user.created', { id = randomUUID(), body } = {}) {
  await t.redis.command(
    'XADD',
    KEY,
    '*',
    'id',
    id,
    'type',
    type,
    'tenant',
    'acme',
    'body',
    body ?? JSON.stringify(newEvent(type, {}, id)),
  );
  return id;
}

const seenAt = async (t, instance) => status(await call(t, '/events/seen', { instance }), 200, '/events/seen').json();
const seen = async (t) => [...(await seenAt(t, 0)), ...(await seenAt(t, 1))];

async function areSeen(t, ids, what, milliseconds = 15_000) {
  let found = [];
  await eventually(async () => {
    found = await seen(t);
    return ids.every((id) => found.includes(id));
  }, milliseconds);
  equal(
    ids.filter((id) => !found.includes(id)),
    [],
    `${what}: not seen`,
  );
  return found;
}

const pending = async (t) => (await t.redis.command('XPENDING', KEY, GROUP))[0];
const dead = async (t) =>
  (await t.redis.command('XRANGE', `${KEY}:dead`, '-', '+')).map(([, fields]) =>
    Object.fromEntries(fields.flatMap((value, at) => (at % 2 ? [] : [[value, fields[at + 1]]]))),
  );

const areAcknowledged = async (t) =>
  ok(await eventually(async () => (await pending(t)) === 0, 15_000), 'all is acknowledged', await pending(t));

test('stream: what a dead consumer left is taken over', { setup: 'stream' }, async (t) => {
  await areSeen(t, ['left-by-the-dead'], 'the entry of the dead');
  await areAcknowledged(t);
});

test('stream: events are handled, acknowledged, and shared by the instances', { setup: 'stream' }, async (t) => {
  const ids = [];
  for (let count = 0; count < 20; count += 1) ids.push(await add(t));
  const found = await areSeen(t, ids, 'twenty events');
  for (const id of ids) equal(found.filter((one) => one === id).length, 1, 'instances that have handled it');
  await areAcknowledged(t);
});

test('stream: an event that comes twice is listed once', { setup: 'stream' }, async (t) => {
  const id = await add(t);
  await areSeen(t, [id], 'the first');
  for (let count = 0; count < 4; count += 1) await add(t, 'user.created', { id });
  await areSeen(t, [await add(t)], 'one after it');
  await areAcknowledged(t);
  for (const instance of [0, 1])
    ok((await seenAt(t, instance)).filter((one) => one === id).length <= 1, 'listed once at an instance');
});

test('stream: a handler that fails is tried again, and others do not wait', { setup: 'stream' }, async (t) => {
  const failing = await add(t, 'test.fails_twice');
  const others = [await add(t), await add(t)];
  await areSeen(t, [...others, failing], 'all three');
  await areAcknowledged(t);
  equal(
    (await dead(t)).filter(({ id }) => id === failing),
    [],
    'dead letters',
  );
});

test('stream: what fails ten times becomes a dead letter, and others are handled', { setup: 'stream' }, async (t) => {
  const failing = await add(t, 'test.fails');
  const others = [await add(t), await add(t)];
  await areSeen(t, others, 'the others', 5_000);
  ok(
    await eventually(async () => (await dead(t)).some(({ id }) => id === failing), 25_000),
    'a dead letter',
    await dead(t),
  );
  const [letter, ...more] = (await dead(t)).filter(({ id }) => id === failing);
  equal(more.length, 0, 'further dead letters');
  equal(letter.type, 'test.fails', 'its type');
  equal(JSON.parse(letter.body).id, failing, 'its body');
  await areAcknowledged(t);
  ok(!(await seen(t)).includes(failing), 'it is not listed as handled');
});

test('stream: an entry that cannot be read becomes a dead letter', { setup: 'stream' }, async (t) => {
  const bad = await add(t, 'user.created', { body: 'no JSON' });
  await areSeen(t, [await add(t)], 'one after it');
  ok(
    await eventually(async () => (await dead(t)).some(({ id }) => id === bad), 25_000),
    'a dead letter',
    await dead(t),
  );
  await areAcknowledged(t);
});

test('stream: Redis may be lost for a while', { attacks: ['A251'], setup: 'stream' }, async (t) => {
  await areSeen(t, [await add(t)], 'before');
  await t.wire.cut();
  const missed = [await add(t), await add(t)];
  status(await call(t, '/livez'), 200, '/livez without Redis');
  await t.wire.mend();
  await areSeen(t, [...missed, await add(t)], 'when Redis is back', 25_000);
  await areAcknowledged(t);
});
