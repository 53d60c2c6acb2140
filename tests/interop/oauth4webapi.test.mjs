// npm oauth4webapi 3, request by request: what openid-client hides, this library shows.
// Chart 700
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as oauth from 'oauth4webapi';
import { scope, useBrowser } from './fixture.mjs';
import { issuer, person, resource } from './provider.mjs';

const own = useBrowser();
const insecure = { [oauth.allowInsecureRequests]: true };

async function discover(algorithm) {
  const url = new URL(issuer);
  const response = await oauth.discoveryRequest(url, { ...insecure, algorithm });
  return oauth.processDiscoveryResponse(url, response);
}

/** A relying party: its client, and one method per request. */
async function relyingParty(options = {}) {
  const as = await discover('oidc');
  const { client_id, client_secret } = await own.client(options);
  const client = { client_id };
  const authentication = client_secret ? oauth.ClientSecretBasic(client_secret) : oauth.None();

  return {
    as,
    client,

    async code(page, parameters = {}, answers = {}) {
      const verifier = oauth.generateRandomCodeVerifier();
      const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
      const url = new URL(as.authorization_endpoint);
      url.search = new URLSearchParams({
        client_id,
        redirect_uri: own.app.redirectUri,
        response_type: 'code',
        scope,
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
        ...parameters,
      });
      const reached = await own.visit(page, url, answers);
      const sent = new URLSearchParams(reached.parameters);
      return { callback: oauth.validateAuthResponse(as, client, sent, state), verifier, nonce };
    },

    async redeem({ callback, verifier, nonce }) {
      const { redirectUri } = own.app;
      const response = await oauth.authorizationCodeGrantRequest(
        as, client, authentication, callback, redirectUri, verifier, insecure,
      );
      assert.equal(response.headers.get('cache-control'), 'no-store');
      const checks = { expectedNonce: nonce, requireIdToken: true };
      const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, checks);
      await oauth.validateApplicationLevelSignature(as, response, insecure);
      return { ...tokens, claims: oauth.getValidatedIdTokenClaims(tokens) };
    },

    async refresh(token, additionalParameters = {}) {
      const options = { ...insecure, additionalParameters };
      const response = await oauth.refreshTokenGrantRequest(as, client, authentication, token, options);
      return oauth.processRefreshTokenResponse(as, client, response);
    },

    async userinfo(token, sub) {
      const response = await oauth.userInfoRequest(as, client, token, insecure);
      return oauth.processUserInfoResponse(as, client, sub, response);
    },

    async introspect(token) {
      const response = await oauth.introspectionRequest(as, client, authentication, token, insecure);
      return oauth.processIntrospectionResponse(as, client, response);
    },

    async revoke(token) {
      const response = await oauth.revocationRequest(as, client, authentication, token, insecure);
      return oauth.processRevocationResponse(response);
    },

    async clientCredentials(parameters) {
      const response = await oauth.clientCredentialsGrantRequest(as, client, authentication, parameters, insecure);
      return oauth.processClientCredentialsResponse(as, client, response);
    },
  };
}

const refused = (error) => ({ name: 'ResponseBodyError', error });
const unauthorized = { name: 'WWWAuthenticateChallengeError', status: 401 };
const atTheApi = (token) => new Request(resource, { headers: { authorization: `Bearer ${token}` } });

test('both discovery documents say the same', async () => {
  const [oidc, rfc8414] = await Promise.all([discover('oidc'), discover('oauth2')]);
  for (const name of ['issuer', 'authorization_endpoint', 'token_endpoint', 'jwks_uri', 'revocation_endpoint']) {
    assert.equal(oidc[name], rfc8414[name]);
    assert.ok(oidc[name].startsWith(issuer));
  }
});

for (const [kind, options] of Object.entries({ confidential: {}, public: { public: true } })) {
  test(`a ${kind} client: code + PKCE, userinfo, refresh, revocation`, async () => {
    const party = await relyingParty(options);
    const tokens = await party.redeem(await party.code(await own.freshPage(), { prompt: 'consent' }));
    const { sub } = tokens.claims;
    assert.equal((await party.userinfo(tokens.access_token, sub)).email, person.email);

    const renewed = await party.refresh(tokens.refresh_token);
    assert.equal((await party.userinfo(renewed.access_token, sub)).sub, sub);

    await party.revoke(renewed.refresh_token);
    await assert.rejects(party.refresh(renewed.refresh_token), refused('invalid_grant'));
    await assert.rejects(party.userinfo(renewed.access_token, sub), unauthorized);
  });
}

