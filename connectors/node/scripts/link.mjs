// Puts the packages that are not in a registry where Node looks for them: the validator, unpacked from its tarballs, and
// this package itself under its own name, for what Next bundles.
//
//   node scripts/link.mjs            here
//   node scripts/link.mjs FOLDER     into another package: this one as it is packed, too

import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { here, tarball, validators } from './tarballs.mjs';

const folder = process.argv[2] ?? here;
const scope = join(folder, 'node_modules/@credenza');

function unpack(file) {
  const [, name] = /credenza-(.+)-\d+\.\d+\.\d+\.tgz$/.exec(file);
  const place = join(scope, name);
  mkdirSync(place, { recursive: true });
  execFileSync('tar', ['-xzf', file, '--strip-components=1', '-C', place]);
}

rmSync(scope, { recursive: true, force: true });
validators().forEach(unpack);
if (folder === here) symlinkSync('../..', join(scope, 'connectors'));
else unpack(tarball());
