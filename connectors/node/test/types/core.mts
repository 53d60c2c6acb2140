// Compiled by `npm run types`, never run: what is typed well passes, and what is not is an error that is expected.

import { Guard, type Caller } from '@credenza/connectors';
import { TestIssuer } from '@credenza/connectors/testing';

const issuer = new TestIssuer('https://api.example', { clock: () => 0 });
const guard = new Guard(issuer.options);
const outcome = await guard.check(new Request('https://api.example'), guard.route({ scopes: ['read'] }));
if (outcome.allowed) {
  const caller: Caller | null = outcome.caller;
  void caller;
} else {
  const status: 400 | 401 | 403 | 503 = outcome.status;
  const response: Response = outcome.getResponse();
  void [status, response, outcome.denied.detail.reason];
}

declare const caller: Caller;
const sub: string | null = caller.sub;
const scopes: readonly string[] = caller.scopes;
const other: unknown = caller.claims['anything'];
// @ts-expect-error a caller does not change.
caller.sub = 'other';
// @ts-expect-error nobody but a guard makes one.
new (await import('@credenza/connectors')).Caller();

new Guard({ issuer: 'https://id.example', audience: 'x', dpop: {}, origin: 'https://api.example', logger: console });
new Guard({ ...issuer.options, issuers: [{ issuer: 'https://a.example' }], issuerOf: async () => undefined });
new Guard({ issuer: 'https://id.example', audience: 'x', logger: false });
// @ts-expect-error an issuer is needed.
new Guard({ audience: 'x' });
// @ts-expect-error each has a name.
new Guard({ issuer: 'https://id.example', audience: 'x', issuers: [{ audience: 'x' }] });
// @ts-expect-error unknown options are refused.
new Guard({ issuer: 'https://id.example', audience: 'x', audiences: 'y' });
// @ts-expect-error needs have names.
guard.route({ scope: ['read'] });

const { Authorization, DPoP } = issuer.dpop('GET', 'https://api.example', { scope: 'read' });
void [sub, scopes, other, Authorization, DPoP];