test('an access token for a resource is a JWT that its API accepts, and no other does', async () => {
  const party = await relyingParty({ resource });
  const code = await party.code(await own.freshPage(), { resource, prompt: 'consent' });
  const tokens = await party.redeem(code);
  const claims = await oauth.validateJwtAccessToken(party.as, atTheApi(tokens.access_token), resource, insecure);
  assert.equal(claims.sub, tokens.claims.sub);
  assert.equal(claims.client_id, party.client.client_id);
  const another = oauth.validateJwtAccessToken(party.as, atTheApi(tokens.access_token), `${resource}/other`, insecure);
  await assert.rejects(another, { name: 'OperationProcessingError' });
});

test('a resource that the client was not given is refused', async () => {
  const party = await relyingParty({ resource });
  const code = party.code(await own.freshPage(), { resource: 'https://other.example.test' });
  await assert.rejects(code, { name: 'AuthorizationResponseError', error: 'invalid_target' });
});

test('a refresh may ask for less', async () => {
  const party = await relyingParty();
  const tokens = await party.redeem(await party.code(await own.freshPage(), { prompt: 'consent' }));
  const { sub } = tokens.claims;
  const narrowed = await party.refresh(tokens.refresh_token, { scope: 'openid' });
  assert.equal(narrowed.scope, 'openid');
  const user = await party.userinfo(narrowed.access_token, sub);
  assert.deepEqual(Object.keys(user), ['sub']);
  await assert.rejects(party.refresh(narrowed.refresh_token, { scope: 'openid phone' }), refused('invalid_scope'));
});

test('client_credentials, for an API that introspects', async () => {
  const machine = await relyingParty({ grantType: 'client_credentials', resource, redirectUri: [] });
  const api = await relyingParty({ grantType: 'client_credentials', serves: resource, redirectUri: [] });
  const stranger = await relyingParty({ grantType: 'client_credentials', redirectUri: [] });
  const tokens = await machine.clientCredentials({ resource });
  const claims = await oauth.validateJwtAccessToken(machine.as, atTheApi(tokens.access_token), resource, insecure);
  assert.equal(claims.client_id, machine.client.client_id);

  const seen = await api.introspect(tokens.access_token);
  assert.equal(seen.active, true);
  assert.equal(seen.client_id, machine.client.client_id);
  assert.deepEqual(await stranger.introspect(tokens.access_token), { active: false });
});

test('opaque access tokens work the same way', async () => {
  const party = await relyingParty({ accessTokenFormat: 'opaque' });
  const tokens = await party.redeem(await party.code(await own.freshPage()));
  assert.ok(!tokens.access_token.includes('.'));
  const { sub } = tokens.claims;
  assert.equal((await party.userinfo(tokens.access_token, sub)).sub, sub);
  assert.equal((await party.introspect(tokens.access_token)).sub, sub);
  await party.revoke(tokens.access_token);
  assert.deepEqual(await party.introspect(tokens.access_token), { active: false });
  await assert.rejects(party.userinfo(tokens.access_token, sub), unauthorized);
});

test('max_age and prompt=login ask for the password again', async () => {
  const party = await relyingParty();
  const page = await own.freshPage();
  const first = (await party.redeem(await party.code(page, { max_age: '3600' }))).claims;

  const remembered = (await party.redeem(await party.code(page, { max_age: '3600' }, { username: '' }))).claims;
  assert.equal(remembered.auth_time, first.auth_time);

  await new Promise((resolve) => setTimeout(resolve, 2_100));
  for (const parameters of [{ prompt: 'login' }, { max_age: '1' }]) {
    const again = (await party.redeem(await party.code(page, { max_age: '3600', ...parameters }))).claims;
    assert.ok(again.auth_time > first.auth_time);
    assert.equal(again.sub, first.sub);
  }
});
