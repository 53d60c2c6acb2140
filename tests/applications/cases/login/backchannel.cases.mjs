// Chart 965
import { newPerson } from '../../provider/authorize.mjs';
import { newKey } from '../../provider/keys.mjs';
import { equal, header, ok, status } from '../../runner/expect.mjs';
import { test } from '../../runner/suite.mjs';
import { isSignedIn, isSignedOut, signIn, sleep, STORES } from './steps.mjs';

const EVERYWHERE = [...STORES, 'two with cookies'];
const PATH = '/auth/backchannel-logout';

/** A logout token as the provider delivers it, at one instance; without cookies. */
function deliver(t, token, instance = 0) {
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const body = new URLSearchParams({ logout_token: token }).toString();
  return t.browser().at(instance).send(PATH, { method: 'POST', headers, body });
}

async function isRefused(t, token, what) {
  const answer = status(await deliver(t, token), 400, what);
  equal(answer.json().error, 'invalid_request', `${what}: member error`);
  header(answer, 'cache-control', /no-store/, what);
}

test(
  'a session ends when the provider says so, and others stay',
  { attacks: ['A121'], setup: EVERYWHERE },
  async (t) => {
    const [here, there, other] = [t.browser(), t.browser(), t.browser()];
    const { person } = await signIn(t, here);
    const elsewhere = newPerson({ ...person, sid: 'another-session' });
    await signIn(t, there, { person: elsewhere });
    const { person: stranger } = await signIn(t, other);
    const answer = status(
      await deliver(t, t.provider.logoutToken({ sid: person.sid, sub: person.sub })),
      200,
      'the logout token',
    );
    header(answer, 'cache-control', /no-store/);
    await isSignedOut(here, 'the session');
    await isSignedIn(there, elsewhere, 'another session of the person');
    await isSignedIn(other, stranger, 'another person');
  },
);

test('a logout token with a sid alone ends that session', { attacks: ['A121'], setup: EVERYWHERE }, async (t) => {
  const browser = t.browser();
  const { person } = await signIn(t, browser);
  status(await deliver(t, t.provider.logoutToken({ sid: person.sid })), 200, 'the logout token');
  await isSignedOut(browser);
});

test(
  'all sessions of a person end, and the next sign-in is good',
  { attacks: ['A113'], setup: EVERYWHERE },
  async (t) => {
    const [one, two, other] = [t.browser(), t.browser(), t.browser()];
    const { person } = await signIn(t, one);
    const again = { ...person, sid: 'second-session' };
    await signIn(t, two, { person: again });
    const { person: stranger } = await signIn(t, other);
    status(await deliver(t, t.provider.logoutToken({ sub: person.sub })), 200, 'the logout token');
    await isSignedOut(one, 'the first session');
    await isSignedOut(two, 'the second session');
    await isSignedIn(other, stranger, 'another person');
    await sleep(1_100);
    const next = await signIn(t, one, { person: { ...person, sid: 'third-session' } });
    await isSignedIn(one, next.person, 'the next sign-in');
  },
);

test('a session ends at every instance', { attacks: ['A113'], setup: ['redis', 'two with cookies'] }, async (t) => {
  for (const by of [{ sid: true }, { sub: true }]) {
    const browser = t.browser();
    const { person } = await signIn(t, browser);
    await isSignedIn(browser.at(1), person, 'at the second instance, before');
    const subject = by.sid ? { sid: person.sid } : { sub: person.sub };
    status(await deliver(t, t.provider.logoutToken(subject), 0), 200, 'the logout token at the first');
    await isSignedOut(browser.at(1), 'at the second instance');
    await isSignedOut(browser.at(0), 'at the first instance');
  }
});

const foreign = newKey();
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/** What is wrong with a logout token: a change of its claims, and of its header or key. */
const WRONG = {
  'aud of another client': [(claims) => ({ ...claims, aud: 'another' })],
  'iss of another': [(claims) => ({ ...claims, iss: 'https://evil.test' })],
  'a nonce': [(claims) => ({ ...claims, nonce: 'n' })],
  'no events': [(claims) => ({ ...claims, events: undefined })],
  'another event': [(claims) => ({ ...claims, events: { 'https://evil.test/event': {} } })],
  'an event that is no object': [(claims) => ({ ...claims, events: { [EVENT]: true } })],
  'neither sid nor sub': [(claims) => ({ ...claims, sid: undefined, sub: undefined })],
  'no jti': [(claims) => ({ ...claims, jti: undefined })],
  'no iat': [(claims) => ({ ...claims, iat: undefined })],
  expired: [(claims) => ({ ...claims, iat: claims.iat - 7200, exp: claims.iat - 3600 })],
  'the typ of an access token': [(claims) => claims, { header: { typ: 'at+jwt' } }],
  'alg none': [(claims) => claims, { header: { alg: 'none' } }],
  'the key of another': [(claims) => claims, { key: foreign, header: { jwk: foreign.jwk } }],
};

