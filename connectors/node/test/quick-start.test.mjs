// Chart 910: README of the connector for Node | the quick start of each framework, run as printed against an issuer over HTTP

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { here } from '../scripts/tarballs.mjs';
import { askOnce, freePort, makeProject, serveIssuer, startIn } from './project.mjs';

const readme = readFileSync(join(here, 'README.md'), 'utf8');
const frameworks = ['express', 'fastify', 'hono', '@hono/node-server', '@nestjs/common', '@nestjs/core'];
const project = makeProject(...frameworks, '@nestjs/platform-express', 'reflect-metadata', 'rxjs', '@types/node');

/** The first program below a heading. */
const programOf = (heading) => new RegExp(`^## ${heading}\n.*?^\`\`\`[jt]s\n(.*?)^\`\`\``, 'ms').exec(readme)[1];

/** The program with the issuer and the port of the test. */
async function placed(t, heading, most = 10) {
  const program = programOf(heading);
  const lines = program.split('\n').filter((line) => line.trim() !== '');
  assert.ok(lines.length <= most, `${lines.length} lines`);
  const [issuer, port] = [await serveIssuer(t, 'https://api.example'), await freePort()];
  return { issuer, port, program: program.replaceAll('https://id.example', issuer.issuer).replaceAll('8000', port) };
}

/** What every quick start does. */
async function tryIt({ issuer, port }) {
  const url = `http://127.0.0.1:${port}/orders`;
  const bad = await askOnce(url, {});
  assert.deepEqual([bad.status, bad.headers.get('www-authenticate')], [401, 'Bearer scope="orders:read"']);
  assert.equal(bad.body, '');
  const narrow = await askOnce(url, issuer.bearer({ scope: 'orders:write' }));
  assert.equal(narrow.status, 403);
  assert.match(narrow.headers.get('www-authenticate'), /insufficient_scope/);
  const good = await askOnce(url, issuer.bearer({ sub: 'ada', scope: 'orders:read' }));
  assert.deepEqual([good.status, good.body], [200, 'Hello ada']);
}

for (const heading of ['Express', 'Fastify', 'Hono']) {
  test(`the quick start for ${heading} runs`, async (t) => {
    const made = await placed(t, heading);
    const file = `${heading}.mjs`;
    writeFileSync(join(project, file), made.program);
    startIn(t, project, {}, file);
    await tryIt(made);
    const document = await askOnce(`http://127.0.0.1:${made.port}/.well-known/oauth-protected-resource`);
    const { resource, scopes_supported: scopes } = JSON.parse(document.body);
    assert.deepEqual([resource, scopes], ['https://api.example', ['orders:read']]);
  });
}

test('the quick start for NestJS runs', async (t) => {
  const made = await placed(t, 'NestJS', 20);
  writeFileSync(join(project, 'nest.mts'), made.program);
  const strict = ['--strict', '--skipLibCheck', '--experimentalDecorators', '--emitDecoratorMetadata'];
  const modules = ['--module', 'nodenext', '--target', 'es2023', '--types', 'node'];
  const args = [join(here, 'node_modules/typescript/bin/tsc'), ...strict, ...modules, 'nest.mts'];
  execFileSync(process.execPath, args, { cwd: project, stdio: 'inherit' });
  startIn(t, project, {}, 'nest.mjs');
  await tryIt(made);
});

test('the quick start for Next.js runs', async (t) => {
  const made = await placed(t, 'Next.js', 12);
  // Within this package, as Next looks for its own files below one root.
  const folder = join(here, 'dist/quick-start');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'app/orders'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  writeFileSync(join(folder, 'app/orders/route.js'), made.program);
  writeFileSync(
    join(folder, 'next.config.mjs'),
    "export default { serverExternalPackages: ['@credenza/validator'] };\n",
  );
  const env = { NEXT_TELEMETRY_DISABLED: '1' };
  startIn(t, folder, env, join(here, 'node_modules/next/dist/bin/next'), 'dev', '--port', String(made.port));
  await tryIt(made);
});
