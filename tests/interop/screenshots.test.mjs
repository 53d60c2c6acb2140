// How the pages look, kept as files for a person to see: phone and desktop, light and dark. What a machine can tell
// is checked as well: nothing sticks out of the window sideways, and a thumb can hit every button.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { useBrowser } from './fixture.mjs';
import { issuer } from './provider.mjs';

const own = useBrowser();
const folder = process.env.INTEROP_ARTIFACTS;
const viewports = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } };

const request = ({ client_id }, parameters = {}) => {
  const url = new URL(`${issuer}/authorize`);
  url.search = new URLSearchParams({
    client_id,
    redirect_uri: own.app.redirectUri,
    response_type: 'code',
    scope: 'openid profile email offline_access',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
    ...parameters,
  });
  return url;
};

for (const [device, viewport] of Object.entries(viewports)) {
  for (const colorScheme of ['light', 'dark']) {
    test(`${device}, ${colorScheme}`, async () => {
      const page = await own.freshPage({ viewport, colorScheme });
      const client = await own.client({ public: true, name: 'Photo Album' });
      const shoot = async (name) => {
        await page.screenshot({ path: join(folder, `${name}-${device}-${colorScheme}.png`), fullPage: true });
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(width <= viewport.width, `${name} is ${width} wide`);
        for (const button of await page.getByRole('button').all()) {
          const box = await button.boundingBox();
          assert.ok(box.height >= 40, `a button of ${name} is ${box.height} high`);
        }
      };

      await own.visit(page, request(client), { username: '' });
      await shoot('sign-in');
      await own.visit(page, request(client), { password: 'not the password' });
      await shoot('sign-in-wrong');
      await own.visit(page, request(client), { stopAt: 'consent' });
      await shoot('consent');
      await own.visit(page, request(client, { redirect_uri: 'https://unregistered.example.test/' }));
      await shoot('error');
      await own.visit(page, `${issuer}/logout`, { stopAt: 'logout' });
      await shoot('sign-out');
      await own.visit(page, `${issuer}/logout`);
      await shoot('signed-out');
    });
  }
}
