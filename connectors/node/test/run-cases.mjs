// Runs the shared cases of applications against one application of these connectors.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { here } from '../scripts/tarballs.mjs';

const runner = process.env.APPLICATIONS ?? join(here, '../../tests/applications');
if (!existsSync(runner)) throw new Error(`there is no runner at ${runner}`);

/** How long one application may take; its runner is ended then, and what it said is shown. */
export const timeout = 600_000;
/** How long the runner may take to end, in milliseconds. */
const LAST = 10_000;

/** The cases of `part` against `applications/NAME.mjs`: all of them, or the first of each theme. */
export async function runCases({ signal }, part, name, { env = {}, few = true } = {}) {
  const command = `exec node '${join(here, 'applications', name)}.mjs'`;
  const args = ['--verbose', '--command', command, '--part', part, ...(few ? ['--few'] : [])];
  const run = spawn(join(runner, 'run'), args, { env: { ...process.env, ...env } });
  signal.addEventListener('abort', () => {
    run.kill();
    setTimeout(() => run.kill('SIGKILL'), LAST).unref();
  });
  let output = '';
  for (const stream of [run.stdout, run.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const [code, ended] = await once(run, 'close');
  if (ended !== null) console.error(`${name} was ended:\n${output}`);
  assert.equal(code, 0, output);
  assert.match(output, /[1-9]\d* passed, 0 failed/);
}
