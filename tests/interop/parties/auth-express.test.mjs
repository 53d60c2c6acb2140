// Chart 713: @auth/express 0.12 (Auth.js) | sign-in with PKCE, refresh, logout; with `--long`
import { press } from '../browser.mjs';
import { describeParty, tokensAt } from './party.mjs';

describeParty('auth-express', {
  name: '@auth/express',
  run: ({ port }) => ({ argv: [process.execPath, 'serve.mjs', String(port)] }),
  begin: async (page, { origin }) => {
    await page.goto(origin);
    await press(page, 'button[type="submit"]');
  },
  tokens: tokensAt('/tokens'),
  // What update() of the library's client sends.
  renew: async (page, { origin }) => {
    await page.goto(`${origin}/signed-out`);
    const status = await page.evaluate(async () => {
      const { csrfToken } = await (await fetch('/auth/csrf')).json();
      const body = new URLSearchParams({ csrfToken });
      return (await fetch('/auth/session', { method: 'POST', body })).status;
    });
    if (status !== 200) throw new Error(`the session was not updated: ${status}`);
  },
  leave: (page, { origin }) => page.goto(`${origin}/sign-out`),
});
