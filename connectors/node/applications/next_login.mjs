// Next.js for the runner, part `login`: serves what scripts/next-app.mjs has built of `next_login`.

import { createServer } from 'node:http';
import { join } from 'node:path';

import next from 'next';

import { port, ready } from './settings.mjs';

process.env.NEXT_TELEMETRY_DISABLED = '1';
const app = next({ dir: join(import.meta.dirname, 'next_login'), dev: false, quiet: true });
await app.prepare();
const handle = app.getRequestHandler();
createServer((request, response) => handle(request, response)).listen(port, '127.0.0.1', () => ready());
