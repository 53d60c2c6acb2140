// Chart 967
import { randomUUID } from 'node:crypto';

import { SENDERS } from '../../runner/setups.mjs';
import { message, newEvent } from '../../servers/webhooks.mjs';
import { equal, header, problem, status } from '../../runner/expect.mjs';
import { test } from '../../runner/suite.mjs';
import { call, tokenFor } from './steps.mjs';

const UPGRADE = 'https://app.example/upgrade';
const as = (t, path, claims) => call(t, path, { token: tokenFor(t, claims) });

for (const [what, claims] of [
  ['the role editor', { roles: ['editor'] }],
  ['the role admin, which may do all', { roles: ['viewer', 'admin'] }],
  ['the permission itself', { permissions: ['items:read', 'items:write'] }],
]) {
  test(`a permission is had by ${what}`, { attacks: ['A248'], setup: 'one' }, async (t) => {
    status(await as(t, '/edit', claims), 200, what);
    const { permission } = problem(await as(t, '/edit', {}), 403, 'permission_missing', 'without any of it');
    equal(permission, 'items:write', 'member permission');
  });
}

test('no other role, spelling or scope brings a permission', { attacks: ['A248'], setup: 'one' }, async (t) => {
  const others = [
    { roles: ['viewer'] },
    { roles: ['Editor'] },
    { roles: ['editors', 'administrator'] },
    { roles: ['*'] },
    { roles: ['constructor', '__proto__', 'toString'] },
    { permissions: ['items:read'] },
    { permissions: ['items:write:own'] },
    { permissions: ['ITEMS:WRITE'] },
    { scope: 'items:write' },
    { roles: ['items:write'] },
  ];
  for (const claims of others) problem(await as(t, '/edit', claims), 403, 'permission_missing', JSON.stringify(claims));
  status(await as(t, '/edit', { roles: ['editor'] }), 200, 'the role editor');
});

test('a plan opens what it has, and others are told where to get it', { setup: 'one' }, async (t) => {
  for (const plan of ['pro', 'enterprise']) status(await as(t, '/reports', { plan }), 200, plan);
  for (const plan of ['free', 'PRO', 'prod', undefined]) {
    const answer = await as(t, '/reports', { plan });
    const body = problem(answer, 403, 'plan_required', String(plan));
    equal(
      { plan: body.plan ?? null, plans: body.plans, upgrade_url: body.upgrade_url },
      { plan: plan ?? null, plans: ['pro', 'enterprise'], upgrade_url: UPGRADE },
      `${plan}: members`,
    );
    header(answer, 'link', /<https:\/\/app\.example\/upgrade>; rel="payment"/, String(plan));
  }
});

/** A plan that nobody has asked for, with features. */
function newPlan(t, features) {
  const plan = `plan-${randomUUID()}`;
  t.servers.features.set(plan, features);
  return plan;
}

test('a feature is had by the plans that have it', { setup: 'one' }, async (t) => {
  status(await as(t, '/exports', { plan: newPlan(t, { exports: true }) }), 200, 'exports: true');
  for (const features of [{ exports: false }, {}, { exports: 'true' }, { exports: 1 }]) {
    problem(await as(t, '/exports', { plan: newPlan(t, features) }), 403, 'feature_missing', JSON.stringify(features));
  }
});

test('a limit of a plan is a limit', { setup: 'one' }, async (t) => {
  const plan = newPlan(t, { projects: 3 });
  status(await as(t, '/projects?used=2', { plan }), 200, '2 of 3');
  for (const used of [3, 4]) {
    const body = problem(await as(t, `/projects?used=${used}`, { plan }), 403, 'limit_reached', `${used} of 3`);
    equal(
      { limit: body.limit, used: body.used, upgrade_url: body.upgrade_url },
      { limit: 3, used, upgrade_url: UPGRADE },
      'members',
    );
  }
});

test('features are fetched once for all who wait, and kept', { setup: 'one' }, async (t) => {
  const plan = newPlan(t, { exports: true, projects: 1 });
  t.servers.features.delay = 500;
  const answers = await Promise.all(Array.from({ length: 10 }, () => as(t, '/exports', { plan })));
  for (const answer of answers) status(answer, 200, '/exports');
  status(await as(t, '/projects?used=0', { plan }), 200, '/projects');
  equal(t.servers.features.plansAsked, [plan], 'plans that were asked for');
});

test('features of one plan are not those of another', { attacks: ['A249'], setup: 'one' }, async (t) => {
  const [rich, poor] = [newPlan(t, { exports: true }), newPlan(t, { exports: false })];
  await Promise.all(
    Array.from({ length: 10 }, async (_, at) => {
      status(
        await as(t, '/exports', { plan: at % 2 ? rich : poor }),
        at % 2 ? 200 : 403,
        at % 2 ? 'the rich' : 'the poor',
      );
    }),
  );
  const odd = `${rich}&x=1`;
  t.servers.features.set(odd, { exports: false });
  status(await as(t, '/exports', { plan: odd }), 403, 'a plan with & in its name');
});

test('changed features count at once when an event tells', { setup: 'one' }, async (t) => {
  const [plan, other] = [newPlan(t, { exports: false }), newPlan(t, { exports: true })];
  status(await as(t, '/exports', { plan }), 403, 'before');
  status(await as(t, '/exports', { plan: other }), 200, 'another plan, before');
  t.servers.features.set(plan, { exports: true });
  status(await as(t, '/exports', { plan }), 403, 'without an event');
  const { headers, body } = message(SENDERS.first, newEvent('features.changed', { plan }));
  status(await call(t, '/hooks/credenza', { method: 'POST', headers, body }), 204, 'the event');
  status(await as(t, '/exports', { plan }), 200, 'after the event');
  const forged = message(SENDERS.first, newEvent('features.changed', { plan: other }), {
    change: { signature: 'v1,AAAA' },
  });
  status(
    await call(t, '/hooks/credenza', { method: 'POST', headers: forged.headers, body: forged.body }),
    400,
    'a forged event',
  );
  status(await as(t, '/exports', { plan: other }), 200, 'the other plan');
  equal(t.servers.features.plansAsked, [plan, other, plan], 'plans that were asked for');
});

test('features that are known are used while their server is away', { attacks: ['A251'], setup: 'one' }, async (t) => {
  const plan = newPlan(t, { exports: true });
  status(await as(t, '/exports', { plan }), 200, 'before');
  await t.servers.features.stop();
  status(await as(t, '/exports', { plan }), 200, 'while the server is away');
});

test(
  'features that are not known are refused while their server is away',
  { attacks: ['A251'], setup: 'one' },
  async (t) => {
    const plan = newPlan(t, { exports: true, projects: 3 });
    await t.servers.features.stop();
    problem(await as(t, '/exports', { plan }), 503, 'features_unavailable', 'away');
    await t.servers.features.start();
    t.servers.features.status = 500;
    problem(await as(t, '/projects?used=0', { plan }), 503, 'features_unavailable', 'status 500');
    t.servers.features.status = undefined;
    status(await as(t, '/exports', { plan }), 200, 'when it is back');
  },
);
