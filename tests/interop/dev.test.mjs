// `credenza dev` with no settings but a free port: the demo signs in, shows what it got, and a second start finds
// everything again.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { press } from './browser.mjs';
import { devServer } from './dev.mjs';
import { useBrowser } from './fixture.mjs';

const own = useBrowser();

const printed = (output, name) => output.match(new RegExp(`^\\s*${name}:\\s*(\\S+)`, 'mi'))?.[1];

test('credenza dev, twice', async (t) => {
  const server = await devServer();
  const { origin } = server;
  t.after(() => server.remove());
  const keys = async () => (await (await fetch(`${origin}/jwks`)).json()).keys;

  await server.start();
  const page = await own.freshPage();
  await page.goto(`${origin}/demo`);
  assert.match(server.output(), /not for production/i);
  const password = printed(server.output(), 'password');
  const username = printed(server.output(), 'user(?:name)?');
  assert.ok(password && username, server.output());

  // The way from the demo's page to its result, with whatever questions the provider asks.
  const signIn = async () => {
    const asked = [];
    await press(page, '#demo-login');
    for (;;) {
      await page.locator('#login-submit, #consent-allow, #demo-refresh').first().waitFor();
      if (await page.locator('#demo-refresh').count()) return asked;
      if (await page.locator('#login-submit').count()) {
        asked.push('login');
        await page.locator('input[name="username"]').fill(username);
        await page.locator('input[name="password"]').fill(password);
        await press(page, '#login-submit');
      } else {
        asked.push('consent');
        await press(page, '#consent-allow');
      }
      assert.ok(asked.length < 4, `asked again and again: ${asked}`);
    }
  };
  const decoded = async (name) => JSON.parse(await page.getByRole('region', { name }).innerText());

  await t.test('the demo shows the tokens, decoded, with their checks', async () => {
    assert.ok((await signIn()).includes('login'));
    const checks = await page.locator('.checks li').evaluateAll((items) => items.map((item) => item.className));
    assert.ok(checks.length > 0);
    assert.deepEqual([...new Set(checks)], ['pass']);
    assert.equal((await decoded('ID token: Header')).alg, 'RS256');
    const claims = await decoded('ID token: Claims');
    assert.equal(claims.iss, origin);
    assert.equal((await decoded('Access token: Header')).typ, 'at+jwt');
    assert.equal((await decoded('Access token: Claims')).sub, claims.sub);
    assert.equal((await decoded('Userinfo: Claims')).sub, claims.sub);
    await page.screenshot({ path: join(process.env.INTEROP_ARTIFACTS, 'demo.png'), fullPage: true });
  });

  await t.test('a second start finds the keys, the user and the session again', async () => {
    const before = await keys();
    await server.stop();
    await server.start();
    assert.deepEqual(await keys(), before);
    await page.goto(`${origin}/demo`);
    assert.deepEqual(await signIn(), []);
  });

  await t.test('the demo signs out', async () => {
    await press(page, '#demo-logout');
    if (await page.locator('#logout-confirm').count()) await press(page, '#logout-confirm');
    await page.goto(`${origin}/demo`);
    assert.ok((await signIn()).includes('login'));
  });

  await t.test('the application in the browser signs in, renews, is loaded again and signs out', async () => {
    await page.goto(`${origin}/demo`);
    await press(page, '#demo-spa');
    await page.locator('#spa-nobody').waitFor();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('#consent-allow').waitFor();
    await press(page, '#consent-allow');
    const avatar = page.getByRole('button', { name: /^Account menu of / });
    await avatar.waitFor();
    const count = (number) => page.locator('#spa-count', { hasText: new RegExp(`^${number}$`) }).waitFor();
    await count(1);
    await page.locator('#spa-renew').click();
    await count(2);
    const kept = async () => (await page.context().cookies(origin)).filter(({ name }) => name.includes('refresh'));
    assert.deepEqual((await kept()).map(({ httpOnly, sameSite }) => [httpOnly, sameSite]), [[true, 'Strict']]);
    await page.reload();
    await count(1);
    await page.screenshot({ path: join(process.env.INTEROP_ARTIFACTS, 'demo-spa.png'), fullPage: true });
    await avatar.click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.waitForURL(`${origin}/demo/spa`);
    await page.locator('#spa-nobody').waitFor();
    assert.deepEqual(await kept(), []);
    assert.equal(await page.locator('#spa-error').isVisible(), false);
  });
});
