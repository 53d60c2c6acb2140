// What is published, installed into an empty project.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { here, makeProject, runIn, tarballs } from './project.mjs';

const project = makeProject();
const run = (code, ...flags) => runIn(project, ...flags, '-e', code);
const bin = (name, ...args) =>
  execFileSync(process.execPath, [join(here, 'node_modules', name), ...args], { cwd: project, encoding: 'utf8' });
const main = () => tarballs().find((path) => /credenza-validator-\d/.test(path));

test('an empty project has it by import and by require, and both are one', () => {
  const code = `
    const commonjs = { ...require('@credenza/validator'), ...require('@credenza/validator/testing') };
    (async () => {
      const module = { ...(await import('@credenza/validator')), ...(await import('@credenza/validator/testing')) };
      const names = Object.keys(commonjs).filter((name) => module[name] === commonjs[name]);
      console.log(names.sort().join(' '));
    })();`;
  const names =
    'Allowed Denied IssuerError NeedsFetch Requirement SettingsError TestIssuer Validator certificateThumbprint jose';
  assert.equal(run(code), names);
  const native =
    "console.log(require.resolve('@credenza/validator-' + require('./node_modules/@credenza/validator/lib/target.js').target()))";
  assert.match(run(native), /node_modules\/@credenza\/validator-[a-z0-9-]+\/credenza\.node$/);
});

test('it depends on nothing but its native part and undici, runs no script, and is small', () => {
  const manifest = JSON.parse(readFileSync(join(project, 'node_modules/@credenza/validator/package.json'), 'utf8'));
  assert.deepEqual(Object.keys(manifest.dependencies), ['undici']);
  assert.equal(manifest.scripts, undefined);
  const bytes = tarballs()
    .map((path) => statSync(path).size)
    .reduce((sum, size) => sum + size, 0);
  assert.ok(bytes < 2 * 1024 * 1024, `${bytes} bytes`);
});

test('undici is not loaded where nothing asks for it', () => {
  const code = `
    const { Validator } = require('@credenza/validator');
    new Validator({ issuer: 'https://id.example', audience: 'https://api.example' });
    console.log(Object.keys(require.cache).filter((file) => file.includes('undici')).length);`;
  assert.equal(run(code), '0');
});

test('every platform that is built for has its package named, and is found by its name', () => {
  const manifest = JSON.parse(readFileSync(join(project, 'node_modules/@credenza/validator/package.json'), 'utf8'));
  const { native } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
  const packages = Object.keys(native.targets).map((platform) => `@credenza/validator-${platform}`);
  assert.deepEqual(Object.keys(manifest.optionalDependencies), packages);
  const required = readFileSync(join(here, 'lib/native.js'), 'utf8').matchAll(/require\('(@credenza[^']+)'\)/g);
  assert.deepEqual(
    Array.from(required, ([, name]) => name),
    packages,
  );
});

test('the types are those of an installed package, in every way that TypeScript resolves', () => {
  writeFileSync(join(project, 'types.mts'), readFileSync(join(here, 'test/types.mts')));
  const { compilerOptions } = JSON.parse(readFileSync(join(here, 'test/tsconfig.json'), 'utf8'));
  for (const [module, moduleResolution] of [
    ['node16', 'node16'],
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ]) {
    const options = { ...compilerOptions, module, moduleResolution, types: [] };
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['types.mts'] }));
    execFileSync(join(here, 'node_modules/.bin/tsc'), ['--project', project], { stdio: 'inherit' });
  }
});

test('the linters of packages have nothing to say', () => {
  assert.match(bin('publint/src/cli.js', 'run', main(), '--strict'), /All good/);
  assert.match(bin('@arethetypeswrong/cli/dist/index.js', main()), /No problems found/);
});

test('without its native part it says what is missing', () => {
  const onPlatform = (name) =>
    run(`
      require('./node_modules/@credenza/validator/lib/target.js').target = () => '${name}';
      try { require('@credenza/validator'); } catch (error) { console.log(error.message); }`);
  assert.match(
    onPlatform('win32-x64-msvc'),
    /no native part for win32-x64-msvc: is @credenza\/validator-win32-x64-msvc/,
  );
  assert.match(onPlatform('plan9-mips'), /no native part for plan9-mips: it is not built/);
});
