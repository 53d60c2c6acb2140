// What is published, installed into an empty project.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { TestIssuer } from '@credenza/validator/testing';

const here = join(import.meta.dirname, '..');
const dist = join(here, 'dist');
const project = mkdtempSync(join(tmpdir(), 'credenza-validator-'));
const npm = (cwd, ...args) => execFileSync('npm', args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
const run = (code, ...flags) => execFileSync('node', [...flags, '-e', code], { cwd: project, encoding: 'utf8' }).trim();
const tarballs = () => readdirSync(dist).filter((name) => name.endsWith('.tgz'));

before(() => {
  npm(here, 'run', '--silent', 'package');
  writeFileSync(join(project, 'package.json'), '{ "private": true }\n');
  const files = tarballs().map((name) => join(dist, name));
  npm(project, 'install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', ...files);
});

after(() => rmSync(project, { recursive: true, force: true }));

test('an empty project has it by import and by require, and both are one', () => {
  const code = `
    const commonjs = { ...require('@credenza/validator'), ...require('@credenza/validator/testing') };
    (async () => {
      const module = { ...(await import('@credenza/validator')), ...(await import('@credenza/validator/testing')) };
      const names = Object.keys(commonjs).filter((name) => module[name] === commonjs[name]);
      console.log(names.sort().join(' '));
    })();`;
  const names = 'Allowed Denied NeedsFetch Requirement SettingsError TestIssuer Validator certificateThumbprint jose';
  assert.equal(run(code), names);
  const native =
    "console.log(require.resolve('@credenza/validator-' + require('./node_modules/@credenza/validator/lib/target.js').target()))";
  assert.match(run(native), /node_modules\/@credenza\/validator-[a-z0-9-]+\/credenza\.node$/);
});

test('it has no dependency beside its native part, no script, and is under 2 MB', () => {
  const manifest = JSON.parse(readFileSync(join(project, 'node_modules/@credenza/validator/package.json'), 'utf8'));
  assert.equal(manifest.dependencies, undefined);
  assert.equal(manifest.scripts, undefined);
  const bytes = tarballs()
    .map((name) => statSync(join(dist, name)).size)
    .reduce((sum, size) => sum + size, 0);
  assert.ok(bytes < 2 * 1024 * 1024, `${bytes} bytes`);
});

test('the types are those of an installed package', () => {
  writeFileSync(join(project, 'types.mts'), readFileSync(join(here, 'test/types.mts')));
  const { compilerOptions } = JSON.parse(readFileSync(join(here, 'test/tsconfig.json'), 'utf8'));
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['types.mts'] }));
  execFileSync(join(here, 'node_modules/.bin/tsc'), ['--project', project], { stdio: 'inherit' });
});

test('without its native part it says what is missing', () => {
  const code = `
    require('./node_modules/@credenza/validator/lib/target.js').target = () => 'plan9-mips';
    try { require('@credenza/validator'); } catch (error) { console.log(error.message); }`;
  assert.match(run(code), /no native part for plan9-mips: is @credenza\/validator-plan9-mips installed\?/);
});

test('the quick start of the README runs', async (t) => {
  const [, quickStart] = /```js\n(.*?)```/s.exec(readFileSync(join(here, 'README.md'), 'utf8'));
  assert.ok(quickStart.trimEnd().split('\n').length < 10);
  const issuer = new TestIssuer('https://id.example');
  const token = issuer.mint({ audience: 'https://api.example', claims: { sub: 'ada', scope: 'read' } });
  // The issuer of the other process: its answers, and a port that is free.
  const answers = {
    'https://id.example/.well-known/openid-configuration': await (
      await issuer.fetch('https://id.example/.well-known/openid-configuration')
    ).text(),
    'https://id.example/jwks': await (await issuer.fetch('https://id.example/jwks')).text(),
  };
  const around = `
    const answers = ${JSON.stringify(answers)};
    globalThis.fetch = async (url) => new Response(answers[url]);
    ${quickStart.replace('.listen(8000)', '.listen(0, function () { console.log(this.address().port); })')}`;
  writeFileSync(join(project, 'quick-start.mjs'), around);
  const server = spawn('node', ['quick-start.mjs'], { cwd: project, stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => server.kill());
  const [port] = await once(server.stdout, 'data');
  const ask = (headers) => fetch(`http://127.0.0.1:${Number(port)}/`, { headers });
  const good = await ask({ authorization: `Bearer ${token}` });
  assert.deepEqual([good.status, await good.text()], [200, 'ada']);
  const bad = await ask({});
  assert.deepEqual([bad.status, bad.headers.get('www-authenticate')], [401, 'Bearer scope="read"']);
});
