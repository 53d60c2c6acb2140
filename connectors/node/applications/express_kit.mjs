// The kit in an application of Express, as the shared cases call it.

import { Guard } from '@credenza/connectors/express';
import { Kit } from '@credenza/connectors/kit/express';
import express from 'express';

import * as parts from './parts.mjs';

const kit = new Kit(parts.kitOptions);
const guard = new Guard({ ...parts.guardOptions, passErrors: true });
const app = express();
app.disable('x-powered-by');
app.use(kit.start());
app.use(kit.health(parts.healthOf(guard)));

const { calls, gates, limits } = parts;
const guarded = guard.requires();
const ok = (_request, response) => response.json({ ok: true });
const echo = (request, response) => response.json(request.body);

app.post('/echo', kit.json(), echo);
app.post('/upload', kit.bodyLimit(limits.upload), kit.bytes(), (request, response) => {
  response.json({ bytes: request.body.length });
});
const slow = async (request, response) => {
  const exchange = kit.of(request);
  response.json(await parts.wait(parts.millisecondsOf(exchange), exchange.signal));
};
app.use(['/slow', '/slower'], kit.timeout(limits.slow));
app.get('/slow', slow);
app.get('/slower', kit.timeout(limits.slower), slow);
app.get('/fail', () => {
  throw new Error('inside-of-the-handler');
});
app.get('/items', guarded, (request, response) => response.json(parts.list(kit.of(request))));
for (const [name, gate] of Object.entries(gates)) app.get(`/${name}`, guarded, kit.gate(gate), ok);

app.get('/call/machine', async (_request, response) => response.json(await calls.machine()));
app.get('/call/behalf', guarded, async (request, response) => response.json(await calls.behalf(request)));
app.post('/call/users', kit.json(), async (request, response) => {
  response.status(201).json(await calls.users.create(request.body));
});
app.get('/call/users', async (request, response) => response.json({ items: await calls.users.find(request.query) }));
app.get('/call/users/:id', async (request, response) => response.json(await calls.users.get(request.params.id)));
app.delete('/call/users/:id', async (request, response) => {
  await calls.users.delete(request.params.id);
  response.status(204).end();
});
for (const name of ['disable', 'enable']) {
  app.post(`/call/users/:id/${name}`, async (request, response) => {
    response.json(await calls.users[name](request.params.id));
  });
}

app.post('/hooks/credenza', kit.bodyLimit(limits.hooks), kit.bytes(), async (request, response) => {
  response.status(await parts.receive(request.body, request.headers)).end();
});
app.get('/hooks/seen', (_request, response) => response.json(parts.hooksSeen()));
app.get('/events/seen', (_request, response) => response.json(parts.eventsSeen()));

app.use(kit.notFound());
app.use(kit.errors());

const server = app.listen(parts.port, '127.0.0.1', () => parts.ready(guard, () => server.closeAllConnections()));
