// Chart 590

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { ISSUER, ORIGIN, arrive, begin, closeAllTabs, openTab, start } from './browser-tab.mjs';

const code = (expected) => (error) => error.name === 'CredenzaError' && error.code === expected;
const realNow = Date.now;
const pass = (seconds) => {
  const now = Date.now;
  Date.now = () => now() + seconds * 1000;
};
afterEach(() => (Date.now = realNow));

test('a token is renewed shortly before its end, once for all who ask', async () => {
  const { client, provider } = await start();
  assert.equal(await client.getAccessToken(), 'access-1');
  pass(269);
  assert.equal(await client.getAccessToken(), 'access-1');
  pass(2);
  const tokens = await Promise.all(Array.from({ length: 20 }, () => client.getAccessToken()));
  assert.deepEqual(new Set(tokens), new Set(['access-2']));
  const [renewal, ...more] = provider.tokenCalls();
  assert.deepEqual([renewal.form.get('refresh_token'), more.length], ['refresh-1', 0]);
  assert.equal(client.user.name, 'Ada Lovelace');
});

test('two tabs renew once, and have the same token', async () => {
  const first = await start();
  const { provider } = first;
  const second = await openTab();
  assert.equal((await second.client.start()).sub, 'ada');
  assert.equal(provider.tokenCalls().length, 0);
  pass(280);
  const tokens = await Promise.all([first, second].map(({ client }) => client.getAccessToken()));
  assert.deepEqual(tokens, ['access-2', 'access-2']);
  assert.equal(provider.tokenCalls().length, 1);
});

test('a tab hears when somebody signs in or out in another', async () => {
  const first = await start({}, { signedIn: false });
  const { opened } = first;
  const second = await openTab();
  const heard = [];
  const stop = second.client.onChange((user) => heard.push(user?.sub ?? null));
  const settled = () => new Promise((resolve) => setTimeout(resolve, 50));
  await begin(first.client, opened);
  await arrive(first.client, opened);
  await settled();
  void first.client.signOut();
  await settled();
  assert.deepEqual(heard, ['ada', null]);
  stop();
  assert.equal(second.client.user, null);
  await assert.rejects(second.client.getAccessToken(), code('login_required'));
});

test('with a cookie, the module never has a refresh token', async () => {
  const { client, provider, opened } = await start({ refreshTokenCookie: true });
  pass(280);
  await client.getAccessToken();
  // When the page is loaded again, there is nothing but the cookie.
  closeAllTabs();
  const reloaded = await openTab({ refreshTokenCookie: true });
  assert.equal((await reloaded.client.start()).sub, 'ada');
  assert.equal(provider.tokenCalls().length, 2);
  for (const { form, credentials } of provider.tokenCalls()) {
    assert.deepEqual([form.has('refresh_token'), credentials], [false, 'include']);
  }
  void reloaded.client.signOut();
  while (opened.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  const revoked = provider.calls.find(({ path }) => path === '/revoke');
  assert.deepEqual([revoked.form.has('token'), revoked.credentials], [false, 'include']);
});

test('where nobody was signed in, nobody is asked', async () => {
  const { client, provider } = await start({ refreshTokenCookie: true }, { signedIn: false });
  assert.equal(await client.start(), null);
  assert.equal(provider.calls.length, 0);
  localStorage.setItem(`credenza ${ISSUER} spa`, '1');
  provider.answers['/token'] = () => new Response('{"error":"invalid_grant"}', { status: 400 });
  assert.equal(await client.start(), null);
  assert.equal(provider.tokenCalls().length, 1);
  assert.equal(await client.start(), null);
  assert.equal(provider.tokenCalls().length, 1);
});

test('a network that fails ends nothing', async () => {
  const { client, provider } = await start();
  provider.answers['/token'] = () => {
    throw new TypeError('Failed to fetch');
  };
  pass(280);
  assert.equal(await client.getAccessToken(), 'access-1');
  pass(40);
  await assert.rejects(client.getAccessToken(), code('network_error'));
  assert.equal(client.user.sub, 'ada');
  delete provider.answers['/token'];
  assert.match(await client.getAccessToken(), /^access-/);
});

test('another person in a renewed token ends the session', async () => {
  const { client, provider } = await start();
  provider.claims = { sub: 'bob' };
  pass(280);
  await assert.rejects(client.getAccessToken(), code('login_required'));
  assert.equal(client.user, null);
});

test('fetch sends the token to its apis alone, and once more when it is refused', async () => {
  const { client, provider } = await start({ apis: ['https://api.example/v1'] });
  for (const url of ['https://evil.example/v1', 'https://api.example/v2', 'https://api.example/v10', `${ORIGIN}/x`]) {
    await assert.rejects(client.fetch(url), code('foreign_api'));
  }
  const sent = [];
  const challenge = { 'www-authenticate': 'Bearer error="invalid_token"' };
  provider.answers['/v1/notes'] = (_form, request) => {
    sent.push(request.headers.get('authorization'));
    return sent.length === 1 ? new Response(null, { status: 401, headers: challenge }) : new Response('noted');
  };
  const answer = await client.fetch('https://api.example/v1/notes', { method: 'POST', body: 'a=b' });
  assert.deepEqual([await answer.text(), sent], ['noted', ['Bearer access-1', 'Bearer access-2']]);
  assert.deepEqual(
    provider.calls.filter(({ path }) => path === '/v1/notes').map(({ form }) => form.get('a')),
    ['b', 'b'],
  );
  // Any other 401 is the API's own affair.
  provider.answers['/v1/notes'] = () => new Response(null, { status: 401 });
  assert.equal((await client.fetch('https://api.example/v1/notes')).status, 401);
});

test('signing out ends the refresh token and the session', async () => {
  const { client, provider, opened } = await start({ postLogoutRedirectUri: `${ORIGIN}/bye` });
  void client.signOut();
  while (opened.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  assert.equal(provider.calls.find(({ path }) => path === '/revoke').form.get('token'), 'refresh-1');
  const { pathname, searchParams } = opened[1];
  assert.deepEqual([pathname, searchParams.get('post_logout_redirect_uri')], ['/logout', `${ORIGIN}/bye`]);
  assert.ok(searchParams.get('id_token_hint'));
  assert.equal(client.user, null);
  assert.equal(Object.keys(localStorage).length, 0);
});
