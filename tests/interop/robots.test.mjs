// Chart 598
// Chart 599
//
// Somebody shows that they are no robot, and trusts a browser, at `credenza dev` in Chromium: with JavaScript and without.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { press } from './browser.mjs';
import { devServer } from './dev.mjs';
import { useBrowser } from './fixture.mjs';
import { mailTo as mailIn } from './inbox.mjs';
import { codeOf } from './totp.mjs';

const own = useBrowser();
const PASSWORD = 'seven swans a-swimming';
const server = await devServer();
const { origin } = server;

before(async () => {
  await server.start();
  const settings = ['robot_check=proof_of_work', 'trusted_browser_lifetime=2592000', 'sign_in_by_mail=on'];
  await server.command('tenant', 'update', 'default', ...settings.flatMap((setting) => ['--set', setting]));
});
after(() => server.remove());

async function asks(page, address) {
  await page.goto(`${origin}/signup`);
  await page.locator('#email').fill(address);
  await page.locator('#sign-up-submit').click();
}

/** An account of that address, signed in. */
async function signsUp(page, address) {
  await asks(page, address);
  await page.locator('#mail-sent').waitFor();
  await page.goto((await mailIn(own, origin, address)).link);
  await page.locator('#password').fill(PASSWORD);
  await press(page, '#complete-submit');
  await page.waitForURL(`${origin}/account`);
}

/** An authenticator app on the account of whoever is signed in; its secret. */
async function addsApp(page) {
  await page.goto(`${origin}/account/security/app`);
  await page.locator('details summary').click();
  const secret = await page.locator('#secret').innerText();
  await page.locator('#code').fill(codeOf(secret));
  await press(page, '#app-add');
  return secret;
}

/** The page that follows on the password; the session before is left behind, and what is trusted is kept. */
async function withPassword(page, address) {
  await page.context().clearCookies({ name: /session/ });
  await page.goto(`${origin}/demo`);
  await press(page, '#demo-login');
  await page.locator('#username').fill(address);
  await page.locator('#password').fill(PASSWORD);
  await press(page, '#login-submit');
}

test('the browser works while the person types, and each form counts once', async () => {
  const page = await own.freshPage();
  const sent = [];
  page.on('request', (request) => request.method() === 'POST' && sent.push(request.postData()));
  await signsUp(page, 'ada@people.test');
  assert.match(sent[0], /work=\d+/);
  assert.equal(sent[0].match(/work=/g).length, 1);
});

test('the button that was pressed is sent, after the work', async () => {
  const page = await own.freshPage();
  await page.goto(`${origin}/demo`);
  await press(page, '#demo-login');
  await page.locator('#username').fill('nobody@people.test');
  await page.locator('#login-mail').click();
  await page.waitForURL(`${origin}/login/mail*`);
});

test('after several wrong passwords the work is asked for, and nothing else is lost', async () => {
  const page = await own.freshPage();
  await signsUp(page, 'bea@people.test');
  const other = await own.freshPage();
  await other.goto(`${origin}/demo`);
  await press(other, '#demo-login');
  for (let tries = 0; tries < 4; tries += 1) {
    await other.locator('#username').fill('bea@people.test');
    await other.locator('#password').fill('wrong');
    await press(other, '#login-submit');
    await other.locator('#login-error').waitFor();
  }
  assert.equal(await other.locator('input[name=check]').count(), 1);
  await other.locator('#password').fill(PASSWORD);
  await press(other, '#login-submit');
  await other.locator('#consent-allow').waitFor();
});

test('without JavaScript, the person waits for a moment and is not locked out', async () => {
  const page = await own.freshPage({ javaScriptEnabled: false });
  await asks(page, 'cleo@people.test');
  await page.locator('#sign-up-error').filter({ hasText: 'you are not a robot' }).waitFor();
  assert.match(await page.content(), /please wait 20 seconds/);
  assert.equal(await page.locator('#email').inputValue(), 'cleo@people.test');
  await page.waitForTimeout(20_500);
  await press(page, '#sign-up-submit');
  await page.locator('#mail-sent').waitFor();
});

test('a browser that is trusted is not asked for the code again, until it is removed', async () => {
  const page = await own.freshPage();
  await signsUp(page, 'dora@people.test');
  const secret = await addsApp(page);
  await withPassword(page, 'dora@people.test');
  await page.locator('#code').fill(codeOf(secret, 1));
  await page.locator('#trust').check();
  await press(page, '#code-submit');
  await page.locator('#consent-allow').waitFor();
  await press(page, '#consent-allow');
  await withPassword(page, 'dora@people.test');
  await page.locator('#demo-refresh').waitFor();
  await page.goto(`${origin}/account/security`);
  assert.match(await page.locator('#browsers').innerText(), /Chrome · Linux/);
  await press(page, '#browsers button[name="remove"]');
  assert.equal(await page.locator('#browsers').count(), 0);
  await withPassword(page, 'dora@people.test');
  await page.locator('#code').waitFor();
});

const viewports = { phone: { width: 320, height: 640 }, desktop: { width: 1280, height: 800 } };

for (const [device, viewport] of Object.entries(viewports)) {
  for (const [colorScheme, locale] of [
    ['light', 'en-GB'],
    ['dark', 'de-DE'],
    ['light', 'ar'],
  ]) {
    test(`${device}, ${colorScheme}, ${locale}`, async () => {
      const page = await own.freshPage({ viewport, colorScheme, locale });
      const shoot = async (name, of = page) => {
        const path = join(process.env.INTEROP_ARTIFACTS, `${name}-${device}-${colorScheme}-${locale}.png`);
        await of.screenshot({ path, fullPage: true });
        const width = await of.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(width <= viewport.width, `${name} is ${width} wide`);
      };
      const address = `robots.${device}.${colorScheme}.${locale}@people.test`;
      await signsUp(page, address);
      const secret = await addsApp(page);
      await withPassword(page, address);
      await shoot('robots-trust');
      await page.locator('#code').fill(codeOf(secret, 1));
      await page.locator('#trust').check();
      await page.locator('#code-submit').click();
      await page.locator('#consent-allow').waitFor();
      await page.goto(`${origin}/account/security`);
      await shoot('robots-security');
    });
  }
}

// Forms of robots that run no script, as those see them.
for (const locale of ['en-GB', 'de-DE', 'ar']) {
  test(`without JavaScript, ${locale}`, async () => {
    const page = await own.freshPage({ viewport: viewports.phone, locale, javaScriptEnabled: false });
    await asks(page, 'nobody@people.test');
    await page.locator('#sign-up-error').waitFor();
    await page.screenshot({ path: join(process.env.INTEROP_ARTIFACTS, `robots-waits-${locale}.png`), fullPage: true });
  });
}
