// Chart 933: Sign-in at applications of every language, in Chromium | deep links, cookies, two tabs that refresh at once, forms and return addresses of other sites, logout and the back button, one logout for two applications

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { ask, submit } from './person.mjs';
import { FRESH, Stage } from './stage.mjs';

const PATIENCE = 20_000;
const options = {
  binary: { type: 'string', default: 'credenza' },
  command: { type: 'string', multiple: true, default: [] },
};
const { values } = parseArgs({ options });
if (values.command.length < 2) throw new Error("chromium/run --binary credenza --command 'one' --command 'another' …");

const DEEP = '/protected/orders?page=2&q=a%20b%26c';
const ELSEWHERE = ['https://evil.test/', '//evil.test', '/\\evil.test', '/\t/evil.test', 'javascript:alert(1)'];

/** The cookie of a session, and its further parts. */
const SESSION = /^__Host-credenza([._-]\d+)?$/;

const names = (cookies) => cookies.map(({ name }) => name).join(' ');

const stage = new Stage();
before(() => stage.start(values.binary, values.command));
after(async () => {
  await stage.stop();
  // Connections that applications keep open do not keep the process.
  setTimeout(() => process.exit(), 1_000).unref();
});

const logout = (page, app) => submit(page, `${app.origin}/auth/logout`);

/** The application beside another, at another host. */
const beside = (at) => (at % 2 === 0 && at + 1 < values.command.length ? at + 1 : at - 1);

/** The page is the deep link. A space in a query has two spellings, of which frameworks choose one. */
function atDeepLink(page, app) {
  const parts = (address) => [new URL(address).pathname, [...new URL(address).searchParams]];
  assert.ok(page.url().startsWith(app.origin), page.url());
  assert.deepEqual(parts(page.url()), parts(app.origin + DEEP));
}

/** What one person does at an application, one after the other. */
function journey(at) {
  let [app, other, person, page, sub, signedInAt] = [];
  before(async () => {
    [app, other] = [stage.apps[at], stage.apps[beside(at)]];
    person = await stage.person();
    page = await person.tab();
  });

  test('a deep link survives the sign-in', async () => {
    const home = await page.goto(`${app.origin}/`);
    assert.match(await home.text(), /public/);
    assert.equal((await ask(page, '/me')).status, 401);
    await person.open(page, app, DEEP);
    signedInAt = Date.now();
    atDeepLink(page, app);
    assert.equal(person.passwords, 1);
    const me = await ask(page, '/me');
    assert.equal(me.status, 200);
    sub = me.body.sub;
    assert.ok(sub && (await page.content()).includes(sub));
  });

  test('no script reads the cookie of the session, and nothing is left of the sign-in', async () => {
    const cookies = await person.context.cookies(app.origin);
    const own = cookies.filter(({ name }) => name.startsWith('__Host-'));
    assert.ok(own.length > 0 && own.every(({ name }) => SESSION.test(name)), names(own));
    for (const { name, httpOnly, secure, sameSite, path } of own)
      assert.deepEqual(
        { httpOnly, secure, sameSite, path },
        { httpOnly: true, secure: true, sameSite: 'Lax', path: '/' },
        name,
      );
    await page.evaluate(() => (globalThis.document.cookie = 'seen=1'));
    const seen = await page.evaluate(() => globalThis.document.cookie);
    assert.match(seen, /seen=1/);
    assert.doesNotMatch(seen, /__Host-/);
  });

  test('a sign-in leads to no other site', async () => {
    for (const to of ELSEWHERE) {
      await person.open(page, app, `/auth/login?return_to=${encodeURIComponent(to)}`);
      assert.equal(page.url(), `${app.origin}/`, to);
    }
    await person.open(page, app, `/auth/login?return_to=${encodeURIComponent(DEEP)}`);
    atDeepLink(page, app);
    signedInAt = Date.now();
  });

  test('a form of another site signs nobody out', async () => {
    const tab = await person.tab();
    await tab.goto(`${other.origin}/`);
    assert.equal((await logout(tab, app)).status(), 403);
    await tab.close();
    assert.equal((await ask(page, '/me')).status, 200);
  });

  test('two tabs that refresh at once get the same token, and stay signed in', async () => {
    const tabs = [page, await person.tab()];
    await tabs[1].goto(app.origin + DEEP);
    const old = await ask(page, '/token');
    assert.equal(old.status, 200);
    await sleep(signedInAt + FRESH - Date.now());
    const [one, two] = await Promise.all(tabs.map((tab) => ask(tab, '/token')));
    assert.deepEqual([one.status, two.status], [200, 200]);
    assert.equal(one.body.access_token, two.body.access_token);
    assert.notEqual(one.body.access_token, old.body.access_token);
    for (const tab of tabs) {
      assert.equal((await tab.reload()).status(), 200);
      atDeepLink(tab, app);
      assert.equal((await ask(tab, '/token')).status, 200);
    }
    assert.equal(person.passwords, 1);
    await tabs[1].close();
  });

  test('after the logout, the back button shows nothing personal', async () => {
    await page.goto(`${app.origin}/`);
    await page.goBack();
    atDeepLink(page, app);
    assert.ok((await page.content()).includes(sub));
    assert.equal((await logout(page, app)).status(), 303);
    assert.equal(page.url().split('?')[0], `${app.origin}/`);
    assert.equal((await ask(page, '/me')).status, 401);
    await page.goBack();
    await page.locator('#login-submit').waitFor();
    assert.ok(!(await page.content()).includes(sub));
    const left = (await person.context.cookies(app.origin)).filter(({ name }) => SESSION.test(name));
    assert.deepEqual(left, []);
  });
}

/** Waits until the application answers so: the provider tells it of logouts beside other requests. */
async function until(page, status) {
  let found;
  for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(100)) {
    found = (await ask(page, '/me')).status;
    if (found === status) return;
  }
  assert.equal(found, status);
}

/** Two people at two applications, of whom one signs out at the first. */
async function oneSession(first, second) {
  const [leaves, stays] = [await stage.person(), await stage.person()];
  const tabs = [];
  for (const person of [leaves, stays]) {
    const own = [await person.tab(), await person.tab()];
    await person.open(own[0], first, DEEP);
    await person.open(own[1], second, DEEP);
    assert.equal(person.passwords, 1);
    tabs.push(own);
  }
  assert.equal((await logout(tabs[0][0], first)).status(), 303);
  await until(tabs[0][1], 401);
  await tabs[0][1].reload();
  await tabs[0][1].locator('#login-submit').waitFor();
  for (const tab of tabs[1]) assert.equal((await tab.reload()).status(), 200);
  assert.deepEqual(await Promise.all(tabs[1].map(async (tab) => (await ask(tab, '/me')).status)), [200, 200]);
}

describe('in Chromium', { concurrency: 2 }, () => {
  values.command.forEach((command, at) => describe(command, { concurrency: 1, timeout: 300_000 }, () => journey(at)));
});
describe('one session', { timeout: 300_000 }, () => {
  values.command.forEach((command, at) => {
    test(`a logout at ${command} is one at ${values.command[beside(at)]}`, () =>
      oneSession(stage.apps[at], stage.apps[beside(at)]));
  });
});
