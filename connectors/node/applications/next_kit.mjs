// The kit in an application of Next.js, as the shared cases call it: serves what scripts/next-app.mjs has built of `next_kit`.

import { createServer } from 'node:http';
import { join } from 'node:path';

import next from 'next';

process.env.NEXT_TELEMETRY_DISABLED = '1';
const port = Number(process.env.PORT ?? 8080);
const app = next({ dir: join(import.meta.dirname, 'next_kit'), dev: false, quiet: true });
await app.prepare();
const handle = app.getRequestHandler();
const server = createServer((request, response) => handle(request, response));
server.listen(port, '127.0.0.1', async () => {
  // Next loads the application with the first request; what reads streams begins then, and ends this program on SIGTERM.
  await fetch(`http://127.0.0.1:${port}/livez`);
  console.log(`listening on http://127.0.0.1:${port}`);
});
