// Messages to webhooks verified by npm standardwebhooks, and by the public key of the tenant.
// Chart 864: Webhooks verified by others | npm and PyPI standardwebhooks; a secret replaced without a refused message
import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { command, createUser } from './provider.mjs';

/** A receiver as the manual shows it: what its secret does not verify is refused. */
const receiver = { secret: undefined, accepted: [], refused: 0 };
let server;

before(async () => {
  server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    try {
      const event = new Webhook(receiver.secret).verify(body, request.headers);
      receiver.accepted.push({ event, body, headers: request.headers });
      response.writeHead(204).end();
    } catch {
      receiver.refused += 1;
      response.writeHead(400).end('not verified');
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
after(() => server.close());

const webhook = (...words) => command(['webhook', ...words], {});
const url = () => `http://127.0.0.1:${server.address().port}/`;

async function arrived(count) {
  for (let tries = 0; receiver.accepted.length < count; tries += 1) {
    assert.ok(tries < 200, `${receiver.accepted.length} of ${count} messages, ${receiver.refused} refused`);
    await new Promise((done) => setTimeout(done, 100));
  }
  return receiver.accepted.at(count - 1);
}

test('a message is verified by its secret and by the public key', async () => {
  const made = await webhook('create', '--webhook-id', 'node', '--url', url(), '--event', 'user.created');
  receiver.secret = made.secret;
  const user = await createUser({ username: 'webhook-node' });
  const { event, body, headers } = await arrived(1);
  assert.equal(event.type, 'user.created');
  assert.equal(event.subject, user.user_id);
  assert.equal(event.id, headers['webhook-id']);

  const x = Buffer.from(made.public_key.replace(/^whpk_/, ''), 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const signed = headers['webhook-signature'].split(' ').find((one) => one.startsWith('v1a,'));
  const content = (text) => Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${text}`);
  const signature = Buffer.from(signed.slice('v1a,'.length), 'base64');
  assert.ok(verify(null, content(body), key, signature));
  assert.ok(!verify(null, content(`${body} `), key, signature));
  assert.throws(() => new Webhook(made.secret).verify(`${body} `, headers));
});

test('the secret is replaced, and no message is refused', async () => {
  const before = receiver.accepted.length;
  const added = await webhook('secret', 'add', 'node', '--overlap', '600');
  for (let number = 0; number < 6; number += 1) {
    // The receiver changes over in the middle, whenever it likes.
    if (number === 3) receiver.secret = added.secret;
    await createUser({ username: `webhook-turn-${number}` });
    await arrived(before + number + 1);
  }
  const { secrets } = await webhook('secret', 'list', 'node');
  const old = secrets.find((one) => one.secret_id !== added.secret_id);
  await webhook('secret', 'delete', 'node', old.secret_id);
  await createUser({ username: 'webhook-last' });
  await arrived(before + 7);
  assert.equal(receiver.refused, 0);
  const { deliveries } = await webhook('deliveries', 'node', '--state', 'failed');
  assert.deepEqual(deliveries, []);
  await webhook('delete', 'node');
});