for (const [what, [change, options]] of Object.entries(WRONG)) {
  test(`logout token: ${what} is refused, and the session stays`, { attacks: ['A121'], setup: 'memory' }, async (t) => {
    const browser = t.browser();
    const { person } = await signIn(t, browser);
    const subject = { sid: person.sid, sub: person.sub };
    await isRefused(t, t.provider.logoutToken(subject, { change, ...options }), what);
    await isSignedIn(browser, person, 'after the refusal');
    status(await deliver(t, t.provider.logoutToken(subject)), 200, 'a good one');
    await isSignedOut(browser);
  });
}

test('logout token: one that came before is refused', { attacks: ['A121'], setup: EVERYWHERE }, async (t) => {
  const browser = t.browser();
  const { person } = await signIn(t, browser);
  const token = t.provider.logoutToken({ sid: person.sid });
  status(await deliver(t, token), 200, 'the first time');
  await isRefused(t, token, 'the second time');
});

test('logout token: an ID token is none', { attacks: ['A121'], setup: 'memory' }, async (t) => {
  const browser = t.browser();
  const { person } = await signIn(t, browser);
  await isRefused(t, t.provider.tokens.idToken({ client_id: t.provider.client.id, person }, 'x'), 'an ID token');
  await isSignedIn(browser, person);
});

test('logout token: of a session that is not known is no error', { setup: 'memory' }, async (t) => {
  status(await deliver(t, t.provider.logoutToken({ sid: 'never-seen' })), 200, 'the logout token');
});

test(
  'back-channel logout takes a form by POST, and nothing else',
  { attacks: ['A121'], setup: 'memory' },
  async (t) => {
    const browser = t.browser();
    const { person } = await signIn(t, browser);
    const token = t.provider.logoutToken({ sid: person.sid });
    status(await browser.visit(`${PATH}?logout_token=${token}`), 405, 'GET');
    const asJson = {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ logout_token: token }),
    };
    status(await browser.send(PATH, asJson), [400, 415], 'JSON');
    const empty = { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: '' };
    status(await browser.send(PATH, empty), 400, 'nothing');
    await isRefused(t, 'not.a.token', 'no token at all');
    const query = { ...empty, body: 'x=y' };
    status(await browser.send(`${PATH}?logout_token=${token}`, query), 400, 'the token in the query');
    await isSignedIn(browser, person, 'after all of it');
  },
);

const front = (t, browser, query) =>
  browser.visit(`/auth/frontchannel-logout?${new URLSearchParams(query)}`, { headers: { 'Sec-Fetch-Dest': 'iframe' } });

test('front-channel logout ends the session that it names', { attacks: ['A112'], setup: STORES }, async (t) => {
  const browser = t.browser();
  const { person } = await signIn(t, browser);
  const answer = status(await front(t, browser, { iss: t.provider.issuer, sid: person.sid }), 200, 'GET');
  header(answer, 'cache-control', /no-store/);
  header(answer, 'content-security-policy', new RegExp(`frame-ancestors ${t.provider.issuer}(;|$| )`));
  ok(answer.headers['x-frame-options'] === undefined, 'no X-Frame-Options, which would forbid the provider’s frame');
  await isSignedOut(browser);
});

for (const [what, changes] of [
  ['another sid', { sid: 'another' }],
  ['another iss', { iss: 'https://evil.test' }],
  ['no sid', { sid: undefined }],
  ['no iss', { iss: undefined }],
  ['neither', { iss: undefined, sid: undefined }],
]) {
  test(
    `front-channel logout with ${what} ends nothing`,
    { attacks: ['A112'], setup: ['cookie', 'memory'] },
    async (t) => {
      const browser = t.browser();
      const { person } = await signIn(t, browser);
      const query = { iss: t.provider.issuer, sid: person.sid, ...changes };
      for (const name of Object.keys(query)) if (query[name] === undefined) delete query[name];
      const answer = await front(t, browser, query);
      ok(answer.status < 500, 'no failure', answer.status);
      await isSignedIn(browser, person);
    },
  );
}
