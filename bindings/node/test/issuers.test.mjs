// Several issuers, and what the host knows: the issuers of tenants, and which proofs were used at other nodes.
//
// Chart 948: Several issuers, shared replays | resolved issuers and Redis from Node

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { SettingsError, Validator } from '@credenza/validator';
import { MemoryReplays, RedisReplays } from '@credenza/validator/replays';
import { TestIssuer } from '@credenza/validator/testing';
import { createClient } from 'redis';

import { API, ISSUER, NOW, denial, dpopClient, pair } from './support.mjs';

const OTHER = 'https://other.example';

/** Another issuer on the same clock, and its keys. */
function other(time) {
  const issuer = new TestIssuer(OTHER, { clock: () => time.now * 1000 });
  const mint = (options) => issuer.mint({ audience: API, ...options });
  mint();
  return { mint, keys: issuer.jwks() };
}

test('each issuer has its own keys', async () => {
  const { time, issuer, mint } = pair();
  mint();
  const second = other(time);
  const clock = () => time.now * 1000;
  const issuers = [{ issuer: OTHER, keys: second.keys, secret: undefined }];
  const validator = new Validator({ issuer: ISSUER, audience: API, keys: issuer.jwks(), issuers, clock });
  assert.equal((await validator.validate(mint())).iss, ISSUER);
  assert.equal((await validator.validate(second.mint())).iss, OTHER);
  await assert.rejects(validator.validate(other(time).mint()), denial('kid'));
});

test('a function knows the issuers of tenants', async () => {
  const asked = [];
  const made = pair({
    resolve: async (iss) => {
      asked.push(iss);
      return iss === OTHER ? { keys: second.keys } : undefined;
    },
  });
  const second = other(made.time);
  const claims = await Promise.all([1, 2, 3].map(() => made.validator.validate(second.mint())));
  assert.deepEqual(claims.map(({ iss }) => iss), [OTHER, OTHER, OTHER]);
  const third = new TestIssuer('https://third.example', { clock: () => made.time.now * 1000 }).mint({ audience: API });
  for (let round = 0; round < 2; round += 1) await assert.rejects(made.validator.validate(third), denial('iss'));
  assert.deepEqual(asked, [OTHER, 'https://third.example']);
  assert.equal((await made.validator.validate(made.mint())).iss, ISSUER);
});

test('a function that fails is no answer', async () => {
  const made = pair({
    resolve: () => {
      throw new Error('the table is away');
    },
  });
  const decision = await made.validator.check({ authorization: `Bearer ${other(made.time).mint()}` });
  assert.deepEqual([decision.status, decision.rule], [503, 'keys_unavailable']);
  assert.match(decision.detail.trouble.message, /the table is away/);
  assert.equal((await made.validator.validate(made.mint())).iss, ISSUER);
});

test('what nobody would answer is refused', () => {
  const wrong = [
    [{ resolveIssuers: true }, 'resolveIssuers'],
    [{ resolve: true }, 'resolve'],
    [{ dpop: { sharedReplays: true } }, 'dpop.sharedReplays'],
    [{ dpop: {}, replays: {} }, 'replays'],
    [{ replays: new MemoryReplays() }, 'replays'],
    [{ issuers: [{ issuer: OTHER, leeway: 1 }] }, 'issuers.0.leeway'],
  ];
  for (const [settings, setting] of wrong) {
    const refused = (error) => error instanceof SettingsError && error.setting === setting;
    assert.throws(() => new Validator({ issuer: ISSUER, audience: API, ...settings }), refused, setting);
  }
});

/** What each of four nodes says of one request, all at once. */
async function rules(storeOf, jti) {
  const client = dpopClient();
  const made = pair();
  const token = made.mint({ claims: { cnf: { jkt: client.jkt } } });
  const request = {
    authorization: `DPoP ${token}`,
    dpop: client.proof(token, { jti }),
    method: 'GET',
    url: `${API}/things`,
  };
  const clock = () => made.time.now * 1000;
  const settings = { issuer: ISSUER, audience: API, dpop: {}, keys: made.issuer.jwks(), clock };
  const nodes = [1, 2, 3, 4].map(() => new Validator({ ...settings, replays: storeOf(clock) }));
  const decisions = await Promise.all(nodes.map((node) => node.check(request)));
  return decisions.map(({ rule }) => rule ?? 'allowed').sort();
}

const ONE = ['allowed', 'dpop_replay', 'dpop_replay', 'dpop_replay'];

test('RFC 9449 section 11.1: of several nodes one takes a proof', async () => {
  const store = new MemoryReplays({ clock: () => NOW * 1000 });
  assert.deepEqual(await rules(() => store, 'a'), ONE);
  assert.deepEqual(await rules(() => undefined, 'b'), ['allowed', 'allowed', 'allowed', 'allowed']);
});

test('a store in memory is bounded, and forgets', () => {
  let now = NOW;
  const store = new MemoryReplays({ capacity: 2, clock: () => now * 1000 });
  assert.deepEqual(['a', 'b', 'a', 'c'].map((name) => store.remember(name, NOW + 10)), [true, true, false, false]);
  now += 11;
  assert.equal(store.remember('c', NOW + 20), true);
});

// Where there is no server, CI fails, and others go without.
const isMissing = spawnSync('redis-server', ['--version']).status !== 0 && process.env.CI !== 'true';

describe('Redis', { skip: isMissing }, () => {
  let server;
  let client;

  before(async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address();
    await new Promise((resolve) => probe.close(resolve));
    server = spawn('redis-server', ['--port', port, '--bind', '127.0.0.1', '--save', ''], { stdio: 'ignore' });
    client = createClient({ url: `redis://127.0.0.1:${port}` }).on('error', () => {});
    await client.connect();
  });

  after(async () => {
    await client.close();
    server.kill();
    await pause(0);
  });

  test('is shared by all nodes', async () => {
    assert.deepEqual(await rules((clock) => new RedisReplays(client, { clock }), 'c'), ONE);
    const [name] = await client.keys('credenza:replay:*');
    const seconds = await client.ttl(name);
    assert.ok(seconds > 80 && seconds <= 91, `${seconds}`);
  });
});

test('without its store no proof passes', async () => {
  const store = { remember: async () => Promise.reject(new Error('away')) };
  assert.deepEqual(await rules(() => store, 'd'), Array(4).fill('replays_unavailable'));
});
