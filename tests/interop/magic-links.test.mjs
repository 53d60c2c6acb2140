// Chart 580
//
// Somebody signs in to `credenza dev` by a link or a code that is mailed to them, in the browser that asked and on a phone.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { press } from './browser.mjs';
import { devServer } from './dev.mjs';
import { useBrowser } from './fixture.mjs';

const own = useBrowser();
const PASSWORD = 'seven swans a-swimming';
const server = await devServer();
const { origin } = server;

before(() => server.start());
after(() => server.remove());

/** How many mails to an address have come, and the newest: its text and the link in it. */
async function mailsTo(address) {
  const page = await own.freshPage();
  await page.goto(`${origin}/demo/inbox`);
  const mails = page.locator('article').filter({ hasText: address });
  const count = await mails.count();
  const newest = mails.first();
  const mail = count && { text: await newest.innerText(), link: await newest.locator('a').first().getAttribute('href') };
  await page.context().close();
  return { count, mail };
}

/** The mail to an address that comes after so many. */
async function nextMailTo(address, earlier) {
  for (let tries = 0; tries < 100; tries += 1) {
    const { count, mail } = await mailsTo(address);
    if (count > earlier) return mail;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no mail to ${address}`);
}

/** Makes an account with that address, by the mail that proves it. */
async function account(address) {
  const page = await own.freshPage();
  await page.goto(`${origin}/signup`);
  await page.locator('#email').fill(address);
  await press(page, '#sign-up-submit');
  await page.goto((await nextMailTo(address, 0)).link);
  await page.locator('#password').fill(PASSWORD);
  await press(page, '#complete-submit');
  await page.waitForURL(`${origin}/account`);
  await page.context().close();
}

async function asksForMail(page, address) {
  await page.goto(`${origin}/demo`);
  await press(page, '#demo-login');
  await page.locator('#username').fill(address);
  await press(page, '#login-mail');
  await page.locator('#mail-sent').waitFor();
}

async function arrives(page, address) {
  const consent = page.locator('#consent-allow');
  await consent.or(page.locator('#demo-refresh')).first().waitFor();
  if (await consent.count()) await press(page, '#consent-allow');
  await page.locator('#demo-refresh').waitFor();
  const body = await page.locator('body').innerText();
  assert.ok(body.includes(address) && body.includes('"otp"'), body);
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with JavaScript' : 'without JavaScript';
  test(`by the link and by the code, ${how}`, async () => {
    const address = `mail.${javaScriptEnabled}@people.test`;
    await account(address);
    const first = await own.freshPage({ javaScriptEnabled });
    await asksForMail(first, address);
    await first.goto((await nextMailTo(address, 1)).link);
    await press(first, '#link-submit');
    await arrives(first, address);
    const second = await own.freshPage({ javaScriptEnabled });
    await asksForMail(second, address);
    const [code] = (await nextMailTo(address, 2)).text.match(/\b\d{6}\b/);
    await second.locator('#code').fill(code === '123456' ? '654321' : '123456');
    await press(second, '#code-submit');
    await second.locator('#code-error').waitFor();
    await second.locator('#code').fill(code);
    await press(second, '#code-submit');
    await arrives(second, address);
  });
}

test('on a phone the link shows a code, which is typed where it was asked for', async () => {
  const address = 'phone@people.test';
  await account(address);
  const desktop = await own.freshPage();
  await asksForMail(desktop, address);
  const { link } = await nextMailTo(address, 1);
  const phone = await own.freshPage({ viewport: { width: 320, height: 640 } });
  await phone.goto(link);
  const shown = await phone.locator('body').innerText();
  assert.ok(shown.includes(address) && /Chrome · Linux/.test(shown), shown);
  assert.equal(await phone.locator('form:not(.languages) button').count(), 0, 'nobody signs in there');
  const code = (await phone.locator('#sign-in-code').innerText()).trim();
  await phone.goto(`${origin}/account`);
  assert.ok((await phone.locator('body').innerText()).includes('signed out'));
  await desktop.locator('#code').fill(code);
  await press(desktop, '#code-submit');
  await arrives(desktop, address);
});

test('a link that an operator has made', async () => {
  const address = 'support@people.test';
  await account(address);
  const { url: link } = await server.command('user', 'sign-in-link', address, '--issuer', origin);
  const page = await own.freshPage();
  await page.goto(link);
  assert.ok((await page.locator('#of-account').innerText()).includes(address));
  await press(page, '#link-submit');
  await page.waitForURL(`${origin}/account`);
  await page.goto(link);
  assert.ok((await page.locator('body').innerText()).includes('no longer works'));
});

const viewports = { phone: { width: 320, height: 640 }, desktop: { width: 1280, height: 800 } };

for (const [device, viewport] of Object.entries(viewports)) {
  for (const [colorScheme, locale] of [
    ['light', 'en-GB'],
    ['dark', 'de-DE'],
  ]) {
    test(`${device}, ${colorScheme}, ${locale}`, async () => {
      const page = await own.freshPage({ viewport, colorScheme, locale });
      const shoot = async (name, shot = page) => {
        const path = join(process.env.INTEROP_ARTIFACTS, `${name}-${device}-${colorScheme}.png`);
        await shot.screenshot({ path, fullPage: true });
        const width = await shot.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(width <= viewport.width, `${name} is ${width} wide`);
        for (const button of await shot.getByRole('button').all()) {
          const box = await button.boundingBox();
          assert.ok(box.height >= 40, `a button of ${name} is ${box.height} high`);
        }
      };
      const address = `a.rather.long.name.on.a.${device}.in.the.${colorScheme}@people.example.test`;
      await account(address);
      await page.goto(`${origin}/account/login`);
      await press(page, '#login-mail');
      await page.locator('#login-error').waitFor();
      await shoot('mail-no-name');
      await page.locator('#username').fill(address);
      await press(page, '#login-mail');
      await shoot('mail-code');
      const { link } = await nextMailTo(address, 1);
      const other = await own.freshPage({ viewport, colorScheme, locale });
      await other.goto(link);
      await shoot('mail-elsewhere', other);
      await page.goto(link);
      await shoot('mail-link');
      await press(page, '#link-submit');
      await page.waitForURL(`${origin}/account`);
    });
  }
}
