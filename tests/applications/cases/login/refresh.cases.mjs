// Chart 964: Sign-in for applications: refresh | single flight in tabs and instances, rotation races, lost replies, faults
import { newPerson } from '../../provider/authorize.mjs';
import { equal, header, ok, status } from '../../runner/expect.mjs';
import { test } from '../../runner/suite.mjs';
import { claimsOf, isSignedIn, isSignedOut, me, signIn, sleep, STORES, tokenOf } from './steps.mjs';

const refreshes = ({ provider }) => provider.count('token', 'refresh_token');

/** Signs in with an access token that lives so many seconds; those after it live an hour. */
async function withToken(t, first, browser = t.browser()) {
  t.provider.tokens.settings.first = first;
  const { person } = await signIn(t, browser);
  return { browser, person };
}

test('a token that is good for longer is not refreshed', { setup: STORES }, async (t) => {
  const { browser, person } = await withToken(t, 3600);
  const token = await tokenOf(browser);
  equal(claimsOf(token).sub, person.sub, 'sub of the access token');
  equal(await tokenOf(browser), token, 'the same token again');
  equal(refreshes(t), 0, 'refreshes');
});

test('a token is refreshed shortly before it expires, and replaced', { setup: STORES }, async (t) => {
  const { browser, person } = await withToken(t, 20);
  const token = await tokenOf(browser);
  equal(refreshes(t), 1, 'refreshes');
  ok(claimsOf(token).exp > Date.now() / 1000 + 60, 'the new token', claimsOf(token));
  equal(await tokenOf(browser), token, 'the same token again');
  equal(refreshes(t), 1, 'refreshes after the second call');
  await isSignedIn(browser, person);
});

test('ten requests at once refresh once', { attacks: ['A249'], setup: STORES }, async (t) => {
  const { browser } = await withToken(t, 20);
  t.provider.tokens.settings.grace = -1;
  t.provider.script.always('token', { delay: 400 });
  const tokens = await Promise.all(Array.from({ length: 10 }, () => tokenOf(browser)));
  equal(refreshes(t), 1, 'refreshes');
  equal(new Set(tokens).size, 1, 'different tokens');
});

test('a refresh token is kept where no other comes', { setup: STORES }, async (t) => {
  const { browser, person } = await withToken(t, 20);
  Object.assign(t.provider.tokens.settings, { rotates: false, then: 20 });
  await tokenOf(browser);
  await tokenOf(browser);
  equal(refreshes(t), 2, 'refreshes');
  const sent = t.provider.requestsTo('token', 'refresh_token').map(({ parameters }) => parameters.get('refresh_token'));
  equal(sent[1], sent[0], 'the refresh token of the second');
  await isSignedIn(browser, person);
});

test('a refresh token is replaced by the one that comes', { setup: STORES }, async (t) => {
  const { browser, person } = await withToken(t, 20);
  Object.assign(t.provider.tokens.settings, { then: 20, grace: -1 });
  for (let count = 0; count < 3; count += 1) await tokenOf(browser, `refresh ${count + 1}`);
  equal(refreshes(t), 3, 'refreshes');
  await isSignedIn(browser, person);
});

test('a refresh without an ID token is good', { setup: ['cookie', 'memory'] }, async (t) => {
  const { browser, person } = await withToken(t, 20);
  t.provider.tokens.settings.idTokenOnRefresh = false;
  await tokenOf(browser);
  equal((await me(browser)).name, person.name, 'name of /me');
});

test('a lost reply is asked for again, once', { setup: STORES }, async (t) => {
  const { browser, person } = await withToken(t, 1);
  await sleep(1_100);
  t.provider.script.next('token', { lose: true });
  await tokenOf(browser);
  equal(refreshes(t), 2, 'refreshes');
  await isSignedIn(browser, person);
});

test('invalid_grant ends the session', { attacks: ['A113'], setup: STORES }, async (t) => {
  const { browser, person } = await withToken(t, 20);
  await isSignedIn(browser, person, 'before');
  t.provider.script.always('token', { status: 400, body: { error: 'invalid_grant' } });
  status(await browser.fetch('/token'), 401, 'GET /token');
  await isSignedOut(browser);
  status(await browser.visit('/protected'), 302, 'a protected page');
});

for (const [what, step] of [
  ['answers 503', { status: 503, body: 'down' }],
  ['closes the connection', { drop: true }],
  ['answers 429', { status: 429, body: { error: 'slow_down' }, headers: { 'Retry-After': '1' } }],
]) {
  test(
    `the token endpoint ${what}: a token that is still good is used`,
    { attacks: ['A251'], setup: STORES },
    async (t) => {
      const { browser, person } = await withToken(t, 20);
      t.provider.script.always('token', step);
      const token = await tokenOf(browser);
      ok(claimsOf(token).exp > Date.now() / 1000, 'a token that has not expired', claimsOf(token));
      await isSignedIn(browser, person);
    },
  );
}

