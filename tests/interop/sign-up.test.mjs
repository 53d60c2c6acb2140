// Chart 568: Sign-up in a browser | from the application to the account and back, with JavaScript and without, by link and by code; phone and desktop, light and dark, in two languages
//
// Somebody without an account comes from an application to `credenza dev`, makes one by the mail that they get, and is back.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { press } from './browser.mjs';
import { devServer } from './dev.mjs';
import { useBrowser } from './fixture.mjs';
import { mailTo as mailIn } from './inbox.mjs';

const own = useBrowser();
const PASSWORD = 'seven swans a-swimming';
const server = await devServer();
const { origin } = server;

before(() => server.start());
after(() => server.remove());

const mailTo = (address) => mailIn(own, origin, address);

async function asksForMail(page, address) {
  await page.goto(`${origin}/demo`);
  await press(page, '#demo-login');
  await press(page, '#sign-up');
  await page.locator('#email').fill(address);
  await press(page, '#sign-up-submit');
  await page.locator('#mail-sent').waitFor();
}

async function choosesPassword(page) {
  await page.locator('#password').fill(PASSWORD);
  await press(page, '#complete-submit');
  await press(page, '#consent-allow');
  await page.locator('#demo-refresh').waitFor();
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with JavaScript' : 'without JavaScript';
  test(`by the link, ${how}`, async () => {
    const page = await own.freshPage({ javaScriptEnabled });
    const address = `link.${javaScriptEnabled}@people.test`;
    await asksForMail(page, address);
    await page.goto((await mailTo(address)).link);
    await choosesPassword(page);
    const body = await page.locator('body').innerText();
    assert.ok(body.includes(address), body);
  });

  test(`by the code, ${how}`, async () => {
    const page = await own.freshPage({ javaScriptEnabled });
    const address = `code.${javaScriptEnabled}@people.test`;
    await asksForMail(page, address);
    const [code] = (await mailTo(address)).text.match(/\b\d{6}\b/);
    await page.locator('#code').fill(code === '123456' ? '654321' : '123456');
    await press(page, '#code-submit');
    await page.locator('#code-error').waitFor();
    await page.locator('#code').fill(code);
    await press(page, '#code-submit');
    await choosesPassword(page);
  });
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with JavaScript' : 'without JavaScript';
  test(`by an invitation, ${how}`, async () => {
    const address = `invited.${javaScriptEnabled}@people.test`;
    const invite = ['invitation', 'create', address, '--claims', '{"given_name":"Ada"}', '--issuer', origin];
    const made = await server.command(...invite);
    assert.equal(made.state, 'pending');
    const page = await own.freshPage({ javaScriptEnabled });
    await page.goto((await mailTo(address)).link);
    const body = await page.locator('body').innerText();
    assert.ok(body.includes(address), body);
    await page.locator('#password').fill(PASSWORD);
    await press(page, '#complete-submit');
    await page.waitForURL(`${origin}/account`);
    const after = await server.command('invitation', 'show', made.invitation_id);
    assert.equal(after.state, 'accepted');
  });
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with JavaScript' : 'without JavaScript';
  test(`with terms, and asked for more, ${how}`, async () => {
    const change = (...settings) =>
      server.command('tenant', 'update', 'default', ...settings.flatMap((setting) => ['--set', setting]));
    const terms = ['brand.tos_uri=https://www.example.com/terms', 'terms_version=v1'];
    await change(...terms, 'sign_up_claims=["given_name"]', 'sign_up_required_claims=["given_name"]');
    const page = await own.freshPage({ javaScriptEnabled });
    const address = `terms.${javaScriptEnabled}@people.test`;
    await asksForMail(page, address);
    await page.goto((await mailTo(address)).link);
    const refusedBy = (input) => page.locator(input).evaluate((field) => !field.validity.valid);
    await page.locator('#password').fill(PASSWORD);
    await page.locator('#complete-submit').click();
    assert.ok((await refusedBy('#claim-given_name')) && (await refusedBy('#terms')), 'the browser sends nothing');
    await page.locator('#claim-given_name').fill('Ada');
    await page.locator('#terms').check();
    await choosesPassword(page);
    const user = await server.command('user', 'show', address);
    assert.deepEqual([user.claims.given_name, user.terms.version], ['Ada', 'v1']);
    await change('terms_version=v2');
    const again = await own.freshPage({ javaScriptEnabled });
    await again.goto(`${origin}/demo`);
    await press(again, '#demo-login');
    await again.locator('#username').fill(address);
    await again.locator('#password').fill(PASSWORD);
    await press(again, '#login-submit');
    await press(again, '#terms-submit');
    await again.locator('#demo-refresh').waitFor();
    assert.equal((await server.command('user', 'show', address)).terms.version, 'v2');
    await change('terms_version=null', 'sign_up_claims=[]', 'sign_up_required_claims=[]');
  });
}

const viewports = { phone: { width: 320, height: 640 }, desktop: { width: 1280, height: 800 } };

for (const [device, viewport] of Object.entries(viewports)) {
  for (const [colorScheme, locale] of [
    ['light', 'en-GB'],
    ['dark', 'de-DE'],
  ]) {
    test(`${device}, ${colorScheme}, ${locale}`, async () => {
      const page = await own.freshPage({ viewport, colorScheme, locale });
      const shoot = async (name) => {
        const path = join(process.env.INTEROP_ARTIFACTS, `${name}-${device}-${colorScheme}.png`);
        await page.screenshot({ path, fullPage: true });
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(width <= viewport.width, `${name} is ${width} wide`);
        for (const button of await page.getByRole('button').all()) {
          const box = await button.boundingBox();
          assert.ok(box.height >= 40, `a button of ${name} is ${box.height} high`);
        }
      };
      const address = `a.rather.long.name.on.a.${device}.in.the.${colorScheme}@people.example.test`;
      const invited = `invited.${address}`;
      const lang = locale.slice(0, 2);
      await server.command('invitation', 'create', invited, '--username', 'lady', '--locale', lang, '--issuer', origin);
      await page.goto((await mailTo(invited)).link);
      await shoot('sign-up-invited');
      await page.goto(`${origin}/signup`);
      await shoot('sign-up');
      await page.locator('#email').fill('nobody');
      await press(page, '#sign-up-submit');
      await shoot('sign-up-refused');
      await page.locator('#email').fill(address);
      await press(page, '#sign-up-submit');
      await shoot('sign-up-code');
      await page.locator('#code').fill('1');
      await press(page, '#code-submit');
      await shoot('sign-up-code-wrong');
      await page.goto((await mailTo(address)).link);
      await shoot('sign-up-complete');
      await page.locator('#password').fill('passwordpassword');
      await press(page, '#complete-submit');
      await shoot('sign-up-complete-refused');
      await page.locator('#password').fill(PASSWORD);
      await press(page, '#complete-submit');
      await page.waitForURL(`${origin}/account`);
    });
  }
}
