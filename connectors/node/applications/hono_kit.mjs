// The kit in an application of Hono, as the shared cases call it.

import { serve } from '@hono/node-server';
import { Guard } from '@credenza/connectors/hono';
import { Kit } from '@credenza/connectors/kit/hono';
import { Hono } from 'hono';

import * as parts from './parts.mjs';

const { calls, gates, limits } = parts;
const kit = new Kit(parts.kitOptions);
const guard = new Guard({ ...parts.guardOptions, passErrors: true });
const guarded = guard.requires();
const app = new Hono();
app.onError(kit.onError());
app.notFound(kit.notFound());
app.use(kit.start());
app.use(kit.health(parts.healthOf(guard)));

app.post('/echo', async (c) => c.json(await kit.json(c)));
app.post('/upload', kit.bodyLimit(limits.upload), async (c) => c.json({ bytes: (await kit.bytes(c)).length }));
const slow = async (c) => c.json(await parts.wait(parts.millisecondsOf(kit.of(c)), kit.of(c).signal));
for (const path of ['/slow', '/slower']) app.use(path, kit.timeout(limits.slow));
app.get('/slow', slow);
app.get('/slower', kit.timeout(limits.slower), slow);
app.get('/fail', () => {
  throw new Error('inside-of-the-handler');
});
app.get('/items', guarded, (c) => c.json(parts.list(kit.of(c))));
for (const [name, gate] of Object.entries(gates)) {
  app.get(`/${name}`, guarded, kit.gate(gate), (c) => c.json({ ok: true }));
}

app.get('/call/machine', async (c) => c.json(await calls.machine()));
app.get('/call/behalf', guarded, async (c) => c.json(await calls.behalf(c.req.raw)));
app.post('/call/users', async (c) => c.json(await calls.users.create(await kit.json(c)), 201));
app.get('/call/users', async (c) => c.json({ items: await calls.users.find(c.req.query()) }));
app.get('/call/users/:id', async (c) => c.json(await calls.users.get(c.req.param('id'))));
app.delete('/call/users/:id', async (c) => {
  await calls.users.delete(c.req.param('id'));
  return c.body(null, 204);
});
for (const name of ['disable', 'enable']) {
  app.post(`/call/users/:id/${name}`, async (c) => c.json(await calls.users[name](c.req.param('id'))));
}

app.post('/hooks/credenza', kit.bodyLimit(limits.hooks), async (c) =>
  c.body(null, await parts.receive(await kit.bytes(c), c.req.raw.headers)),
);
app.get('/hooks/seen', (c) => c.json(parts.hooksSeen()));
app.get('/events/seen', (c) => c.json(parts.eventsSeen()));

const server = serve({ fetch: app.fetch, port: parts.port, hostname: '127.0.0.1' }, () =>
  parts.ready(guard, () => server.closeAllConnections()),
);
