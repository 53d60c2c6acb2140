// Where packed packages are.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export const here = join(import.meta.dirname, '..');

const packed = (folder) => {
  const found = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.tgz')) : [];
  if (found.length === 0) throw new Error(`nothing is packed in ${folder}`);
  return found.map((name) => join(folder, name));
};

/** What `npm run package` has made: this package, or the module for browsers. */
export const tarball = (name = 'connectors') =>
  packed(join(here, 'dist')).find((file) => file.includes(`credenza-${name}-`));

/** The packages of the validator. */
export const validators = () => packed(process.env.VALIDATOR_TARBALLS ?? join(here, '../../bindings/node/dist'));
