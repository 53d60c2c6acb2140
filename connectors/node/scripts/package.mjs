// Packs what is published into dist/: the package without what is for here alone, and the module for browsers.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { built } from '../browser/build.mjs';

const here = join(import.meta.dirname, '..');
const dist = join(here, 'dist');

/** Packs these files of a package. */
function pack(from, name, published, files) {
  const folder = join(dist, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
  for (const file of files) cpSync(join(from, file), join(folder, file), { recursive: true });
  cpSync(join(here, '../../LICENSE'), join(folder, 'LICENSE'));
  execFileSync('npm', ['pack', '--silent', '--pack-destination', dist], { cwd: folder, stdio: 'inherit' });
}

rmSync(dist, { recursive: true, force: true });
const manifest = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
const { scripts: _scripts, devDependencies: _dev, prettier: _prettier, ...published } = manifest;
const entries = Object.keys(manifest.exports).flatMap((name) => /^\.\/(\w+)$/.exec(name)?.[1] ?? []);
const own = ['README.md', 'index.d.mts', 'index.d.ts', 'index.js', 'index.mjs', 'lib'];
pack(here, 'connectors', published, [...own, ...entries]);

built();
const browser = join(here, 'browser');
pack(browser, 'browser', JSON.parse(readFileSync(join(browser, 'package.json'), 'utf8')), ['README.md', 'dist']);
