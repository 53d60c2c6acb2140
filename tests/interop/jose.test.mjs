// Tokens verified by npm jose, which knows nothing but the JWKS address that discovery names.
// Chart 700
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import * as oidc from 'openid-client';
import { useBrowser } from './fixture.mjs';
import { issuer, resource } from './provider.mjs';

const own = useBrowser();
const algorithms = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'];

async function signIn(client) {
  const execute = [oidc.allowInsecureRequests];
  const authentication = oidc.ClientSecretBasic(client.client_secret);
  const metadata = { id_token_signed_response_alg: client.algorithm };
  const config = await oidc.discovery(new URL(issuer), client.client_id, metadata, authentication, { execute });
  const verifier = oidc.randomPKCECodeVerifier();
  const nonce = oidc.randomNonce();
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: own.app.redirectUri,
    scope: 'openid email',
    resource,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    nonce,
  });
  const reached = await own.visit(await own.freshPage(), url);
  const checks = { pkceCodeVerifier: verifier, expectedNonce: nonce };
  const tokens = await oidc.authorizationCodeGrant(config, new URL(reached.url), checks);
  return { tokens, nonce, keys: createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri)) };
}

for (const algorithm of algorithms) {
  test(`${algorithm}: the ID token and the access token (RFC 9068)`, async () => {
    const client = await own.client({
      resource,
      idTokenSignedResponseAlg: algorithm,
      accessTokenSignedResponseAlg: algorithm,
    });
    const { tokens, nonce, keys } = await signIn({ ...client, algorithm });

    const id = await jwtVerify(tokens.id_token, keys, {
      issuer,
      audience: client.client_id,
      algorithms: [algorithm],
      requiredClaims: ['exp', 'iat', 'sub', 'nonce'],
    });
    assert.equal(id.payload.nonce, nonce);
    assert.equal(id.payload.email, undefined, 'claims of scopes are for userinfo when there is an access token');

    const access = await jwtVerify(tokens.access_token, keys, {
      issuer,
      audience: resource,
      typ: 'at+jwt',
      algorithms: [algorithm],
      requiredClaims: ['exp', 'iat', 'sub', 'client_id', 'jti'],
    });
    assert.equal(access.payload.sub, id.payload.sub);
    assert.equal(access.payload.client_id, client.client_id);

    await assert.rejects(jwtVerify(tokens.id_token, keys, { typ: 'at+jwt' }), {
      code: 'ERR_JWT_CLAIM_VALIDATION_FAILED',
    });
    const [head, , signature] = tokens.access_token.split('.');
    const forged = [head, tokens.id_token.split('.')[1], signature].join('.');
    await assert.rejects(jwtVerify(forged, keys), { code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' });
  });
}

test('by default ID tokens are RS256 and access tokens are ES256', async () => {
  const { tokens } = await signIn(await own.client({ resource }));
  assert.equal(decodeProtectedHeader(tokens.id_token).alg, 'RS256');
  assert.equal(decodeProtectedHeader(tokens.access_token).alg, 'ES256');
});

test('the published keys are public, and each has its own kid', async () => {
  const metadata = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
  const { keys } = await (await fetch(metadata.jwks_uri)).json();
  assert.equal(new Set(keys.map((key) => key.kid)).size, keys.length);
  for (const key of keys) {
    for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) assert.ok(!(member in key), `${key.kid}: ${member}`);
  }
});
