// Chart 963: Sign-in for applications: sessions | sealed in cookies, or in memory or Redis; fixation, changed cookies, secrets replaced
import { parseCookie } from '../../browser/cookies.mjs';
import { Instance } from '../../runner/application.mjs';
import { equal, ok, status } from '../../runner/expect.mjs';
import { test } from '../../runner/suite.mjs';
import { freePort } from '../../servers/ports.mjs';
import {
  begin,
  comeBack,
  flowCookies,
  isNoSession,
  isSignedIn,
  isSignedOut,
  sessionCookies,
  sessionName,
  signIn,
  STORES,
} from './steps.mjs';

const valueOf = (browser) =>
  sessionCookies(browser)
    .map(({ value }) => value)
    .join('');

test('each sign-in has a session of its own', { attacks: ['A245', 'A109'], setup: STORES }, async (t) => {
  const browser = t.browser();
  browser.cookies.put(sessionName(browser), 'planted-by-mallory-0123456789abcdef');
  await signIn(t, browser);
  const first = valueOf(browser);
  ok(first !== '' && !first.includes('planted'), 'a planted cookie is replaced', first);
  const { person } = await signIn(t, browser);
  ok(valueOf(browser) !== first, 'the second sign-in has another cookie');
  await isSignedIn(browser, person);
});

test('a sign-in ends the session before', { attacks: ['A245'], setup: ['memory', 'redis'] }, async (t) => {
  const browser = t.browser();
  const { person } = await signIn(t, browser);
  const old = browser.copy();
  await isSignedIn(old, person, 'the copy, before');
  await signIn(t, browser);
  await isSignedOut(old, 'the copy, after the second sign-in');
});

test(
  'the cookie of a session is out of reach of scripts and other sites',
  { attacks: ['A245'], setup: STORES },
  async (t) => {
    const browser = t.browser();
    const { answer } = await signIn(t, browser);
    const set = answer.cookies.map(parseCookie).find(({ name, value }) => name === 'credenza' && value !== '');
    ok(
      set,
      'a cookie named credenza',
      answer.cookies.map((field) => field.split('=')[0]),
    );
    ok('httponly' in set.attributes, 'HttpOnly', set.attributes);
    equal(set.attributes.samesite?.toLowerCase(), 'lax', 'SameSite');
    equal(set.attributes.path, '/', 'Path');
    ok(!('domain' in set.attributes), 'no Domain', set.attributes);
    equal(flowCookies(browser).length, 0, 'cookies of the sign-in that are left');
  },
);

test('a cookie shows nothing of the person or the tokens', { attacks: ['A252'], setup: STORES }, async (t) => {
  const browser = t.browser();
  const { person } = await signIn(t, browser);
  const value = valueOf(browser);
  for (const part of [value, decodeURIComponent(value), ...value.split('.')]) {
    const readable =
      part + Buffer.from(part, 'base64').toString('latin1') + Buffer.from(part, 'base64url').toString('latin1');
    for (const secret of [person.sub, person.email, 'refresh_token'])
      ok(!readable.includes(secret), `${secret} cannot be read in the cookie`);
  }
});

test('a cookie with any change is no session', { attacks: ['A252'], setup: STORES }, async (t) => {
  const browser = t.browser();
  await signIn(t, browser);
  const [{ value }] = sessionCookies(browser);
  const step = Math.max(1, Math.floor(value.length / 40));
  for (let at = 0; at < value.length - 1; at += step) {
    const other = value[at] === 'A' ? 'Q' : 'A';
    await isNoSession(t, value.slice(0, at) + other + value.slice(at + 1), `character ${at} changed`);
  }
  status(await browser.fetch('/me'), 200, 'unchanged');
});

test('a cookie cut short, prolonged or made up is no session', { attacks: ['A252'], setup: STORES }, async (t) => {
  const browser = t.browser();
  await signIn(t, browser);
  const [{ value }] = sessionCookies(browser);
  const made = [
    '',
    'A',
    '.',
    '..',
    '%00',
    '%zz',
    '{}',
    '"a"',
    'null',
    '-1',
    'A'.repeat(3900),
    'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.',
    '__proto__',
    'é',
  ];
  for (const one of [...made, value.slice(0, -1), value.slice(0, value.length / 2), value.slice(1), `${value}AAAA`])
    await isNoSession(t, one, `cookie ${one.slice(0, 20)}`);
  status(await browser.fetch('/me'), 200, 'unchanged');
});

