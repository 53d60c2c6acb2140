// Chart 590: Module for browsers | `@credenza/browser`: code, PKCE, `iss` and ID token checked; tokens in memory, renewed once for all tabs; two elements; no dependency

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { served } from '../browser/build.mjs';
import { here, tarball } from '../scripts/tarballs.mjs';
import { ORIGIN, arrive, begin, challengeOf, start } from './browser-tab.mjs';

const text = readFileSync(join(here, 'browser/dist/credenza.js'), 'utf8');
const code = (expected) => (error) => error.name === 'CredenzaError' && error.code === expected;

test('what the provider serves is what the source makes, in less than 12 kB', () => {
  assert.equal(readFileSync(served, 'utf8'), text, 'run: node connectors/node/browser/build.mjs --install');
  assert.ok(gzipSync(text, { level: 9 }).length < 12_000);
  assert.equal(/^import |\bimport\(|\brequire\(|\beval\(|new Function|innerHTML|\.style\b/m.test(text), false);
});

test('the package has the module, its types and nothing else', () => {
  const files = execFileSync('tar', ['-tzf', tarball('browser')], { encoding: 'utf8' }).split('\n');
  for (const name of ['package.json', 'README.md', 'LICENSE', 'dist/credenza.js', 'dist/index.d.ts']) {
    assert.ok(files.includes(`package/${name}`), name);
  }
  assert.ok(!files.some((name) => name.includes('src') || name.includes('build')), files.join());
  const lint = (...args) =>
    execFileSync(process.execPath, [join(here, 'node_modules', args[0]), ...args.slice(1)], { encoding: 'utf8' });
  assert.match(lint('publint/src/cli.js', 'run', tarball('browser'), '--strict'), /All good/);
});

test('a sign-in asks for a code, with PKCE, state and nonce', async () => {
  const { client, provider, opened } = await start(
    { resource: ['https://a.example', 'https://b.example'] },
    { signedIn: false },
  );
  const asked = (await begin(client, opened, { loginHint: 'ada', maxAge: 0 })).searchParams;
  assert.equal(asked.get('response_type'), 'code');
  assert.equal(asked.get('redirect_uri'), `${ORIGIN}/`);
  assert.deepEqual(asked.getAll('resource'), ['https://a.example', 'https://b.example']);
  assert.deepEqual([asked.get('login_hint'), asked.get('max_age')], ['ada', '0']);
  await arrive(client, opened);
  const [redeemed] = provider.tokenCalls();
  assert.equal(asked.get('code_challenge'), challengeOf(redeemed.form.get('code_verifier')));
  assert.equal(redeemed.credentials, 'omit');
  assert.equal(client.user.name, 'Ada Lovelace');
  assert.equal(location.href, `${ORIGIN}/notes?of=ada`);
  assert.equal(Object.keys(sessionStorage).length, 0);
});

test('signing up asks for it where people may', async () => {
  const { client, opened } = await start({}, { signedIn: false });
  void client.signUp();
  while (opened.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  assert.equal(opened[0].searchParams.get('prompt'), 'create');
});

test('people return to this origin alone', async () => {
  const { client, opened } = await start({}, { signedIn: false });
  for (const returnTo of [
    'https://evil.example/',
    '//evil.example',
    'javascript:alert(1)',
    'https://app.example.evil.test/',
  ]) {
    await assert.rejects(client.signIn({ returnTo }), code('foreign_return_to'));
  }
  await begin(client, opened, { returnTo: '/deep?x=1#here' });
  await arrive(client, opened);
  assert.equal(location.href, `${ORIGIN}/deep?x=1#here`);
});

test('an answer that is not the one is refused', async () => {
  const { client, provider, opened } = await start({}, { signedIn: false });
  const wrong = [
    [{ state: 'other' }, 'unknown_state'],
    [{ iss: 'https://evil.example' }, 'wrong_issuer'],
    [{ iss: undefined }, 'wrong_issuer'],
    [{ code: undefined, error: 'access_denied', error_description: 'no' }, 'access_denied'],
  ];
  for (const [change, expected] of wrong) {
    await begin(client, opened);
    await assert.rejects(arrive(client, opened, change), code(expected));
    assert.equal(provider.tokenCalls().length, 0);
    assert.equal(new URL(location.href).search, '');
  }
  await begin(client, opened);
  assert.equal((await arrive(client, opened)).sub, 'ada');
  await assert.rejects(arrive(client, opened), code('unknown_state'));
  assert.equal(await client.handleCallback(`${ORIGIN}/notes?state=only`), null);
});

test('an ID token that is not the one is refused', async () => {
  const { client, provider, opened } = await start({}, { signedIn: false });
  const now = Math.floor(Date.now() / 1000);
  for (const [claims, expected] of [
    [{ iss: 'https://evil.example' }, 'invalid_id_token'],
    [{ aud: 'other' }, 'invalid_id_token'],
    [{ aud: ['spa', 'other'] }, 'invalid_id_token'],
    [{ azp: 'other' }, 'invalid_id_token'],
    [{ nonce: 'other' }, 'invalid_id_token'],
    [{ nonce: undefined }, 'invalid_id_token'],
    [{ sub: undefined }, 'invalid_id_token'],
    [{ exp: undefined }, 'invalid_id_token'],
    [{ exp: now - 61 }, 'wrong_clock'],
    [{ iat: now + 120 }, 'wrong_clock'],
    [{ sub: 'bob' }, 'other_user'],
  ]) {
    provider.claims = claims;
    await begin(client, opened);
    await assert.rejects(arrive(client, opened), code(expected), JSON.stringify(claims));
    assert.equal(client.user, null);
  }
  provider.claims = { aud: ['spa', 'other'], azp: 'spa', exp: now - 30, iat: now + 30 };
  await begin(client, opened);
  assert.equal((await arrive(client, opened)).sub, 'ada');
});

test('the wrong provider is found out', async () => {
  const { client, provider, opened } = await start({}, { signedIn: false });
  const metadata = (body, status = 200) =>
    (provider.answers['/.well-known/openid-configuration'] = () => new Response(JSON.stringify(body), { status }));
  metadata({ ...provider.metadata(), issuer: 'https://evil.example' });
  await assert.rejects(client.signIn(), code('wrong_issuer'));
  metadata({}, 404);
  await assert.rejects(client.signIn(), code('discovery_failed'));
  delete provider.answers['/.well-known/openid-configuration'];
  assert.ok(await begin(client, opened));
});
