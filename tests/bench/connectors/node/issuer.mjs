// An issuer by HTTP, and one token of it, for a server and what is measured against it.

import { once } from 'node:events';
import { createServer } from 'node:http';

import { TestIssuer } from '@credenza/connectors/testing';

export const audience = 'https://api.example';

const server = createServer(async (request, response) => {
  // Where get-jwks looks, if it does not read the metadata.
  const path = request.url === '/.well-known/jwks.json' ? '/jwks' : request.url;
  const answer = await issuer.fetch(issuer.issuer + path);
  response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');

export const issuer = new TestIssuer(audience, { issuer: `http://127.0.0.1:${server.address().port}` });
export const options = { issuer: issuer.issuer, audience, logger: false };
export const needs = { scopes: ['read'] };

const claims = { scope: 'openid profile email read write', roles: ['admin', 'editor'], org_id: 'org-1' };
const token = issuer.mint({ audience, claims, lifetime: 86_400 });

/** Tells the load generator where the routes are, and the token. */
export const tell = (port) => console.log(`http://127.0.0.1:${port} ${token}`);

/** Whether the claims of others have the scope. */
export const hasScope = ({ scope }) => scope.split(' ').includes('read');
