// Builds the application of the tests, test/next-app, by Next. Once for all tests, as Next refuses two builds at a time;
// without a change, the build of before is as good.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const here = join(import.meta.dirname, '..');
const app = join(here, 'test/next-app');
const stamp = join(app, '.next/of');

/** What the build is made of. */
function sources() {
  const hash = createHash('sha256');
  for (const folder of [join(here, 'lib'), join(here, 'next'), app]) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile() && !path.includes('.next')) hash.update(path).update(readFileSync(path));
    }
  }
  return hash.digest('hex');
}

const now = sources();
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== now) {
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' };
  const next = join(here, 'node_modules/next/dist/bin/next');
  execFileSync(process.execPath, [next, 'build'], { cwd: app, env, stdio: ['ignore', 'pipe', 'inherit'] });
  writeFileSync(stamp, now);
}
