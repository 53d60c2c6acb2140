// Chart 969
import { NATS } from '../../runner/setups.mjs';
import { newEvent } from '../../servers/webhooks.mjs';
import { equal, ok, status } from '../../runner/expect.mjs';
import { test } from '../../runner/suite.mjs';
import { call, eventually } from '../kit/steps.mjs';

/** Publishes an event as the provider does, and waits until the stream has it. */
async function publish(t, type = 'user.created', { text } = {}) {
  const event = newEvent(type);
  const subject = `credenza.events.acme.${type}`;
  if (text === undefined) await t.nats.client.request(subject, event);
  else t.nats.client.publish(subject, text);
  return event.id;
}

async function seen(t) {
  const lists = [];
  for (const instance of [0, 1]) {
    lists.push(status(await call(t, '/events/seen', { instance }), 200, '/events/seen').json());
  }
  return lists.flat();
}

async function areSeen(t, ids, what, milliseconds = 15_000) {
  let found = [];
  await eventually(async () => {
    found = await seen(t);
    return ids.every((id) => found.includes(id));
  }, milliseconds);
  const missing = ids.filter((id) => !found.includes(id));
  equal(missing, [], `${what}: not seen`);
  return found;
}

async function isDone(t, what) {
  let left;
  const isEmpty = await eventually(async () => {
    const { NATS_STREAM: stream, GROUP: durable } = NATS;
    left = await t.nats.client.request(`$JS.API.CONSUMER.INFO.${stream}.${durable}`);
    return left.num_pending === 0 && left.num_ack_pending === 0;
  }, 45_000);
  ok(isEmpty, `${what}: nothing is left for the durable consumer`, left);
}

test('nats: what was published before the start is handled', { setup: 'nats' }, async (t) => {
  await areSeen(t, ['before-the-start'], 'the first event');
  await isDone(t, 'the first event');
});

test('nats: events are handled once, by one of the instances', { setup: 'nats' }, async (t) => {
  const ids = [];
  for (let count = 0; count < 20; count += 1) ids.push(await publish(t));
  const found = await areSeen(t, ids, 'twenty events');
  for (const id of ids) equal(found.filter((one) => one === id).length, 1, 'instances that have handled it');
  await isDone(t, 'twenty events');
});

test('nats: a handler that fails is tried again, and others do not wait', { setup: 'nats' }, async (t) => {
  const failing = await publish(t, 'test.fails_twice');
  const others = [await publish(t), await publish(t)];
  await areSeen(t, [...others, failing], 'all three');
  await isDone(t, 'all three');
});

test('nats: what fails ten times is given up, and others are handled', { setup: 'nats' }, async (t) => {
  const failing = await publish(t, 'test.fails');
  await areSeen(t, [await publish(t), await publish(t)], 'the others', 5_000);
  await isDone(t, 'what fails');
  ok(!(await seen(t)).includes(failing), 'it is not listed as handled');
});

test('nats: a message that cannot be read is given up', { setup: 'nats' }, async (t) => {
  await publish(t, 'user.created', { text: 'no JSON' });
  await areSeen(t, [await publish(t)], 'one after it');
  await isDone(t, 'both');
});

test('nats: the server may be lost for a while', { attacks: ['A251'], setup: 'nats' }, async (t) => {
  await areSeen(t, [await publish(t)], 'before');
  await t.natsWire.cut();
  const missed = [await publish(t), await publish(t)];
  status(await call(t, '/livez'), 200, '/livez without NATS');
  await t.natsWire.mend();
  await areSeen(t, [...missed, await publish(t)], 'when it is back', 30_000);
  await isDone(t, 'all of them');
});
