// Puts the packages that are not in a registry where Node looks for them: the validator, unpacked from its tarballs, and
// this package itself under its own name, for what Next bundles.

import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { validators } from './tarballs.mjs';

const scope = join(import.meta.dirname, '../node_modules/@credenza');
rmSync(scope, { recursive: true, force: true });
for (const tarball of validators()) {
  const [, name] = /credenza-(validator[\w-]*?)-\d/.exec(tarball);
  const folder = join(scope, name);
  mkdirSync(folder, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', folder]);
}
symlinkSync('../..', join(scope, 'connectors'));
