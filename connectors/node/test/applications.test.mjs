// Chart 980: Sign-in for Node (Express, Fastify, Hono, Next.js, NestJS) | the shared cases of a relying party, as processes over HTTP: flow, sessions in cookies, memory and Redis, refreshing across instances, logout from both sides, faults, attacks

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { here } from '../scripts/tarballs.mjs';

const runner = process.env.APPLICATIONS ?? join(here, '../../tests/applications');
if (!existsSync(runner)) throw new Error(`there is no runner at ${runner}`);

/** Runs the cases of a part against one application: all of them, or few. */
async function runPart(part, name, { env = {}, few = true } = {}) {
  const command = `exec node '${join(here, 'applications', name)}.mjs'`;
  const args = ['--command', command, '--part', part, ...(few ? ['--few'] : [])];
  const run = spawn(join(runner, 'run'), args, { env: { ...process.env, ...env } });
  let output = '';
  for (const stream of [run.stdout, run.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const [code] = await once(run, 'close');
  assert.equal(code, 0, output);
  assert.match(output, /[1-9]\d* passed, 0 failed/);
}

// They wait more than they work, so that several run at a time.
describe('sign-in', { concurrency: 3 }, () => {
  for (const framework of ['express', 'fastify', 'hono', 'nestjs', 'next']) {
    // They share everything but their front files.
    test(`with ${framework}`, () => runPart('login', `${framework}_login`, { few: framework !== 'express' }));
  }
  test('with nestjs on Fastify', () => runPart('login', 'nestjs_login', { env: { PLATFORM: 'fastify' } }));
});
