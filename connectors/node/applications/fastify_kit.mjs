// The kit in an application of Fastify, as the shared cases call it.

import { credenza } from '@credenza/connectors/fastify';
import { kit } from '@credenza/connectors/kit/fastify';
import fastify from 'fastify';

import * as parts from './parts.mjs';

const { calls, gates, limits } = parts;
const app = fastify();
// Fastify takes texts as they are, unless it is told not to.
app.removeContentTypeParser('text/plain');
app.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, async (_request, body) => body);
await app.register(kit, { ...parts.kitOptions, health: parts.healthOf({ ready: () => app.guard.ready() }) });
await app.register(credenza, { ...parts.guardOptions, passErrors: true });

app.post('/echo', async (request) => request.body);
app.post('/upload', { bodyLimit: limits.upload }, async (request) => ({ bytes: request.body.length }));
const slow = async (request) => {
  const exchange = app.kit.of(request);
  return parts.wait(parts.millisecondsOf(exchange), exchange.signal);
};
app.get('/slow', { config: { timeout: limits.slow } }, slow);
app.get('/slower', { config: { timeout: limits.slower } }, slow);
app.get('/fail', async () => {
  throw new Error('inside-of-the-handler');
});
app.get('/items', { config: { needs: {} } }, async (request) => parts.list(app.kit.of(request)));
for (const [name, gate] of Object.entries(gates)) {
  app.get(`/${name}`, { config: { needs: {}, gates: gate } }, async () => ({ ok: true }));
}

app.get('/call/machine', async () => calls.machine());
app.get('/call/behalf', { config: { needs: {} } }, async (request) => calls.behalf(request));
app.post('/call/users', async (request, reply) => reply.code(201).send(await calls.users.create(request.body)));
app.get('/call/users', async (request) => ({ items: await calls.users.find(request.query) }));
app.get('/call/users/:id', async (request) => calls.users.get(request.params.id));
app.delete('/call/users/:id', async (request, reply) => {
  await calls.users.delete(request.params.id);
  return reply.code(204).send();
});
for (const name of ['disable', 'enable']) {
  app.post(`/call/users/:id/${name}`, async (request) => calls.users[name](request.params.id));
}

// In a scope of its own, where bodies are not parsed: a signature is of the bytes as they came.
await app.register(async (scope) => {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request, body) => body);
  scope.post('/hooks/credenza', { bodyLimit: limits.hooks }, async (request, reply) =>
    reply.code(await parts.receive(request.body, request.headers)).send(),
  );
});
app.get('/hooks/seen', async () => parts.hooksSeen());
app.get('/events/seen', async () => parts.eventsSeen());

await app.listen({ port: parts.port, host: '127.0.0.1' });
parts.ready(app.guard, () => app.close());
