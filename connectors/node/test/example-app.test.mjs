// Chart 982: Application with sign-in for Node | the example on Express, started by its command against the provider, in Chromium: pages, roles, an API behind the guard, logout, a job
//
// PICTURES names the folder in which its pages are kept: ../../provider/manual/pictures for those of the manual.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { chromium } from 'playwright-core';

import { here } from '../scripts/tarballs.mjs';
import { end, freePort } from './project.mjs';

const CREDENZA =
  process.env.CREDENZA_BIN ?? join(process.env.CARGO_TARGET_DIR ?? join(here, '../../target'), 'debug/credenza');
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const isMissing = ![CREDENZA, executablePath].every((file) => existsSync(file));
if (isMissing && process.env.CI === 'true') throw new Error(`missing: ${CREDENZA} or ${executablePath}`);
const skip = isMissing ? `needs ${CREDENZA} and ${executablePath}` : false;

let browser;
let program;
let origin;
let password;
const folder = mkdtempSync(join(tmpdir(), 'credenza-example-'));

/** Starts the example, and waits until it says who may sign in. */
async function start() {
  const [PORT, PROVIDER_PORT] = [String(await freePort()), String(await freePort())];
  // Of the environment without what the provider would take for its settings.
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('CREDENZA_'));
  const env = { ...Object.fromEntries(others), CREDENZA, EXAMPLE_DATA: folder, PORT, PROVIDER_PORT };
  program = spawn(process.execPath, ['examples/app/start.mjs'], {
    cwd: here,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  program.stdout.setEncoding('utf8').on('data', (text) => (output += text));
  for (let tries = 0; !/listening on/.test(output); tries += 1) {
    assert.ok(tries < 600 && program.exitCode === null, output);
    await sleep(100);
  }
  origin = `http://localhost:${PORT}`;
  password = JSON.parse(readFileSync(join(folder, 'secrets.json'), 'utf8')).EXAMPLE_PASSWORD;
}

/** Keeps a picture of the page, if that was asked for. */
async function keep(page, name) {
  const { PICTURES } = process.env;
  if (PICTURES) await page.screenshot({ path: join(PICTURES, `application-${name}.png`) });
}

/** Signs somebody in, on the way to a page. */
async function signIn(page, username, path) {
  await page.goto(origin + path);
  await page.fill('input[name=username]', username);
  await keep(page, 'sign-in');
  await page.fill('input[name=password]', password);
  await page.click('#login-submit');
  await page.waitForLoadState();
  const consent = page.locator('#consent-allow');
  if (await consent.isVisible()) await consent.click();
  await page.waitForURL(origin + path);
}

async function signOut(page) {
  await page.goto(`${origin}/account`);
  await page.click('#sign-out');
  await page.waitForURL(`${origin}/**`);
  assert.match(await page.textContent('body'), /Nobody is signed in/);
  await keep(page, 'signed-out');
}

before(async () => {
  if (skip) return;
  await start();
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
});

after(async () => {
  await browser?.close();
  if (program) await end(program);
  rmSync(folder, { recursive: true, force: true });
});

test('people sign in, see what they may see, and sign out', { skip }, async () => {
  const page = await browser.newPage({ viewport: { width: 800, height: 520 } });
  page.setDefaultTimeout(90_000);
  await signIn(page, 'ada', '/account?tab=2');
  assert.match(await page.textContent('dl'), /Ada Lovelace.*ada@example\.com.*admin/);
  await keep(page, 'account');
  await page.click('text=Orders');
  assert.match(await page.textContent('ul'), /Punched cards/);
  // A job has called the API, for somebody with the role.
  await page.click('text=Admin');
  assert.match(await page.textContent('body'), /Counted by example-job: \d+ brass wheels/);
  await page.click('text=Home');
  assert.match(await page.textContent('body'), /Signed in as Ada Lovelace/);
  // The API is for access tokens, and not for cookies.
  for (const path of ['/api/orders', '/api/reports']) {
    const answer = await page.request.get(origin + path);
    assert.equal(answer.status(), 401);
    assert.match(answer.headers()['www-authenticate'], /^Bearer/);
  }
  await signOut(page);

  await signIn(page, 'bob', '/account');
  const refused = await page.goto(`${origin}/admin`);
  assert.equal(refused.status(), 403);
  assert.match(await page.textContent('body'), /does not have access/);
  await keep(page, 'refused');
  await signOut(page);
});
