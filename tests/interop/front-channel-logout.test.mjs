// Front-channel logout in a real browser (OpenID Connect Front-Channel Logout 1.0): the frames of two applications are
// opened, and then the browser is back at the one that asked, without a click.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { press } from './browser.mjs';
import { useBrowser } from './fixture.mjs';
import { issuer, person, setTenant } from './provider.mjs';

const own = useBrowser();
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

before(() => setTenant('registration=open'));

/** An application that registers itself. Nothing listens at its host: the browser's requests are answered by the test. */
async function register(host) {
  const metadata = {
    client_name: host,
    redirect_uris: [`https://${host}/callback`],
    post_logout_redirect_uris: [`https://${host}/signed-out`],
    frontchannel_logout_uri: `https://${host}/out?kept=1`,
    frontchannel_logout_session_required: true,
    token_endpoint_auth_method: 'none',
  };
  const response = await fetch(`${issuer}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(metadata),
  });
  assert.equal(response.status, 201, await response.clone().text());
  return { host, ...(await response.json()) };
}

/** Answers for the applications, and keeps what was asked of them. */
async function answerFor(page) {
  const seen = [];
  await page.route(/^https:\/\/(one|two)\.test\//, (route) => {
    const request = route.request();
    seen.push({ url: new URL(request.url()), framed: request.frame() !== page.mainFrame() });
    return route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>An application</title>' });
  });
  return seen;
}

/** Signs in, and answers with the ID token. */
async function signIn(page, { host, client_id }) {
  const url = new URL(`${issuer}/authorize`);
  const redirect_uri = `https://${host}/callback`;
  url.search = new URLSearchParams({
    client_id,
    redirect_uri,
    response_type: 'code',
    scope: 'openid',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
  });
  await page.goto(url.href);
  if (await page.locator('#login-submit').count()) {
    await page.locator('input[name="username"]').fill(person.username);
    await page.locator('input[name="password"]').fill(person.password);
    await press(page, '#login-submit');
  }
  if (await page.locator('#consent-allow').count()) await press(page, '#consent-allow');
  await page.waitForURL(`${redirect_uri}?*`);
  const code = new URL(page.url()).searchParams.get('code');
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri,
      client_id,
      code_verifier: VERIFIER,
    }),
  });
  return (await response.json()).id_token;
}

for (const javaScriptEnabled of [true, false]) {
  test(`every application is told, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async () => {
    const page = await own.freshPage({ javaScriptEnabled });
    const seen = await answerFor(page);
    const [one, two] = [await register('one.test'), await register('two.test')];
    const hint = await signIn(page, one);
    await signIn(page, two);
    const logout = new URL(`${issuer}/logout`);
    logout.search = new URLSearchParams({
      id_token_hint: hint,
      post_logout_redirect_uri: 'https://one.test/signed-out',
      state: 'a state',
    });
    const began = Date.now();
    await page.goto(logout.href, { waitUntil: 'commit' });
    await page.waitForURL('https://one.test/signed-out?*');
    const took = Date.now() - began;
    assert.ok(javaScriptEnabled ? took < 4_500 : took < 12_000, `${took} ms`);
    assert.equal(new URL(page.url()).search, '?state=a+state');
    const { sid } = JSON.parse(Buffer.from(hint.split('.')[1], 'base64url'));
    for (const host of ['one.test', 'two.test']) {
      const told = seen.filter(({ url }) => url.host === host && url.pathname === '/out');
      assert.equal(told.length, 1, host);
      assert.ok(told[0].framed);
      assert.deepEqual(Object.fromEntries(told[0].url.searchParams), { kept: '1', iss: issuer, sid });
    }
  });
}
