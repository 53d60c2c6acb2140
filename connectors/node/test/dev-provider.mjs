// The provider itself beside the tests: `credenza dev`, which shows its mail at `/demo/inbox`, or `serve`, which sends none.

import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { here } from '../scripts/tarballs.mjs';
import { end, freePort } from './project.mjs';

const CREDENZA =
  process.env.CREDENZA_BIN ?? join(process.env.CARGO_TARGET_DIR ?? join(here, '../../target'), 'debug/credenza');
const isMissing = !existsSync(CREDENZA);
if (isMissing && process.env.CI === 'true') throw new Error(`missing: ${CREDENZA}`);

/** Why tests with the provider are skipped, or false. */
export const skip = isMissing && `needs ${CREDENZA}`;

export class DevProvider {
  #folder = mkdtempSync(join(tmpdir(), 'credenza-provider-'));
  #env;
  #program;

  /** Starts one, and waits until it is ready. Without `mail` it is `credenza serve`. */
  async start({ mail = true } = {}) {
    const port = await freePort();
    this.issuer = `http://localhost:${port}`;
    // Of the environment without what the provider would take for its settings.
    const others = Object.entries(process.env).filter(([name]) => !name.startsWith('CREDENZA_'));
    const own = {
      CREDENZA_ISSUER: this.issuer,
      CREDENZA_LISTEN: `127.0.0.1:${port}`,
      CREDENZA_METRICS_LISTEN: 'off',
      ...(!mail && {
        CREDENZA_DATABASE_URL: `sqlite:${this.#folder}/credenza.db`,
        CREDENZA_MASTER_KEY: randomBytes(32).toString('base64'),
      }),
    };
    const [words, ready] = mail ? [['dev'], 'Password:'] : [['serve', '--insecure-http'], 'serving'];
    this.#env = { ...Object.fromEntries(others), ...own };
    this.#program = spawn(CREDENZA, words, { ...this.#place(), stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [this.#program.stdout, this.#program.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    for (let tries = 0; !output.includes(ready); tries += 1) {
      if (tries === 600 || this.#program.exitCode !== null) throw new Error(`the provider does not start: ${output}`);
      await sleep(100);
    }
  }

  async stop() {
    await end(this.#program);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** What a client is that may use the admin API so far. */
  serviceAccount(scope) {
    const options = ['--json', '--name', 'Job', '--scope', scope, '--resource', `${this.issuer}/admin`];
    const place = { ...this.#place(), stdio: 'pipe' };
    const made = JSON.parse(execFileSync(CREDENZA, ['service-account', 'create', ...options], place));
    return { issuer: this.issuer, clientId: made.client_id, clientSecret: made.client_secret };
  }

  /** How many mails were sent to an address. */
  async letters(address) {
    const page = await (await fetch(`${this.issuer}/demo/inbox`)).text();
    return page.split(`<bdi>${address}</bdi>`).length - 1;
  }

  #place() {
    return { cwd: this.#folder, env: this.#env };
  }
}
