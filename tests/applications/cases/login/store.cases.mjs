// Chart 963
import { header, ok, status } from '../../runner/expect.mjs';
import { test } from '../../runner/suite.mjs';
import { begin, comeBack, isNoSession, isSignedIn, me, sessionCookies, signIn, sleep } from './steps.mjs';

test('a session is known at every instance', { setup: 'redis' }, async (t) => {
  const browser = t.browser();
  const { url } = await begin(browser);
  const callback = t.provider.authorize(url);
  status(await comeBack(browser.at(1), callback), [302, 303], 'the callback at the other instance');
  const person = await me(browser);
  ok(person, 'signed in at the first');
  await isSignedIn(browser.at(1), person, 'at the second');
});

test('the store holds no id that would be good as a cookie', { attacks: ['A245'], setup: 'redis' }, async (t) => {
  const browser = t.browser();
  const before = new Set(await t.redis.command('KEYS', '*'));
  await signIn(t, browser);
  const [{ value }] = sessionCookies(browser);
  const keys = (await t.redis.command('KEYS', '*')).filter((key) => !before.has(key));
  ok(keys.length > 0, 'new keys in Redis');
  for (const key of keys) {
    ok(!key.includes(value), 'a key has the id of the cookie', key);
    await isNoSession(t, encodeURIComponent(key.split(':').at(-1)), 'the last part of a key');
  }
});

test('a store that is lost for a while signs nobody out', { attacks: ['A251'], setup: 'redis' }, async (t) => {
  const browser = t.browser();
  const { person } = await signIn(t, browser);
  await t.wire.cut();
  for (const path of ['/me', '/token']) {
    const answer = status(await browser.fetch(path), 503, `GET ${path} without the store`);
    header(answer, 'retry-after', /^\d+$/);
  }
  status(await browser.visit('/'), 200, 'a public page without the store');
  await t.wire.mend();
  for (let tries = 0; tries < 100 && (await browser.fetch('/me')).status === 503; tries += 1) await sleep(100);
  await isSignedIn(browser, person, 'when the store is back');
});
