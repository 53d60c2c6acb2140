// Chart 715: mod_auth_openidc 2.4, of Debian 12 | sign-in with PKCE, refresh, logout; with `--long`
import { describeParty } from './party.mjs';
import { headersOf, openUpstream } from './upstream.mjs';

const home = (origin) => `${origin}/protected/`;

describeParty('mod-auth-openidc', {
  name: 'mod_auth_openidc',
  beside: openUpstream,
  run: ({ port, folder }) => ({
    argv: ['/usr/sbin/apache2', '-DFOREGROUND', '-f', `${folder}/httpd.conf`],
    env: { PORT: String(port), FOLDER: folder },
  }),
  begin: (page, { origin }) => page.goto(home(origin)),
  tokens: async (page) => {
    const headers = await headersOf(page);
    return { access_token: headers.oidc_access_token, refresh_token: headers.oidc_refresh_token };
  },
  renew: async (page, { origin }) => {
    const { oidc_access_token: access_token } = await headersOf(page);
    const query = new URLSearchParams({ refresh: home(origin), access_token });
    await page.goto(`${home(origin)}redirect_uri?${query}`);
  },
  leave: (page, { origin }) =>
    page.goto(`${home(origin)}redirect_uri?logout=${encodeURIComponent(`${origin}/signed-out`)}`),
});