test(
  'an expired token and a provider that fails: 503, and the session stays',
  { attacks: ['A251'], setup: STORES },
  async (t) => {
    const { browser, person } = await withToken(t, 1);
    await sleep(1_100);
    t.provider.script.always('token', { status: 502, body: 'bad gateway' });
    header(status(await browser.fetch('/token'), 503, 'GET /token'), 'retry-after', /^\d+$/);
    await isSignedIn(browser, person, 'meanwhile');
    t.provider.script.clear();
    await tokenOf(browser, 'when the provider is back');
  },
);

test(
  'an expired token and a provider that is away: 503, and the session stays',
  { attacks: ['A251'], setup: STORES },
  async (t) => {
    const { browser, person } = await withToken(t, 1);
    await sleep(1_100);
    await t.provider.stop();
    header(status(await browser.fetch('/token'), 503, 'GET /token'), 'retry-after', /^\d+$/);
    await isSignedIn(browser, person, 'meanwhile');
    await t.provider.start();
    await tokenOf(browser, 'when the provider is back');
  },
);

test('a slow provider is waited for', { setup: STORES }, async (t) => {
  const { browser } = await withToken(t, 1);
  await sleep(1_100);
  t.provider.script.always('token', { delay: 2_000 });
  await tokenOf(browser);
  equal(refreshes(t), 1, 'refreshes');
});

for (const [what, change] of [
  ['sub', { sub: 'mallory' }],
  ['iss', { iss: 'https://evil.test' }],
  ['aud', { aud: 'another' }],
]) {
  test(
    `a refreshed ID token with another ${what} is refused`,
    { attacks: ['A249', 'A160'], setup: ['cookie', 'memory'] },
    async (t) => {
      const { browser, person } = await withToken(t, 1);
      await sleep(1_100);
      t.provider.tokens.changeRefreshedId = (claims) => ({ ...claims, ...change });
      status(await browser.fetch('/token'), 401, 'GET /token');
      await isSignedOut(browser, 'after it');
      t.provider.tokens.reset();
      const other = await withToken(t, 20);
      await tokenOf(other.browser, 'a good one');
      await isSignedIn(other.browser, other.person);
      ok(person.sub !== 'mallory');
    },
  );
}

test(
  'a tab with the cookie of before gets what the other tab got',
  { attacks: ['A249'], setup: 'cookie' },
  async (t) => {
    const { browser, person } = await withToken(t, 20);
    t.provider.tokens.settings.grace = -1;
    const tab = browser.copy();
    const token = await tokenOf(browser);
    await sleep(300);
    equal(await tokenOf(tab, 'the other tab'), token, 'the token of the other tab');
    equal(refreshes(t), 1, 'refreshes');
    await isSignedIn(tab, person, 'the other tab');
  },
);

test('two instances refresh once, by the lock of the store', { attacks: ['A249'], setup: 'redis' }, async (t) => {
  const { browser, person } = await withToken(t, 20);
  t.provider.tokens.settings.grace = -1;
  t.provider.script.always('token', { delay: 300 });
  const tokens = await Promise.all([0, 1, 0, 1, 0, 1].map((at) => tokenOf(browser.at(at))));
  equal(refreshes(t), 1, 'refreshes');
  equal(new Set(tokens).size, 1, 'different tokens');
  await isSignedIn(browser.at(1), person);
});

test(
  'two instances with cookies refresh within the grace of the provider',
  { attacks: ['A249'], setup: 'two with cookies' },
  async (t) => {
    const { browser, person } = await withToken(t, 20);
    t.provider.script.always('token', { delay: 200 });
    const tokens = await Promise.all([0, 1, 0, 1].map((at) => tokenOf(browser.at(at))));
    ok(refreshes(t) <= 2, 'one refresh for each instance at most', refreshes(t));
    for (const token of tokens) equal(claimsOf(token).sub, person.sub, 'sub of the token');
    await isSignedIn(browser.at(0), person);
    await isSignedIn(browser.at(1), person);
  },
);

test(
  'nobody gets the token of another, however many refresh at once',
  { attacks: ['A249', 'A170'], setup: STORES },
  async (t) => {
    const people = await Promise.all(Array.from({ length: 20 }, () => withToken(t, 20)));
    t.provider.script.always('token', { delay: 50 });
    await Promise.all(
      people.flatMap(({ browser, person }) =>
        [1, 2].map(async () => {
          equal(claimsOf(await tokenOf(browser)).sub, person.sub, 'sub of the token');
          await isSignedIn(browser, person);
        }),
      ),
    );
    equal(refreshes(t), people.length, 'refreshes');
  },
);

test(
  'a session without a refresh token lasts longer than its access token',
  { setup: ['cookie', 'memory'] },
  async (t) => {
    const browser = t.browser();
    const person = newPerson();
    t.provider.tokens.settings.first = 1;
    t.provider.tokens.settings.withoutRefreshToken = true;
    await signIn(t, browser, { person });
    await sleep(1_100);
    status(await browser.fetch('/token'), 401, 'GET /token');
    equal(refreshes(t), 0, 'refreshes');
  },
);
