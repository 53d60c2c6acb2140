// Chart 714: oauth2-proxy 7.15 | sign-in with PKCE, refresh, logout that the person confirms; with `--long`
import { readFile } from 'node:fs/promises';
import { describeParty } from './party.mjs';
import { headersOf, openUpstream } from './upstream.mjs';

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const tokenOn = async (page) => (await headersOf(page))['x-forwarded-access-token'];

describeParty('oauth2-proxy', {
  beside: openUpstream,
  run: ({ port }) => ({
    argv: [
      'oauth2-proxy',
      '--config=oauth2-proxy.cfg',
      `--http-address=127.0.0.1:${port}`,
      '--cookie-refresh=1s',
    ],
  }),
  tokens: async (page) => ({ access_token: await tokenOn(page) }),
  // The first request after the second that its session is good for.
  renew: async (page, { origin }) => {
    const before = await tokenOn(page);
    for (let tries = 0; tries < 20 && (await tokenOn(page)) === before; tries += 1) {
      await wait(500);
      await page.goto(origin);
    }
  },
  leave: async (page, { origin, folder }) => {
    const target = await readFile(`${folder}/sign-out.txt`, 'utf8');
    await page.goto(`${origin}/oauth2/sign_out?rd=${encodeURIComponent(target.trim())}`);
  },
});
