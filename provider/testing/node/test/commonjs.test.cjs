// The same package by require().
'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { provider } = require('@credenza/testing');

test('from CommonJS', async () => {
  const op = await provider();
  try {
    const { status } = await fetch(`${op.issuer}/.well-known/openid-configuration`);
    assert.equal(status, 200);
  } finally {
    await op.stop();
  }
});
