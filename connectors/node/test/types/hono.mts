import { Guard } from '@credenza/connectors/hono';
import { Hono } from 'hono';

const guard = new Guard({ issuer: 'https://id.example', audience: 'https://api.example' });
const app = new Hono();
app.use(guard.metadata());
app.get('/orders', guard.requires({ scopes: ['read'] }), (c) => c.text(c.var.caller.sub ?? ''));
app.get('/maybe', guard.optional(), (c) => c.text(c.var.caller?.sub ?? ''));
// @ts-expect-error there may be no caller.
app.get('/wrong', guard.optional(), (c) => c.text(c.var.caller.sub));
// @ts-expect-error nobody is there without a guard.
app.get('/open', (c) => c.text(c.var.caller.sub));
