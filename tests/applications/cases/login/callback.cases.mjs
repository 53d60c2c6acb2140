// Chart 962: Sign-in for applications: callback and token response | state of this browser, iss of RFC 9207, error answers, reload after a failure, every check of the ID token
import { newPerson } from '../../provider/authorize.mjs';
import { equal, header, ok, status } from '../../runner/expect.mjs';
import { test } from '../../runner/suite.mjs';
import { altered, begin, comeBack, isRefused, isSignedIn, isSignedOut, signIn } from './steps.mjs';

/** A sign-in up to the callback, which is not opened. */
async function prepared(t, browser = t.browser(), options = {}) {
  const person = newPerson();
  const { url, parameters } = await begin(browser, options);
  return { browser, person, parameters, callback: t.provider.authorize(url, { person, ...options }) };
}

test(
  'a sign-in ends at the page that was asked for, with its query',
  { attacks: ['A250'], setup: ['cookie', 'memory', 'redis'] },
  async (t) => {
    const browser = t.browser();
    const page = '/protected/orders/7?tab=a%26b&q=%C3%A9+x';
    const { answer, person } = await signIn(t, browser, { returnTo: page });
    equal(answer.headers.location.replace(t.app.origin, ''), page, 'where the callback leads');
    await isSignedIn(browser, person);
  },
);

for (const [what, state] of [
  ['another', 'x'.repeat(43)],
  ['none', undefined],
  ['an empty one', ''],
]) {
  test(`state: ${what} is refused before any token request`, { attacks: ['A243'], setup: 'cookie' }, async (t) => {
    const { browser, callback, person } = await prepared(t);
    await isRefused(t, browser, altered(callback, { state }), { what: `state: ${what}` });
    status(await comeBack(browser, callback), [302, 303], 'the true state');
    await isSignedIn(browser, person);
  });
}

test('a state is good once', { attacks: ['A243'], setup: ['cookie', 'memory'] }, async (t) => {
  const { browser, callback, person } = await prepared(t);
  status(await comeBack(browser, callback), [302, 303], 'the first time');
  await isSignedIn(browser, person);
  const before = t.provider.count('token');
  status(await comeBack(browser, callback), 400, 'the second time');
  equal(t.provider.count('token'), before, 'token requests');
});

test(
  'the state of another browser signs nobody in',
  { attacks: ['A243', 'A245'], setup: ['cookie', 'memory', 'redis'] },
  async (t) => {
    const { browser, callback, person } = await prepared(t);
    const victim = t.browser();
    const page = await isRefused(t, victim, callback, { what: 'in another browser' });
    ok(page.text.includes('/auth/login'), 'the page offers to sign in again', page.text);
    await begin(victim);
    await isRefused(t, victim, callback, { what: 'in another browser that signs in too' });
    status(await comeBack(browser, callback), [302, 303], 'in its own browser');
    await isSignedIn(browser, person);
  },
);

for (const [what, iss] of [
  ['another issuer', 'https://evil.test'],
  ['a slash more', 'SLASH'],
  ['none, where one is promised', undefined],
]) {
  test(`iss: ${what} is refused before any token request`, { attacks: ['A025'], setup: 'cookie' }, async (t) => {
    const { browser, callback } = await prepared(t);
    const wrong = iss === 'SLASH' ? `${t.provider.issuer}/` : iss;
    await isRefused(t, browser, altered(callback, { iss: wrong }), { what });
    const { person } = await signIn(t, browser);
    await isSignedIn(browser, person);
  });
}

test('iss: none is accepted where the provider does not send it', { attacks: ['A025'], setup: 'plain' }, async (t) => {
  const { browser, callback, person } = await prepared(t);
  ok(!new URL(callback).searchParams.has('iss'), 'the provider sends no iss');
  status(await comeBack(browser, callback), [302, 303], 'without iss');
  await isSignedIn(browser, person);
});

test('iss: a wrong one is refused even where none is promised', { attacks: ['A025'], setup: 'plain' }, async (t) => {
  const { browser, callback } = await prepared(t);
  await isRefused(t, browser, altered(callback, { iss: 'https://evil.test' }), { what: 'a wrong iss' });
});

