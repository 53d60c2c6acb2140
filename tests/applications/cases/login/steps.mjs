// What many cases of a sign-in do.
import { newPerson } from '../../provider/authorize.mjs';
import { equal, fail, header, ok, status } from '../../runner/expect.mjs';

export const STORES = ['cookie', 'memory', 'redis'];

export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The cookie that holds the session, or the first part of it. */
export const sessionName = (browser) => (browser.secure ? '__Host-credenza' : 'credenza');

/** Cookies of a session: `credenza`, and further parts, whose names begin with it. */
export const sessionCookies = (browser) => {
  const name = sessionName(browser);
  return browser.cookies
    .all()
    .filter(
      (cookie) =>
        cookie.name === name || (/^[.\-_]?\d+$/.test(cookie.name.slice(name.length)) && cookie.name.startsWith(name)),
    );
};

/** Cookies that are no session: those of sign-ins that have begun. */
export const flowCookies = (browser) => {
  const names = sessionCookies(browser).map(({ name }) => name);
  return browser.cookies.all().filter(({ name }) => !names.includes(name));
};

/** Begins a sign-in: the URL of the authorization endpoint, and the parameters that the provider was sent. */
export async function begin(browser, { returnTo = '/protected', query = {} } = {}) {
  const search = new URLSearchParams({ return_to: returnTo, ...query });
  const answer = status(await browser.visit(`/auth/login?${search}`), [302, 303], 'GET /auth/login');
  const url = answer.headers.location;
  return { answer, url, parameters: new URL(url).searchParams };
}

/** Goes to where the provider sends the browser: the answer of the callback. */
export const comeBack = (browser, url) => browser.visit(url, { site: 'cross-site' });

/** A whole sign-in. `person` is who signs in; gives `{ person, answer, callback }` back. */
export async function signIn({ provider }, browser, { person = newPerson(), returnTo, ...options } = {}) {
  const { url } = await begin(browser, { returnTo });
  const callback = provider.authorize(url, { person, ...options });
  const answer = status(await comeBack(browser, callback), [302, 303], 'the callback of a sign-in');
  return { person, answer, callback };
}

/** Who is signed in: the members of `GET /me`, or null. */
export async function me(browser) {
  const answer = await browser.fetch('/me');
  if (answer.status === 200) return answer.json();
  if (answer.status !== 401) fail('GET /me: status', '200 or 401', `${answer.status} ${answer.text}`);
  header(answer, 'content-type', /json/, 'GET /me: ');
  return null;
}

export async function isSignedIn(browser, person, what = 'the session') {
  equal((await me(browser))?.sub, person.sub, `${what}: sub of /me`);
}

export async function isSignedOut(browser, what = 'the session has ended') {
  equal(await me(browser), null, `${what}: /me`);
}

/** Sends a session cookie as given, by itself: 401 and no failure. */
export async function isNoSession(t, value, what) {
  const browser = t.browser();
  const answer = await browser.fetch('/me', { headers: { Cookie: `${sessionName(browser)}=${value}` } });
  status(answer, [401, 400], `${what}: GET /me`);
  ok(
    answer.status !== 400 || /[^!-~]|.{8192}/s.test(value),
    `${what}: 400 where the field itself is good`,
    answer.text,
  );
}

/** A callback that has to be refused: its status, no session, and no token request unless `tokenRequests` says so. */
export async function isRefused({ provider }, browser, callback, { expected = 400, tokenRequests = 0, what }) {
  const before = provider.count('token');
  const answer = status(await comeBack(browser, callback), expected, what);
  header(answer, 'content-type', /^text\/html/, what);
  equal(provider.count('token') - before, tokenRequests, `${what}: token requests`);
  await isSignedOut(browser, what);
  return answer;
}

/** `GET /token`: its access token. */
export async function tokenOf(browser, what = 'GET /token') {
  const answer = status(await browser.fetch('/token'), 200, what);
  const { access_token: token } = answer.json();
  ok(typeof token === 'string' && token !== '', `${what}: access_token`, answer.text);
  return token;
}

/** The claims of a JWT, unverified. */
export const claimsOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));

/** The URL with parameters changed; undefined takes one away. */
export function altered(url, changes) {
  const other = new URL(url);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) other.searchParams.delete(name);
    else other.searchParams.set(name, value);
  }
  return other.href;
}
