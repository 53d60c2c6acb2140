import { Guard } from '@credenza/connectors/express';
import express from 'express';
import { auth, requiredScopes } from 'express-oauth2-jwt-bearer';

import { audience, issuer, needs, options, tell } from '../issuer.mjs';

const app = express();
const usual = auth({ issuer: issuer.issuer, audience, jwksUri: `${issuer.issuer}/jwks`, tokenSigningAlg: 'ES256' });

app.get('/bare', (_request, response) => response.send('user'));
app.get('/guarded', new Guard(options).requires(needs), (request, response) => response.send(request.caller.sub));
app.get('/cached', new Guard({ ...options, cacheSize: 100 }).requires(needs), (request, response) =>
  response.send(request.caller.sub),
);
app.get('/usual', usual, requiredScopes('read'), (request, response) => response.send(request.auth.payload.sub));

const server = app.listen(0, '127.0.0.1', () => tell(server.address().port));
