import { Guard, credenza } from '@credenza/connectors/fastify';
import jwt from '@fastify/jwt';
import fastify from 'fastify';
import createGetJwks from 'get-jwks';

import { audience, hasScope, issuer, needs, options, tell } from '../issuer.mjs';

const app = fastify();
const jwks = createGetJwks();
const cached = new Guard({ ...options, cacheSize: 100 });

await app.register(credenza, options);
await app.register(jwt, {
  decode: { complete: true },
  secret: (_request, { header: { kid, alg }, payload: { iss } }) => jwks.getPublicKey({ kid, alg, domain: iss }),
  verify: { allowedIss: issuer.issuer, allowedAud: audience, algorithms: ['ES256'] },
});

app.get('/bare', async () => 'user');
app.get('/guarded', { config: { needs } }, async (request) => request.caller.sub);
app.get('/cached', { onRequest: cached.requires(needs) }, async (request) => request.caller.sub);
const usual = async (request, reply) => {
  await request.jwtVerify();
  if (!hasScope(request.user)) reply.code(403).send();
};
app.get('/usual', { onRequest: usual }, async (request) => request.user.sub);

await app.listen({ host: '127.0.0.1', port: 0 });
tell(app.server.address().port);
