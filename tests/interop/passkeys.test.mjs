// Chart 592
// Chart 596
//
// Somebody adds a passkey and an authenticator app to their account at `credenza dev`, and signs in with them: in Chromium, with
// its virtual authenticator (Web Authentication 11).
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

before(() => server.start());
after(() => server.remove());

/** An account of that address, signed in. */
async function signsUp(page, address) {
  await page.goto(`${origin}/signup`);
  await page.locator('#email').fill(address);
  await press(page, '#sign-up-submit');
  await page.goto((await mailIn(own, origin, address)).link);
  await page.locator('#password').fill(PASSWORD);
  await press(page, '#complete-submit');
  await page.waitForURL(`${origin}/account`);
}

/** An authenticator that answers by itself, beside the page. */
async function authenticator(page, options = {}) {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
      ...options,
    },
  });
  const send = (method, parameters) => session.send(`WebAuthn.${method}`, { authenticatorId, ...parameters });
  return { send, credentials: async () => (await send('getCredentials')).credentials };
}

/** A passkey on the account of whoever is signed in, with the recovery codes that came with it. */
async function adds(page) {
  await page.goto(`${origin}/account/security`);
  await press(page, '#add-passkey');
  await page.locator('#name').fill('Laptop');
  await press(page, '#passkey');
  return page.locator('#recovery-codes code').allInnerTexts();
}

/** From now on the browser offers nothing beside the name, so that the button is what is tried. */
const offersNothing = (page) =>
  page.addInitScript(() => {
    PublicKeyCredential.isConditionalMediationAvailable = async () => false;
  });

async function signsOut(page) {
  await page.context().clearCookies();
  await page.goto(`${origin}/demo`);
  await press(page, '#demo-login');
  await page.locator('#login-submit').waitFor();
}

/** The page of the demo, with what the tokens say. */
async function arrives(page) {
  const consent = page.locator('#consent-allow');
  await consent.or(page.locator('#demo-refresh')).first().waitFor();
  if (await consent.count()) await press(page, '#consent-allow');
  await page.locator('#demo-refresh').waitFor();
  return page.locator('body').innerText();
}

test('a passkey is added, and signs in by the button and beside the name', async () => {
  const page = await own.freshPage();
  await signsUp(page, 'ada@people.test');
  const keys = await authenticator(page);
  assert.equal((await adds(page)).length, 10, 'recovery codes come with the first authenticator');
  await press(page, '#codes-kept');
  assert.match(await page.locator('#passkeys').innerText(), /Laptop/);
  const [key] = await keys.credentials();
  assert.equal(key.isResidentCredential, true);
  assert.equal(key.rpId, 'localhost');

  // Beside the name: the browser offers it by itself, and the authenticator answers at once.
  await page.context().clearCookies();
  await page.goto(`${origin}/demo`);
  await page.locator('#demo-login').click();
  const said = await arrives(page);
  assert.match(said, /"phr"|phr/);
  for (const method of ['pop', 'user', 'mfa']) assert.ok(said.includes(method), said);

  // By the button, when nothing is offered by itself.
  await offersNothing(page);
  await signsOut(page);
  await page.locator('#passkey').click();
  assert.match(await arrives(page), /pop/);
});

test('A151 A152 a passkey that does not verify who holds it, or was removed, signs nobody in', async () => {
  const page = await own.freshPage();
  await signsUp(page, 'bea@people.test');
  const keys = await authenticator(page);
  await adds(page);
  await keys.send('setUserVerified', { isUserVerified: false });
  await signsOut(page);
  await page.locator('#passkey').click();
  await page.locator('#passkey-said').filter({ hasText: 'another way' }).waitFor();
  assert.ok(await page.locator('#passkey').isEnabled(), 'the page can be used');
  assert.equal(new URL(page.url()).pathname, '/login');
  await page.locator('#username').fill('bea@people.test');
  await page.locator('#password').fill(PASSWORD);
  await press(page, '#login-submit');
  await arrives(page);
  await page.goto(`${origin}/account/security`);
  await press(page, '#passkeys button[name="remove"]');
  assert.equal(await page.locator('#passkeys button[name="remove"]').count(), 0);
  await keys.send('setUserVerified', { isUserVerified: true });
  await page.context().clearCookies();
  await page.goto(`${origin}/demo`);
  await page.locator('#demo-login').click();
  await page.locator('#login-error').filter({ hasText: 'This passkey could not be used' }).waitFor();
});

