// npm openid-client 6: discovery, code + PKCE, refresh, userinfo, introspection, revocation, logout, client_credentials.
// Chart 700: Relying parties of others | npm openid-client, oauth4webapi, jose; PyPI Authlib, PyJWT; crate openidconnect
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { exportJWK, generateKeyPair } from 'jose';
import * as oidc from 'openid-client';
import { scope, useBrowser } from './fixture.mjs';
import { issuer, person, resource } from './provider.mjs';

const own = useBrowser();

/** Configures openid-client by the issuer URL, and makes it check the ID token's signature too. */
async function discover({ client_id }, authentication, metadata = {}) {
  const options = { execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks] };
  return oidc.discovery(new URL(issuer), client_id, metadata, authentication, options);
}

async function authorization(config, parameters = {}) {
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [oidc.randomState(), oidc.randomNonce()];
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: own.app.redirectUri,
    scope,
    prompt: 'consent',
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
    ...parameters,
  });
  return { url, checks: { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true } };
}

async function signIn(config, page) {
  const { url, checks } = await authorization(config);
  const reached = await own.visit(page, url);
  return oidc.authorizationCodeGrant(config, new URL(reached.url), checks);
}

const confidential = async (options = {}) => {
  const client = await own.client(options);
  return discover(client, oidc.ClientSecretBasic(client.client_secret));
};

const refused = (error) => ({ name: 'ResponseBodyError', error });
const unauthorized = ({ name, status, cause }) =>
  name === 'WWWAuthenticateChallengeError' && status === 401 && cause[0].parameters.error === 'invalid_token';

test('discovery names the issuer and what this client needs', async () => {
  const metadata = (await confidential()).serverMetadata();
  assert.equal(metadata.issuer, issuer);
  assert.ok(metadata.supportsPKCE());
  for (const endpoint of ['authorization', 'token', 'userinfo', 'introspection', 'revocation', 'end_session']) {
    assert.ok(metadata[`${endpoint}_endpoint`].startsWith(`${issuer}/`), endpoint);
  }
});

test('code + PKCE, userinfo, refresh and introspection', async () => {
  const config = await confidential();
  const tokens = await signIn(config, await own.freshPage());
  const { sub } = tokens.claims();
  assert.equal(tokens.token_type, 'bearer');
  assert.ok(tokens.expires_in > 0);

  const user = await oidc.fetchUserInfo(config, tokens.access_token, sub);
  assert.equal(user.email, person.email);

  const renewed = await oidc.refreshTokenGrant(config, tokens.refresh_token);
  assert.notEqual(renewed.refresh_token, tokens.refresh_token);
  assert.notEqual(renewed.access_token, tokens.access_token);
  assert.equal(renewed.claims().sub, sub);
  assert.equal((await oidc.fetchUserInfo(config, renewed.access_token, sub)).sub, sub);

  const active = await oidc.tokenIntrospection(config, renewed.access_token);
  assert.equal(active.active, true);
  assert.equal(active.sub, sub);
  assert.equal(active.client_id, config.clientMetadata().client_id);
  assert.equal((await oidc.tokenIntrospection(config, 'not-a-token')).active, false);
});

test('a revoked access token is refused at userinfo', async () => {
  const config = await confidential();
  const tokens = await signIn(config, await own.freshPage());
  const { sub } = tokens.claims();
  await oidc.fetchUserInfo(config, tokens.access_token, sub);
  await oidc.tokenRevocation(config, tokens.access_token);
  await assert.rejects(oidc.fetchUserInfo(config, tokens.access_token, sub), unauthorized);
  assert.equal((await oidc.tokenIntrospection(config, tokens.access_token)).active, false);
});

test('a revoked refresh token is refused, and so is the access token of its grant', async () => {
  const config = await confidential();
  const first = await signIn(config, await own.freshPage());
  const { sub } = first.claims();
  const tokens = await oidc.refreshTokenGrant(config, first.refresh_token);
  await oidc.fetchUserInfo(config, tokens.access_token, sub);
  await oidc.tokenRevocation(config, tokens.refresh_token, { token_type_hint: 'refresh_token' });
  await assert.rejects(oidc.refreshTokenGrant(config, tokens.refresh_token), refused('invalid_grant'));
  await assert.rejects(oidc.fetchUserInfo(config, tokens.access_token, sub), unauthorized);
});

test('a code is good once, and its second use revokes what the first one gave', async () => {
  const config = await confidential();
  const { url, checks } = await authorization(config);
  const reached = new URL((await own.visit(await own.freshPage(), url)).url);
  const tokens = await oidc.authorizationCodeGrant(config, reached, checks);
  const { sub } = tokens.claims();
  await oidc.fetchUserInfo(config, tokens.access_token, sub);
  await assert.rejects(oidc.authorizationCodeGrant(config, reached, checks), refused('invalid_grant'));
  await assert.rejects(oidc.fetchUserInfo(config, tokens.access_token, sub), unauthorized);
});

