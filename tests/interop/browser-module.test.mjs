// Applications in the browser, made with the module that the provider serves, under a strict policy: signing in, loading the
// page again, renewal, two tabs, a page of another origin, and signing out; with the refresh token in memory and in a cookie.
//
// Chart 590
// Chart 591
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { press } from './browser.mjs';
import { useBrowser } from './fixture.mjs';
import { createClient, issuer, person } from './provider.mjs';

const own = useBrowser();
const POLICY = [
  ...["default-src 'none'", "base-uri 'none'", `script-src 'self' ${issuer}`, `connect-src 'self' ${issuer}`],
  `frame-src 'self' ${issuer}`,
].join('; ');
const PAGE = `<!doctype html><html lang="en"><title>Notes</title><script type="module" src="/app.js"></script>
<h1>Notes</h1><credenza-sign-in></credenza-sign-in> <credenza-user></credenza-user><p role="status"></p></html>`;
const SCRIPT = `
import { createClient } from '${issuer}/assets/credenza.js';
const settings = await (await fetch('/settings')).json();
const client = createClient(settings);
const show = (user) => (document.querySelector('[role=status]').textContent = user ? user.sub : 'nobody');
globalThis.client = client;
client.onChange(show);
document.addEventListener('credenza-error', ({ detail }) => console.error(detail));
try {
  show(await client.start());
} catch (error) {
  document.querySelector('[role=status]').textContent = error.code + ': ' + error.message;
}
`;

