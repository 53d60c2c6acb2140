// The response modes, as a browser carries them: query, fragment and form_post, with RFC 9207's iss in each.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as oidc from 'openid-client';
import { useBrowser } from './fixture.mjs';
import { issuer } from './provider.mjs';

const own = useBrowser();

const carried = {
  query: ({ method, url }) => method === 'GET' && new URL(url).searchParams.has('code') && !new URL(url).hash,
  fragment: ({ method, url }) => method === 'GET' && !new URL(url).search && new URL(url).hash.includes('code='),
  form_post: ({ method, url, headers }) =>
    method === 'POST' && !new URL(url).search && headers['content-type'] === 'application/x-www-form-urlencoded',
};

// The library reads a code from a query or from a POST; a page's own script would hand a fragment over like this.
const asTheLibraryReadsIt = ({ method, url, headers, body, parameters }) => {
  if (method === 'POST') return new Request(url, { method, headers: { 'content-type': headers['content-type'] }, body });
  const plain = new URL(url);
  plain.hash = '';
  plain.search = new URLSearchParams(parameters);
  return plain;
};

for (const [mode, isCarried] of Object.entries(carried)) {
  test(`response_mode=${mode}`, async () => {
    const { client_id, client_secret } = await own.client();
    const options = { execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks] };
    const authentication = oidc.ClientSecretBasic(client_secret);
    const config = await oidc.discovery(new URL(issuer), client_id, {}, authentication, options);
    const page = await own.freshPage();

    const visit = async (parameters) => {
      const [state, nonce, verifier] = [oidc.randomState(), oidc.randomNonce(), oidc.randomPKCECodeVerifier()];
      const url = oidc.buildAuthorizationUrl(config, {
        redirect_uri: own.app.redirectUri,
        scope: 'openid',
        response_mode: mode,
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
        ...parameters,
      });
      const reached = await own.visit(page, url);
      assert.equal(reached.parameters.state, state);
      assert.equal(reached.parameters.iss, issuer);
      return { reached, checks: { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier } };
    };

    const silent = await visit({ prompt: 'none' });
    assert.equal(silent.reached.parameters.error, 'login_required');
    assert.equal(silent.reached.parameters.code, undefined);

    const { reached, checks } = await visit({});
    assert.ok(isCarried(reached), JSON.stringify(reached));
    const tokens = await oidc.authorizationCodeGrant(config, asTheLibraryReadsIt(reached), checks);
    assert.ok(tokens.claims().sub);
  });
}
