// What a real browser sends twice: a double click, a form after the back button, a reload, another tab. The person is
// led on, or told that it is done.
// Chart 503
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { back, press } from './browser.mjs';
import { useBrowser } from './fixture.mjs';
import { issuer, person } from './provider.mjs';

const own = useBrowser();
const textOf = (page) => page.locator('body').innerText();

/** Opens the sign-in page of a fresh request. */
async function begin(page, options) {
  await page.goto((await own.request(options)).href);
  await page.locator('#login-submit').waitFor();
}

async function type(page) {
  await page.locator('input[name="username"]').fill(person.username);
  await page.locator('input[name="password"]').fill(person.password);
}

async function signIn(page) {
  await type(page);
  await press(page, '#login-submit');
}

/** The page says that the sign-in is done, and its link leads to this address. */
async function assertFinished(page, way) {
  assert.match(await textOf(page), /This sign-in is already finished/);
  assert.match(await textOf(page), /support code/i);
  assert.equal(new URL(await page.locator('#way-on').getAttribute('href'), page.url()).href, way);
}

const account = `${issuer}/account`;

for (const javaScriptEnabled of [true, false]) {
  const mode = javaScriptEnabled ? 'with' : 'without';

  test(`a double click on each button leads to the application or says that it is done, ${mode} JavaScript`, async () => {
    const page = await own.freshPage({ javaScriptEnabled });
    for (let round = 0; round < 3; round += 1) {
      await page.context().clearCookies();
      await begin(page);
      await type(page);
      await page.locator('#login-submit').dblclick();
      await page.locator('#consent-allow').waitFor();
      await page.locator('#consent-allow').dblclick();
      // Not waitForURL: it gives up when the second click cancels where the first one was going.
      await page.getByText('Back at the application').or(page.locator('#way-on')).waitFor();
      if (await page.locator('#way-on').count()) await assertFinished(page, account);
      else assert.ok(new URL(page.url()).searchParams.get('code'), page.url());
    }
  });

  test(`the back button and the form again, ${mode} JavaScript`, async () => {
    const page = await own.freshPage({ javaScriptEnabled });
    await begin(page, { clientUri: own.app.signedOutUri });
    await signIn(page);
    await page.locator('#consent-allow').waitFor();
    await back(page);
    await signIn(page);
    await page.locator('#consent-allow').waitFor();
    await press(page, '#consent-allow');
    assert.ok(new URL(page.url()).searchParams.get('code'), page.url());
    // Back from the application: neither page starts anything anew.
    for (let steps = 0; steps < 2; steps += 1) {
      const response = await back(page);
      assert.equal(response.status(), 409, page.url());
      await assertFinished(page, own.app.signedOutUri);
    }
    await press(page, '#way-on');
    assert.equal(page.url(), own.app.signedOutUri);
  });

  test(`a reload after a wrong password is the sign-in page, ${mode} JavaScript`, async () => {
    const page = await own.freshPage({ javaScriptEnabled });
    await begin(page);
    await page.locator('input[name="username"]').fill(person.username);
    await page.locator('input[name="password"]').fill('not the password');
    await press(page, '#login-submit');
    assert.match(page.url(), /\/login\?request=/);
    assert.equal(await page.getByRole('alert').count(), 1);
    const reloaded = await page.reload();
    assert.equal(reloaded.status(), 200);
    assert.equal(reloaded.request().method(), 'GET');
    assert.equal(await page.getByRole('alert').count(), 0);
    await signIn(page);
    assert.equal(await page.locator('#consent-allow').count(), 1);
  });
}

test('two tabs with two requests are both answered', async () => {
  const page = await own.freshPage();
  const other = await page.context().newPage();
  await begin(page);
  await begin(other);
  for (const tab of [page, other]) {
    await signIn(tab);
    await press(tab, '#consent-allow');
    assert.ok(new URL(tab.url()).searchParams.get('code'), tab.url());
  }
});

test('two tabs with the same request: the second says that it is done, and leads to the account', async () => {
  const page = await own.freshPage();
  const other = await page.context().newPage();
  await begin(page);
  await other.goto(page.url());
  await signIn(page);
  await press(page, '#consent-allow');
  assert.ok(new URL(page.url()).searchParams.get('code'), page.url());
  await signIn(other);
  await assertFinished(other, account);
  await press(other, '#way-on');
  assert.match(await textOf(other), new RegExp(`Signed in as ${person.username}`));
});

test('the account page leads whoever is signed out to the sign-in and back', async () => {
  const page = await own.freshPage();
  const response = await page.goto(account);
  assert.equal(response.status(), 401);
  await press(page, '#account-sign-in');
  await signIn(page);
  assert.equal(page.url(), account);
  assert.match(await textOf(page), new RegExp(`Signed in as ${person.username}`));
});

test('a browser without the cookie is told so', async () => {
  const page = await own.freshPage();
  await begin(page);
  await page.context().clearCookies();
  await signIn(page);
  const text = await textOf(page);
  assert.match(text, /Request not accepted/);
  assert.match(text, /did not send the cookie/);
  assert.match(text, /support code/i);
});
