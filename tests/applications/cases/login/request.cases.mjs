// Chart 961: Sign-in for applications: authorization request | code, PKCE S256, state, nonce, PAR, resource, max_age, acr_values
import { parametersOf } from '../../provider/authorize.mjs';
import { parseCookie } from '../../browser/cookies.mjs';
import { equal, header, ok, status } from '../../runner/expect.mjs';
import { test } from '../../runner/suite.mjs';
import { begin, comeBack, flowCookies, isRefused, isSignedIn, signIn } from './steps.mjs';

const RANDOM = /^[A-Za-z0-9._~-]{22,}$/;

test(
  'the authorization request has all that it needs and no secret',
  { attacks: ['A244'], setup: 'cookie' },
  async (t) => {
    const { url, parameters } = await begin(t.browser());
    equal(url.split('?')[0], `${t.provider.issuer}/authorize`, 'authorization endpoint');
    equal(parameters.get('response_type'), 'code', 'response_type');
    equal(parameters.get('client_id'), t.provider.client.id, 'client_id');
    equal(parameters.get('redirect_uri'), `${t.app.origin}/auth/callback`, 'redirect_uri');
    equal(parameters.get('scope').split(' ').sort(), ['email', 'offline_access', 'openid', 'profile'], 'scope');
    equal(parameters.get('code_challenge_method'), 'S256', 'code_challenge_method');
    ok(
      /^[A-Za-z0-9_-]{43}$/.test(parameters.get('code_challenge')),
      'code_challenge of SHA-256',
      parameters.get('code_challenge'),
    );
    ok(
      !url.includes(encodeURIComponent(t.provider.client.secret)) && !parameters.has('client_secret'),
      'no client secret in the URL',
    );
  },
);

test(
  'state, nonce and code_challenge are random, and others each time',
  { attacks: ['A243', 'A244'], setup: 'cookie' },
  async (t) => {
    const browser = t.browser();
    const requests = [await begin(browser), await begin(browser), await begin(t.browser())];
    for (const name of ['state', 'nonce', 'code_challenge']) {
      const values = requests.map(({ parameters }) => parameters.get(name));
      for (const value of values) ok(RANDOM.test(value ?? ''), `${name} of 128 bits or more`, value);
      equal(new Set(values).size, 3, `${name}: how many differ`);
    }
  },
);

test('prompt, login_hint and ui_locales are passed on', { setup: 'cookie' }, async (t) => {
  const query = { prompt: 'login', login_hint: 'ada+x@example.test', ui_locales: 'de fr' };
  const { parameters } = await begin(t.browser(), { query });
  for (const [name, value] of Object.entries(query)) equal(parameters.get(name), value, name);
});

test(
  'nothing else of the query gets into the authorization request',
  { attacks: ['A244', 'A250'], setup: 'cookie' },
  async (t) => {
    const query = {
      client_id: 'evil',
      redirect_uri: 'https://evil.test/',
      scope: 'admin',
      state: 'known',
      nonce: 'known',
      code_challenge: 'known',
      acr_values: '0',
      resource: 'https://evil.test',
      response_type: 'token',
    };
    const { url, parameters } = await begin(t.browser(), { query });
    for (const [name, value] of Object.entries(query))
      ok(!parameters.getAll(name).includes(value), `${name} of the query is not used`, url);
  },
);

test(
  'the cookie of a sign-in is short-lived, sealed and out of reach of scripts',
  { attacks: ['A243'], setup: 'cookie' },
  async (t) => {
    const { answer, parameters } = await begin(t.browser());
    const cookies = answer.cookies.map(parseCookie).filter(({ value }) => value !== '');
    equal(cookies.length, 1, 'cookies that are set');
    const [{ value, attributes }] = cookies;
    ok('httponly' in attributes, 'HttpOnly', attributes);
    equal(attributes.samesite?.toLowerCase(), 'lax', 'SameSite');
    equal(attributes['max-age'], '600', 'Max-Age');
    const readable = value + Buffer.from(value, 'base64url').toString('latin1');
    for (const name of ['nonce', 'code_challenge'])
      ok(!readable.includes(parameters.get(name)), `${name} cannot be read in the cookie`);
  },
);

test('cookies are Secure and begin with __Host- on https', { attacks: ['A245'], setup: 'https' }, async (t) => {
  const browser = t.browser();
  const { answer } = await begin(browser);
  const signedIn = await signIn(t, browser);
  for (const { name, value, attributes } of [...answer.cookies, ...signedIn.answer.cookies].map(parseCookie)) {
    if (value === '') continue;
    ok(
      name.startsWith('__Host-') && 'secure' in attributes && attributes.path === '/' && 'httponly' in attributes,
      `${name}: __Host-, Secure, Path=/, HttpOnly`,
      attributes,
    );
  }
  equal(browser.cookies.rejected, [], 'cookies that a browser rejects');
  await isSignedIn(browser, signedIn.person);
});

test('five sign-ins wait at most, and the oldest makes room', { setup: 'cookie' }, async (t) => {
  const browser = t.browser();
  const begun = [];
  for (let count = 0; count < 7; count += 1) begun.push(await begin(browser));
  const waiting = flowCookies(browser).length;
  ok(waiting > 1 && waiting <= 5, 'cookies of sign-ins', waiting);
  await isRefused(t, browser, t.provider.authorize(begun[0].url), { what: 'the oldest of seven' });
  status(await comeBack(browser, t.provider.authorize(begun[6].url)), [302, 303], 'the newest of seven');
});

test(
  'two tabs sign in without disturbing each other',
  { attacks: ['A244'], setup: ['cookie', 'memory'] },
  async (t) => {
    const browser = t.browser();
    const [one, two] = [
      await begin(browser, { returnTo: '/protected/one' }),
      await begin(browser, { returnTo: '/protected/two' }),
    ];
    for (const [begun, path] of [
      [one, '/protected/one'],
      [two, '/protected/two'],
    ]) {
      const answer = status(await comeBack(browser, t.provider.authorize(begun.url)), [302, 303], path);
      ok(answer.headers.location.endsWith(path), 'where the tab is led', answer.headers.location);
    }
  },
);

test('the request is pushed where the provider requires that', { setup: 'asked' }, async (t) => {
  const { url, parameters } = await begin(t.browser(), { query: { prompt: 'login' } });
  equal([...parameters.keys()].sort(), ['client_id', 'request_uri'], 'parameters in the URL');
  const [pushed] = t.provider.requestsTo('par');
  equal(t.provider.count('par'), 1, 'pushed requests');
  header(pushed, 'authorization', /^Basic /, 'the pushed request:');
  const sent = parametersOf(t.provider, url);
  equal(sent.get('redirect_uri'), `${t.app.origin}/auth/callback`, 'redirect_uri');
  equal(sent.get('prompt'), 'login', 'prompt');
});

test('a request that cannot be pushed is not sent otherwise', { attacks: ['A251'], setup: 'asked' }, async (t) => {
  t.provider.script.always('par', { status: 500, body: 'broken' });
  const answer = status(await t.browser().visit('/auth/login'), 503, 'while PAR fails');
  header(answer, 'retry-after', /^\d+$/);
  t.provider.script.clear();
  await begin(t.browser());
});

test('resource, max_age and acr_values are asked for', { setup: 'asked' }, async (t) => {
  const sent = parametersOf(t.provider, (await begin(t.browser())).url);
  equal(sent.get('resource'), 'https://api.example.test/', 'resource');
  equal(sent.get('max_age'), '3600', 'max_age');
  equal(sent.get('acr_values'), 'urn:example:mfa', 'acr_values');
});
