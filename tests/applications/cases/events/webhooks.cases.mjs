// Chart 969: Events at applications | Standard Webhooks and Svix's names, v1 and v1a, a replay window; a group on a stream of Redis, at least once
import { SENDERS } from '../../runner/setups.mjs';
import { message, newEvent, newKeyPair, newSecret } from '../../servers/webhooks.mjs';
import { equal, ok, problem, status } from '../../runner/expect.mjs';
import { test } from '../../runner/suite.mjs';
import { call } from '../kit/steps.mjs';

const { first, second, pair } = SENDERS;
const deliver = (t, { headers, body }) => call(t, '/hooks/credenza', { method: 'POST', headers, body });
const seen = async (t) => status(await call(t, '/hooks/seen'), 200, '/hooks/seen').json();

async function isHandled(t, sent, what) {
  status(await deliver(t, sent), 204, what);
  equal((await seen(t)).filter((id) => id === sent.id).length, 1, `${what}: times that it was handled`);
}

async function isRefused(t, sent, what) {
  problem(await deliver(t, sent), 400, 'invalid_signature', what);
  ok(!(await seen(t)).includes(sent.id), `${what}: it was not handled`);
}

for (const [what, signers, names] of [
  ['v1 by the first secret', first, 'webhook'],
  ['v1 by the second secret', second, 'webhook'],
  ['v1a by the key', pair, 'webhook'],
  ['v1 with Svix’s names', first, 'svix'],
  ['several signatures, of which one is good', [newSecret(), newKeyPair(), second], 'webhook'],
]) {
  test(`webhook: ${what} is handled`, { setup: 'one' }, async (t) => {
    await isHandled(t, message(signers, newEvent('user.created')), what);
    await isHandled(t, message(signers, newEvent('user.created'), { names }), what);
  });
}

test('webhook: the bytes are verified as they came', { setup: 'one' }, async (t) => {
  for (const layout of [
    (text) => `  ${text}\n`,
    (text) => text.replaceAll(':', ' : '),
    (text) => text.replace('"x"', '"\\u00e9 é 😀"'),
    (text) => text.replace('{', '{"n":1.0e2,"z":1,"a":2,'),
  ]) {
    const event = newEvent('user.created');
    await isHandled(t, message(first, event, { body: layout(JSON.stringify(event)) }), 'another layout');
  }
});

const stranger = newSecret();

/** What is wrong with a message. */
const WRONG = {
  'the secret of another': [stranger, {}],
  'the key of another': [newKeyPair(), {}],
  'a body that was changed': [first, { change: { body: '{"type":"user.deleted"}' } }],
  'a timestamp that was changed': [first, { age: 400, change: { timestamp: String(Math.floor(Date.now() / 1000)) } }],
  'no signature': [first, { change: { signature: undefined } }],
  'an empty signature': [first, { change: { signature: '' } }],
  'a signature of nothing': [first, { change: { signature: 'v1,' } }],
  'no timestamp': [first, { change: { timestamp: undefined } }],
  'a timestamp that is no number': [first, { change: { timestamp: '1e10' } }],
  'a message from six minutes ago': [first, { age: 360 }],
  'a message from six minutes ahead': [first, { age: -360 }],
  'v1 under the label v1a': [{ sign: (input) => first.sign(input).replace('v1,', 'v1a,') }, {}],
  'v1a under the label v1': [{ sign: (input) => pair.sign(input).replace('v1a,', 'v1,') }, {}],
  'an unknown version': [{ sign: (input) => first.sign(input).replace('v1,', 'v2,') }, {}],
  'half a signature': [{ sign: (input) => first.sign(input).slice(0, 20) }, {}],
  'the public key as a secret': [newSecret(Buffer.from(pair.text.slice('whpk_'.length), 'base64')), {}],
};

for (const [what, [signers, options]] of Object.entries(WRONG)) {
  test(`webhook: ${what} is refused`, { attacks: ['A247'], setup: 'one' }, async (t) => {
    await isRefused(t, message(signers, newEvent('user.created'), options), what);
    await isHandled(t, message(first, newEvent('user.created')), 'a good one');
  });
}

test('webhook: a message that is signed under another id is refused', { setup: 'one' }, async (t) => {
  const sent = message(first, newEvent('user.created'), { change: { id: 'another-id' } });
  await isRefused(t, { ...sent, id: 'another-id' }, 'another id');
});

test('webhook: four minutes of delay are no reason to refuse', { setup: 'one' }, async (t) => {
  for (const age of [240, -240]) await isHandled(t, message(first, newEvent('user.created'), { age }), `${age} s`);
});

test('webhook: a message that comes again is not handled again', { attacks: ['A121'], setup: 'one' }, async (t) => {
  const event = newEvent('user.created');
  await isHandled(t, message(first, event), 'the first time');
  for (const again of [
    message(first, event),
    message(second, event, { age: 60 }),
    message(pair, event, { names: 'svix' }),
  ]) {
    status(await deliver(t, again), 200, 'again');
  }
  equal((await seen(t)).filter((id) => id === event.id).length, 1, 'times that it was handled');
});

test(
  'webhook: a message that comes ten times at once is handled once',
  { attacks: ['A121'], setup: 'one' },
  async (t) => {
    const event = newEvent('user.created');
    const answers = await Promise.all(Array.from({ length: 10 }, () => deliver(t, message(first, event))));
    for (const answer of answers) status(answer, [200, 204], 'each');
    equal((await seen(t)).filter((id) => id === event.id).length, 1, 'times that it was handled');
  },
);

test('webhook: a forged message does not use up the id', { attacks: ['A121'], setup: 'one' }, async (t) => {
  const event = newEvent('user.created');
  await isRefused(t, message(stranger, event), 'forged');
  await isHandled(t, message(first, event), 'the true one');
});

test('webhook: messages are listed in the order in which they were handled', { setup: 'one' }, async (t) => {
  const events = Array.from({ length: 5 }, () => newEvent('user.updated'));
  for (const event of events) await isHandled(t, message(first, event), 'one of five');
  equal(
    (await seen(t)).slice(-5),
    events.map(({ id }) => id),
    'the last five',
  );
});

test('webhook: what is signed and no JSON is an error, and not handled', { setup: 'one' }, async (t) => {
  const event = newEvent('user.created');
  const answer = await deliver(t, message(first, event, { body: 'no JSON' }));
  problem(answer, 400, undefined, 'no JSON');
  ok(!(await seen(t)).includes(event.id), 'it was not handled');
});
