// `credenza dev` in a folder of its own.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandIn, runIn, startServer } from './provider.mjs';

const freePort = () =>
  new Promise((resolve) => {
    const listener = createServer().listen(0, '127.0.0.1', () => {
      const { port } = listener.address();
      listener.close(() => resolve(port));
    });
  });

async function ready(server, url) {
  for (let tries = 0; tries < 200; tries += 1) {
    assert.ok(server.running(), `credenza dev stopped:\n${server.output()}`);
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(100);
  }
  assert.fail(`credenza dev does not answer:\n${server.output()}`);
}

/** A folder and an address; `start` may be called again after `stop`, and finds what was there. */
export async function devServer() {
  const cwd = await mkdtemp(join(tmpdir(), 'credenza-dev-'));
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const env = { CREDENZA_LISTEN: `127.0.0.1:${port}`, CREDENZA_METRICS_LISTEN: `127.0.0.1:${await freePort()}` };
  let server;
  return {
    origin,
    output: () => server.output(),
    command: (...words) => commandIn(cwd, words),
    async start() {
      server = startServer('dev', { cwd, env });
      await ready(server, `${origin}/readyz`);
    },
    /** A command in that folder, which works on its database: answers with what it prints. */
    async command(...words) {
      const { stdout } = await runIn(cwd, [...words, '--json']);
      return JSON.parse(stdout);
    },
    stop: () => server?.stop(),
    async remove() {
      await server?.stop();
      await rm(cwd, { recursive: true });
    },
  };
}