test('A157 a copy of a passkey is refused and told by mail, and an answer counts once', async () => {
  const page = await own.freshPage();
  await signsUp(page, 'cleo@people.test');
  const keys = await authenticator(page);
  await adds(page);
  const [copy] = await keys.credentials();
  // The answer of the browser, to be sent again: the form is kept as it is posted.
  let sent;
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.postData()?.includes('passkey=%7B')) sent = request.postData();
  });
  await page.context().clearCookies();
  await page.goto(`${origin}/demo`);
  await page.locator('#demo-login').click();
  await arrives(page);
  assert.ok(sent, 'the form was posted');
  const cookies = await page.context().cookies();
  const again = await fetch(`${origin}/login`, {
    method: 'POST',
    redirect: 'manual',
    body: sent,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
    },
  });
  assert.notEqual(again.headers.get('location')?.includes('code='), true);
  assert.ok(!again.headers.getSetCookie().some((cookie) => /session=[^;]/.test(cookie)), 'nobody is signed in by it');
  // As the key was when it was copied, with a counter that has been passed.
  await keys.send('clearCredentials');
  await keys.send('addCredential', { credential: { ...copy, signCount: 0 } });
  await offersNothing(page);
  await signsOut(page);
  await page.locator('#passkey').click();
  await page.locator('#login-error').filter({ hasText: 'This passkey could not be used' }).waitFor();
  const inbox = await own.freshPage();
  await inbox.goto(`${origin}/demo/inbox`);
  await inbox.locator('article').filter({ hasText: 'a copy of the passkey “Laptop”' }).first().waitFor();
});

test('an authenticator app is asked for after the password, and a passkey answers as well', async () => {
  const page = await own.freshPage();
  await signsUp(page, 'dora@people.test');
  await page.goto(`${origin}/account/security`);
  await press(page, '#add-app');
  assert.ok((await page.locator('.qr svg').boundingBox()).width > 150);
  await page.locator('details summary').click();
  const secret = await page.locator('#secret').innerText();
  await page.locator('#code').fill(codeOf(secret));
  await press(page, '#app-add');
  const codes = await page.locator('#recovery-codes code').allInnerTexts();
  assert.equal(codes.length, 10);
  await signsOut(page);
  await page.locator('#username').fill('dora@people.test');
  await page.locator('#password').fill(PASSWORD);
  await press(page, '#login-submit');
  await page.locator('#code').fill('000000');
  await press(page, '#code-submit');
  await page.locator('#code-error').waitFor();
  await page.locator('#code').fill(codeOf(secret, 1));
  await page.locator('#code-submit').click();
  const said = await arrives(page);
  assert.ok(said.includes('urn:credenza:acr:mfa') && said.includes('otp'), said);

  await authenticator(page);
  await page.goto(`${origin}/account/security`);
  await press(page, '#add-passkey');
  await press(page, '#passkey');
  await page.waitForURL(`${origin}/account/security`);
  await offersNothing(page);
  await signsOut(page);
  await page.locator('#username').fill('dora@people.test');
  await page.locator('#password').fill(PASSWORD);
  await press(page, '#login-submit');
  await page.locator('#code').waitFor();
  await page.locator('#passkey').click();
  const passed = await arrives(page);
  assert.ok(passed.includes('pop') && passed.includes('pwd'), passed);
});

