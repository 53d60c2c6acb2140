// `credenza dev` with no settings but a free port: the demo signs in, shows what it got, and a second start finds
// everything again.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { press } from './browser.mjs';
import { useBrowser } from './fixture.mjs';
import { startServer } from './provider.mjs';

const own = useBrowser();

const freePort = () =>
  new Promise((resolve) => {
    const listener = createServer().listen(0, '127.0.0.1', () => {
      const { port } = listener.address();
      listener.close(() => resolve(port));
    });
  });

async function ready(server, url) {
  for (let tries = 0; tries < 200; tries += 1) {
    assert.ok(server.running(), `credenza dev stopped:\n${server.output()}`);
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(100);
  }
  assert.fail(`credenza dev does not answer:\n${server.output()}`);
}

const printed = (output, name) => output.match(new RegExp(`^\\s*${name}:\\s*(\\S+)`, 'mi'))?.[1];

test('credenza dev, twice', async (t) => {
  const cwd = await mkdtemp(join(tmpdir(), 'credenza-dev-'));
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const env = { CREDENZA_LISTEN: `127.0.0.1:${port}`, CREDENZA_METRICS_LISTEN: `127.0.0.1:${await freePort()}` };
  let server;
  const start = async () => {
    server = startServer('dev', { cwd, env });
    await ready(server, `${origin}/readyz`);
  };
  t.after(async () => {
    await server?.stop();
    await rm(cwd, { recursive: true });
  });
  const keys = async () => (await (await fetch(`${origin}/jwks`)).json()).keys;

  await start();
  const page = await own.freshPage();
  await page.goto(`${origin}/demo`);
  assert.match(server.output(), /not for production/i);
  const password = printed(server.output(), 'password');
  const username = printed(server.output(), 'user(?:name)?');
  assert.ok(password && username, server.output());

  // The way from the demo's page to its result, with whatever questions the provider asks.
  const signIn = async () => {
    const asked = [];
    await press(page, '#demo-login');
    for (;;) {
      await page.locator('#login-submit, #consent-allow, #demo-refresh').first().waitFor();
      if (await page.locator('#demo-refresh').count()) return asked;
      if (await page.locator('#login-submit').count()) {
        asked.push('login');
        await page.locator('input[name="username"]').fill(username);
        await page.locator('input[name="password"]').fill(password);
        await press(page, '#login-submit');
      } else {
        asked.push('consent');
        await press(page, '#consent-allow');
      }
      assert.ok(asked.length < 4, `asked again and again: ${asked}`);
    }
  };
  const decoded = async (name) => JSON.parse(await page.getByRole('region', { name }).innerText());

  await t.test('the demo shows the tokens, decoded, with their checks', async () => {
    assert.ok((await signIn()).includes('login'));
    const checks = await page.locator('.checks li').evaluateAll((items) => items.map((item) => item.className));
    assert.ok(checks.length > 0);
    assert.deepEqual([...new Set(checks)], ['pass']);
    assert.equal((await decoded('ID token: Header')).alg, 'RS256');
    const claims = await decoded('ID token: Claims');
    assert.equal(claims.iss, origin);
    assert.equal((await decoded('Access token: Header')).typ, 'at+jwt');
    assert.equal((await decoded('Access token: Claims')).sub, claims.sub);
    assert.equal((await decoded('Userinfo: Claims')).sub, claims.sub);
    await page.screenshot({ path: join(process.env.INTEROP_ARTIFACTS, 'demo.png'), fullPage: true });
  });

  await t.test('a second start finds the keys, the user and the session again', async () => {
    const before = await keys();
    await server.stop();
    await start();
    assert.deepEqual(await keys(), before);
    await page.goto(`${origin}/demo`);
    assert.deepEqual(await signIn(), []);
  });

  await t.test('the demo signs out', async () => {
    await press(page, '#demo-logout');
    if (await page.locator('#logout-confirm').count()) await press(page, '#logout-confirm');
    await page.goto(`${origin}/demo`);
    assert.ok((await signIn()).includes('login'));
  });
});
