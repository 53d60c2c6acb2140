// Chart 985

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Health } from '@credenza/connectors/kit';
import { Kit } from '@credenza/connectors/kit/next';

const kit = new Kit({ log: { info: () => {}, error: () => {} } });
const ok = kit.route(() => Response.json({ ok: true }));
const METHODS = ['DELETE', 'GET', 'HEAD', 'PATCH', 'POST', 'PUT'];

/** The answer of what a file exports to a request. */
async function ask(exported, method, path = '/x') {
  const answer = await exported[method](new Request(`http://localhost:3000${path}`, { method }), {});
  const text = await answer.text();
  assert.match(answer.headers.get('x-request-id'), /^[0-9a-f-]{36}$/);
  return { status: answer.status, allow: answer.headers.get('allow'), body: text && JSON.parse(text) };
}

test('methods without a handler are problems, which name those that have one', async () => {
  const exported = kit.methods({ GET: ok, POST: ok });
  assert.deepEqual(Object.keys(exported), METHODS);
  for (const method of ['GET', 'HEAD', 'POST']) assert.equal((await ask(exported, method)).status, 200, method);
  for (const method of ['DELETE', 'PATCH', 'PUT']) {
    const { status, allow, body } = await ask(exported, method);
    assert.deepEqual([status, allow, body.status], [405, 'GET, HEAD, POST', 405], method);
  }
  assert.equal((await ask(kit.methods({ POST: ok }), 'GET')).allow, 'POST');
});

test('what is not there is a problem by every method', async () => {
  const exported = kit.methods({}, kit.notFound());
  for (const method of METHODS) assert.equal((await ask(exported, method)).status, 404, method);
});

test('health is answered at its two paths', async () => {
  const exported = kit.methods({ GET: kit.health(new Health({ issuer: () => {}, redis: () => Promise.reject() })) });
  assert.deepEqual((await ask(exported, 'GET', '/livez')).body, { status: 'ok' });
  const { status, body } = await ask(exported, 'GET', '/readyz');
  assert.deepEqual([status, body.checks], [503, { issuer: 'ok', redis: 'failed' }]);
  assert.deepEqual(await ask(exported, 'HEAD', '/livez'), { status: 200, allow: null, body: '' });
  assert.equal((await ask(exported, 'GET', '/other')).status, 404);
  assert.equal((await ask(exported, 'POST', '/livez')).allow, 'GET, HEAD');
});
