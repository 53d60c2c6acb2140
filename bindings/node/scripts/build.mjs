// Builds the native part for this platform, or for the one that is named (`npm run build -- linux-arm64-musl`), and
// puts it beside index.js. Needs Rust.

import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, renameSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const here = join(import.meta.dirname, '..');
const { target } = createRequire(import.meta.url)('../lib/target.js');
const { native } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));

const named = process.argv[2];
const name = named ?? target();
const triple = native.targets[name];
if (triple === undefined) {
  throw new Error(`${name} is none of ${Object.keys(native.targets).join(', ')}`);
}

const cargo = ['build', '--package', 'credenza-node', '--profile', 'dist', '--message-format', 'json-render-diagnostics'];
if (named !== undefined) cargo.push('--target', triple);
const output = execFileSync('cargo', cargo, { cwd: here, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

// Cargo says where it put what: the last artifact is the library asked for.
const artifacts = output
  .split('\n')
  .filter((line) => line.includes('"compiler-artifact"'))
  .map((line) => JSON.parse(line));
const [library] = artifacts.findLast(({ target: { name: crate } }) => crate === 'credenza_node').filenames;
// In one step: a copy over a file that a running Node has loaded would change it under its feet.
const file = join(here, `credenza.${name}.node`);
copyFileSync(library, `${file}.new`);
renameSync(`${file}.new`, file);
console.log(file);
