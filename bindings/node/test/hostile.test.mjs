// Bad input gets a clear error; nothing breaks, and nothing passes.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import { Denied, Requirement, SettingsError, Validator, jose } from '@credenza/validator';
import { TestIssuer } from '@credenza/validator/testing';

import { API, ISSUER, NOW, denial, pinned } from './support.mjs';

const SECRET = Buffer.alloc(32, 7);

/** A token whose payload is this text, byte for byte. */
function tokenOf(payload, header = { alg: 'HS256', typ: 'at+jwt' }) {
  const part = (text) => Buffer.from(text).toString('base64url');
  const input = `${part(JSON.stringify(header))}.${part(payload)}`;
  return `${input}.${createHmac('sha256', SECRET).update(input).digest('base64url')}`;
}

const USUAL = `"iss":"${ISSUER}","aud":"${API}","sub":"u","client_id":"c","jti":"j","iat":${NOW},"exp":${NOW + 60}`;
const withSecret = (settings) =>
  new Validator({ issuer: ISSUER, audience: API, secret: SECRET, clock: () => NOW * 1000, ...settings });

test('a241 claims with names of the language are claims and nothing else', () => {
  for (const cacheSize of [0, 10]) {
    const validator = withSecret({ cacheSize });
    const token = tokenOf(
      `{${USUAL},"__proto__":{"admin":true,"list":[1]},"constructor":1,"toString":"x","hasOwnProperty":2}`,
    );
    for (const claims of [validator.validateSync(token), validator.validateSync(token)]) {
      assert.equal(Object.getPrototypeOf(claims), Object.prototype);
      assert.equal(claims.admin, undefined);
      assert.equal({}.admin, undefined);
      assert.equal(claims.constructor, 1);
      assert.deepEqual(Object.getOwnPropertyDescriptor(claims, '__proto__').value, { admin: true, list: [1] });
    }
    assert.equal(Object.prototype.toString.call({}), '[object Object]');
  }
  const header = JSON.parse('{"alg":"HS256","typ":"at+jwt","__proto__":{"typ":"x"}}');
  assert.equal(withSecret().validateSync(tokenOf(`{${USUAL}}`, header)).sub, 'u');
});

test('a242 texts that no token is: surrogates, NUL, other alphabets, great lengths', async () => {
  const { validator, mint } = pinned();
  const token = mint();
  const texts = ['', ' ', '.', '..', '\0', `${token}\0`, `\0${token}`, `${token}\ud800`, '\udfff'.repeat(100), '🙂'];
  texts.push(`${token} `, ` ${token}`, `${token}\n`, `${token}\u0141`, token.replace('e', '\u0165'));
  texts.push('a'.repeat(16 * 1024 * 1024), '.'.repeat(1_000_000), `${'e30.'.repeat(5000)}`, `${token}.${token}`);
  for (const text of texts) {
    assert.throws(
      () => validator.validateSync(text),
      (error) => error instanceof Denied && error.status < 500,
    );
    await assert.rejects(validator.validate(text), Denied);
    const decision = await validator.check({ authorization: text, dpop: text, method: text, url: text });
    assert.equal(decision.allowed, false);
  }
  assert.throws(() => validator.validateSync(`Bearer ${token}`), denial('credentials_many'));
  assert.equal(validator.validateSync(token).sub, 'user');
});

