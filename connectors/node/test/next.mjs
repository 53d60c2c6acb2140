// The application in `next-app`, which Next builds and serves in this process.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

import next from 'next';

import { listen } from './cases/listen.mjs';

const here = join(import.meta.dirname, '..');
const dir = join(import.meta.dirname, 'next-app');
process.env.NEXT_TELEMETRY_DISABLED = '1';

/** What the build is made of: without a change, that of before is as good. */
function sources() {
  const hash = createHash('sha256');
  for (const folder of [join(here, 'lib'), join(here, 'next'), dir]) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile() && !path.includes('.next')) hash.update(path).update(readFileSync(path));
    }
  }
  return hash.digest('hex');
}

function build() {
  const stamp = join(dir, '.next/of');
  const now = sources();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return;
  const args = [join(here, 'node_modules/next/dist/bin/next'), 'build'];
  execFileSync(process.execPath, args, { cwd: dir, stdio: ['ignore', 'pipe', 'inherit'] });
  writeFileSync(stamp, now);
}

/** What Next tells of its start is nothing that the test runner of Node can read. */
async function quietly(start) {
  const { log } = console;
  console.log = () => {};
  try {
    return await start();
  } finally {
    console.log = log;
  }
}

/** Serves the application; answers `{ port, use, close }`, where `use` leaves it what it needs. */
export async function serveNext() {
  build();
  const app = await quietly(async () => {
    const made = next({ dir, dev: false, quiet: true });
    await made.prepare();
    return made;
  });
  const handle = app.getRequestHandler();
  const server = createServer((request, response) => handle(request, response));
  const port = await listen(server);
  const use = (left) => {
    globalThis[Symbol.for('credenza.one')] = left;
  };
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await app.close();
  };
  return { port, use, close };
}
