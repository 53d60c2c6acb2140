import { createPublicKey } from 'node:crypto';

import { Guard, credenza } from '@credenza/connectors/fastify';
import jwt from '@fastify/jwt';
import fastify from 'fastify';
import createGetJwks from 'get-jwks';

import { audience, hasScope, issuer, needs, options, tell } from '../issuer.mjs';

const app = fastify();
const jwks = createGetJwks();
const cached = new Guard({ ...options, cacheSize: 100 });

await app.register(credenza, options);
const verify = { allowedIss: issuer.issuer, allowedAud: audience, algorithms: ['ES256'] };
const [key] = issuer.jwks().keys;
const secret = { public: createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' }) };
await app.register(jwt, { secret, verify });
// As its documentation has it. The key is turned from JWK into PEM for every request.
await app.register(jwt, {
  namespace: 'jwks',
  decode: { complete: true },
  secret: (_request, { header: { kid, alg }, payload: { iss } }) => jwks.getPublicKey({ kid, alg, domain: iss }),
  verify,
});

app.get('/bare', async () => 'user');
app.get('/guarded', { config: { needs } }, async (request) => request.caller.sub);
app.get('/cached', { onRequest: cached.requires(needs) }, async (request) => request.caller.sub);
const usual = (verification) => ({
  onRequest: async (request, reply) => {
    await request[verification]();
    if (!hasScope(request.user)) reply.code(403).send();
  },
});
app.get('/usual', usual('jwtVerify'), async (request) => request.user.sub);
app.get('/usual-jwks', usual('jwksJwtVerify'), async (request) => request.user.sub);

await app.listen({ host: '127.0.0.1', port: 0 });
tell(app.server.address().port);
