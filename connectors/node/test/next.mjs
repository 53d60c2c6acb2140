// The application in `next-app`, which scripts/next-app.mjs has built, served by Next in this process.

import { createServer } from 'node:http';
import { join } from 'node:path';

import next from 'next';

import { listen } from './cases/listen.mjs';

const dir = join(import.meta.dirname, 'next-app');
process.env.NEXT_TELEMETRY_DISABLED = '1';

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