/** An application: a page, its script and its settings, and no server behind them. */
async function openApplication(settings) {
  const files = {
    '/app.js': ['text/javascript', () => SCRIPT],
    '/settings': ['application/json', () => JSON.stringify(settings)],
  };
  const server = createServer((request, response) => {
    const [type, body] = files[new URL(request.url, 'http://app').pathname] ?? ['text/html', () => PAGE];
    response.writeHead(200, { 'content-type': type, 'content-security-policy': POLICY }).end(body());
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { origin, close };
}

const fresh = (page) => page.evaluate(() => globalThis.client.getAccessToken({ fresh: true }));
const status = (page, text) => page.locator('[role=status]', { hasText: text }).waitFor();
const answersItself = async (page) => {
  for (;;) {
    await page.locator('#login-submit, #consent-allow, [role=status]').first().waitFor();
    if (await page.locator('#login-submit').count()) {
      await page.locator('input[name="username"]').fill(person.username);
      await page.locator('input[name="password"]').fill(person.password);
      await press(page, '#login-submit');
    } else if (await page.locator('#consent-allow').count()) await press(page, '#consent-allow');
    else return;
  }
};

for (const refreshTokenCookie of [true, false]) {
  describe(`the refresh token ${refreshTokenCookie ? 'in a cookie' : 'in memory'}`, () => {
    const settings = { issuer, refreshTokenCookie, apis: [issuer] };
    const said = [];
    let app;
    let page;
    let context;
    let tokenAnswers = [];

    before(async () => {
      app = await openApplication(settings);
      const redirectUri = `${app.origin}/`;
      const made = await createClient({
        name: 'Notes',
        public: true,
        redirectUri,
        postLogoutRedirectUri: `${app.origin}/bye`,
        ...(refreshTokenCookie && { refreshTokenCookie }),
      });
      Object.assign(settings, { clientId: made.client_id, redirectUri, postLogoutRedirectUri: `${app.origin}/bye` });
      page = await own.freshPage();
      context = page.context();
      context.on('console', (message) => message.type() === 'error' && said.push(message.text()));
      context.on('response', (answer) => {
        if (answer.url() === `${issuer}/token`) tokenAnswers.push(answer);
      });
    });
    after(async () => {
      await context?.close();
      await app?.close();
    });

    test('the button signs in, and the way ends where it began', async () => {
      await page.goto(`${app.origin}/deep/page?of=mine#there`);
      await status(page, 'nobody');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.waitForURL(`${issuer}/**`);
      await answersItself(page);
      await page.getByRole('button', { name: /^Account menu of / }).waitFor();
      assert.equal(page.url(), `${app.origin}/deep/page?of=mine#there`);
      assert.equal(await page.getByRole('button', { name: 'Sign in' }).count(), 0);
      const [answer] = tokenAnswers;
      assert.equal('refresh_token' in (await answer.json()), !refreshTokenCookie);
      const cookies = (await context.cookies(issuer)).filter(({ name }) => name.startsWith('credenza-refresh.'));
      assert.equal(cookies.length, refreshTokenCookie ? 1 : 0);
      for (const { httpOnly, sameSite } of cookies) assert.deepEqual([httpOnly, sameSite], [true, 'Strict']);
      // Cookies do not know of ports, so that this page has the provider's; of them, it may read the one for scripts.
      assert.doesNotMatch(await page.evaluate(() => document.cookie), /refresh|session=/);
      assert.deepEqual(said, []);
    });

    test('the page is loaded again, and finds the session', async () => {
      tokenAnswers = [];
      await page.reload();
      await page.getByRole('button', { name: /^Account menu of / }).waitFor();
      assert.equal(tokenAnswers.length, 1);
      const told = await page.evaluate(
        async (url) => (await globalThis.client.fetch(url)).json(),
        `${issuer}/userinfo`,
      );
      assert.equal(told.sub, await page.evaluate(() => globalThis.client.user.sub));
    });

    test('a second tab asks the first, and both renew once', async () => {
      tokenAnswers = [];
      const second = await context.newPage();
      await second.goto(`${app.origin}/`);
      await second.getByRole('button', { name: /^Account menu of / }).waitFor();
      assert.equal(tokenAnswers.length, 0);
      const before = await page.evaluate(() => globalThis.client.getAccessToken());
      const tokens = await Promise.all([page, second].map(fresh));
      assert.equal(tokens[0], tokens[1]);
      assert.notEqual(tokens[0], before);
      assert.equal(tokenAnswers.length, 1);
      await second.close();
    });

    test('a page of another origin on the same site spends nothing', async () => {
      const other = await openApplication({});
      try {
        const evil = await context.newPage();
        await evil.goto(`${other.origin}/`);
        const call = ({ url, clientId, mode }) =>
          fetch(url, {
            method: 'POST',
            mode,
            credentials: 'include',
            body: new URLSearchParams({ grant_type: 'refresh_token', client_id: clientId }),
          }).then(
            (answer) => answer.type,
            () => 'unreadable',
          );
        const asked = { url: `${issuer}/token`, clientId: settings.clientId };
        const kept = async () => (await context.cookies(issuer)).filter(({ name }) => name.includes('refresh'));
        const before = await kept();
        assert.equal(await evil.evaluate(call, { ...asked, mode: 'cors' }), 'unreadable');
        assert.equal(await evil.evaluate(call, { ...asked, mode: 'no-cors' }), 'opaque');
        assert.deepEqual(await kept(), before);
        await evil.close();
      } finally {
        await other.close();
      }
      assert.ok(await fresh(page));
    });

    test('the menu works by the keyboard, and signs out', async () => {
      const avatar = page.getByRole('button', { name: /^Account menu of / });
      await avatar.focus();
      await page.keyboard.press('Enter');
      const [account, leave] = ['Your account', 'Sign out'].map((name) => page.getByRole('menuitem', { name }));
      await account.waitFor();
      assert.equal(await account.getAttribute('href'), `${issuer}/account`);
      assert.equal(await avatar.getAttribute('aria-expanded'), 'true');
      await page.keyboard.press('Escape');
      assert.equal(await account.isVisible(), false);
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      await page.screenshot({
        path: join(process.env.INTEROP_ARTIFACTS, `browser-module-${refreshTokenCookie ? 'cookie' : 'memory'}.png`),
      });
      assert.ok(await leave.isVisible());
      await page.keyboard.press('Enter');
      await page.waitForURL(`${app.origin}/bye`);
      await status(page, 'nobody');
      const cookies = (await context.cookies(issuer)).map(({ name }) => name);
      assert.equal(cookies.some((name) => name.includes('refresh')), false);
      tokenAnswers = [];
      await page.reload();
      await status(page, 'nobody');
      assert.equal(tokenAnswers.length, 0);
      assert.deepEqual(said.filter((text) => /Content Security Policy|Uncaught|CredenzaError/.test(text)), []);
    });
  });
}
