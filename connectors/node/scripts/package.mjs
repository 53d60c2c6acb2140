// Packs what is published into dist/: the package without what is for here alone.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const here = join(import.meta.dirname, '..');
const dist = join(here, 'dist');
const folder = join(dist, 'connectors');
const manifest = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
const { scripts: _scripts, devDependencies: _dev, prettier: _prettier, ...published } = manifest;

rmSync(dist, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
const entries = Object.keys(manifest.exports).flatMap((name) => /^\.\/(\w+)$/.exec(name)?.[1] ?? []);
const own = ['README.md', 'index.d.mts', 'index.d.ts', 'index.js', 'index.mjs', 'lib'];
for (const name of [...own, ...entries]) cpSync(join(here, name), join(folder, name), { recursive: true });
cpSync(join(here, '../../LICENSE'), join(folder, 'LICENSE'));
execFileSync('npm', ['pack', '--silent', '--pack-destination', dist], { cwd: folder, stdio: 'inherit' });
