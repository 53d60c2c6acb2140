// The hosted pages in a real browser: with and without JavaScript, by keyboard, in German, framed, and gone back to.
// A022 and the like are ids of attacks (manual: attacks).
// Chart 500
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { back, press } from './browser.mjs';
import { useBrowser } from './fixture.mjs';
import { issuer, person } from './provider.mjs';

const own = useBrowser();

const request = (parameters) => own.request({}, parameters);

const anonymous = { username: '' };
const textOf = (page) => page.locator('body').innerText();

const personal = (text) => [person.username, person.email].filter((word) => text.includes(word));

test('the whole way works without JavaScript', async () => {
  const page = await own.freshPage({ javaScriptEnabled: false });
  for (const response_mode of ['query', 'fragment']) {
    const reached = await own.visit(page, await request({ response_mode }));
    assert.ok(reached.parameters.code);
    assert.equal(reached.parameters.state, 'a state');
  }
  const logout = await own.visit(page, `${issuer}/logout`);
  assert.equal(logout.place, 'signed-out');
});

test('form_post without JavaScript asks for one press of a button', async () => {
  const page = await own.freshPage({ javaScriptEnabled: false });
  await own.visit(page, await request(), { stopAt: 'consent' });
  const arrival = own.app.next();
  const url = await request({ response_mode: 'form_post', prompt: 'none' });
  await page.goto(url.href);
  await page.getByRole('button').click();
  const { method, body } = await arrival;
  assert.equal(method, 'POST');
  assert.equal(new URLSearchParams(body).get('error'), 'consent_required');
});

/** Presses Tab until the element has the focus, which must show. */
async function tabTo(page, selector) {
  for (let presses = 0; presses < 15; presses += 1) {
    const focused = page.locator(`${selector}:focus`);
    if (await focused.count()) {
      const shown = await focused.evaluate((element) => {
        const { outlineStyle, boxShadow } = getComputedStyle(element);
        return outlineStyle !== 'none' || boxShadow !== 'none';
      });
      assert.ok(shown, `${selector} does not show that it has the focus`);
      return;
    }
    await page.keyboard.press('Tab');
  }
  assert.fail(`Tab never reaches ${selector}`);
}

test('the keyboard alone is enough', async () => {
  const page = await own.freshPage();
  await own.visit(page, await request(), anonymous);
  await tabTo(page, 'input[name="username"]');
  await page.keyboard.type(person.username);
  await tabTo(page, 'input[name="password"]');
  await page.keyboard.type(person.password);
  await page.keyboard.press('Enter');
  await tabTo(page, '#consent-allow');
  const arrival = own.app.next();
  await page.keyboard.press('Enter');
  assert.ok(new URL((await arrival).url).searchParams.has('code'));
});

test('a screen reader finds names for everything', async () => {
  const page = await own.freshPage();
  await own.visit(page, await request(), anonymous);
  assert.equal(await page.locator('html').getAttribute('lang'), 'en');
  assert.match(await page.title(), /\S/);
  assert.equal(await page.getByRole('heading', { level: 1 }).count(), 1);
  assert.match(await page.getByRole('heading', { level: 1 }).innerText(), /^Sign in to /);
  assert.equal(await page.getByRole('main').count(), 1);
  for (const name of ['username', 'password']) {
    const labels = await page.locator(`input[name="${name}"]`).evaluate((input) => input.labels.length);
    assert.ok(labels > 0, `${name} has no label`);
  }
});

test('a wrong password is announced, and the user name stays', async () => {
  const page = await own.freshPage();
  const reached = await own.visit(page, await request(), { password: 'not the password' });
  assert.equal(reached.place, 'login');
  assert.match(await page.getByRole('alert').innerText(), /\S/);
  assert.equal(await page.locator('input[name="username"]').inputValue(), person.username);
  assert.equal(await page.locator('input[name="password"]').inputValue(), '');
  await page.locator('input[name="password"]').fill(person.password);
  await press(page, '#login-submit');
  assert.equal(await page.locator('#consent-allow').count(), 1);
});