for (const [error, expected] of [
  ['access_denied', 403],
  ['login_required', 400],
  ['server_error', 400],
]) {
  test(`error ${error}: a page that offers to sign in again`, { setup: 'cookie' }, async (t) => {
    const returnTo = '/protected/a?b=c';
    const { browser, callback } = await prepared(t, t.browser(), { returnTo, answer: { code: undefined, error } });
    const page = await isRefused(t, browser, callback, { expected, what: error });
    const [, link] = /href="?([^"\s>]*\/auth\/login[^"\s>]*)/.exec(page.text) ?? [];
    ok(link, 'a link to /auth/login', page.text);
    const again = new URL(
      link.replaceAll('&amp;', '&').replaceAll('&#x2F;', '/').replaceAll('&#x3D;', '='),
      t.app.origin,
    );
    equal(again.searchParams.get('return_to'), returnTo, 'return_to of the link');
  });
}

test(
  'an error answer with a wrong state or iss is no error answer',
  { attacks: ['A025', 'A243'], setup: 'cookie' },
  async (t) => {
    const { browser, callback, person } = await prepared(t);
    const denied = altered(callback, { code: undefined, error: 'access_denied' });
    status(await comeBack(browser, altered(denied, { state: 'x'.repeat(43) })), 400, 'a wrong state');
    status(await comeBack(browser, callback), [302, 303], 'the sign-in goes on');
    await isSignedIn(browser, person);
    const other = await prepared(t);
    status(
      await comeBack(
        other.browser,
        altered(other.callback, { code: undefined, error: 'access_denied', iss: 'https://evil.test' }),
      ),
      400,
      'a wrong iss',
    );
  },
);

test('an error answer ends its sign-in', { attacks: ['A243'], setup: 'cookie' }, async (t) => {
  const { browser, callback } = await prepared(t);
  status(await comeBack(browser, altered(callback, { code: undefined, error: 'access_denied' })), 403, 'access_denied');
  await isRefused(t, browser, callback, { what: 'a code for the same state' });
});

test('no code is refused', { setup: 'cookie' }, async (t) => {
  const { browser, callback } = await prepared(t);
  await isRefused(t, browser, altered(callback, { code: undefined }), { what: 'neither code nor error' });
});

const MARKUP = '"><script>alert(1)</script>\'';

test('the page of a refusal has no markup of the request', { attacks: ['A115'], setup: 'cookie' }, async (t) => {
  const { browser, callback } = await prepared(t, t.browser(), { returnTo: `/protected?${MARKUP}` });
  const error = { code: undefined, error: MARKUP, error_description: MARKUP, error_uri: 'javascript:alert(1)' };
  const page = status(await comeBack(browser, altered(callback, error)), 400, 'markup as error');
  ok(
    !page.text.includes('<script') && !page.text.includes(MARKUP) && !/href="?javascript:/i.test(page.text),
    'markup is escaped',
    page.text,
  );
  const unknown = status(
    await comeBack(browser, altered(callback, { ...error, state: MARKUP })),
    400,
    'markup as state',
  );
  ok(!unknown.text.includes('<script') && !unknown.text.includes(MARKUP), 'markup is escaped', unknown.text);
});

test(
  'the page of a refusal has a strict policy and is not kept',
  { attacks: ['A115', 'A117'], setup: 'cookie' },
  async (t) => {
    const page = status(await t.browser().visit('/auth/callback?code=a&state=b'), 400, 'an unknown state');
    header(page, 'content-security-policy', /default-src 'none'/);
    header(page, 'content-security-policy', /frame-ancestors 'none'/);
    ok(
      !/unsafe-(inline|eval)/.test(page.headers['content-security-policy'].replace(/style-src[^;]*/, '')),
      'no inline scripts',
      page.headers['content-security-policy'],
    );
    header(page, 'cache-control', /no-store/);
  },
);

test(
  'a sign-in anew does not need the old session to end first',
  { attacks: ['A245'], setup: ['cookie', 'memory'] },
  async (t) => {
    const browser = t.browser();
    await signIn(t, browser);
    const { person } = await signIn(t, browser);
    await isSignedIn(browser, person, 'the second person');
    status(await browser.submit('/auth/logout'), 303, 'logout');
    await isSignedOut(browser);
  },
);