test('whoever must have a second factor makes a passkey in the course of the sign-in', async () => {
  const page = await own.freshPage();
  await signsUp(page, 'finn@people.test');
  const keys = await authenticator(page);
  await server.command('tenant', 'update', 'default', '--set', 'second_factor=required');
  try {
    await offersNothing(page);
    await signsOut(page);
    await page.locator('#username').fill('finn@people.test');
    await page.locator('#password').fill(PASSWORD);
    await press(page, '#login-submit');
    await page.locator('#why').waitFor();
    await page.screenshot({ path: join(process.env.INTEROP_ARTIFACTS, 'factors-required.png'), fullPage: true });
    await press(page, '#passkey');
    assert.equal(await page.locator('#recovery-codes code').count(), 10);
    assert.equal((await keys.credentials()).length, 1);
    await page.locator('#codes-kept').click();
    const said = await arrives(page);
    for (const method of ['pwd', 'user', 'mfa']) assert.ok(said.includes(method), said);
    await signsOut(page);
    await page.locator('#passkey').click();
    assert.match(await arrives(page), /pop/);
  } finally {
    await server.command('tenant', 'update', 'default', '--set', 'second_factor=optional');
  }
});

test('without JavaScript, the pages are as usable as before', async () => {
  const page = await own.freshPage({ javaScriptEnabled: false });
  await signsUp(page, 'emma@people.test');
  await page.goto(`${origin}/account/security/passkey`);
  assert.ok(await page.locator('#passkey-unsupported').isVisible());
  assert.ok(!(await page.locator('#passkey').isVisible()));
  await page.goto(`${origin}/account/security/app`);
  await page.locator('details summary').click();
  const secret = await page.locator('#secret').innerText();
  await page.locator('#code').fill(codeOf(secret));
  await press(page, '#app-add');
  const [recovery] = await page.locator('#recovery-codes code').allInnerTexts();
  await signsOut(page);
  assert.ok(!(await page.locator('#passkey').isVisible()));
  await page.locator('#username').fill('emma@people.test');
  await page.locator('#password').fill(PASSWORD);
  await press(page, '#login-submit');
  await page.locator('#lost').click();
  await page.locator('#recovery-code').fill(recovery);
  await page.locator('#recovery-submit').click();
  await arrives(page);
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
      const shoot = async (name) => {
        const path = join(process.env.INTEROP_ARTIFACTS, `${name}-${device}-${colorScheme}-${locale}.png`);
        await page.screenshot({ path, fullPage: true });
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(width <= viewport.width, `${name} is ${width} wide`);
      };
      const address = `factors.${device}.${colorScheme}.${locale}@people.test`;
      await signsUp(page, address);
      await authenticator(page);
      await page.goto(`${origin}/account/security/passkey`);
      await shoot('factors-add-passkey');
      await press(page, '#passkey');
      await shoot('factors-recovery-codes');
      await page.goto(`${origin}/account/security/app`);
      await shoot('factors-app');
      await page.locator('details summary').click();
      const secret = await page.locator('#secret').innerText();
      await page.locator('#code').fill(codeOf(secret));
      await press(page, '#app-add');
      await shoot('factors-security');
      const plain = await own.freshPage({ viewport, colorScheme, locale });
      await plain.goto(`${origin}/demo`);
      await press(plain, '#demo-login');
      await plain.screenshot({
        path: join(process.env.INTEROP_ARTIFACTS, `factors-login-${device}-${colorScheme}-${locale}.png`),
        fullPage: true,
      });
      await plain.locator('#username').fill(address);
      await plain.locator('#password').fill(PASSWORD);
      await press(plain, '#login-submit');
      await plain.locator('#code').fill('123');
      await press(plain, '#code-submit');
      await plain.screenshot({
        path: join(process.env.INTEROP_ARTIFACTS, `factors-second-${device}-${colorScheme}-${locale}.png`),
        fullPage: true,
      });
      const width = await plain.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= viewport.width, `the second factor is ${width} wide`);
    });
  }
}
