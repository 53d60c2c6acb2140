import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Requirement, SettingsError, Validator } from '@credenza/validator';
import { TestIssuer } from '@credenza/validator/testing';

import { API, ISSUER, denial, pinned } from './support.mjs';

const refused = (call, setting) =>
  assert.throws(call, (error) => {
    assert.ok(error instanceof SettingsError, String(error));
    assert.equal(error.setting, setting, error.message);
    return true;
  });

test('a240 unsafe settings make no validator, and the error names them', () => {
  const good = { issuer: ISSUER, audience: API };
  assert.ok(new Validator(good));
  refused(() => new Validator(), 'issuer');
  refused(() => new Validator({ audience: API }), 'issuer');
  refused(() => new Validator({ issuer: ISSUER }), 'audience');
  refused(() => new Validator({ ...good, issuer: 'http://id.example' }), 'issuer');
  refused(() => new Validator({ ...good, audience: '*' }), 'audience');
  refused(() => new Validator({ ...good, algorithms: [] }), 'algorithms');
  refused(() => new Validator({ ...good, algorithms: ['ES256', 'HS256'] }), 'algorithms');
  refused(() => new Validator({ ...good, algorithms: ['none'] }), 'algorithms');
  refused(() => new Validator({ ...good, secret: new Uint8Array(31) }), 'secret');
  refused(() => new Validator({ ...good, leeway: 301 }), 'leeway');
  refused(() => new Validator({ ...good, dpop: { nonce: true, nonceSecret: 'AAAA' } }), 'dpop.nonceSecret');
  refused(() => new Validator({ ...good, cacheSize: 1e15 }), 'cacheSize');
  refused(() => new Validator({ ...good, jwksUri: 'http://id.example/jwks' }), 'jwksUri');
});

test('unknown options are refused by name, at every level', () => {
  const good = { issuer: ISSUER, audience: API };
  refused(() => new Validator({ ...good, audiences: [API] }), 'audiences');
  refused(() => new Validator({ ...good, client_id: 'c' }), 'client_id');
  refused(() => new Validator({ ...good, dpop: { maxage: 1 } }), 'dpop.maxage');
  refused(() => new Validator({ ...good, decryptionKeys: [{ alg: 'ECDH-ES', key: '' }] }), 'decryptionKeys.0.key');
  refused(() => new Validator({ ...good, __proto__: null, constructor: 1 }), 'constructor');
  refused(() => new Requirement({ scope: ['read'] }), 'scope');
  refused(() => new TestIssuer(ISSUER).mint({ aud: API }), 'aud');
});

test('what JSON would drop or change without a word is refused', () => {
  const { validator, mint } = pinned();
  const token = mint({ claims: { scope: 'read' } });
  class Needs {
    get scopes() {
      return ['write'];
    }
  }
  for (const [needs, setting] of [
    [{ scopes: () => ['write'] }, 'scopes'],
    [{ scopes: new Set(['write']) }, 'scopes'],
    [{ scopes: ['write', undefined] }, 'scopes'],
    [{ scopes: null }, 'scopes'],
    [{ maxAge: NaN }, 'maxAge'],
    [{ maxTokenAge: Infinity }, 'maxTokenAge'],
    [{ maxTokenAge: 10n }, 'maxTokenAge'],
    [{ bound: Symbol('x') }, 'bound'],
    [new Needs(), 'requirement'],
    [['write'], 'requirement'],
    ['write', 'requirement'],
    [null, 'requirement'],
  ]) {
    refused(() => validator.validateSync(token, needs), setting);
    refused(() => validator.checkSync({ authorization: `Bearer ${token}` }, needs), setting);
  }
  assert.throws(() => validator.validateSync(token, { scopes: 'read' }), SettingsError);
  assert.throws(() => validator.validateSync(token, { bound: 'yes' }), SettingsError);
  assert.equal(validator.validateSync(token, { scopes: undefined, maxTokenAge: 60 }).sub, 'user');
  assert.throws(() => validator.validateSync(token, { bound: true }), denial('binding_missing'));
});

test('a256 a clock that gives no time is an error, and no token passes', async () => {
  const { mint, issuer } = pinned();
  const token = mint();
  for (const time of [NaN, Infinity, undefined, 'soon']) {
    const validator = new Validator({ issuer: ISSUER, audience: API, keys: issuer.jwks(), clock: () => time });
    assert.throws(() => validator.validateSync(token), /no time|Number|number/i);
    await assert.rejects(validator.check({ authorization: `Bearer ${token}` }));
  }
  refused(() => new Validator({ issuer: ISSUER, audience: API, clock: 5 }), 'clock');
  refused(() => new Validator({ issuer: ISSUER, audience: API, fetch: 'x' }), 'fetch');
});

test('bytes and texts of a secret are the same', () => {
  const secret = new Uint8Array(32).fill(7);
  const settings = { issuer: ISSUER, audience: API };
  assert.ok(new Validator({ ...settings, secret }));
  assert.ok(new Validator({ ...settings, secret: Buffer.from(secret).toString('base64url') }));
  assert.ok(new Validator({ ...settings, dpop: { nonce: true, nonceSecret: secret } }));
});
