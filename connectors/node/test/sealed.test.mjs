// Chart 575: Sealed cookies and cursors for Node | by one format, which opens under its name and by its secrets alone, whatever is changed; what versions before have sealed still opens

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';

import { Pages } from '@credenza/connectors/kit';

const require = createRequire(import.meta.url);
const { Sealer } = require('../lib/sealed.js');

const [old, young] = ['the-secret-of-last-year-0123456789', 'the-secret-of-this-year-0123456789'];

test('what is sealed opens by its name and its secret alone', () => {
  const sealer = new Sealer(old, 'test');
  const sealed = sealer.seal('name', { a: 1 });
  assert.deepEqual(new Sealer([young, Buffer.from(old)], 'test').open('name', sealed), { a: 1 });
  assert.equal(new Sealer(young, 'test').open('name', sealed), undefined);
  assert.equal(new Sealer(old, 'another purpose').open('name', sealed), undefined);
  assert.equal(sealer.open('other', sealed), undefined);
  assert.notEqual(sealer.seal('name', { a: 1 }), sealed);
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1);
    assert.equal(sealer.open('name', changed), undefined);
    assert.equal(sealer.open('name', sealed.slice(0, at)), undefined);
  }
  for (const text of [undefined, '', 'a', '%', '=', 'é', `${sealed} `, `${sealed}=`]) {
    assert.equal(sealer.open('name', text), undefined);
  }
  for (const value of [null, 0, '', false, []]) assert.deepEqual(sealer.open('x', sealer.seal('x', value)), value);
});

test('secrets that are too short are refused', () => {
  for (const secret of [undefined, '', [], 'x'.repeat(31), [old, 'short'], 32, new Uint8Array(31)]) {
    assert.throws(() => new Sealer(secret, 'test'), /secret has to be a random text of 32 bytes/);
  }
  assert.ok(new Sealer('é'.repeat(16), 'test'));
});

// Sealed by the versions before both had one format.
const before = {
  secret: 'a secret of before, of 32 bytes and more',
  cookie: 'XMb4eK2jDfMHWW6UFQOODIb6IKa1FbA9C1L6dqjaN13UvAXpdif4U5lC5pYU',
  cursor: 'JoT7REwgOBzR-RH1klTHrBGL3f-YV2IvVKv-dJiYg6OTbOCd',
};

/** The position of a cursor for the items of one kind. */
function positionOf(cursor, { secret = before.secret, path = '/items', sub = 'ada' } = {}) {
  const caller = { sub, claims: { iss: 'https://id.example' } };
  const query = new URLSearchParams({ kind: 'odd', cursor });
  return new Pages({ secret }).of({ caller, path, query, setHeader: () => {} }, ['kind']).position;
}

test('a session of before still opens', () => {
  const open = (secret) => new Sealer(secret, 'credenza login 1').open('credenza', before.cookie);
  assert.deepEqual(open([young, before.secret]), { sub: 'ada' });
  assert.equal(open(young), undefined);
});

test('a cursor of before still opens, and for what it was made alone', () => {
  const refused = { problem: 'invalid_cursor' };
  assert.deepEqual(positionOf(before.cursor), { at: 7 });
  assert.deepEqual(positionOf(before.cursor, { secret: [young, before.secret] }), { at: 7 });
  assert.throws(() => positionOf(before.cursor, { secret: young }), refused);
  assert.throws(() => positionOf(before.cursor, { path: '/others' }), refused);
  assert.throws(() => positionOf(before.cursor, { sub: 'bob' }), refused);
});
