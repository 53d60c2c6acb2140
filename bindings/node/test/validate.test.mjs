import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Allowed, Denied, NeedsFetch, Requirement } from '@credenza/validator';

import { API, ISSUER, denial, pair, pinned } from './support.mjs';

test('rfc9068_4 a good token gives its claims, a bad one the reason', async () => {
  const { validator, mint } = pair();
  const claims = await validator.validate(mint({ claims: { sub: 'ada', scope: 'read write', name: 'Ada é 🙂' } }));
  assert.equal(claims.sub, 'ada');
  assert.equal(claims.name, 'Ada é 🙂');
  assert.equal(claims.iss, ISSUER);
  assert.equal(claims.aud, API);
  await assert.rejects(validator.validate(mint({ audience: 'https://other.example' })), denial('aud'));
  await assert.rejects(validator.validate(mint({ typ: 'JWT' })), denial('typ'));
  await assert.rejects(validator.validate(mint({ lifetime: -31 })), denial('exp'));
});

test('rfc6750_3_1 a denial is an error that says what to answer', async () => {
  const { validator, mint } = pair({ realm: 'things' });
  const token = mint({ claims: { scope: 'read' } });
  const error = await validator.validate(token, { scopes: ['write'] }).catch((it) => it);
  assert.ok(error instanceof Denied && error instanceof Error);
  assert.equal(error.allowed, false);
  assert.equal(error.status, 403);
  assert.equal(error.error, 'insufficient_scope');
  assert.equal(error.section, 'RFC 6750 section 3.1');
  assert.deepEqual(error.headers, {
    'WWW-Authenticate':
      'Bearer realm="things", error="insufficient_scope", error_description="the token lacks a scope", scope="write"',
  });
});

test('rfc6750_3_1 a request without a token is told what is needed', async () => {
  const { validator } = pinned();
  for (const none of [undefined, null]) {
    await assert.rejects(validator.validate(none), denial('token_missing'));
    assert.throws(() => validator.validateSync(none), denial('token_missing'));
  }
  const decision = await validator.check({});
  assert.deepEqual(decision.headers, { 'WWW-Authenticate': 'Bearer' });
});

test('validateSync answers at once when nothing has to be fetched, and says so when something has', async () => {
  const { validator, mint } = pair();
  const token = mint();
  assert.throws(
    () => validator.validateSync(token),
    (error) => {
      assert.ok(error instanceof NeedsFetch);
      assert.equal(error.url, `${ISSUER}/.well-known/openid-configuration`);
      return true;
    },
  );
  await validator.validate(token);
  assert.equal(validator.validateSync(token).sub, 'user');
  assert.throws(() => validator.validateSync(token, { scopes: ['read'] }), denial('scope'));
});

test('check gives a decision, and rejects for no token', async () => {
  const { validator, mint } = pair();
  const allowed = await validator.check({ authorization: `Bearer ${mint()}` });
  assert.ok(allowed instanceof Allowed && allowed.allowed);
  assert.equal(allowed.claims.sub, 'user');
  assert.deepEqual(allowed.headers, {});
  const denied = validator.checkSync({ authorization: ['Bearer a', 'Bearer b'] });
  assert.equal(denied.allowed, false);
  assert.equal(denied.rule, 'credentials_many');
  assert.equal(denied.status, 400);
});

test('a requirement may be a plain object, which is read at every call, or a Requirement, which is not', () => {
  const { validator, mint } = pinned();
  const token = mint({ claims: { scope: 'read', roles: ['editor'] } });
  const needs = { scopes: ['read'], roles: ['editor'] };
  const requirement = new Requirement(needs);
  assert.equal(validator.validateSync(token, needs).sub, 'user');
  needs.scopes.push('write');
  assert.throws(() => validator.validateSync(token, needs), denial('scope'));
  assert.equal(validator.validateSync(token, requirement).sub, 'user');
  assert.throws(() => validator.validateSync(token, { anyRole: ['admin'] }), denial('role'));
  // More of them than are remembered.
  for (let count = 0; count < 1100; count += 1) {
    assert.throws(() => validator.validateSync(token, { scopes: [`s${count}`] }), denial('scope'));
  }
  assert.equal(validator.validateSync(token, { scopes: ['read'] }).sub, 'user');
});

test('kept tokens are checked at each use, and their claims are frozen', () => {
  const { validator, mint, time } = pinned({ cacheSize: 2 });
  const token = mint({ claims: { scope: 'read', deep: { list: [{ a: 1 }] } } });
  const first = validator.validateSync(token);
  assert.equal(validator.validateSync(token, { scopes: ['read'] }), first);
  assert.throws(() => {
    first.deep.list[0].a = 2;
  }, TypeError);
  assert.throws(() => validator.validateSync(token, { scopes: ['write'] }), denial('scope'));
  const subjects = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const tokens = subjects.map((sub) => mint({ claims: { sub } }));
  for (const round of [1, 2, 3]) {
    tokens.forEach((other, at) => assert.equal(validator.validateSync(other).sub, subjects[at], `round ${round}`));
  }
  time.now += 331;
  assert.throws(() => validator.validateSync(token), denial('exp'));
});

test('a237 a kept token dies with its key', async () => {
  const { issuer, validator, mint, time } = pair({ cacheSize: 10 });
  const token = mint({ lifetime: 10_000 });
  await validator.validate(token);
  issuer.rotate({ withdraw: true });
  time.now += 700;
  const next = mint();
  await assert.rejects(validator.validate(token), denial('kid'));
  assert.equal((await validator.validate(next)).sub, 'user');
});

test('a revoked token dies with the next feed', async () => {
  const { issuer, validator, mint, time } = pair({ revocations: { interval: 5 }, cacheSize: 10 });
  const [token, other] = [mint(), mint()];
  const { jti } = await validator.validate(token);
  issuer.revoke('jti', jti);
  time.now += 11;
  await assert.rejects(validator.validate(token), denial('revoked'));
  assert.equal((await validator.validate(other)).sub, 'user');
});
