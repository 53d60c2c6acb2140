// Builds the native part and puts it into the folder of this platform's package. NATIVE_DIRECTORY names the folder of
// a library that is built already.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const { platform } = createRequire(import.meta.url)('./native.js');
const here = dirname(fileURLToPath(import.meta.url));
const workspace = join(here, '..', '..', '..');
const target = process.env.CARGO_TARGET_DIR ?? join(workspace, 'target');
const built = process.env.NATIVE_DIRECTORY ?? join(target, 'testing');
if (process.env.NATIVE_DIRECTORY === undefined) {
  const build = ['build', '--locked', '--profile', 'testing', '-p', 'credenza-testing-node', '--target-dir', target];
  execFileSync('cargo', build, { cwd: workspace, stdio: 'inherit' });
}

const names = ['libcredenza_testing_node.so', 'libcredenza_testing_node.dylib', 'credenza_testing_node.dll'];
const library = names.map((name) => join(built, name)).find((path) => existsSync(path));
const folder = join(here, 'npm', platform());
mkdirSync(folder, { recursive: true });
copyFileSync(library, join(folder, 'credenza-testing.node'));
