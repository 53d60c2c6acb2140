// Starts the applications of the frameworks, and asks them.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { here } from '../../scripts/tarballs.mjs';
import { end, freePort } from '../project.mjs';

export const frameworks = ['express', 'fastify', 'hono', 'nestjs'];

/** Starts an application until the test has ended; answers its URL, its log so far, and what stops it. */
export async function start(t, framework, env) {
  const port = await freePort();
  const program = spawn(process.execPath, [join(here, `applications/${framework}_kit.mjs`)], {
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = (signal) => end(program, signal);
  t.after(() => stop());
  const log = [];
  const lines = createInterface({ input: program.stdout });
  await new Promise((resolve, reject) => {
    program.once('exit', (code) => reject(new Error(`${framework} ended with ${code}`)));
    lines.on('line', (line) => (line.startsWith('{') ? log.push(JSON.parse(line)) : resolve()));
  });
  return { url: `http://127.0.0.1:${port}`, log, stop };
}

/** Asks; answers status, fields, text, and the value of a body that is JSON. */
export async function ask(url, init = {}) {
  const response = await fetch(url, { redirect: 'manual', ...init });
  const text = await response.text();
  const isJson = text !== '' && /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined };
}

/** Posts a value as JSON. */
export const post = (url, value, headers = {}) =>
  ask(url, {
    method: 'POST',
    body: JSON.stringify(value),
    headers: { 'content-type': 'application/json', ...headers },
  });

/** Waits until something is so. */
export async function until(isSo, what, milliseconds = 8000) {
  const last = Date.now() + milliseconds;
  for (;;) {
    const found = await isSo();
    if (found) return found;
    if (Date.now() > last) throw new Error(`it never came to this: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