test(
  'cookies of a sign-in and of a session are no substitute for each other',
  { attacks: ['A252'], setup: ['cookie', 'memory'] },
  async (t) => {
    const browser = t.browser();
    await signIn(t, browser);
    const { url } = await begin(browser);
    const [flow] = flowCookies(browser);
    const [session] = sessionCookies(browser);
    await isNoSession(t, flow.value, 'the cookie of a sign-in as session');
    browser.cookies.put(flow.name, session.value, flow.path);
    status(await comeBack(browser, t.provider.authorize(url)), 400, 'the cookie of a session as sign-in');
  },
);

test('a long session is split over several cookies', { setup: 'cookie' }, async (t) => {
  const browser = t.browser();
  t.provider.tokens.settings.padding = 5_000;
  const { person } = await signIn(t, browser);
  const cookies = sessionCookies(browser);
  ok(
    cookies.length > 1,
    'several cookies',
    cookies.map(({ name }) => name),
  );
  equal(browser.cookies.rejected, [], 'cookies that a browser rejects');
  await isSignedIn(browser, person);
  equal((await browser.fetch('/token')).status, 200, 'GET /token');
});

test('parts of a longer session do not stay behind', { setup: 'cookie' }, async (t) => {
  const browser = t.browser();
  t.provider.tokens.settings.padding = 7_000;
  await signIn(t, browser);
  const before = sessionCookies(browser).length;
  t.provider.tokens.settings.padding = 0;
  const { person } = await signIn(t, browser);
  ok(
    sessionCookies(browser).length < before,
    'fewer cookies',
    sessionCookies(browser).map(({ name }) => name),
  );
  await isSignedIn(browser, person);
  status(await browser.submit('/auth/logout'), 303, 'logout');
  equal(sessionCookies(browser).length, 0, 'cookies after logout');
});

test('parts of two sessions are no session', { attacks: ['A252'], setup: 'cookie' }, async (t) => {
  const [one, two] = [t.browser(), t.browser()];
  t.provider.tokens.settings.padding = 5_000;
  const { person } = await signIn(t, one);
  await signIn(t, two);
  const [, part] = sessionCookies(two);
  const mixed = one.copy();
  mixed.cookies.put(part.name, part.value, part.path);
  await isSignedOut(mixed, 'a part of another’s');
  const short = one.copy();
  short.cookies.remove(part.name);
  await isSignedOut(short, 'a part missing');
  await isSignedIn(one, person, 'all parts of one');
});

test('a session that is too long for cookies is an error that says so', { setup: 'cookie' }, async (t) => {
  const browser = t.browser();
  const { url } = await begin(browser);
  t.provider.tokens.settings.padding = 30_000;
  const before = t.output.length;
  const answer = await comeBack(browser, t.provider.authorize(url));
  ok(answer.status >= 400, 'an error', answer.status);
  const said = answer.text + t.output.slice(before);
  ok(
    /too (large|long|big)|\bsize\b|16[ ,.]?(000|384|kB|KB|KiB)|exceed/i.test(said),
    'page or log name the reason',
    said,
  );
  await isSignedOut(browser, 'after the error');
  t.provider.tokens.settings.padding = 0;
  const { person } = await signIn(t, browser);
  await isSignedIn(browser, person, 'a shorter one');
});

test('a secret is replaced without a sign-out', { attacks: ['A252'], setup: 'rotated' }, async (t) => {
  const browser = t.browser();
  const { person } = await signIn(t, browser);
  await isSignedIn(browser.at(1), person, 'where the old secret opens');
  await isSignedOut(browser.at(2), 'where the old secret is gone');
  const renewed = t.browser().at(1);
  const { person: other } = await signIn(t, renewed);
  await isSignedIn(renewed.at(2), other, 'what the new secret sealed');
  await isSignedOut(renewed.at(0), 'where the new secret is not known');
});

test(
  'a secret that is too short is an error at the start, which names it',
  { attacks: ['A251'], setup: 'nothing' },
  async (t) => {
    const PORT = String(await freePort());
    const { client, issuer } = t.provider;
    const ORIGIN = `http://127.0.0.1:${PORT}`;
    const env = { ISSUER: issuer, CLIENT_ID: client.id, CLIENT_SECRET: client.secret, SECRET: 'short', PORT, ORIGIN };
    const instance = new Instance(t.command, env);
    const end = await Promise.race([
      instance.ended,
      instance.ready().then(
        () => undefined,
        () => instance.ended,
      ),
    ]);
    await instance.stop();
    ok(end && end.code !== 0, 'it does not start', instance.output);
    ok(/secret/i.test(instance.output), 'the message names the setting', instance.output);
  },
);
