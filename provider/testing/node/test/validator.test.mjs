// The validator for Node on the provider's clock: bindings/node, as it was built for its own tests.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { provider } from '@credenza/testing';

const API = 'https://api.example.test';
const bindings = new URL('../../../../bindings/node/', import.meta.url);
const skip = !existsSync(new URL('npm', bindings)) && 'bindings/node is not built: npm run build there';

test('one clock says to both what time it is', { skip }, async (t) => {
  const { Validator } = await import(new URL('index.mjs', bindings));
  const op = await provider({ now: 2_000_000_000 });
  t.after(() => op.stop());
  await op.addClient({ client_id: 'job', client_secret: 's3cret', scope: 'read', resources: [API] });
  const validator = new Validator({ issuer: op.issuer, audience: API, clock: op.clock });
  const { access_token: token, expires_in: lifetime } = await op.clientToken('job', { resource: [API] });
  assert.equal(op.clock(), 2_000_000_000_000);
  assert.equal((await validator.validate(token)).client_id, 'job');
  await op.advance(lifetime + 31);
  await assert.rejects(validator.validate(token), { rule: 'exp' });
  await op.advance(-60);
  assert.equal((await validator.validate(token)).client_id, 'job');
});
