// What the runner starts: on ports that nobody takes by accident, without waiting for ever, and its own in place of others'.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { send } from '../browser/request.mjs';
import { startInstances } from '../runner/application.mjs';
import { Stages } from '../runner/stage.mjs';
import { HttpServer } from '../servers/http.mjs';
import { NatsClient, startNats } from '../servers/nats.mjs';
import { freePort, listen } from '../servers/ports.mjs';
import { spawnBound } from '../servers/process.mjs';
import { redis, startRedis } from '../servers/redis.mjs';

const RANGE = '/proc/sys/net/ipv4/ip_local_port_range';
const firstOfTheSystem = () => (existsSync(RANGE) ? Number(readFileSync(RANGE, 'utf8').split(/\s/)[0]) : 32_768);

/** A server that accepts connections and says nothing. */
async function silent(t) {
  const sockets = new Set();
  const server = createServer((socket) => sockets.add(socket.on('error', () => undefined)));
  const port = await listen(server);
  t.after(() => {
    server.close();
    sockets.forEach((socket) => socket.destroy());
  });
  return port;
}

test('ports are none that the system hands out, and each is given once', async () => {
  const ports = await Promise.all(Array.from({ length: 50 }, freePort));
  assert.equal(new Set(ports).size, 50);
  assert.ok(
    ports.every((port) => port < firstOfTheSystem()),
    String(ports),
  );
});

test('a server comes back to its port, and says so if that is taken', async (t) => {
  const server = new HttpServer(() => ({ status: 200, body: 'here' }));
  t.after(() => server.stop());
  const { port } = await server.start();
  await server.stop();
  await assert.rejects(send(port, {}), { code: 'ECONNREFUSED' });
  await server.start();
  assert.deepEqual([server.port, (await send(port, {})).text], [port, 'here']);
  await server.stop();
  const other = createServer().listen(port, '127.0.0.1');
  await once(other, 'listening');
  await assert.rejects(server.start(), { code: 'EADDRINUSE' });
  other.close();
  await once(other, 'close');
  await server.start();
  assert.equal((await send(port, {})).text, 'here');
});

test('an application whose port was taken in the meantime is started once more', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'applications-runner-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const taken = 'echo "Error: listen EADDRINUSE: address already in use"; exit 1';
  const script = `if [ -e "$FILE" ]; then echo "listening on http://"; exec sleep 60; fi; : >"$FILE"; ${taken}`;
  const app = await startInstances(script, [{ FILE: join(folder, 'taken') }]);
  await app.stop();
  const broken = 'echo "no such setting"; exit 1';
  await assert.rejects(startInstances(broken, [{}]), /the application ended \(1\):\nno such setting/);
  await assert.rejects(startInstances(taken, [{}]), /EADDRINUSE/);
});

test('a program that has ended by itself is not waited for', async () => {
  const { child, end } = spawnBound('true', []);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await end();
});

test('a Redis that says nothing, or closes, is an error', async (t) => {
  const port = await silent(t);
  await assert.rejects(redis(port, 'PING'), /no answer of Redis to PING/);
  await assert.rejects(redis(await freePort(), 'PING'), { code: 'ECONNREFUSED' });
});

test('the Redis of another run is not taken for our own', async (t) => {
  const theirs = await startRedis();
  t.after(() => theirs.stop());
  await theirs.command('SET', 'whose', 'theirs');
  const ports = [theirs.port, await freePort()];
  const ours = await startRedis({ newPort: () => ports.shift() });
  t.after(() => ours.stop());
  assert.deepEqual([ports, await ours.command('GET', 'whose')], [[], null]);
  assert.equal(await theirs.command('GET', 'whose'), 'theirs');
  await assert.rejects(startRedis({ newPort: () => theirs.port }), /taken by the server of somebody else/);
});

test('the NATS of another run is not taken for our own', async (t) => {
  const theirs = await startNats();
  t.after(() => theirs.stop());
  const ports = [theirs.port, await freePort()];
  const ours = await startNats({ newPort: () => ports.shift() });
  t.after(() => ours.stop());
  assert.deepEqual([ports, ours.port === theirs.port], [[], false]);
});

test('a question to a NATS that closes, or says nothing, is an error', async (t) => {
  const nobody = new NatsClient(await freePort());
  await assert.rejects(nobody.request('$JS.API.INFO'), /no answer of NATS/);
  const mute = new NatsClient(await silent(t));
  await assert.rejects(mute.request('$JS.API.INFO', undefined, 200), /no answer of NATS/);
  mute.end();
});

test('after a case that was given up, the next one has everything anew', async (t) => {
  const stages = new Stages('exit 1');
  t.after(() => stages.close());
  const one = { part: 'login', setup: 'nothing' };
  const first = await stages.context(one);
  assert.equal((await stages.context(one)).provider, first.provider);
  await stages.abandon();
  const next = await stages.context(one);
  assert.notEqual(next.provider, first.provider);
  await assert.rejects(fetch(`${first.provider.issuer}/jwks`));
  assert.equal((await fetch(`${next.provider.issuer}/jwks`)).status, 200);
  const broken = { part: 'login', setup: 'cookie' };
  await assert.rejects(stages.context(broken), /the application ended \(1\)/);
  await assert.rejects(stages.context(broken), /the application ended \(1\)/);
});
