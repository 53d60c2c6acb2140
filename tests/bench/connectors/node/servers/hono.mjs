import { Guard } from '@credenza/connectors/hono';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { jwk } from 'hono/jwk';

import { audience, hasScope, issuer, needs, options, tell } from '../issuer.mjs';

const app = new Hono();
// With the address of the keys it would fetch them for every request.
const verification = { iss: issuer.issuer, aud: audience, typ: 'at+jwt' };
const usual = jwk({ keys: issuer.jwks().keys, alg: ['ES256'], verification });

app.get('/bare', (c) => c.text('user'));
app.get('/guarded', new Guard(options).requires(needs), (c) => c.text(c.var.caller.sub));
app.get('/cached', new Guard({ ...options, cacheSize: 100 }).requires(needs), (c) => c.text(c.var.caller.sub));
app.get('/usual', usual, (c) => (hasScope(c.var.jwtPayload) ? c.text(c.var.jwtPayload.sub) : c.body(null, 403)));

const server = createAdaptorServer({ fetch: app.fetch });
server.listen(0, '127.0.0.1', () => tell(server.address().port));
