// Chart 584
//
// The whole life of an account at `credenza dev`: made by its owner, copied, deleted, kept by the link in the mail, deleted again
// and kept by signing in.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
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

/** The link in the newest mail to an address that says so, once it has come. */
async function linkIn(address, said) {
  const page = await own.freshPage();
  for (let tries = 0; tries < 100; tries += 1) {
    await page.goto(`${origin}/demo/inbox`);
    const mail = page.locator('article').filter({ hasText: address }).filter({ hasText: said }).first();
    if (await mail.count()) {
      const link = await mail.locator('a').first().getAttribute('href');
      await page.context().close();
      return link;
    }
    await page.waitForTimeout(100);
  }
  throw new Error(`no mail to ${address} that says ${said}`);
}

async function signsUp(page, address) {
  await page.goto(`${origin}/signup`);
  await page.locator('#email').fill(address);
  await press(page, '#sign-up-submit');
  await page.goto(await linkIn(address, '/signup/complete'));
  await page.locator('#password').fill(PASSWORD);
  await press(page, '#complete-submit');
  await page.waitForURL(`${origin}/account`);
}

async function signsIn(page, address) {
  await page.goto(`${origin}/account/login`);
  await page.locator('#username').fill(address);
  await page.locator('#password').fill(PASSWORD);
  await press(page, '#login-submit');
}

async function deletes(page, address) {
  await page.goto(`${origin}/account/delete`);
  await page.locator('#username').fill(address);
  await press(page, '#delete-submit');
  await page.locator('#deletion-asked').waitFor();
}

for (const javaScriptEnabled of [true, false]) {
  test(`from sign-up to deletion, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async () => {
    const page = await own.freshPage({ javaScriptEnabled });
    const address = `life.${javaScriptEnabled}@people.test`;
    await signsUp(page, address);
    await page.goto(`${origin}/account/data`);
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#data-download').click()]);
    assert.equal(download.suggestedFilename(), 'account.json');
    const copy = JSON.parse(await readFile(await download.path(), 'utf8'));
    assert.equal(copy.account.username, address);
    assert.equal(copy.sessions.length, 1);

    await deletes(page, address);
    await page.goto(`${origin}/account`);
    assert.match(await page.locator('body').innerText(), /signed out/);
    await page.goto(await linkIn(address, '/account/keep'));
    await press(page, '#keep-submit');
    await page.locator('#account-kept').waitFor();
    await press(page, '#way-on');
    await page.locator('#username').fill(address);
    await page.locator('#password').fill(PASSWORD);
    await press(page, '#login-submit');
    await page.waitForURL(`${origin}/account`);

    await deletes(page, address);
    await signsIn(page, address);
    await page.locator('#keep-submit').waitFor();
    await press(page, '#keep-submit');
    await page.waitForURL(`${origin}/account`);
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
      const address = `a.rather.long.name.that.goes.from.${device}.${colorScheme}@people.example.test`;
      await signsUp(page, address);
      await page.goto(`${origin}/account/data`);
      await shoot('own-data');
      await page.goto(`${origin}/account/delete`);
      await shoot('delete-account');
      await page.locator('#username').fill('somebody');
      await press(page, '#delete-submit');
      await shoot('delete-account-wrong');
      await page.locator('#username').fill(address);
      await press(page, '#delete-submit');
      await shoot('deletion-asked');
      await page.goto(await linkIn(address, '/account/keep'));
      await shoot('keep-account');
      await press(page, '#keep-submit');
      await shoot('account-kept');
    });
  }
}
