// The platforms, and the package of each, which npm installs where it fits.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const here = join(import.meta.dirname, '..');
export const manifest = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
export const targets = manifest.native.targets;

/** Where the package of a platform is put together. */
export const folderOf = (platform) => join(here, 'npm', platform);

/** Writes the manifest of a platform's package. */
export function writeManifest(platform) {
  const [os, cpu, libc] = platform.split('-');
  const libcs = { gnu: ['glibc'], musl: ['musl'] };
  const { version, license, engines, repository } = manifest;
  const json = {
    name: `@credenza/validator-${platform}`,
    description: `The native part of @credenza/validator for ${platform}`,
    ...{ version, license, engines, repository, main: './credenza.node', files: ['credenza.node'] },
    ...{ os: [os], cpu: [cpu], libc: os === 'linux' ? libcs[libc] : undefined },
  };
  writeFileSync(join(folderOf(platform), 'package.json'), `${JSON.stringify(json, null, 2)}\n`);
}
