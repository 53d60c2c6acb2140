// Chart 981: README of sign-in for Node | the quick start of each framework, run as printed: somebody signs in over HTTP

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { here } from '../scripts/tarballs.mjs';
import { askOnce, freePort, makeProject, startIn } from './project.mjs';
import { Browser, serveProvider } from './provider.mjs';

const readme = readFileSync(join(here, 'README.md'), 'utf8');
const frameworks = ['express', 'fastify', 'hono', '@hono/node-server', '@nestjs/common', '@nestjs/core'];
const more = [
  '@nestjs/platform-express',
  'reflect-metadata',
  'rxjs',
  '@types/node',
  'openid-client',
  'jose',
  'oauth4webapi',
];
const project = makeProject(...frameworks, ...more);
const env = { CLIENT_SECRET: 'secret', SECRET: 'a-random-text-of-32-bytes-at-least', NEXT_TELEMETRY_DISABLED: '1' };

/** The programs below a heading, in their order. */
const programsOf = (heading) => {
  const [section] = readme.split(`### Sign-in with ${heading}\n`)[1].split(/^##/m);
  return Array.from(section.matchAll(/^```[jt]s\n(.*?)^```/gms), ([, program]) => program);
};

/** The programs with the issuer and the port of the test. */
async function placed(t, heading, most = 10) {
  const [provider, port] = [await serveProvider(t), await freePort()];
  const programs = programsOf(heading).map((program) => {
    const lines = program.split('\n').filter((line) => line.trim() !== '');
    assert.ok(lines.length <= most, `${lines.length} lines`);
    return program.replaceAll('https://id.example', provider.issuer).replaceAll('8000', port);
  });
  return { programs, url: `http://localhost:${port}/` };
}

/** What every quick start does. */
async function tryIt(url) {
  const refused = await askOnce(url, { accept: 'application/json' });
  assert.deepEqual([refused.status, JSON.parse(refused.body)], [401, { error: 'login_required' }]);
  const browser = new Browser();
  const page = await browser.follow(`${url}?tab=2`);
  assert.deepEqual([page.status, page.url], [200, `${url}?tab=2`]);
  assert.match(page.body, /Hello (<!-- -->)?ada/);
  const forged = await browser.visit(`${url}auth/logout`, {
    method: 'POST',
    headers: { origin: 'https://evil.example' },
  });
  assert.equal(forged.status, 403);
  const out = await browser.visit(`${url}auth/logout`, { method: 'POST', headers: { origin: new URL(url).origin } });
  assert.equal(out.status, 303);
  assert.match(out.location, /\/logout\?.*id_token_hint=/);
  assert.equal((await browser.visit(url)).status, 302);
}

for (const heading of ['Express', 'Fastify', 'Hono']) {
  test(`the quick start of sign-in with ${heading} runs`, async (t) => {
    const { programs, url } = await placed(t, heading);
    writeFileSync(join(project, `${heading}.mjs`), programs[0]);
    startIn(t, project, env, `${heading}.mjs`);
    await tryIt(url);
  });
}

test('the quick start of sign-in with NestJS runs', async (t) => {
  const { programs, url } = await placed(t, 'NestJS', 20);
  writeFileSync(join(project, 'nest.mts'), programs[0]);
  const strict = ['--strict', '--skipLibCheck', '--experimentalDecorators', '--emitDecoratorMetadata'];
  const modules = ['--module', 'nodenext', '--target', 'es2023', '--types', 'node'];
  const args = [join(here, 'node_modules/typescript/bin/tsc'), ...strict, ...modules, 'nest.mts'];
  execFileSync(process.execPath, args, { cwd: project, stdio: 'inherit' });
  startIn(t, project, env, 'nest.mjs');
  await tryIt(url);
});

test('the quick start of sign-in with Next.js runs', async (t) => {
  const { programs, url } = await placed(t, 'Next.js');
  // Within this package, as Next looks for its own files below one root.
  const folder = join(here, 'dist/login-quick-start');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'app/auth/[...credenza]'), { recursive: true });
  const [login, route, proxy] = programs;
  const page = `import { login } from '../login.js';
    export default async function Page() { return <p>Hello {(await login.session()).sub}</p>; }`;
  const files = {
    'package.json': '{ "private": true, "type": "module" }\n',
    'next.config.mjs': "export default { serverExternalPackages: ['@credenza/validator', 'openid-client'] };\n",
    'login.js': login,
    'app/auth/[...credenza]/route.js': route,
    'proxy.js': proxy,
    'app/layout.jsx': 'export default ({ children }) => <html lang="en"><body>{children}</body></html>;\n',
    'app/page.jsx': page,
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const next = join(here, 'node_modules/next/dist/bin/next');
  startIn(t, folder, env, next, 'dev', '--port', new URL(url).port);
  await tryIt(url);
});
