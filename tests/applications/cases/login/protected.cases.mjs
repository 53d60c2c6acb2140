// Chart 960: Sign-in for applications: protected pages and return-to | navigations are led to the sign-in, everything else gets 401; a sign-in ends on the own origin
import { newPerson } from '../../provider/authorize.mjs';
import { equal, header, ok, status } from '../../runner/expect.mjs';
import { test } from '../../runner/suite.mjs';
import { begin, isSignedIn, isSignedOut, me, signIn, STORES } from './steps.mjs';

const JSON_TYPE = /^application\/([a-z]+\+)?json/;

const returnTo = (answer) => {
  const { pathname, searchParams } = new URL(answer.headers.location, 'http://application.test');
  equal(pathname, '/auth/login', 'where a page without a session leads');
  return searchParams.get('return_to');
};

test('a public page needs no session', { setup: 'cookie' }, async (t) => {
  const answer = status(await t.browser().visit('/'), 200, 'GET /');
  ok(answer.text.includes('public'), 'the text of GET /', answer.text);
});

test(
  'a protected page leads to the sign-in and keeps path and query',
  { attacks: ['A250'], setup: 'cookie' },
  async (t) => {
    const path = '/protected/orders/7?tab=a%26b&q=%C3%A9+x&empty=';
    equal(returnTo(status(await t.browser().visit(path), 302, 'without a session')), path, 'return_to');
  },
);

test('a browser without Sec-Fetch fields is led to the sign-in too', { setup: 'cookie' }, async (t) => {
  const answer = await t.browser().send('/protected', { headers: { Accept: 'text/html,*/*;q=0.8' } });
  equal(returnTo(status(answer, 302, 'Accept: text/html alone')), '/protected', 'return_to');
});

test('a protected page is shown to who signed in', { setup: STORES }, async (t) => {
  const browser = t.browser();
  status(await browser.visit('/protected'), 302, 'before the sign-in');
  const { person } = await signIn(t, browser);
  const page = status(await browser.visit('/protected'), 200, 'after the sign-in');
  header(page, 'content-type', /^text\/html/, 'the page');
  ok(page.text.includes(person.sub), 'the page names the sub', page.text);
});

for (const [what, headers] of [
  ['fetch()', { 'Sec-Fetch-Mode': 'cors', Accept: 'text/html' }],
  ['Accept: application/json', { Accept: 'application/json' }],
  ['Accept: */*', { Accept: '*/*' }],
]) {
  test(`no redirect for what is no navigation: ${what}`, { setup: 'cookie' }, async (t) => {
    const answer = status(await t.browser().send('/protected', { headers }), 401, 'without a session');
    header(answer, 'content-type', JSON_TYPE, '401');
    equal(answer.headers.location, undefined, 'field Location');
  });
}

test('/me is 401 without a session, and tells of the session otherwise', { setup: STORES }, async (t) => {
  const browser = t.browser();
  header(status(await browser.fetch('/me'), 401, 'without a session'), 'content-type', JSON_TYPE);
  const { person } = await signIn(t, browser);
  const { sub, sid, name, email, acr, auth_time } = person;
  equal(await me(browser), { sub, sid, name, email, acr, auth_time }, '/me');
});

test('/me has null for what the ID token does not say', { setup: 'cookie' }, async (t) => {
  const browser = t.browser();
  const person = newPerson({ sid: undefined, name: undefined, acr: undefined, auth_time: undefined });
  t.provider.script.always('userinfo', { status: 200, body: { sub: person.sub } });
  await signIn(t, browser, { person });
  const { sub, email } = person;
  equal(await me(browser), { sub, sid: null, name: null, email, acr: null, auth_time: null }, '/me');
});

const SPELLINGS = [
  '/protected/',
  '/PROTECTED',
  '//protected',
  '/./protected',
  '/x/../protected',
  '/x/..%2fprotected',
  '/protected;x=1',
  '/protected%2f',
  '/protected%00',
  '/protected%23',
  '/protected?x=/',
  '/%70rotected',
  '/protected//',
  '/\\protected',
];

test('no spelling of a path opens a protected page', { attacks: ['A246'], setup: 'cookie' }, async (t) => {
  for (const path of SPELLINGS) {
    for (const method of ['GET', 'HEAD', 'POST']) {
      const answer = await t.browser().send(path, {
        method,
        headers: { Accept: 'application/json', 'X-Original-URI': '/', 'X-HTTP-Method-Override': 'OPTIONS' },
      });
      ok(answer.status >= 300, `${method} ${path} without a session`, answer.status);
    }
  }
  const browser = t.browser();
  await signIn(t, browser);
  status(await browser.visit('/protected'), 200, 'with a session');
});

test('fields of a request are nobody’s identity', { attacks: ['A247'], setup: 'cookie' }, async (t) => {
  const fields = {
    'X-Forwarded-User': 'mallory',
    X_Forwarded_User: 'mallory',
    'X-User': 'mallory',
    'Remote-User': 'mallory',
    'X-Sub': 'mallory',
    Authorization: 'Bearer mallory',
  };
  status(await t.browser().fetch('/me', { headers: fields }), 401, 'without a session');
  const browser = t.browser();
  const { person } = await signIn(t, browser);
  const answer = status(await browser.fetch('/me', { headers: fields }), 200, 'with a session');
  equal(answer.json().sub, person.sub, 'sub');
});

test('an answer that depends on the session is kept by no cache', { attacks: ['A117'], setup: STORES }, async (t) => {
  const browser = t.browser();
  const uncached = (answer, what) => {
    header(answer, 'cache-control', /no-store/, what);
    header(answer, 'vary', /(^|,\s*)cookie(\s*,|$)/i, what);
  };
  uncached(await browser.visit('/protected'), 'redirect to the sign-in');
  uncached((await begin(browser)).answer, '/auth/login');
  const { answer, person } = await signIn(t, browser);
  uncached(answer, '/auth/callback');
  uncached(await browser.visit('/protected'), '/protected');
  uncached(await browser.fetch('/me'), '/me');
  uncached(await browser.fetch('/token'), '/token');
  await isSignedIn(browser, person);
  uncached(await browser.submit('/auth/logout'), '/auth/logout');
  await isSignedOut(browser);
});
