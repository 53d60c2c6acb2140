// Starts everything: `credenza dev` in the folder `data`, what the example needs there, and the example.
//
//   npm run example:app
//
// CREDENZA names the program where it is not found as `credenza`; PORT and PROVIDER_PORT are where both listen.

import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const here = import.meta.dirname;
const folder = process.env.EXAMPLE_DATA ?? join(here, 'data');
const credenza = process.env.CREDENZA ?? 'credenza';
const { PORT: port = '8090', PROVIDER_PORT: providerPort = '8080' } = process.env;
const listen = { CREDENZA_LISTEN: `127.0.0.1:${providerPort}` };
const names = ['EXAMPLE_APP_SECRET', 'EXAMPLE_JOB_SECRET', 'EXAMPLE_PASSWORD', 'SECRET'];

/** Secrets of this machine, made once. */
function secrets() {
  const file = join(folder, 'secrets.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    const made = Object.fromEntries(names.map((name) => [name, randomBytes(32).toString('base64url')]));
    writeFileSync(file, JSON.stringify(made, null, 2), { mode: 0o600 });
    return made;
  }
}

/** Waits until the provider is ready. */
async function providerAt(url) {
  for (let tries = 0; tries < 300; tries += 1) {
    const response = await fetch(`${url}/readyz`).catch(() => undefined);
    if (response?.ok) return;
    await sleep(100);
  }
  throw new Error(`there is no provider at ${url}`);
}

mkdirSync(folder, { recursive: true });
const known = secrets();
const environment = { ...process.env, ...listen, ...known };
const provider = spawn(credenza, ['dev'], { cwd: folder, env: environment, stdio: ['ignore', 'ignore', 'inherit'] });
provider.on('error', (error) => {
  console.error(`${credenza} cannot be started: ${error.message}`);
  process.exit(1);
});
provider.on('exit', (code) => {
  console.error(`${credenza} dev has ended by itself, with ${code}`);
  process.exit(1);
});
process.on('exit', () => provider.kill());
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0));

const issuer = `http://localhost:${providerPort}`;
await providerAt(issuer);
const setUp = readFileSync(join(here, 'set-up.toml'), 'utf8').replaceAll('localhost:8090', `localhost:${port}`);
const applied = { cwd: folder, env: environment, input: setUp, stdio: ['pipe', 'inherit', 'inherit'] };
execFileSync(credenza, ['apply', '-'], applied);
Object.assign(process.env, known, { ISSUER: issuer });
await import('./main.mjs');
console.log(`sign in as ada, who is an admin, or as bob; the password is ${known.EXAMPLE_PASSWORD}`);
