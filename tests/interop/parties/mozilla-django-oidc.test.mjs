// Chart 711: mozilla-django-oidc 5.0 | sign-in with PKCE, renewal without a page, logout
import { press } from '../browser.mjs';
import { describeParty, python, tokensAt } from './party.mjs';

describeParty('mozilla-django-oidc', {
  run: ({ port }) => ({ argv: [python, 'serve.py', String(port)] }),
  tokens: tokensAt('/tokens'),
  // It keeps no refresh token, but asks the provider again without a page (prompt=none).
  renew: (page, { origin }) => page.goto(`${origin}/expire`),
  leave: async (page, { origin }) => {
    await page.goto(origin);
    await press(page, '#sign-out');
  },
});
