// Chart 966: Sign-in for applications: faults | provider down at start, slow, keys rotated, clocks apart; nothing secret in logs
import { newPerson } from '../../provider/authorize.mjs';
import { equal, header, ok, status } from '../../runner/expect.mjs';
import { test } from '../../runner/suite.mjs';
import { altered, begin, comeBack, isSignedIn, isSignedOut, sessionCookies, signIn, sleep, tokenOf } from './steps.mjs';

// Keys are fetched again for an unknown `kid`, but not within half a minute of the last time.
const PATIENCE = Number(process.env.KEY_PATIENCE_SECONDS ?? 40) * 1000;

test(
  'the application starts without its provider, and finds it later',
  { attacks: ['A251'], setup: 'provider down' },
  async (t) => {
    status(await t.browser().visit('/'), 200, 'a public page');
    status(await t.browser().visit('/protected'), 302, 'a protected page');
    const page = status(await t.browser().visit('/auth/login'), 503, 'GET /auth/login without the provider');
    header(page, 'retry-after', /^\d+$/);
    header(page, 'content-type', /^text\/html/);
    await t.provider.start();
    t.provider.script.always('metadata', { status: 500, body: 'broken' });
    status(await t.browser().visit('/auth/login'), 503, 'while the discovery document fails');
    t.provider.script.clear();
    t.provider.script.always('metadata', { delay: 200 });
    t.provider.requests = [];
    const begun = await Promise.all(Array.from({ length: 10 }, () => begin(t.browser())));
    equal(begun.length, 10, 'sign-ins');
    equal(t.provider.count('metadata'), 1, 'requests of the discovery document');
    const browser = t.browser();
    const { person } = await signIn(t, browser);
    await isSignedIn(browser, person);
    ok(
      t.provider.count('metadata') <= 2,
      'requests of the discovery document after a sign-in (one by what verifies tokens)',
      t.provider.count('metadata'),
    );
  },
);

test('metadata of another issuer are refused', { attacks: ['A025', 'A251'], setup: 'other issuer' }, async (t) => {
  const answer = await t.browser().visit('/auth/login');
  ok([500, 502, 503].includes(answer.status), 'GET /auth/login', answer.status);
  equal(answer.headers.location, undefined, 'field Location');
});

test('a sign-in is good after the keys were rotated', { setup: 'key rotated' }, async (t) => {
  const browser = t.browser();
  const { person } = await signIn(t, browser);
  t.provider.rotateKey();
  await isSignedIn(browser, person, 'the session of before');
  const until = Date.now() + PATIENCE;
  for (;;) {
    const other = t.browser();
    const { url } = await begin(other);
    const next = newPerson();
    const answer = await comeBack(other, t.provider.authorize(url, { person: next }));
    if (answer.status < 400) return isSignedIn(other, next, 'a sign-in by the new key');
    await isSignedOut(other, 'a sign-in that was refused');
    if (Date.now() > until)
      status(answer, [302, 303], `a sign-in, ${PATIENCE / 1000} seconds after the keys were rotated`);
    await sleep(2_000);
  }
});

test('a slow provider is waited for at the sign-in', { setup: 'cookie' }, async (t) => {
  const browser = t.browser();
  t.provider.script.always('token', { delay: 2_000 });
  const { person } = await signIn(t, browser);
  await isSignedIn(browser, person);
});

for (const [what, seconds] of [
  ['ahead', 20],
  ['behind', -20],
]) {
  test(`a provider whose clock is ${what} by 20 seconds signs people in`, { setup: 'cookie' }, async (t) => {
    const browser = t.browser();
    t.provider.tokens.changeId = (claims) => ({ ...claims, iat: claims.iat + seconds, exp: claims.exp + seconds });
    const { person } = await signIn(t, browser, {
      person: newPerson({ auth_time: Math.floor(Date.now() / 1000) + seconds }),
    });
    await isSignedIn(browser, person);
  });
}

test('nothing secret is printed', { attacks: ['A117'], setup: ['cookie', 'memory'] }, async (t) => {
  const browser = t.browser();
  const secrets = [t.provider.client.secret, encodeURIComponent(t.provider.client.secret)];
  t.provider.tokens.settings.first = 20;
  const { callback } = await signIn(t, browser, { returnTo: '/protected?private=private-query-value' });
  secrets.push(new URL(callback).searchParams.get('code'), await tokenOf(browser));
  secrets.push(...sessionCookies(browser).map(({ value }) => value));
  const { url } = await begin(browser);
  t.provider.tokens.changeId = (claims) => ({ ...claims, nonce: 'wrong' });
  const refused = t.provider.authorize(url);
  status(await comeBack(browser, refused), 400, 'a wrong nonce');
  status(await comeBack(browser, altered(refused, { state: 'x' })), 400, 'a wrong state');
  t.provider.tokens.reset();
  status(await browser.submit('/auth/logout'), 303, 'logout');
  await isSignedOut(browser);
  await sleep(200);
  secrets.push(
    new URL(refused).searchParams.get('code'),
    ...t.provider.tokens.refreshTokens.keys(),
    ...t.provider.tokens.accessTokens.keys(),
  );
  for (const secret of secrets)
    ok(!t.output.includes(secret), 'what the application prints has a secret in it', secret);
});
