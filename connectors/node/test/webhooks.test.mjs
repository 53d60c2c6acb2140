// Chart 987: Webhooks for Node | Standard Webhooks by HMAC and Ed25519, names of Svix, replays, and each handled once; in Express, Fastify, Hono and NestJS

import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, randomBytes, randomUUID, sign } from 'node:crypto';
import { after, before, describe, test } from 'node:test';

import { MemorySeen, Webhooks } from '@credenza/connectors/events';

import { ask, frameworks, start } from './kit/applications.mjs';
import { World } from './kit/world.mjs';

const [first, second] = [randomBytes(32), randomBytes(24)];
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x, 'base64url');
const secrets = [
  `whsec_${first.toString('base64')}`,
  `whsec_${second.toString('base64')}`,
  `whpk_${raw.toString('base64')}`,
];

const byHmac = (secret) => (text) => `v1,${createHmac('sha256', secret).update(text).digest('base64')}`;
const byKey = (text) => `v1a,${sign(null, Buffer.from(text), privateKey).toString('base64')}`;

/** A message, signed. */
function message(event, { signer = byHmac(first), id = randomUUID(), age = 0, prefix = 'webhook', body } = {}) {
  const text = body ?? JSON.stringify(event);
  const timestamp = String(Math.floor(Date.now() / 1000) - age);
  const signature = signer(`${id}.${timestamp}.${text}`);
  const headers = { 'content-type': 'application/cloudevents+json' };
  for (const [name, value] of Object.entries({ id, timestamp, signature })) headers[`${prefix}-${name}`] = value;
  return { id, body: text, headers };
}

const event = { type: 'user.created', data: { user_id: 'ada' } };

for (const framework of frameworks) {
  describe(`webhooks in ${framework}`, () => {
    let world;
    let app;
    const ends = [];
    before(async () => {
      const untilTheEnd = { after: (run) => ends.unshift(run) };
      world = await World.start(untilTheEnd);
      app = await start(untilTheEnd, framework, world.env({ WEBHOOK_SECRETS: secrets.join(',') }));
    });
    after(async () => {
      for (const end of ends) await end();
    });
    const send = ({ body, headers }) => ask(`${app.url}/hooks/credenza`, { method: 'POST', body, headers });
    const seen = async () => (await ask(`${app.url}/hooks/seen`)).body;

    test('every good signature is accepted, and each message is handled once', async () => {
      const good = [
        message(event),
        message(event, { signer: byHmac(second) }),
        message(event, { signer: byKey }),
        message(event, { prefix: 'svix' }),
        message(event, { signer: (text) => `v1,AAAA v2,x v1 ${byHmac(randomBytes(32))(text)} ${byHmac(first)(text)}` }),
        message(event, { age: 290 }),
        message({ ...event, text: 'é'.repeat(4000) }),
      ];
      for (const one of good) assert.equal((await send(one)).status, 204);
      assert.deepEqual(
        await seen(),
        good.map(({ id }) => id),
      );
      assert.equal((await send(good[0])).status, 200);
      assert.equal((await seen()).length, good.length);
    });

    test('whatever is not signed is refused, and nothing is read of it', async () => {
      const earlier = (await seen()).length;
      const good = message(event);
      const other = (signer) => message(event, { signer });
      const without = (name) => ({ ...good, headers: { ...good.headers, [name]: undefined } });
      const bad = [
        { ...good, body: `${good.body} ` },
        { ...good, headers: { ...good.headers, 'webhook-id': randomUUID() } },
        { ...good, headers: { ...good.headers, 'webhook-timestamp': '1' } },
        other(byHmac(randomBytes(32))),
        other((text) => byHmac(first)(text).replace('v1,', 'v1a,')),
        other((text) => byKey(text).replace('v1a,', 'v1,')),
        other(() => 'v1,'),
        message(event, { age: 310 }),
        message(event, { age: -310 }),
        message(event, { signer: byHmac(randomBytes(32)), body: '{"not json' }),
        message(event, { id: 'a.b' }),
      ];
      for (const one of bad) {
        const found = await send(one);
        assert.deepEqual([found.status, found.body.type], [400, 'urn:problem:invalid_signature'], JSON.stringify(one));
      }
      for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature']) {
        const { body, headers } = without(name);
        const fields = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
        assert.equal((await send({ body, headers: fields })).status, 400, name);
      }
      const nothing = await send(message(event, { body: '{"a' }));
      assert.deepEqual([nothing.status, nothing.body.type], [400, 'urn:problem:invalid_json']);
      assert.equal((await seen()).length, earlier);
    });

    test('an event drops the features of a plan', async () => {
      const get = () => ask(`${app.url}/exports`, { headers: world.bearer({ plan: 'pro' }) });
      assert.equal((await get()).status, 200);
      world.is.features = { exports: false };
      assert.equal((await get()).status, 200);
      const changed = message({ type: 'features.changed', data: { plan: 'pro' } });
      assert.equal((await send(changed)).status, 204);
      assert.equal((await get()).status, 403);
    });
  });
}

test('a message whose handler fails is handled when it comes again, and not by two at once', async () => {
  const webhooks = new Webhooks({ secrets, seen: new MemorySeen() });
  const { body, headers } = message(event);
  const bytes = Buffer.from(body);
  const calls = [];
  const failing = () => {
    calls.push('failed');
    throw new Error('not now');
  };
  await assert.rejects(webhooks.receive(bytes, headers, failing), /not now/);
  let finish;
  const handling = webhooks.receive(bytes, headers, () => new Promise((resolve) => (finish = resolve)));
  await assert.rejects(webhooks.receive(bytes, headers, failing), { status: 409 });
  finish();
  assert.equal(await handling, 204);
  assert.equal(await webhooks.receive(bytes, headers, failing), 200);
  assert.deepEqual(calls, ['failed']);
});

test('secrets that are none are an error at the start, and a text is no body', () => {
  for (const bad of [[], 'x', 'whsec_', 'whsec_!!', 'whpk_AAAA', 'whsec_AAAA']) {
    assert.throws(() => new Webhooks({ secrets: bad }), TypeError, JSON.stringify(bad));
  }
  const { body, headers } = message(event);
  assert.throws(() => new Webhooks({ secrets }).verify(body, headers), TypeError);
  assert.deepEqual(new Webhooks({ secrets }).verify(Buffer.from(body), new Headers(headers)).event, event);
});
