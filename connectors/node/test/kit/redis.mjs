// A Redis of the tests' own.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createClient } from 'redis';

import { end, freePort } from '../project.mjs';

/** Starts a Redis until the test has ended; it can be stopped and started again, with what it knows. */
export async function startRedis(t) {
  const folder = mkdtempSync(join(tmpdir(), 'credenza-redis-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const client = createClient({ url, socket: { reconnectStrategy: 50 } });
  client.on('error', () => {});
  let server;
  const up = async () => {
    const args = ['--port', port, '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'yes'];
    server = spawn('redis-server', args.map(String), { stdio: 'ignore' });
    if (!client.isOpen) await client.connect();
    await client.ping();
  };
  const down = () => end(server);
  await up();
  t.after(async () => {
    client.destroy();
    await down();
    rmSync(folder, { recursive: true, force: true });
  });
  return { client, url, up, down };
}
