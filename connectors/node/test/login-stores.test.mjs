// Chart 984: Stores of sign-in for Node | one contract in memory and in Redis by ioredis and redis: lifetimes, locks, what is ended stays ended, a lost Redis

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { MemoryStore, RedisStore, Unavailable } from '@credenza/connectors/login';
import Redis from 'ioredis';
import { createClient } from 'redis';

import { freePort } from './project.mjs';

const require = createRequire(import.meta.url);
const { Cookies, readCookies } = require('../login/cookies.js');

let server;
let url;
const folder = mkdtempSync(join(tmpdir(), 'credenza-redis-'));
const ends = [];

before(async () => {
  const port = await freePort();
  url = `redis://127.0.0.1:${port}`;
  const settings = ['--port', port, '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
  server = spawn('redis-server', settings.map(String), { stdio: 'ignore' });
  await once(server, 'spawn');
});

after(async () => {
  ends.forEach((end) => end());
  if (server.exitCode === null && server.signalCode === null) {
    server.kill();
    await once(server, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
});

function ioredis(settings) {
  const client = new Redis(url, settings);
  client.on('error', () => {});
  ends.push(() => client.disconnect());
  return new RedisStore(client, { prefix: 'a:' });
}

async function redis() {
  const client = createClient({ url }).on('error', () => {});
  await client.connect();
  ends.push(() => client.destroy());
  return new RedisStore(client, { prefix: 'b:' });
}

const kinds = { memory: () => new MemoryStore(), ioredis, redis };

for (const [name, make] of Object.entries(kinds)) {
  test(`values: ${name}`, async () => {
    const store = await make();
    assert.equal(await store.get('absent'), undefined);
    assert.equal(await store.put('key', 'one', { ttl: 60_000 }), true);
    assert.equal(await store.put('key', 'two', { ttl: 60_000, ifPresent: true }), true);
    assert.equal(await store.get('key'), 'two');
    await store.delete('key');
    assert.equal(await store.get('key'), undefined);
    assert.equal(await store.put('key', 'again', { ttl: 60_000, ifPresent: true }), false);
    assert.equal(await store.get('key'), undefined);
    await store.put('brief', 'value', { ttl: 100 });
    await sleep(150);
    assert.equal(await store.get('brief'), undefined);
  });

  test(`all of a sid, and all of a sub: ${name}`, async () => {
    const store = await make();
    const put = (key, sid, sub) => store.put(key, key, { ttl: 60_000, sid, sub });
    await Promise.all([put('1', 's1', 'ada'), put('2', 's1', 'ada'), put('3', 's2', 'ada'), put('4', 's3', 'bob')]);
    const left = async () => (await Promise.all(['1', '2', '3', '4'].map((key) => store.get(key)))).map(Boolean);
    await store.deleteBy({ sid: 's1' });
    assert.deepEqual(await left(), [false, false, true, true]);
    await store.deleteBy({ sub: 'ada' });
    assert.deepEqual(await left(), [false, false, false, true]);
    await store.deleteBy({ sub: 'nobody' });
    assert.deepEqual(await left(), [false, false, false, true]);
  });

  test(`a lock has one holder: ${name}`, async () => {
    const store = await make();
    const taken = await Promise.all(Array.from({ length: 10 }, () => store.lock('lock', 60_000)));
    const [release, ...others] = taken.filter(Boolean);
    assert.equal(others.length, 0);
    await release();
    const late = await store.lock('lock', 100);
    await sleep(150);
    const next = await store.lock('lock', 60_000);
    assert.ok(next);
    // Whoever was too slow does not take it from the next one.
    await late();
    assert.equal(await store.lock('lock', 60_000), undefined);
    await next();
    assert.ok(await store.lock('lock', 60_000));
  });
}

test('memory is bounded, and the oldest goes first', async () => {
  const store = new MemoryStore({ most: 3 });
  for (const key of ['1', '2', '3', '4']) await store.put(key, key, { ttl: 60_000 });
  assert.deepEqual([await store.get('1'), await store.get('4')], [undefined, '4']);
});

test('a long value is kept in parts, of which none stays behind', () => {
  const cookies = new Cookies('https://app.example');
  const name = cookies.name('credenza');
  assert.equal(name, '__Host-credenza');
  const jarOf = (lines) => readCookies(lines.map((line) => line.split(';')[0]).join('; '));
  const long = 'a'.repeat(9_000);
  const lines = cookies.write(new Map(), name, long, 60);
  assert.deepEqual(
    lines.map((line) => line.split('=')[0]),
    [0, 1, 2].map((at) => `${name}.${at}`),
  );
  for (const line of lines) {
    assert.ok(line.length < 4_000);
    assert.match(line, /; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=60$/);
  }
  const jar = jarOf(lines);
  assert.equal(cookies.read(jar, name), long);
  const shorter = cookies.write(jar, name, 'b'.repeat(5_000), 60);
  assert.match(shorter.at(-1), /^__Host-credenza\.2=; .*Max-Age=0$/);
  // A third part that a request under way has set again is not read.
  const mixed = new Map([...jar, ...jarOf(shorter.slice(0, 2))]);
  assert.equal(cookies.read(mixed, name), 'b'.repeat(5_000));
  assert.deepEqual(cookies.write(jar, name, 'c', 60).length, 4);
  assert.equal(cookies.remove(jar, name).length, 3);
  assert.throws(() => cookies.write(new Map(), name, 'a'.repeat(20_000), 60), /too large for cookies/);
});

test('a Redis that is lost is trouble, and no absent session', async () => {
  const store = ioredis({ maxRetriesPerRequest: 1, retryStrategy: () => 50 });
  await store.put('key', 'value', { ttl: 60_000 });
  server.kill('SIGSTOP');
  await assert.rejects(store.get('key'), (error) => error instanceof Unavailable && error.status === 503);
  server.kill('SIGCONT');
  assert.equal(await store.get('key'), 'value');
  server.kill();
  await once(server, 'exit');
  await assert.rejects(store.get('key'), Unavailable);
});

test('a store takes a client that it knows', () => {
  assert.throws(() => new RedisStore({}), /takes a client of ioredis or of redis/);
  assert.throws(() => new RedisStore(undefined), TypeError);
});
