// Hono for the runner, part `login`.

import { Login } from '@credenza/connectors/login/hono';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';

import { options, pageFor, port, ready } from './settings.mjs';

const login = new Login(options);
const app = new Hono();
app.use(login.routes());
app.get('/', (c) => c.text('public'));
const page = (c) => c.html(pageFor(c.var.signedIn));
app.get('/protected', login.requires(), page);
app.get('/protected/*', login.requires(), page);
app.get('/me', login.requires(), (c) => c.json(c.var.signedIn));
app.get('/token', login.requires(), async (c) => c.json({ access_token: await c.var.signedIn.accessToken() }));
serve({ fetch: app.fetch, hostname: '127.0.0.1', port }, () => ready());
