import { credenza, type Caller } from '@credenza/connectors/fastify';
import fastify from 'fastify';

const app = fastify();
await app.register(credenza, { issuer: 'https://id.example', audience: 'https://api.example', metadata: true });
app.get('/orders', { config: { needs: { scopes: ['read'] } } }, async (request) => {
  const caller: Caller | null = request.caller;
  return caller?.sub;
});
app.get('/maybe', { config: { optional: true } }, async () => 'x');
app.addHook('onRequest', app.guard.requires({ roles: ['admin'] }));
// @ts-expect-error scopes is a list.
app.get('/wrong', { config: { needs: { scopes: 'read' } } }, async () => 'x');
// @ts-expect-error an issuer is needed.
await app.register(credenza, { audience: 'https://api.example' });
