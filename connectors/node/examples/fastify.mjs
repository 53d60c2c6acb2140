// An API built on Fastify: node examples/fastify.mjs

import { credenza } from '@credenza/connectors/fastify';
import fastify from 'fastify';

import { options, port, read, refund, tell } from './settings.mjs';

const app = fastify({ logger: true });
const greet = async (request) => `Hello ${request.caller?.sub ?? 'whoever you are'}\n`;

await app.register(credenza, { ...options, metadata: true });
app.get('/', { config: { optional: true } }, greet);
app.get('/orders', { config: { needs: read } }, greet);
app.post('/refunds', { config: { needs: refund } }, greet);

tell(app.guard);
await app.listen({ host: 'localhost', port });
