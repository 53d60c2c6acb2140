// npm openid-client 6, registered by itself: hybrid and implicit flows, form_post, request objects, logout.
// Chart 700
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { exportJWK, generateKeyPair } from 'jose';
import * as oidc from 'openid-client';
import { useBrowser } from './fixture.mjs';
import { issuer, setTenant } from './provider.mjs';

const own = useBrowser();

before(async () => {
  for (const setting of ['registration=open', 'front_channel_tokens=true']) await setTenant(setting);
});

/** Registers by RFC 7591 and configures the library by what came back; `execute` chooses the flow. */
async function register(metadata, execute = []) {
  const options = { execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks, ...execute] };
  const client = {
    client_name: 'Registered',
    application_type: 'native',
    redirect_uris: [own.app.redirectUri],
    post_logout_redirect_uris: [own.app.signedOutUri],
    token_endpoint_auth_method: 'client_secret_post',
    grant_types: ['authorization_code', 'implicit', 'refresh_token'],
    response_types: ['code', 'code id_token', 'id_token'],
    ...metadata,
  };
  return oidc.dynamicClientRegistration(new URL(issuer), client, undefined, options);
}

const parametersOf = async (verifier, parameters = {}) => ({
  redirect_uri: own.app.redirectUri,
  scope: 'openid email',
  code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
  state: oidc.randomState(),
  nonce: oidc.randomNonce(),
  ...parameters,
});

const checksOf = ({ state, nonce }, pkceCodeVerifier) => ({
  expectedState: state,
  expectedNonce: nonce,
  pkceCodeVerifier,
  idTokenExpected: true,
});

/** The answer as the library reads it: a URL, or the request of a form. */
const asRead = ({ method, url, headers, body }) =>
  method === 'POST'
    ? new Request(url, { method, headers: { 'content-type': headers['content-type'] }, body })
    : new URL(url);

for (const mode of ['fragment', 'form_post']) {
  test(`code id_token by ${mode}`, async () => {
    const config = await register({}, [oidc.useCodeIdTokenResponseType]);
    const verifier = oidc.randomPKCECodeVerifier();
    const parameters = await parametersOf(verifier, { response_mode: mode });
    const reached = await own.visit(await own.freshPage(), oidc.buildAuthorizationUrl(config, parameters));
    assert.equal(reached.method, mode === 'form_post' ? 'POST' : 'GET');
    assert.ok(!new URL(reached.url).search);
    // The library checks c_hash, nonce, state, the signatures of both ID tokens, and that they name one person.
    const tokens = await oidc.authorizationCodeGrant(config, asRead(reached), checksOf(parameters, verifier));
    const user = await oidc.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
    assert.equal(user.sub, tokens.claims().sub);
  });

  test(`id_token by ${mode}`, async () => {
    const config = await register({}, [oidc.useIdTokenResponseType]);
    const { state, nonce, redirect_uri, scope } = await parametersOf(oidc.randomPKCECodeVerifier());
    const url = oidc.buildAuthorizationUrl(config, { redirect_uri, scope, state, nonce, response_mode: mode });
    const reached = await own.visit(await own.freshPage(), url);
    const claims = await oidc.implicitAuthentication(config, asRead(reached), nonce, { expectedState: state });
    // No access token will come: the claims of the scope stand in the ID token.
    assert.match(claims.email, /@/);
    await assert.rejects(oidc.implicitAuthentication(config, asRead(reached), 'another', { expectedState: state }));
  });
}

test('a signed request object is taken, and another key is not', async () => {
  const [right, wrong] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256')]);
  const jwk = { ...(await exportJWK(right.publicKey)), kid: 'own', alg: 'ES256', use: 'sig' };
  const config = await register({
    jwks: { keys: [jwk] },
    request_object_signing_alg: 'ES256',
    require_signed_request_object: true,
  });
  const verifier = oidc.randomPKCECodeVerifier();
  const parameters = await parametersOf(verifier);
  const signed = (key) => oidc.buildAuthorizationUrlWithJAR(config, parameters, { key, kid: 'own' });
  const url = await signed(right.privateKey);
  assert.deepEqual([...url.searchParams.keys()].sort(), ['client_id', 'request']);
  const reached = await own.visit(await own.freshPage(), url);
  const tokens = await oidc.authorizationCodeGrant(config, asRead(reached), checksOf(parameters, verifier));
  assert.ok(tokens.claims().sub);

  const refused = await own.visit(await own.freshPage(), await signed(wrong.privateKey));
  assert.equal(refused.place, 'error');
  const bare = await own.visit(await own.freshPage(), oidc.buildAuthorizationUrl(config, parameters));
  assert.equal(bare.parameters.error, 'invalid_request');
});

test('an encrypted ID token is opened by the library', async () => {
  const pair = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true });
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'enc', alg: 'ECDH-ES', use: 'enc' };
  const config = await register({
    jwks: { keys: [jwk] },
    id_token_encrypted_response_alg: 'ECDH-ES',
    id_token_encrypted_response_enc: 'A256GCM',
  });
  oidc.enableDecryptingResponses(config, ['A256GCM'], { key: pair.privateKey, kid: 'enc' });
  const verifier = oidc.randomPKCECodeVerifier();
  const parameters = await parametersOf(verifier);
  const reached = await own.visit(await own.freshPage(), oidc.buildAuthorizationUrl(config, parameters));
  const tokens = await oidc.authorizationCodeGrant(config, asRead(reached), checksOf(parameters, verifier));
  assert.equal(tokens.id_token.split('.').length, 5);
  assert.ok(tokens.claims().sub);
});

test('logout brings the person back, and no session is left', async () => {
  const config = await register({});
  const page = await own.freshPage();
  const verifier = oidc.randomPKCECodeVerifier();
  const parameters = await parametersOf(verifier);
  const reached = await own.visit(page, oidc.buildAuthorizationUrl(config, parameters));
  const tokens = await oidc.authorizationCodeGrant(config, asRead(reached), checksOf(parameters, verifier));
  const silent = { ...(await parametersOf(verifier)), prompt: 'none' };
  assert.ok((await own.visit(page, oidc.buildAuthorizationUrl(config, silent))).parameters.code);
  const out = oidc.buildEndSessionUrl(config, {
    id_token_hint: tokens.id_token,
    post_logout_redirect_uri: own.app.signedOutUri,
    state: 'here',
  });
  const back = await own.visit(page, out);
  assert.equal(back.url, `${own.app.signedOutUri}?state=here`);
  const after = await own.visit(page, oidc.buildAuthorizationUrl(config, silent));
  assert.equal(after.parameters.error, 'login_required');
});
