// Fastify for the runner, part `login`.

import { credenzaLogin } from '@credenza/connectors/login/fastify';
import fastify from 'fastify';

import { options, pageFor, port, ready } from './settings.mjs';

const app = fastify({ forceCloseConnections: true });
await app.register(credenzaLogin, options);
app.get('/', async (_request, reply) => reply.type('text/plain').send('public'));
const guarded = { config: { login: true } };
app.get('/protected*', guarded, async (request, reply) => reply.type('text/html').send(pageFor(request.signedIn)));
app.get('/me', guarded, async (request) => request.signedIn);
app.get('/token', guarded, async (request) => ({ access_token: await request.signedIn.accessToken() }));
await app.listen({ host: '127.0.0.1', port });
ready();
