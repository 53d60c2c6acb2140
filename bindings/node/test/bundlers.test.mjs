// Programs that are bundled, in the ways that the README tells of, run without the packages beside them.

import assert from 'node:assert/strict';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

import * as esbuild from 'esbuild';

import { here, makeProject, runIn } from './project.mjs';

const webpack = createRequire(import.meta.url)('webpack');
const project = makeProject();

const PROGRAM = `
import { Validator } from '@credenza/validator';
import { TestIssuer } from '@credenza/validator/testing';
const issuer = new TestIssuer('https://id.example');
const validator = new Validator({ issuer: issuer.issuer, audience: 'https://api.example', fetch: issuer.fetch });
validator.validate(issuer.mint({ audience: 'https://api.example' })).then(({ sub }) => console.log(sub));
`;
writeFileSync(join(project, 'program.mjs'), PROGRAM);

/** Moves what was built to where no package can be found, and runs it there. */
function runApart(name, program) {
  const apart = join(project, 'apart', name);
  mkdirSync(apart, { recursive: true });
  cpSync(join(project, name), apart, { recursive: true });
  const guard = join(project, 'apart', 'guard.cjs');
  writeFileSync(guard, `module.constructor.globalPaths.length = 0; module.constructor._nodeModulePaths = () => [];`);
  assert.equal(runIn(apart, '--require', guard, program), 'user');
}

const entry = { entryPoints: [join(project, 'program.mjs')], bundle: true, platform: 'node', logLevel: 'silent' };

test('esbuild copies the native part beside a bundle', async () => {
  const { warnings } = await esbuild.build({
    ...entry,
    outfile: join(project, 'esbuild/program.cjs'),
    loader: { '.node': 'copy' },
  });
  assert.deepEqual(
    warnings.map(({ text }) => text).filter((text) => !text.includes('@credenza/validator-')),
    [],
  );
  runApart('esbuild', 'program.cjs');
});

test('esbuild makes an ECMAScript module, given a `require`', async () => {
  await esbuild.build({
    ...entry,
    format: 'esm',
    outfile: join(project, 'esbuild-esm/program.mjs'),
    loader: { '.node': 'copy' },
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  runApart('esbuild-esm', 'program.mjs');
});

test('esbuild leaves the package out', async () => {
  await esbuild.build({ ...entry, outfile: join(project, 'external.cjs'), external: ['@credenza/validator'] });
  assert.equal(runIn(project, 'external.cjs'), 'user');
});

test('webpack emits the native part by its own means', async () => {
  const stats = await promisify(webpack)({
    mode: 'production',
    target: 'node',
    context: project,
    entry: './program.mjs',
    output: { path: join(project, 'webpack'), filename: 'program.cjs' },
    resolveLoader: { modules: [join(here, 'node_modules')] },
    // Minifying takes longer than all else here.
    optimization: { minimize: false },
    module: { rules: [{ test: /\.node$/, loader: 'node-loader' }] },
  });
  assert.deepEqual(stats.toJson().errors, []);
  const warnings = stats.toJson().warnings.map(({ message }) => message);
  assert.deepEqual(
    warnings.filter((text) => !text.includes("Can't resolve '@credenza/validator-")),
    [],
  );
  runApart('webpack', 'program.cjs');
});

test('webpack leaves the package out', async () => {
  const stats = await promisify(webpack)({
    mode: 'production',
    target: 'node',
    context: project,
    entry: './program.mjs',
    output: { path: project, filename: 'webpack-external.cjs' },
    externals: [/^@credenza\/validator/],
    externalsType: 'commonjs',
  });
  assert.deepEqual([stats.toJson().errors, stats.toJson().warnings], [[], []]);
  assert.equal(runIn(project, 'webpack-external.cjs'), 'user');
});
