// An API built on Hono: node examples/hono.mjs

import { Guard } from '@credenza/connectors/hono';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';

import { options, port, read, refund, tell } from './settings.mjs';

const guard = new Guard(options);
const app = new Hono();
const greet = (c) => c.text(`Hello ${c.var.caller?.sub ?? 'whoever you are'}\n`);

app.use(guard.metadata());
app.get('/', guard.optional(), greet);
app.get('/orders', guard.requires(read), greet);
app.post('/refunds', guard.requires(refund), greet);

tell(guard);
serve({ fetch: app.fetch, hostname: 'localhost', port }, () => console.log(`listening: ${options.audience}`));
