import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';

import { SettingsError } from '@credenza/validator';

import { pair } from './support.mjs';

const CLIENT = 'client-1';

test('openid_core_3_1_3_7 an ID token is for this client and this sign-in', async () => {
  const { issuer, validator } = pair({ audience: undefined, clientId: CLIENT });
  const half = createHash('sha256').update('access').digest().subarray(0, 16).toString('base64url');
  const mint = (claims) =>
    issuer.mint({ audience: CLIENT, typ: 'JWT', claims: { nonce: 'n', at_hash: half, ...claims } });
  const good = await validator.checkIdToken(mint({ name: 'Ada' }), { nonce: 'n', accessToken: 'access' });
  assert.ok(good.allowed, String(good));
  assert.equal(good.claims.name, 'Ada');
  assert.equal((await validator.checkIdToken(mint(), { nonce: 'other' })).rule, 'nonce');
  assert.equal((await validator.checkIdToken(mint(), { nonce: 'n', accessToken: 'another' })).rule, 'at_hash');
  const denied = await validator.checkIdToken(mint({ aud: 'client-2' }), { nonce: 'n' });
  assert.deepEqual([denied.rule, denied.headers], ['aud', {}]);
  await assert.rejects(validator.checkIdToken(mint(), { nounce: 'n' }), SettingsError);
  await assert.rejects(validator.checkIdToken(undefined), TypeError);
});

test('openid_backchannel_2_6 a logout token is good once', async () => {
  const { issuer, validator } = pair({ audience: undefined, clientId: CLIENT });
  const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
  const mint = (claims) =>
    issuer.mint({ audience: CLIENT, typ: 'logout+jwt', claims: { events, sid: 's', ...claims } });
  const token = mint();
  const good = await validator.checkLogoutToken(token);
  assert.ok(good.allowed, String(good));
  assert.equal(good.claims.sid, 's');
  assert.equal((await validator.checkLogoutToken(token)).rule, 'logout_replay');
  assert.equal((await validator.checkLogoutToken(mint({ nonce: 'n' }))).rule, 'logout_nonce');
  assert.equal((await validator.checkLogoutToken(mint({ events: null }))).rule, 'logout_events');
});
