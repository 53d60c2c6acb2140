// Chart 710: requests-oauthlib 2.0, in Flask | sign-in with PKCE, refresh, logout
import { describeParty, python, tokensAt } from './party.mjs';

describeParty('requests-oauthlib', {
  run: ({ port }) => ({
    argv: [python, 'serve.py', String(port)],
    env: { OAUTHLIB_INSECURE_TRANSPORT: '1' }, // http, on the loopback alone
  }),
  tokens: tokensAt('/tokens'),
  renew: (page, { origin }) => page.goto(`${origin}/refresh`),
  leave: (page, { origin }) => page.goto(`${origin}/logout`),
});