test('a242 values that are no text are errors of the caller', async () => {
  const { validator, mint } = pinned();
  const token = mint();
  for (const value of [
    0,
    1,
    NaN,
    true,
    {},
    [],
    [token],
    Symbol('x'),
    10n,
    () => token,
    new String(token),
    Buffer.from(token),
  ]) {
    assert.throws(() => validator.validateSync(value), TypeError);
    await assert.rejects(validator.validate(value), TypeError);
    await assert.rejects(validator.checkIdToken(value), TypeError);
    await assert.rejects(validator.checkLogoutToken(value), TypeError);
  }
  for (const value of [0, true, {}, [1], [token, undefined], [[token]]]) {
    assert.throws(() => validator.checkSync({ authorization: value }), TypeError);
    assert.throws(() => validator.checkSync({ dpop: value }), TypeError);
    assert.throws(() => validator.checkSync({ url: { href: API } }), TypeError);
  }
  for (const value of [1, 'x', [], () => 1]) assert.throws(() => new Validator(value), SettingsError);
  for (const value of [1, 'x', [], null]) assert.throws(() => new Requirement(value), SettingsError);
  assert.throws(() => new TestIssuer(1));
  assert.throws(() => jose.verify(token, undefined, ['ES256']));
  assert.throws(() => jose.verify(token, { keys: [] }, 'ES256'));
  assert.throws(() => jose.verify(undefined, { keys: [] }, ['ES256']));
});

test('a242 settings with lone surrogates, NUL and great lengths are refused or exact', () => {
  assert.throws(() => new Validator({ issuer: 'https://id.example/\ud800', audience: API }), SettingsError);
  assert.throws(() => new Requirement({ scopes: ['\ud800'] }), SettingsError);
  const token = tokenOf(`{${USUAL},"scope":"a"}`);
  assert.throws(() => withSecret().validateSync(token, { scopes: ['a\0'] }), denial('scope'));
  assert.throws(() => withSecret().validateSync(token, { scopes: ['a'.repeat(1_000_000)] }), denial('scope'));
  assert.equal(withSecret().validateSync(token, { scopes: ['a'] }).scope, 'a');
});

test('a222 a232 claims that are not strict JSON do not pass', () => {
  const validator = withSecret();
  for (const payload of [
    `{${USUAL},"sub":"v"}`,
    `{${USUAL},"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
    `[{${USUAL}}]`,
  ]) {
    assert.throws(() => validator.validateSync(tokenOf(payload)), Denied);
  }
  assert.deepEqual(validator.validateSync(tokenOf(` {${USUAL},"a":[[1]]}\n`)).a, [[1]]);
});

test('a239 neither a denial nor its text has a claim in it', () => {
  const token = tokenOf(`{${USUAL.replace(`${NOW + 60}`, '1')},"email":"ada@example.com"}`);
  assert.throws(
    () => withSecret().validateSync(token),
    (error) => {
      assert.equal(error.rule, 'exp');
      assert.ok(!JSON.stringify(error).includes('ada') && !String(error.stack).includes('ada'));
      return !('claims' in error);
    },
  );
});

test('methods that are called on something else throw', () => {
  const { validator, mint } = pinned();
  const { validateSync } = validator;
  assert.throws(() => validateSync(mint()), TypeError);
  assert.throws(() => validateSync.call({}, mint()), TypeError);
  assert.throws(() => Validator({ issuer: ISSUER, audience: API }), TypeError);
});

test('a242 no leak: memory is flat over many checks', async () => {
  const validator = withSecret({ cacheSize: 10 });
  // How far the heap grows before it is collected differs from one Node to the next.
  const [warmUp, rounds] = process.env.TEST_LONG ? [5, 10] : [2, 1];
  const tokens = Array.from({ length: 50 }, (_, at) => tokenOf(`{${USUAL},"n":${at},"x":"${'x'.repeat(500)}"}`));
  const run = async () => {
    for (let count = 0; count < 100_000; count += 1) {
      validator.validateSync(tokens[count % tokens.length]);
      if (count % 10 === 0) {
        new Requirement({ scopes: [`s${count}`] });
        assert.equal(validator.checkSync({ authorization: `Bearer ${count}` }).allowed, false);
      }
      // Node lets go of what native code holds between turns.
      if (count % 1000 === 0) await turn();
    }
  };
  for (let round = 0; round < warmUp; round += 1) await run();
  const before = process.memoryUsage.rss();
  for (let round = 0; round < rounds; round += 1) await run();
  assert.ok(process.memoryUsage.rss() - before < 64 * 1024 * 1024);
});
