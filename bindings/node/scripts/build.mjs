// Builds the native part and puts it into the package of its platform, npm/PLATFORM: for this platform, which is then
// installed here, or for those that are named (`npm run build -- linux-arm64-musl linux-x64-musl`). Needs Rust; for
// the Linux of another processor or C library also `cargo-zigbuild` and zig (`pip install cargo-zigbuild ziglang`),
// and everything else is built on a machine of its kind. With `--without-jwe` it is half as large, and decrypts nothing.

import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

import { folderOf, here, targets, writeManifest } from './platforms.mjs';

/** The oldest glibc that the oldest Node runs on: a library that is linked for it runs wherever Node does. */
const GLIBC = '2.28';

const ours = createRequire(import.meta.url)('../lib/target.js').target();
const named = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const features = process.argv.includes('--without-jwe') ? ['--no-default-features'] : [];

/** The arguments of cargo for a platform. */
function cargoFor(platform, triple) {
  const [os, , libc] = platform.split('-');
  if (!named.includes(platform)) return ['build'];
  if (os !== 'linux') return ['build', '--target', triple];
  return ['zigbuild', '--target', libc === 'gnu' ? `${triple}.${GLIBC}` : triple];
}

/** A library for musl is loaded by a Node that brings its own C library. */
function flagsFor(platform) {
  const flags = process.env.RUSTFLAGS ?? '';
  return platform.endsWith('-musl') ? `${flags} -C target-feature=-crt-static`.trim() : flags;
}

/** Cargo says where it put what: the library among it. */
function build(platform, triple) {
  const args = ['--package', 'credenza-node', '--profile', 'dist', '--message-format', 'json-render-diagnostics'];
  const output = execFileSync('cargo', [...cargoFor(platform, triple), ...features, ...args], {
    cwd: here,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, RUSTFLAGS: flagsFor(platform) },
  });
  const artifacts = output
    .split('\n')
    .filter((line) => line.includes('"compiler-artifact"'))
    .map((line) => JSON.parse(line));
  return artifacts.findLast(({ target: { name } }) => name === 'credenza_node').filenames[0];
}

/** Where `require` finds it, as if npm had installed it. */
function install(platform) {
  const link = join(here, 'node_modules', '@credenza', `validator-${platform}`);
  mkdirSync(dirname(link), { recursive: true });
  rmSync(link, { recursive: true, force: true });
  // A junction is what Windows lets everybody make; it takes no relative path.
  const to = process.platform === 'win32' ? folderOf(platform) : relative(dirname(link), folderOf(platform));
  symlinkSync(to, link, 'junction');
}

for (const platform of named.length > 0 ? named : [ours]) {
  const triple = targets[platform];
  if (triple === undefined) {
    throw new Error(`${platform} is none of ${Object.keys(targets).join(', ')}`);
  }
  const library = build(platform, triple);
  const file = join(folderOf(platform), 'credenza.node');
  mkdirSync(folderOf(platform), { recursive: true });
  // In one step: a copy over a file that a running Node has loaded would change it under its feet.
  copyFileSync(library, `${file}.new`);
  renameSync(`${file}.new`, file);
  writeManifest(platform);
  if (platform === ours) install(platform);
  console.log(file);
}
