// Builds the applications of the tests, test/next-app and applications/next_{login,kit}, by Next. Once for all tests, as Next
// refuses two builds at a time; without a change, the build of before is as good.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const here = join(import.meta.dirname, '..');

/** What an application is told while it is built, as its modules are loaded then. Nothing of it is in the build. */
const settings = {
  NEXT_TELEMETRY_DISABLED: '1',
  ISSUER: 'http://127.0.0.1:1',
  AUDIENCE: 'https://build.example/',
  ORIGIN: 'http://127.0.0.1:1',
  CLIENT_ID: 'build',
  CLIENT_SECRET: 'build',
  SECRET: 'build'.repeat(8),
};

/** What a build is made of: an application, and these folders of the package. */
function sources(app, folders) {
  const hash = createHash('sha256');
  for (const folder of [...folders.map((name) => join(here, name)), app]) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile() && !path.includes('.next')) hash.update(path).update(readFileSync(path));
    }
  }
  return hash.digest('hex');
}

function build(app, folders) {
  const stamp = join(app, '.next/of');
  const now = sources(app, folders);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return;
  const env = { ...process.env, ...settings };
  const next = join(here, 'node_modules/next/dist/bin/next');
  execFileSync(process.execPath, [next, 'build'], { cwd: app, env, stdio: ['ignore', 'pipe', 'inherit'] });
  writeFileSync(stamp, now);
}

build(join(here, 'test/next-app'), ['lib', 'next', 'kit', 'service']);
build(join(here, 'applications/next_login'), ['lib', 'login']);
build(join(here, 'applications/next_kit'), ['lib', 'next', 'kit', 'service', 'events']);
