// Compiled by `npm run types`, never run: what is typed well passes, and what is not is an error that is expected.

import { Denied, IssuerError, Requirement, Validator, jose, type Claims, type Decision } from '@credenza/validator';
import { MemoryReplays, RedisReplays, type RedisClient } from '@credenza/validator/replays';
import { TestIssuer } from '@credenza/validator/testing';

const issuer = new TestIssuer('https://id.example', { clock: () => 0 });
const validator = new Validator({
  issuer: issuer.issuer,
  audience: ['https://api.example'],
  algorithms: ['ES256'],
  dpop: { nonce: true, nonceSecret: new Uint8Array(32) },
  fetch: issuer.fetch,
  clock: Date.now,
});

declare const client: RedisClient;
const tenants = new Map([['https://a.example', { profile: 'okta' as const, audience: 'orders' }]]);
void new Validator({
  issuer: 'https://id.example',
  audience: 'https://api.example',
  issuers: [{ issuer: 'https://b.example', keysPem: '' }],
  dpop: {},
  replays: new RedisReplays(client),
  resolve: (name) => tenants.get(name),
});
// @ts-expect-error a further issuer has a name
void new Validator({ issuer: 'a', issuers: [{ profile: 'okta' }], replays: new MemoryReplays({ capacity: 1 }) });

const claims: Claims = await validator.validate(issuer.mint({ alg: 'EdDSA' }), { scopes: ['read'] });
const subject: string | undefined = claims.sub;
const other: unknown = claims['anything'];
const own = validator.validateSync<{ sub: string }>('x', new Requirement({ maxAge: 60 }));
own.sub.toUpperCase();

const decision: Decision = await validator.checkRequest(
  new Request('https://api.example/'),
  {},
  { origin: 'https://a' },
);
if (decision.allowed) {
  const nonce: string | undefined = decision.dpopNonce;
  void nonce;
} else {
  const denied: Denied = decision;
  const status: 400 | 401 | 403 | 503 = denied.status;
  const headers = new Headers(denied.headers as Record<string, string>);
  const none: undefined = denied.claims;
  const cause: string | undefined = denied.detail.trouble?.cause;
  void [status, headers, none, cause];
}

// What a decision is follows from any of its members, too.
if (decision.claims) decision.claims.sub?.toUpperCase();
const claimed: string | undefined = decision.claims?.sub;
// @ts-expect-error before that is known, there may be no claims.
decision.claims.sub;

declare const incoming: { method?: string; url?: string; rawHeaders: string[] };
await validator.check(incoming, new Requirement({ scopes: ['read'] }), { signal: new AbortController().signal });
await validator.check({ raw: incoming, originalUrl: '/v1' });
await validator.check({ requestContext: { domainName: 'api.example' }, headers: { authorization: 'Bearer x' } });
await validator.check({ authorization: ['Bearer x'], method: 'GET' });
// @ts-expect-error these are not the parts of a request.
await validator.check({ headers: { authorization: 'Bearer x' } });
await validator.ready().catch((error: unknown) => error instanceof IssuerError && error.trouble.cause === 'tls');

new Validator({ issuer: 'https://id.example', audience: 'x', profile: 'keycloak', logger: console, caFile: 'ca.pem' });
new Validator({ issuer: 'https://id.example', clientId: 'c', fetch: globalThis.fetch });
jose.verifyHmac('x', new Uint8Array(32), ['HS256']);

// @ts-expect-error an issuer is needed.
new Validator({ audience: 'x' });
// @ts-expect-error unknown options are refused.
new Validator({ issuer: 'x', audience: 'x', audiences: 'y' });
// @ts-expect-error `none` is not an algorithm.
new Validator({ issuer: 'x', audience: 'x', algorithms: ['none'] });
// @ts-expect-error scopes is a list.
void validator.validate('x', { scopes: 'read' });
// @ts-expect-error claims do not change.
claims.sub = 'other';
// @ts-expect-error a public key is not a secret for an HMAC.
jose.verifyHmac('x', new Uint8Array(32), ['RS256']);
// @ts-expect-error an object that looks like a Requirement is none, but for a plain one.
new Requirement({ scope: ['read'] });

void [subject, other, claimed];
