// Builds dist/: the module as one file without comments, and its types.
//
//   node build.mjs             into dist
//   node build.mjs --install   and where the provider serves it from; a test compares the two

import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const here = import.meta.dirname;
const [build, dist] = ['build', 'dist'].map((name) => join(here, name));
const HEADER = '// @credenza/browser, Apache-2.0. Built from connectors/node/browser; its README says what it does.\n';

/** What the provider serves. */
export const served = join(here, '../../../provider/server/assets/browser/credenza.js');

function tsc(...options) {
  const compiler = join(here, '../node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [compiler, '--project', here, ...options], { stdio: 'inherit' });
}

/** The files in the order of their imports, each once, `file` last. */
function inOrder(file, seen = new Set()) {
  if (seen.has(file)) return [];
  seen.add(file);
  const imports = [...readFileSync(file, 'utf8').matchAll(/^(?:im|ex)port .*from '(\.\/.+)';$/gm)];
  return [...imports.flatMap(([, name]) => inOrder(resolve(build, name), seen)), file];
}

/** One file of a module's files, whose names at the top differ from each other. */
function bundle(entry) {
  const text = (file) => readFileSync(file, 'utf8').replaceAll(/^import .*\n/gm, '');
  const files = inOrder(entry);
  const parts = files.slice(0, -1).map((file) => text(file).replaceAll(/^export /gm, ''));
  const last = text(entry);
  const names = [...last.matchAll(/^export \{ (.+) \} from .*$/gm)].map(([, name]) => name);
  return [HEADER, ...parts, last.replaceAll(/^export .*\n/gm, ''), `export { ${names.join(', ')} };\n`].join('');
}

/** Builds `dist`, and answers the module's text. */
export function built() {
  for (const folder of [build, dist]) rmSync(folder, { recursive: true, force: true });
  tsc('--declaration', 'false', '--removeComments');
  tsc('--emitDeclarationOnly', '--outDir', dist);
  const module = bundle(join(build, 'index.js'));
  writeFileSync(join(dist, 'credenza.js'), module);
  return module;
}

if (process.argv[1] === import.meta.filename) {
  built();
  if (process.argv.includes('--install')) copyFileSync(join(dist, 'credenza.js'), served);
}