test('an unregistered redirect_uri ends at a page of the provider', async () => {
  const page = await own.freshPage();
  const arrival = own.app.next().then(() => 'the application');
  const url = await request({ redirect_uri: `${own.app.redirectUri}?added=1` });
  const reached = await own.visit(page, url, { stopAt: 'error' });
  assert.equal(reached.place, 'error');
  assert.match(reached.text, /Request not accepted/);
  assert.match(reached.text, /support code/i);
  const quiet = new Promise((resolve) => setTimeout(resolve, 1_000, 'nobody'));
  assert.equal(await Promise.race([arrival, quiet]), 'nobody');
  assert.equal(new URL(page.url()).origin, issuer);
});

test('ui_locales=de speaks German', async () => {
  const page = await own.freshPage();
  await own.visit(page, await request({ ui_locales: 'de' }), anonymous);
  assert.equal(await page.locator('html').getAttribute('lang'), 'de');
  assert.match(await page.locator('#login-submit').innerText(), /Anmelden/i);
  await own.visit(page, await request({ ui_locales: 'tlh en' }), anonymous);
  assert.equal(await page.locator('html').getAttribute('lang'), 'en');
});

test('the language of the browser is enough', async () => {
  const page = await own.freshPage({ locale: 'de-AT' });
  await own.visit(page, await request(), anonymous);
  assert.equal(await page.locator('html').getAttribute('lang'), 'de');
});

test('A022: no page lets itself be framed', async () => {
  const page = await own.freshPage();
  const framed = async (url) => {
    const frame = new URL('/frame', own.app.origin);
    frame.searchParams.set('src', url);
    await page.goto(frame.href, { waitUntil: 'load' });
    const [inner] = page.mainFrame().childFrames();
    return { url: inner.url(), inputs: await inner.locator('input, button').count(), text: await textOf(inner) };
  };
  const control = await framed(`${own.app.origin}/nothing`);
  assert.match(control.text, /Not found/);

  await own.visit(page, await request(), { stopAt: 'consent' });
  const pages = {
    consent: await request(),
    login: await request({ prompt: 'login' }),
    error: await request({ redirect_uri: 'https://unregistered.example.test/' }),
    logout: `${issuer}/logout`,
  };
  for (const [name, url] of Object.entries(pages)) {
    const inner = await framed(url);
    assert.equal(inner.url, 'chrome-error://chromewebdata/', name);
    assert.equal(inner.inputs, 0, name);
    assert.ok(!/Request not accepted|sign out/i.test(inner.text), name);
  }
});

test('A015: nothing is loaded from anywhere else, and no address leaks', async () => {
  const page = await own.freshPage();
  const requests = [];
  page.on('request', (sent) => requests.push(sent));
  const policies = [];
  page.on('response', (response) => {
    if (response.url().startsWith(issuer) && response.request().isNavigationRequest()) policies.push(response.headers());
  });
  const reached = await own.visit(page, await request());
  assert.ok(reached.parameters.code);
  assert.equal(reached.headers.referer, undefined);
  await own.visit(page, await request({ redirect_uri: 'https://unregistered.example.test/' }));
  await own.visit(page, `${issuer}/logout`);
  const origins = new Set(requests.map((sent) => new URL(sent.url()).origin));
  assert.deepEqual(origins, new Set([issuer, own.app.origin]));
  for (const headers of policies) {
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.match(headers['cache-control'], /no-store/);
  }
});

test('A120: going back after logout shows nothing personal', async () => {
  const page = await own.freshPage();
  const consent = await own.visit(page, await request(), { stopAt: 'consent' });
  assert.ok(personal(consent.text).length > 0, 'the consent page says who is signed in');
  const loggedOut = await own.visit(page, `${issuer}/logout`);
  assert.equal(loggedOut.place, 'signed-out');
  for (let steps = 0; steps < 4; steps += 1) {
    await back(page);
    assert.deepEqual(personal(await page.content()), [], page.url());
  }
});

test('the console of the browser stays silent', async () => {
  const page = await own.freshPage();
  const complaints = [];
  // What types here may be faster than the browser, which then notes that a field has the focus already.
  const isOfTyping = (text) => text.startsWith('Autofocus processing was blocked');
  page.on('console', (message) => isOfTyping(message.text()) || complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await own.visit(page, await request({ response_mode: 'form_post' }));
  await own.visit(page, `${issuer}/logout`);
  assert.deepEqual(complaints, []);
});
