// Chart 911: Packages of the connector for Node | installed into an empty project; ESM and CommonJS, types as every resolution finds them

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { here, tarball } from '../scripts/tarballs.mjs';
import { makeProject, runIn } from './project.mjs';

const development = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8')).devDependencies;
const project = makeProject(...Object.keys(development).filter((name) => !name.startsWith('@credenza')));
const bin = (name, ...args) =>
  execFileSync(process.execPath, [join(here, 'node_modules', name), ...args], { cwd: project, encoding: 'utf8' });

test('every entry is there by import and by require, and both are one', () => {
  const code = `
    import { createRequire } from 'node:module';
    const require = createRequire(import.meta.url);
    const login = ['/login', ...['express', 'fastify', 'hono', 'nestjs', 'next'].map((name) => '/login/' + name)];
    for (const entry of ['', '/express', '/fastify', '/hono', '/nestjs', '/next', '/testing', ...login]) {
      const [module, commonjs] = [await import('@credenza/connectors' + entry), require('@credenza/connectors' + entry)];
      const names = Object.keys(commonjs);
      const isOne = names.every((name) => module[name] === commonjs[name]);
      console.log(entry, names.length, Object.keys(module).filter((name) => name !== 'default').length, isOne);
    }`;
  writeFileSync(join(project, 'entries.mjs'), code);
  const found = runIn(project, 'entries.mjs').split('\n');
  assert.equal(found.length, 13);
  for (const line of found) assert.match(line, /^\S* ?([1-9]\d?) \1 true$/);
});

test('it depends on nothing, runs no script, and is small', () => {
  const folder = join(project, 'node_modules/@credenza/connectors');
  const { dependencies, devDependencies, scripts, peerDependencies, peerDependenciesMeta } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  assert.deepEqual([dependencies, devDependencies, scripts], [undefined, undefined, undefined]);
  const needed = Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional);
  assert.deepEqual(needed, ['@credenza/validator']);
  assert.ok(statSync(tarball()).size < 128 * 1024);
});

test('an entry loads its own framework, and no other', () => {
  const code = `
    require('@credenza/connectors/ENTRY');
    const others = /node_modules\\/(express|fastify|hono|next|@nestjs)\\//;
    console.log(Object.keys(require.cache).filter((file) => others.test(file)).length);`;
  for (const entry of ['express', 'fastify', 'hono', 'next', 'testing', 'login', 'login/express', 'login/next']) {
    assert.equal(runIn(project, '-e', code.replace('ENTRY', entry)), '0', entry);
  }
});

test('the types are those of an installed package, in every way that TypeScript resolves', () => {
  const files = readdirSync(join(here, 'test/types')).filter((name) => name.endsWith('.mts'));
  for (const name of files) writeFileSync(join(project, name), readFileSync(join(here, 'test/types', name)));
  const { compilerOptions } = JSON.parse(readFileSync(join(here, 'test/types/tsconfig.json'), 'utf8'));
  for (const [module, moduleResolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ]) {
    const options = { ...compilerOptions, module, moduleResolution };
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files }));
    execFileSync(join(here, 'node_modules/.bin/tsc'), ['--project', project], { stdio: 'inherit' });
  }
});

test('the linters of packages have nothing to say', () => {
  assert.match(bin('publint/src/cli.js', 'run', tarball(), '--strict'), /All good/);
  assert.match(bin('@arethetypeswrong/cli/dist/index.js', tarball(), '--profile', 'node16'), /No problems found/);
});
