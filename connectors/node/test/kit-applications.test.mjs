// Chart 989: Applications with the kit for Node (Express, Fastify, Hono, NestJS) | the shared cases of kit, service client and events, as processes over HTTP: instances, Redis lost, a provider that is away, attacks

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { here } from '../scripts/tarballs.mjs';
import { frameworks } from './kit/applications.mjs';

const runner = process.env.APPLICATIONS ?? join(here, '../../tests/applications');
if (!existsSync(runner)) throw new Error(`there is no runner at ${runner}`);

for (const framework of frameworks) {
  test(`kit, service client and events with ${framework}`, async () => {
    const command = `exec node '${join(here, 'applications', `${framework}_kit.mjs`)}'`;
    // They share everything but their front files.
    const few = framework === 'express' ? [] : ['--few'];
    const run = spawn(join(runner, 'run'), ['--command', command, '--part', 'kit,service,events', ...few]);
    let output = '';
    for (const stream of [run.stdout, run.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
    const [code] = await once(run, 'close');
    assert.equal(code, 0, output);
    assert.match(output, /[1-9]\d* passed, 0 failed/);
  });
}
