// Chart 912: Examples of the connector for Node | one API in Express, Fastify, Hono, NestJS and Next.js, each started by its command

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

import { here } from '../scripts/tarballs.mjs';
import { askOnce, freePort, serveIssuer, startIn } from './project.mjs';
import { ask } from './support.mjs';

/** Starts an example, and tries each of its routes. */
async function tryExample(t, args, root = '/') {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const issuer = await serveIssuer(t, url);
  startIn(t, here, { ISSUER: issuer.issuer, PORT: String(port), NEXT_TELEMETRY_DISABLED: '1' }, ...args(port));
  assert.equal((await askOnce(url + root)).body, 'Hello whoever you are\n');
  assert.equal((await ask(url + root, issuer.bearer({ sub: 'ada' }))).body, 'Hello ada\n');
  const refused = await ask(`${url}/orders`);
  const resource = `resource_metadata="${url}/.well-known/oauth-protected-resource"`;
  assert.deepEqual(
    [refused.status, refused.headers.get('www-authenticate')],
    [401, `Bearer scope="orders:read", ${resource}`],
  );
  assert.equal((await ask(`${url}/orders`, issuer.bearer({ sub: 'ada', scope: 'orders:read' }))).body, 'Hello ada\n');
  const pay = (auth_time) =>
    ask(`${url}/refunds`, issuer.bearer({ scope: 'orders:write', auth_time }), { method: 'POST' });
  const now = Math.floor(Date.now() / 1000);
  const old = await pay(now - 3600);
  assert.equal(old.status, 401);
  assert.match(old.headers.get('www-authenticate'), /insufficient_user_authentication.*max_age="?600/);
  assert.match((await pay(now - 60)).body, /Hello user/);
  const { resource: named } = JSON.parse((await ask(`${url}/.well-known/oauth-protected-resource`)).body);
  assert.equal(named, url);
}

for (const name of ['express', 'fastify', 'hono']) {
  test(`the example for ${name}`, (t) => tryExample(t, () => [`examples/${name}.mjs`]));
}

test('the example for NestJS', async (t) => {
  const tsc = join(here, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '--project', 'examples/nestjs'], { cwd: here, stdio: 'inherit' });
  await tryExample(t, () => ['examples/nestjs/build/main.mjs']);
});

test('the example for Next.js', async (t) => {
  const next = join(here, 'node_modules/next/dist/bin/next');
  await tryExample(t, (port) => [next, 'dev', 'examples/next', '--port', String(port)], '/whoami');
});
