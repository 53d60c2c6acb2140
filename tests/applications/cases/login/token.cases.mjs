// Chart 962
import { newPerson } from '../../provider/authorize.mjs';
import { newKey } from '../../provider/keys.mjs';
import { equal, header, ok, status } from '../../runner/expect.mjs';
import { test } from '../../runner/suite.mjs';
import { begin, comeBack, isRefused, isSignedIn, isSignedOut, signIn } from './steps.mjs';

const now = () => Math.floor(Date.now() / 1000);

test(
  'the client authenticates by client_secret_basic and proves its code',
  { attacks: ['A244'], setup: 'cookie' },
  async (t) => {
    const browser = t.browser();
    const { person } = await signIn(t, browser);
    await isSignedIn(browser, person);
    const [request, ...more] = t.provider.requestsTo('token', 'authorization_code');
    equal(more.length, 0, 'further token requests');
    header(request, 'authorization', /^Basic /, 'the token request:');
    ok(!request.parameters.has('client_secret'), 'no secret in the body');
    ok(
      /^[A-Za-z0-9._~-]{43,128}$/.test(request.parameters.get('code_verifier')),
      'code_verifier (RFC 7636 4.1)',
      request.parameters.get('code_verifier'),
    );
  },
);

for (const [what, step] of [
  ['answers 500', { status: 500, body: 'broken' }],
  ['answers 503', { status: 503, body: { error: 'temporarily_unavailable' } }],
  ['closes the connection', { drop: true }],
]) {
  test(
    `the token endpoint ${what}: 503, and a reload signs in`,
    { attacks: ['A251'], setup: ['cookie'] },
    async (t) => {
      const browser = t.browser();
      const person = newPerson();
      const { url } = await begin(browser, { returnTo: '/protected?a=b' });
      const callback = t.provider.authorize(url, { person });
      t.provider.script.always('token', step);
      const page = status(await comeBack(browser, callback), 503, 'the first time');
      header(page, 'retry-after', /^\d+$/);
      header(page, 'content-type', /^text\/html/);
      await isSignedOut(browser, 'after the failure');
      t.provider.script.clear();
      const again = status(await browser.visit(callback), [302, 303], 'the reload');
      equal(again.headers.location.replace(t.app.origin, ''), '/protected?a=b', 'where the reload leads');
      await isSignedIn(browser, person);
    },
  );
}

test('invalid_grant: 400, the sign-in is over, and the log says why', { setup: 'cookie' }, async (t) => {
  const browser = t.browser();
  const { url } = await begin(browser);
  const callback = t.provider.authorize(url);
  t.provider.script.next('token', { status: 400, body: { error: 'invalid_grant' } });
  const before = t.output.length;
  await isRefused(t, browser, callback, { tokenRequests: 1, what: 'invalid_grant' });
  await isRefused(t, browser, callback, { what: 'a reload' });
  const log = t.output.slice(before);
  ok(log.includes('invalid_grant'), 'the log names invalid_grant', log);
  ok(!log.includes(new URL(callback).searchParams.get('code')), 'the log has no code', log);
});

test('a token response without an ID token is refused', { attacks: ['A251'], setup: 'cookie' }, async (t) => {
  const browser = t.browser();
  const { url } = await begin(browser);
  t.provider.script.next('token', { status: 200, body: { access_token: 'a', token_type: 'Bearer', expires_in: 60 } });
  await isRefused(t, browser, t.provider.authorize(url), { tokenRequests: 1, what: 'no id_token' });
});

const foreign = newKey();

/** What is wrong with an ID token: how its claims change, and its header. */
const WRONG = {
  'iss of another': [(claims) => ({ ...claims, iss: 'https://evil.test' })],
  'iss with a slash more': [(claims) => ({ ...claims, iss: `${claims.iss}/` })],
  'aud of another client': [(claims) => ({ ...claims, aud: 'another' })],
  'azp of another client': [(claims) => ({ ...claims, aud: [claims.aud, 'another'], azp: 'another' })],
  'no aud': [(claims) => ({ ...claims, aud: undefined })],
  expired: [(claims) => ({ ...claims, iat: now() - 7200, exp: now() - 3600 })],
  'no exp': [(claims) => ({ ...claims, exp: undefined })],
  'no iat': [(claims) => ({ ...claims, iat: undefined })],
  'issued an hour from now': [(claims) => ({ ...claims, iat: now() + 3600, exp: now() + 7200 })],
  'nonce of another sign-in': [(claims) => ({ ...claims, nonce: 'x'.repeat(43) })],
  'no nonce': [(claims) => ({ ...claims, nonce: undefined })],
  'at_hash of another token': [(claims) => ({ ...claims, at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' })],
  'no sub': [(claims) => ({ ...claims, sub: undefined })],
  'alg none': [(claims) => claims, { alg: 'none' }],
  'key of another, under the kid of ours': [(claims, kid) => ({ ...claims, signedBy: { ...foreign, kid } })],
  'key of another, sent along': [(claims) => ({ ...claims, signedBy: foreign }), { jwk: foreign.jwk }],
};

for (const [what, [change, fields = {}]] of Object.entries(WRONG)) {
  test(`ID token: ${what} is refused`, { attacks: ['A244', 'A160', 'A161'], setup: 'cookie' }, async (t) => {
    const browser = t.browser();
    const { url } = await begin(browser);
    const callback = t.provider.authorize(url);
    t.provider.tokens.changeId = (claims) => change(claims, t.provider.key.kid);
    t.provider.tokens.idHeader = fields;
    await isRefused(t, browser, callback, { tokenRequests: 1, what });
    t.provider.tokens.reset();
    await isRefused(t, browser, callback, { what: 'the same callback again' });
    const { person } = await signIn(t, browser);
    await isSignedIn(browser, person, 'a good one');
  });
}

const ASKED = { acr: 'urn:example:mfa' };

for (const [what, changes] of [
  ['another acr', { acr: 'urn:example:password' }],
  ['no acr', { acr: undefined }],
  ['a sign-in two hours ago', { auth_time: now() - 7200 }],
  ['no auth_time', { auth_time: undefined }],
]) {
  test(`ID token: ${what} is refused where more is asked for`, { attacks: ['A251'], setup: 'asked' }, async (t) => {
    const browser = t.browser();
    const { url } = await begin(browser);
    const callback = t.provider.authorize(url, { person: newPerson({ ...ASKED, ...changes }) });
    await isRefused(t, browser, callback, { tokenRequests: 1, what });
    const { person } = await signIn(t, browser, { person: newPerson(ASKED) });
    await isSignedIn(browser, person, 'as asked for');
  });
}