test('a wrong code verifier gets nothing', async () => {
  const config = await confidential();
  const { url, checks } = await authorization(config);
  const reached = new URL((await own.visit(await own.freshPage(), url)).url);
  const wrong = { ...checks, pkceCodeVerifier: oidc.randomPKCECodeVerifier() };
  await assert.rejects(oidc.authorizationCodeGrant(config, reached, wrong), refused('invalid_grant'));
});

test('a person may refuse', async () => {
  const config = await confidential();
  const { url, checks } = await authorization(config);
  const reached = await own.visit(await own.freshPage(), url, { consent: 'deny' });
  assert.equal(reached.parameters.iss, issuer);
  await assert.rejects(oidc.authorizationCodeGrant(config, new URL(reached.url), checks), {
    name: 'AuthorizationResponseError',
    error: 'access_denied',
  });
});

test('logout ends the single sign-on', async () => {
  const config = await confidential();
  const page = await own.freshPage();
  const tokens = await signIn(config, page);

  const silent = async () => {
    const { url, checks } = await authorization(config, { prompt: 'none' });
    const reached = await own.visit(page, url);
    return oidc.authorizationCodeGrant(config, new URL(reached.url), checks);
  };
  assert.equal((await silent()).claims().sub, tokens.claims().sub);

  const state = oidc.randomState();
  const logout = oidc.buildEndSessionUrl(config, {
    id_token_hint: tokens.id_token,
    post_logout_redirect_uri: own.app.signedOutUri,
    state,
  });
  const back = await own.visit(page, logout);
  assert.equal(back.url, `${own.app.signedOutUri}?state=${encodeURIComponent(state)}`);
  await assert.rejects(silent(), { name: 'AuthorizationResponseError', error: 'login_required' });
});

test('client_credentials', async () => {
  const client = await own.client({ grantType: 'client_credentials', resource, redirectUri: [] });
  const config = await discover(client, oidc.ClientSecretBasic(client.client_secret));
  const tokens = await oidc.clientCredentialsGrant(config, { resource });
  assert.equal(tokens.refresh_token, undefined);
  assert.equal(tokens.id_token, undefined);
  const active = await oidc.tokenIntrospection(config, tokens.access_token);
  assert.equal(active.active, true);
  assert.equal(active.client_id, client.client_id);
  await oidc.tokenRevocation(config, tokens.access_token);
});

test('client_credentials is for clients that were given it', async () => {
  await assert.rejects(oidc.clientCredentialsGrant(await confidential()), refused('unauthorized_client'));
});

test('every way of client authentication', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'credenza-keys-'));
  t.after(() => rm(folder, { recursive: true }));
  const keys = await generateKeyPair('ES256', { extractable: true });
  const jwks = join(folder, 'jwks.json');
  await writeFile(jwks, JSON.stringify({ keys: [{ ...(await exportJWK(keys.publicKey)), alg: 'ES256', kid: 'k' }] }));

  const privateKey = { key: keys.privateKey, kid: 'k' };
  const ways = {
    client_secret_basic: ({ client_secret }) => oidc.ClientSecretBasic(client_secret),
    client_secret_post: ({ client_secret }) => oidc.ClientSecretPost(client_secret),
    client_secret_jwt: ({ client_secret }) => oidc.ClientSecretJwt(client_secret),
    private_key_jwt: () => oidc.PrivateKeyJwt(privateKey),
    none: () => oidc.None(),
  };
  for (const [method, authentication] of Object.entries(ways)) {
    await t.test(method, async () => {
      const registered = {
        none: { public: true },
        private_key_jwt: { tokenEndpointAuthMethod: method, jwks },
      }[method] ?? { tokenEndpointAuthMethod: method };
      const client = await own.client(registered);
      const config = await discover(client, authentication(client));
      const tokens = await signIn(config, await own.freshPage());
      const renewed = await oidc.refreshTokenGrant(config, tokens.refresh_token);
      await oidc.tokenRevocation(config, renewed.refresh_token);
      await assert.rejects(oidc.refreshTokenGrant(config, renewed.refresh_token), refused('invalid_grant'));
    });
  }

  await t.test('a wrong secret is refused', async () => {
    const client = await own.client({ grantType: 'client_credentials', resource, redirectUri: [] });
    const [wrong, right] = await Promise.all(
      ['wrong', client.client_secret].map((secret) => discover(client, oidc.ClientSecretBasic(secret))),
    );
    await oidc.clientCredentialsGrant(right, { resource });
    await assert.rejects(
      oidc.clientCredentialsGrant(wrong, { resource }),
      ({ status, cause }) => status === 401 && cause[0].scheme === 'basic',
    );
  });
});
