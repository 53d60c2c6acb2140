// What holds for every application of others: a person signs in to it in Chromium, and again without a question; it
// refreshes where it can; signing out ends the session at the provider; with a wrong secret nobody is signed in.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { launch, openPage, press } from '../browser.mjs';
import { command, createUser, issuer } from '../provider.mjs';
import { serve } from './application.mjs';

/** The Python in which the requirements of this folder are installed. */
export const python = process.env.PYTHON ?? 'python3';

/** Tokens that a page of the application shows as JSON. */
export const tokensAt = (path) => async (page, { origin }) => {
  await page.goto(`${origin}${path}`);
  const { access_token, refresh_token } = JSON.parse(await page.locator('body').innerText());
  return refresh_token ? { access_token, refresh_token } : { access_token };
};

const BUTTONS = { login: '#login-submit', consent: '#consent-allow', logout: '#logout-confirm' };

const openFirstPage = (page, { origin }) => page.goto(origin);

const textOf = (page) => page.locator('body').innerText();

/** Answers the provider's pages until the browser is back at the application; returns what was asked. */
async function answerPages(page, person) {
  const asked = [];
  while (page.url().startsWith(issuer)) {
    let here;
    for (const [name, button] of Object.entries(BUTTONS)) if (await page.locator(button).count()) here = name;
    assert.ok(here, `lost at ${page.url()}: ${await textOf(page)}`);
    asked.push(here);
    assert.ok(asked.length < 5, `asked again and again: ${asked}`);
    if (here === 'login') {
      await page.locator('input[name="username"]').fill(person.username);
      await page.locator('input[name="password"]').fill(person.password);
    }
    await press(page, BUTTONS[here]);
  }
  return asked;
}

/** How many sessions the person has at the provider. */
const sessionsOf = async ({ username }) => (await command(['user', 'sessions', 'list'], { username })).sessions.length;

/** What the provider says to an access token. */
async function userinfo(token) {
  const response = await fetch(`${issuer}/userinfo`, { headers: { Authorization: `Bearer ${token}` } });
  assert.equal(response.status, 200);
  return response.json();
}

async function newPerson(name) {
  const username = `user-of-${name.replace(/\W/g, '-')}`;
  const password = randomBytes(18).toString('base64url');
  const person = { username, password, email: `${username}@example.test`.toLowerCase() };
  await createUser({ ...person, emailVerified: true });
  return person;
}

/** Every token that is shown differs after each of two refreshes, and the last one is accepted. */
async function assertRefreshes(page, app, { tokens, renew }, person) {
  const seen = [await tokens(page, app)];
  for (let round = 0; round < 2; round += 1) {
    await renew(page, app);
    seen.push(await tokens(page, app));
  }
  for (const kind of Object.keys(seen[0])) {
    const values = seen.map((each) => each[kind]);
    assert.ok(values.every(Boolean), `${kind} is not shown`);
    assert.equal(new Set(values).size, 3, `${kind} stayed the same`);
  }
  assert.equal((await userinfo(seen[2].access_token)).email, person.email);
}

/**
 * The tests of the application in the folder `folder` beside this file.
 *
 * - `name`: the library or product, where the folder is called otherwise
 * - `run({ port, folder })`: its command, `{ argv, env }`
 * - `beside()`: starts what it stands in front of, `{ origin, close }`
 * - `begin(page, app)`: what a person does to sign in; by default they open its first page
 * - `tokens(page, app)`: `{ access_token, refresh_token }`, as far as it shows them
 * - `renew(page, app)`: what makes it refresh
 * - `leave(page, app)`: what a person does to sign out
 */
export function describeParty(folder, { name = folder, begin = openFirstPage, ...party }) {
  const source = fileURLToPath(new URL(folder, import.meta.url));
  const closing = [];
  after(async () => {
    for (const close of closing.reverse()) await close();
  });

  test(name, { timeout: 180_000 }, async (t) => {
    const browser = await launch();
    closing.push(() => browser.close());
    const person = await newPerson(name);
    const app = await serve(source, party, closing);
    const page = await openPage(browser);
    const step = (what, body) => t.test(`${name}: ${what}`, body);

    /** Whether the page is the application's, and shows who is signed in; and what the provider asked before. */
    const signIn = async (tab, at) => {
      await begin(tab, at);
      const asked = await answerPages(tab, person);
      assert.ok(tab.url().startsWith(at.origin), tab.url());
      return { asked, signedIn: (await textOf(tab)).includes(person.email) };
    };

    await step('a person signs in', async () => {
      const came = await signIn(page, app);
      assert.deepEqual(came, { asked: ['login', 'consent'], signedIn: true }, app.output());
      assert.equal(await sessionsOf(person), 1);
    });
    await step('once more, without a question while the session lasts', async () => {
      await page.context().clearCookies({ domain: 'localhost' });
      assert.deepEqual(await signIn(page, app), { asked: [], signedIn: true });
    });
    await step('two refreshes', () => assertRefreshes(page, app, party, person));
    await step('signing out ends the session at the provider', async () => {
      await party.leave(page, app);
      await answerPages(page, person);
      assert.equal(page.url(), `${app.origin}/signed-out`);
      assert.equal(await sessionsOf(person), 0);
      const { asked, signedIn } = await signIn(page, app);
      assert.deepEqual({ first: asked[0], signedIn }, { first: 'login', signedIn: true });
    });
    await step('with a wrong secret, nobody is signed in', async () => {
      const wrong = await serve(source, party, closing, randomBytes(24).toString('base64url'));
      const came = await signIn(await openPage(browser), wrong);
      assert.deepEqual(came, { asked: ['login', 'consent'], signedIn: false });
    });
  });
}
