import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';

import { pinned } from './support.mjs';

const CODE = `
const { parentPort, workerData } = require('node:worker_threads');
const { Validator } = require(workerData.entry);
const { token, options, now } = workerData;
const validator = new Validator({ ...options, clock: () => now * 1000 });
let passed = 0;
for (let count = 0; count < 2000; count += 1) {
  if (validator.validateSync(token).sub === 'user') passed += 1;
}
let rule;
try {
  validator.validateSync(token, { scopes: ['write'] });
} catch (error) {
  rule = error.rule;
}
parentPort.postMessage({ passed, rule });
`;

test('a242 eight threads check at once, each with its own validator', async () => {
  const { issuer, mint, time } = pinned();
  const options = { issuer: issuer.issuer, audience: 'https://api.example', keys: issuer.jwks(), cacheSize: 10 };
  const workerData = {
    token: mint(),
    options,
    now: time.now,
    entry: import.meta.resolve('@credenza/validator').replace('file://', '').replace('.mjs', '.js'),
  };
  const answers = Array.from(
    { length: 8 },
    () =>
      new Promise((resolve, reject) => {
        const worker = new Worker(CODE, { eval: true, workerData });
        worker.once('message', resolve);
        worker.once('error', reject);
      }),
  );
  for (const answer of await Promise.all(answers)) {
    assert.deepEqual(answer, { passed: 2000, rule: 'scope' });
  }
});
