// Chart 712: express-openid-connect 3.4 | sign-in with PKCE, refresh, logout; with `--long`
import { describeParty, tokensAt } from './party.mjs';

describeParty('express-openid-connect', {
  run: ({ port }) => ({ argv: [process.execPath, 'serve.mjs', String(port)] }),
  tokens: tokensAt('/tokens'),
  renew: (page, { origin }) => page.goto(`${origin}/refresh`),
  leave: (page, { origin }) => page.goto(`${origin}/logout`),
});
