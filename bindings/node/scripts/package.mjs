// Packs what is published into dist/: the package itself, and the package of each platform whose native part is here.

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const here = join(import.meta.dirname, '..');
const dist = join(here, 'dist');
const {
  native,
  scripts: _scripts,
  devDependencies: _dev,
  ...manifest
} = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
const platforms = Object.keys(native.targets);

function pack(folder, json, files) {
  const from = join(dist, folder);
  mkdirSync(from, { recursive: true });
  writeFileSync(join(from, 'package.json'), `${JSON.stringify(json, null, 2)}\n`);
  for (const [file, as] of files) cpSync(join(here, file), join(from, as), { recursive: true });
  execFileSync('npm', ['pack', '--silent', '--pack-destination', dist], { cwd: from, stdio: 'inherit' });
}

/** npm installs, of all platforms, the one that fits. */
function platformManifest(platform) {
  const [os, cpu, libc] = platform.split('-');
  const libcs = { gnu: ['glibc'], musl: ['musl'] };
  const { version, license, engines, repository } = manifest;
  return {
    name: `@credenza/validator-${platform}`,
    description: `The native part of @credenza/validator for ${platform}`,
    ...{ version, license, engines, repository, main: './credenza.node', files: ['credenza.node'] },
    ...{ os: [os], cpu: [cpu], libc: os === 'linux' ? libcs[libc] : undefined },
  };
}

rmSync(dist, { recursive: true, force: true });
const license = ['../../LICENSE', 'LICENSE'];
const own = ['README.md', 'index.d.mts', 'index.d.ts', 'index.js', 'index.mjs', 'lib'];
const testing = ['testing.d.mts', 'testing.d.ts', 'testing.js', 'testing.mjs'];
const optionalDependencies = Object.fromEntries(
  platforms.map((platform) => [`@credenza/validator-${platform}`, manifest.version]),
);
pack(
  'validator',
  { ...manifest, optionalDependencies },
  [...own, ...testing].map((file) => [file, file]).concat([license]),
);
for (const platform of platforms) {
  const library = `credenza.${platform}.node`;
  if (existsSync(join(here, library))) {
    pack(platform, platformManifest(platform), [[library, 'credenza.node'], license]);
  }
}
