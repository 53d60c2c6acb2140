// Chart 582
//
// Somebody makes an account with `credenza dev`, edits their profile, changes their address and has the old one back.
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

const mailTo = (address, about) => mailIn(own, origin, address, about);

/** An account of that address, signed in. */
async function signsUp(page, address) {
  await page.goto(`${origin}/signup`);
  await page.locator('#email').fill(address);
  await press(page, '#sign-up-submit');
  await page.goto((await mailTo(address)).link);
  await page.locator('#password').fill(PASSWORD);
  await press(page, '#complete-submit');
  await page.waitForURL(`${origin}/account`);
}

async function asksFor(page, address) {
  await page.goto(`${origin}/account`);
  await press(page, '#change-email');
  await page.locator('#email').fill(address);
  await press(page, '#email-submit');
  await page.locator('#mail-sent').waitFor();
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with JavaScript' : 'without JavaScript';
  test(`a profile is edited, ${how}`, async () => {
    const page = await own.freshPage({ javaScriptEnabled });
    await signsUp(page, `profile.${javaScriptEnabled}@people.test`);
    await press(page, '#profile');
    await page.locator('#claim-name').fill('Ada Lovelace');
    await page.locator('#claim-zoneinfo').fill('nowhere');
    await press(page, '#profile-submit');
    await page.locator('#profile-error').waitFor();
    assert.equal(await page.locator('#claim-name').inputValue(), 'Ada Lovelace');
    assert.equal(await page.locator('#claim-zoneinfo').getAttribute('aria-invalid'), 'true');
    await page.locator('#claim-zoneinfo').fill('Europe/London');
    await press(page, '#profile-submit');
    await page.locator('#profile-saved').waitFor();
    await page.reload();
    assert.equal(await page.locator('#claim-name').inputValue(), 'Ada Lovelace');
  });

  test(`an address is changed and restored, ${how}`, async () => {
    const page = await own.freshPage({ javaScriptEnabled });
    const [old, other] = ['old', 'new'].map((name) => `${name}.${javaScriptEnabled}@people.test`);
    await signsUp(page, old);
    await asksFor(page, other);
    const [code] = (await mailTo(other)).text.match(/\b\d{6}\b/);
    await page.locator('#code').fill(code);
    await press(page, '#code-submit');
    await page.locator('#email-changed').waitFor();
    assert.equal(await page.locator('#email-current').innerText(), other);
    const owner = await own.freshPage({ javaScriptEnabled });
    await owner.goto((await mailTo(old, 'has a new email address')).link);
    await press(owner, '#email-link-submit');
    await owner.locator('#email-restored').waitFor();
    await press(owner, '#way-on');
    await owner.locator('#password').fill('eight maids a-milking');
    await press(owner, '#reset-submit');
    await owner.locator('#password-changed').waitFor();
    const answer = await page.goto(`${origin}/account`);
    assert.equal(answer.status(), 401, 'everybody is signed out');
  });
}

test('times are written in the time zone of the browser', async () => {
  const page = await own.freshPage({ timezoneId: 'Asia/Kolkata', locale: 'en-GB' });
  await signsUp(page, 'times@people.test');
  const written = await page.locator('time').first().innerText();
  assert.match(written, /GMT\+5:30|IST/);
  const plain = await own.freshPage({ javaScriptEnabled: false });
  await signsUp(plain, 'plain.times@people.test');
  assert.match(await plain.locator('time').first().innerText(), /UTC$/);
});

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
      const address = `a.rather.long.name.of.an.owner.${device}.${colorScheme}@people.example.test`;
      await signsUp(page, address);
      await shoot('account');
      for (const place of ['profile', 'change-email', 'change-password', 'applications']) {
        await press(page, `#${place}`);
        await shoot(`account-${place}`);
      }
      await press(page, '#profile');
      await page.locator('#claim-locale').fill('not a language');
      await press(page, '#profile-submit');
      await shoot('account-profile-refused');
      await asksFor(page, `another.${address}`);
      await shoot('account-email-code');
      await page.goto((await mailTo(`another.${address}`)).link);
      await shoot('account-email-confirm');
      await page.goto(`${origin}/account/email`);
      await shoot('account-email-pending');
    });
  }
}
