// Chart 967
import { equal, ok, status } from '../../runner/expect.mjs';
import { test } from '../../runner/suite.mjs';
import { call, eventually, tokenFor } from './steps.mjs';

test('an application that is well says so', { setup: ['one', 'redis'] }, async (t) => {
  equal(status(await call(t, '/livez'), 200, '/livez').json(), { status: 'ok' }, '/livez');
  const { status: word, checks } = status(await call(t, '/readyz'), 200, '/readyz').json();
  equal(word, 'ok', 'status of /readyz');
  equal(checks, t.redis ? { issuer: 'ok', redis: 'ok' } : { issuer: 'ok' }, 'checks');
});

test(
  'without its provider an application lives, is not ready, and lets nobody in',
  { attacks: ['A251'], setup: 'provider down' },
  async (t) => {
    status(await call(t, '/livez'), 200, '/livez');
    const unready = status(await call(t, '/readyz'), 503, '/readyz').json();
    ok(
      unready.status !== 'ok' && typeof unready.checks.issuer === 'string' && unready.checks.issuer !== 'ok',
      'checks',
      unready,
    );
    status(await call(t, '/items', { token: tokenFor(t) }), [401, 503], '/items');
    await t.provider.start();
    ok(
      await eventually(async () => (await call(t, '/readyz')).status === 200, 15_000),
      '/readyz is 200 when the provider is back',
    );
    ok(
      await eventually(async () => (await call(t, '/items', { token: tokenFor(t) })).status === 200, 15_000),
      '/items is 200',
    );
  },
);
