// Packs what is published into dist/: the package itself, and the package of each platform whose native part is here.

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { folderOf, here, manifest, targets, writeManifest } from './platforms.mjs';

const dist = join(here, 'dist');
const platforms = Object.keys(targets);
const license = join(here, '../../LICENSE');

const pack = (folder) =>
  execFileSync('npm', ['pack', '--silent', '--pack-destination', dist], { cwd: folder, stdio: 'inherit' });

/** The manifest without what is for here alone, and with the packages of the platforms. */
function published() {
  const { native: _native, scripts: _scripts, devDependencies: _dev, ...rest } = manifest;
  const optionalDependencies = Object.fromEntries(
    platforms.map((platform) => [`@credenza/validator-${platform}`, manifest.version]),
  );
  return { ...rest, optionalDependencies };
}

rmSync(dist, { recursive: true, force: true });
const main = join(dist, 'validator');
mkdirSync(main, { recursive: true });
writeFileSync(join(main, 'package.json'), `${JSON.stringify(published(), null, 2)}\n`);
const own = ['README.md', 'index.d.mts', 'index.d.ts', 'index.js', 'index.mjs', 'lib'];
const further = ['replays', 'testing'].flatMap((name) => ['d.mts', 'd.ts', 'js', 'mjs'].map((ext) => `${name}.${ext}`));
for (const file of [...own, ...further]) cpSync(join(here, file), join(main, file), { recursive: true });
cpSync(license, join(main, 'LICENSE'));
pack(main);
for (const platform of platforms) {
  const folder = folderOf(platform);
  if (existsSync(join(folder, 'credenza.node'))) {
    writeManifest(platform);
    cpSync(license, join(folder, 'LICENSE'));
    pack(folder);
  }
}
