// openid-client signs people in, over real HTTP and without a browser.
//
// Chart 285
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { useProvider } from '@credenza/testing/node-test';
import { Application, CALLBACK, oidc } from './application.mjs';

describe('an application on openid-client', () => {
  const op = useProvider();

  async function setup(metadata = {}) {
    const alice = await op.addUser('alice', { claims: { email: 'alice@example.test' } });
    const client = await op.addClient({ redirect_uris: [CALLBACK], ...metadata });
    return { alice, client, app: await Application.discover(op, client) };
  }

  test('signs a person in and checks the ID token', async () => {
    const { alice, app } = await setup({ id_token_signed_response_alg: 'RS256' });
    const { url, kept } = await app.begin();
    const answer = await op.authorize(url, alice);
    const tokens = await app.callback(answer.url, kept);
    assert.equal(tokens.claims().sub, alice.sub);
    const userinfo = await oidc.fetchUserInfo(app.config, tokens.access_token, alice.sub);
    assert.equal(userinfo.email, 'alice@example.test');
    const fresh = await oidc.refreshTokenGrant(app.config, tokens.refresh_token);
    assert.equal(await app.userinfo(fresh.access_token), 200);
    assert.equal(await op.isActive(tokens.refresh_token), false);
  });

  test('is refused what the person refuses', async () => {
    const { alice, app } = await setup();
    const { url, kept } = await app.begin();
    const answer = await op.authorize(url, alice, { deny: true });
    await assert.rejects(app.callback(answer.url, kept), { error: 'access_denied' });
    await assert.rejects(op.authorize(url, alice, { password: 'wrong' }), { code: 'page' });
  });

  test('finds the person signed in, until they sign out', async () => {
    const { alice, app } = await setup();
    const browser = op.browser();
    const first = await app.begin();
    await browser.authorize(first.url, alice);
    const second = await app.begin({ prompt: 'none' });
    const answer = await browser.authorize(second.url);
    assert.ok((await app.callback(answer.url, second.kept)).access_token);
    assert.equal(await browser.signOut(oidc.buildEndSessionUrl(app.config).href), null);
    const third = await app.begin({ prompt: 'none' });
    assert.equal((await browser.authorize(third.url)).params.error, 'login_required');
  });

  test('takes an answer by form_post', async () => {
    const { alice, app } = await setup();
    const { url } = await app.begin({ response_mode: 'form_post' });
    const answer = await op.authorize(url, alice);
    assert.equal(answer.url, CALLBACK);
    assert.equal(answer.form.code, answer.params.code);
  });

  test('does not take what a stolen key has signed', async () => {
    const { alice, app } = await setup();
    const { url, kept } = await app.begin();
    const answer = await op.authorize(url, alice);
    const tokens = await app.callback(answer.url, kept);
    await op.rotateKeys();
    assert.equal(await app.userinfo(tokens.access_token), 200);
    await op.rotateKeys({ keepOld: false });
    assert.equal(await app.userinfo(tokens.access_token), 401);
  });

  test('says so when the token endpoint fails', async () => {
    const { alice, app } = await setup();
    const { url, kept } = await app.begin();
    const answer = await op.authorize(url, alice);
    await op.fault('token', { status: 503, times: 1 });
    await assert.rejects(app.callback(answer.url, kept), ({ cause }) => cause.status === 503);
    assert.ok((await app.callback(answer.url, kept)).access_token, 'the code was not spent');
    assert.equal(await op.requests('token'), 2);
  });
});
