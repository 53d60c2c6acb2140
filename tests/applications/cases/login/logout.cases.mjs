// Chart 965: Sign-in for applications: logout | by the person (RP-initiated), by the provider through back channel, at every instance, and front channel
import { equal, ok, status } from '../../runner/expect.mjs';
import { test } from '../../runner/suite.mjs';
import { claimsOf, isSignedIn, isSignedOut, sessionCookies, signIn, sleep, STORES, tokenOf } from './steps.mjs';

test('logout ends the session and leads to the provider', { attacks: ['A111'], setup: STORES }, async (t) => {
  const browser = t.browser();
  const { person } = await signIn(t, browser);
  await isSignedIn(browser, person, 'before');
  const answer = status(await browser.submit('/auth/logout'), 303, 'POST /auth/logout');
  const { searchParams: parameters, href } = new URL(answer.headers.location);
  equal(href.split('?')[0], `${t.provider.issuer}/logout`, 'where it leads');
  equal(claimsOf(parameters.get('id_token_hint')).sub, person.sub, 'sub of id_token_hint');
  equal(parameters.get('client_id'), t.provider.client.id, 'client_id');
  equal(parameters.get('post_logout_redirect_uri'), `${t.app.origin}/`, 'post_logout_redirect_uri');
  ok((parameters.get('state') ?? '').length >= 16, 'state', parameters.get('state'));
  equal(sessionCookies(browser).length, 0, 'cookies of the session');
  await isSignedOut(browser);
});

test('logout revokes the refresh token', { setup: STORES }, async (t) => {
  const browser = t.browser();
  await signIn(t, browser);
  status(await browser.submit('/auth/logout'), 303, 'POST /auth/logout');
  for (let tries = 0; tries < 30 && t.provider.count('revoke') === 0; tries += 1) await sleep(50);
  const [request] = t.provider.requestsTo('revoke');
  ok(
    request && t.provider.tokens.refreshTokens.get(request.parameters.get('token'))?.grant.revoked,
    'the refresh token is revoked',
    request?.body,
  );
});

test(
  'a copy of the cookie is worth nothing after logout',
  { attacks: ['A113'], setup: ['memory', 'redis'] },
  async (t) => {
    const browser = t.browser();
    const { person } = await signIn(t, browser);
    const copy = browser.copy();
    await isSignedIn(copy, person, 'the copy, before');
    status(await browser.submit('/auth/logout'), 303, 'POST /auth/logout');
    await isSignedOut(copy, 'the copy, after');
  },
);

test('logout by GET is refused', { attacks: ['A112', 'A114'], setup: 'cookie' }, async (t) => {
  const browser = t.browser();
  const { person } = await signIn(t, browser);
  for (const method of ['GET', 'HEAD', 'PUT'])
    status(await browser.visit('/auth/logout', { method }), 405, `${method} /auth/logout`);
  await isSignedIn(browser, person);
});

for (const [what, headers] of [
  ['Sec-Fetch-Site: cross-site', { 'Sec-Fetch-Site': 'cross-site' }],
  ['Sec-Fetch-Site: cross-site with our Origin', { 'Sec-Fetch-Site': 'cross-site', Origin: 'OURS' }],
  ['Origin of another', { Origin: 'https://evil.test' }],
  ['Origin: null', { Origin: 'null' }],
  ['Origin: null, Sec-Fetch-Site: cross-site', { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' }],
  ['Origin on another port', { Origin: 'http://127.0.0.1:1' }],
]) {
  test(`logout by another site is refused: ${what}`, { attacks: ['A112', 'A114'], setup: 'cookie' }, async (t) => {
    const browser = t.browser();
    const { person } = await signIn(t, browser);
    const fields = { Accept: 'text/html', 'Content-Type': 'application/x-www-form-urlencoded', ...headers };
    if (fields.Origin === 'OURS') fields.Origin = t.app.origin;
    status(await browser.send('/auth/logout', { method: 'POST', headers: fields, body: '' }), 403, what);
    await isSignedIn(browser, person, 'after the refusal');
    status(await browser.submit('/auth/logout'), 303, 'by a form of our own');
    await isSignedOut(browser);
  });
}

test('a form of a page that sends no referrer logs out', { setup: 'cookie' }, async (t) => {
  const browser = t.browser();
  await signIn(t, browser);
  const headers = {
    Accept: 'text/html',
    'Content-Type': 'application/x-www-form-urlencoded',
    Origin: 'null',
    'Sec-Fetch-Site': 'same-origin',
  };
  status(await browser.send('/auth/logout', { method: 'POST', headers, body: '' }), 303, 'Origin: null');
  await isSignedOut(browser);
});

test('logout without a session is no failure', { setup: STORES }, async (t) => {
  status(await t.browser().submit('/auth/logout'), 303, 'POST /auth/logout');
});

test('logout leads home where the provider has no such endpoint', { setup: 'plain' }, async (t) => {
  const browser = t.browser();
  await signIn(t, browser);
  const answer = status(await browser.submit('/auth/logout'), 303, 'POST /auth/logout');
  equal(answer.headers.location.replace(t.app.origin, ''), '/', 'where it leads');
  await isSignedOut(browser);
});

test('logout does not wait for a revocation that fails', { setup: STORES }, async (t) => {
  const browser = t.browser();
  await signIn(t, browser);
  t.provider.script.always('revoke', { status: 500, body: 'broken' });
  status(await browser.submit('/auth/logout'), 303, 'POST /auth/logout');
  await isSignedOut(browser);
});

test('logout succeeds while the provider is away', { attacks: ['A251'], setup: STORES }, async (t) => {
  const browser = t.browser();
  await signIn(t, browser);
  await t.provider.stop();
  status(await browser.submit('/auth/logout'), 303, 'POST /auth/logout');
  await isSignedOut(browser);
});

test('logout leads to no place that the request names', { attacks: ['A111', 'A250'], setup: 'cookie' }, async (t) => {
  for (const evil of ['https://evil.test/', '//evil.test', '/\\evil.test']) {
    const browser = t.browser();
    await signIn(t, browser);
    const query = new URLSearchParams({ return_to: evil, post_logout_redirect_uri: evil });
    const answer = status(await browser.submit(`/auth/logout?${query}`, { return_to: evil }), 303, 'POST /auth/logout');
    const after = new URL(answer.headers.location).searchParams.get('post_logout_redirect_uri');
    equal(new URL(after).origin, t.app.origin, `return_to=${evil}: origin of post_logout_redirect_uri`);
  }
});

test('the access token of a session is not given after logout', { setup: STORES }, async (t) => {
  const browser = t.browser();
  await signIn(t, browser);
  await tokenOf(browser);
  status(await browser.submit('/auth/logout'), 303, 'POST /auth/logout');
  status(await browser.fetch('/token'), 401, 'GET /token');
});
