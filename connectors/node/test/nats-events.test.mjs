// Chart 988

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { NatsEvents } from '@credenza/connectors/events';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';

import { until } from './kit/applications.mjs';
import { end, freePort } from './project.mjs';

const quiet = { warn: () => {}, error: () => {} };

/** A NATS with a stream, until the test has ended; it can be stopped and started again, with what it knows. */
async function startNats(t) {
  const folder = mkdtempSync(join(tmpdir(), 'credenza-nats-'));
  const port = await freePort();
  let server;
  const up = () => {
    const args = ['-js', '-a', '127.0.0.1', '-p', String(port), '-sd', folder];
    server = spawn('nats-server', args, { stdio: 'ignore' });
  };
  const down = () => end(server);
  up();
  const servers = `nats://127.0.0.1:${port}`;
  const connection = await until(() => connect({ servers, reconnectTimeWait: 100 }).catch(() => undefined), 'a server');
  t.after(async () => {
    await connection.close();
    await down();
    rmSync(folder, { recursive: true, force: true });
  });
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: 'CREDENZA', subjects: ['credenza.events.>'] });
  const add = async (type = 'user.created', { body } = {}) => {
    const id = randomUUID();
    const text = body ?? JSON.stringify({ id, type, subject: 'ada', data: {} });
    await jetstream(connection).publish(`credenza.events.t1.${type}`, text, { msgID: id });
    return id;
  };
  const pending = async () => (await manager.consumers.info('CREDENZA', 'app')).num_ack_pending;
  return { connection, add, pending, up, down };
}

test('events of JetStream are handled by one of the instances, and tried again; in the end they are given up', async (t) => {
  const { connection, add, pending } = await startNats(t);
  const [handled, tries, dead] = [[], new Map(), []];
  const handle = (event, { id, type, tenant }) => {
    tries.set(id, (tries.get(id) ?? 0) + 1);
    if (type === 'test.fails' || (type === 'test.fails_twice' && tries.get(id) <= 2)) throw new Error('on purpose');
    handled.push(id);
    assert.deepEqual([event.id, tenant], [id, 't1']);
  };
  const common = { connection, stream: 'CREDENZA', durable: 'app', handle, log: quiet };
  const make = () => new NatsEvents({ ...common, dead: (event) => dead.push(event?.id) });
  const early = await add();
  const instances = [make(), make()];
  for (const instance of instances) await instance.start();
  const bad = await add('test.fails');
  await add('user.updated', { body: 'no JSON' });
  const twice = await add('test.fails_twice');
  const others = [await add(), await add('user.updated')];
  await until(() => handled.length === 4, 'the good ones');
  assert.deepEqual(handled.toSorted(), [early, twice, ...others].toSorted());
  assert.deepEqual([tries.get(twice), handled.at(-1), dead], [3, twice, [undefined]]);
  await until(() => dead.length === 2, 'two given up', 40_000);
  assert.deepEqual([dead[1], tries.get(bad)], [bad, 10]);
  await until(async () => (await pending()) === 0, 'nothing pending');
  await Promise.all(instances.map((instance) => instance.stop()));
  const meanwhile = await add();
  const next = make();
  await next.start();
  await until(() => handled.at(-1) === meanwhile, 'what came while nobody listened');
  await next.stop();
});

test('NATS may be away for a while, and nothing is lost', async (t) => {
  const { connection, add, up, down } = await startNats(t);
  const handled = [];
  const handle = (_event, { id }) => handled.push(id);
  const events = new NatsEvents({ connection, stream: 'CREDENZA', durable: 'app', handle, log: quiet });
  await events.start();
  const first = await add();
  await until(() => handled.includes(first), 'the first event');
  await down();
  up();
  const second = await until(() => add().catch(() => undefined), 'a server that is back', 20_000);
  await until(() => handled.includes(second), 'the event after the loss', 40_000);
  await events.stop();
});
