// Chart 960
import { equal, ok, status } from '../../runner/expect.mjs';
import { test } from '../../runner/suite.mjs';
import { begin, signIn } from './steps.mjs';

const landed = async (t, returnTo) => {
  const { answer } = await signIn(t, t.browser(), { returnTo });
  return answer.headers.location.replace(t.app.origin, '');
};

const GOOD = [
  '/',
  '/protected',
  '/protected?next=https://evil.test/',
  '/protected/%2F%2Fevil.test',
  '/protected?a=b&c=%5C',
  '/a//b',
  '/protected/@evil.test:80/',
];

const BAD = {
  'another host': ['//evil.test', '//evil.test/protected', '///evil.test', '////evil.test/x'],
  'an absolute URL': [
    'https://evil.test/',
    'http:evil.test',
    'https:/evil.test',
    'javascript:alert(1)',
    'data:text/html,x',
    'evil.test',
    '@evil.test',
  ],
  'a backslash': ['/\\evil.test', '\\\\evil.test', '/\\/evil.test', '\\/evil.test', '/protected\\..\\..\\evil'],
  'a control character': [
    '/\t/evil.test',
    '/\n/evil.test',
    '\t//evil.test',
    '/\r\nLocation: https://evil.test',
    '/\u0000/evil.test',
    '/\u007f/evil.test',
    ' //evil.test',
  ],
  'a path that climbs': ['/.//evil.test', '/x/..//evil.test', '/..//evil.test'],
  nothing: ['', ' '],
};

test('return_to: own paths are kept', { attacks: ['A250'], setup: 'cookie' }, async (t) => {
  for (const path of GOOD) equal(await landed(t, path), path, `return_to=${path}`);
});

for (const [what, values] of Object.entries(BAD)) {
  test(`return_to: ${what} becomes /`, { attacks: ['A250', 'A110'], setup: 'cookie' }, async (t) => {
    for (const value of values) {
      const found = await landed(t, value);
      if (what === 'a path that climbs')
        ok(new URL(found, 'http://a.test').host === 'a.test' && !found.startsWith('//'), `return_to=${value}`, found);
      else equal(found, '/', `return_to=${JSON.stringify(value)}`);
    }
    equal(await landed(t, '/protected'), '/protected', 'return_to=/protected');
  });
}

test(
  'return_to: none is /, and of two the sign-in trusts neither blindly',
  { attacks: ['A250'], setup: 'cookie' },
  async (t) => {
    const browser = t.browser();
    const one = status(await browser.visit('/auth/login'), [302, 303], 'without return_to');
    const back = await browser.visit(t.provider.authorize(one.headers.location), { site: 'cross-site' });
    equal(back.headers.location.replace(t.app.origin, ''), '/', 'where it leads');
    const two = await browser.visit('/auth/login?return_to=/protected&return_to=//evil.test');
    if (two.status === 400) return;
    const after = await browser.visit(t.provider.authorize(two.headers.location), { site: 'cross-site' });
    ok(
      ['/', '/protected'].includes(after.headers.location.replace(t.app.origin, '')),
      'where two lead',
      after.headers.location,
    );
  },
);

test(
  'return_to: the sealed one counts, whatever the callback says',
  { attacks: ['A250'], setup: 'cookie' },
  async (t) => {
    const browser = t.browser();
    const { url } = await begin(browser, { returnTo: '/protected' });
    const callback = `${t.provider.authorize(url)}&return_to=//evil.test`;
    const answer = status(await browser.visit(callback, { site: 'cross-site' }), [302, 303], 'with another return_to');
    equal(answer.headers.location.replace(t.app.origin, ''), '/protected', 'where it leads');
  },
);
