// A real provider in a folder of its own: `credenza serve`, and the commands of an operator.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { freePort } from '../servers/ports.mjs';
import { spawnBound } from '../servers/process.mjs';
import { makeCertificate } from './front.mjs';

const PATIENCE = 60_000;

// What an operator has in the environment must not reach the provider under test.
const inherited = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('CREDENZA_')));

export class RealProvider {
  constructor(binary) {
    this.binary = binary;
  }

  async start() {
    this.folder = await mkdtemp(join(tmpdir(), 'applications-together-'));
    this.certificate = await makeCertificate(this.folder);
    const [port, metrics] = [await freePort(), await freePort()];
    this.port = port;
    this.issuer = `http://127.0.0.1:${port}`;
    this.env = {
      ...inherited(),
      CREDENZA_LISTEN: `127.0.0.1:${port}`,
      CREDENZA_METRICS_LISTEN: `127.0.0.1:${metrics}`,
      CREDENZA_ISSUER: this.issuer,
      CREDENZA_DATABASE_URL: `sqlite:${this.folder}/credenza.db`,
      CREDENZA_MASTER_KEY: randomBytes(32).toString('base64'),
      CREDENZA_EGRESS__ALLOW: '127.0.0.1,localhost',
      CREDENZA_EGRESS__CA_FILE: this.certificate.ca,
    };
    const { child, end } = spawnBound(this.binary, ['serve', '--insecure-http'], { env: this.env, stderr: 'pipe' });
    [this.child, this.end] = [child, end];
    this.log = '';
    this.child.stderr.on('data', (text) => {
      this.log += text;
    });
    await this.#ready();
    return this;
  }

  async #ready() {
    for (const until = Date.now() + PATIENCE; Date.now() < until;) {
      const answer = await fetch(`${this.issuer}/readyz`, { signal: AbortSignal.timeout(5_000) }).catch(
        () => undefined,
      );
      if (answer?.ok) return;
      if (this.child.exitCode !== null) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`the provider does not start:\n${this.log}`);
  }

  /** `credenza WORD…`, with options by name: what it prints as JSON. A value may begin with a hyphen. */
  async command(words, options = {}) {
    const named = Object.entries(options).flatMap(([name, value]) =>
      [value].flat().flatMap((one) => (one === true ? `--${name}` : `--${name}=${one}`)),
    );
    const settings = { env: this.env, timeout: PATIENCE };
    const { stdout } = await promisify(execFile)(this.binary, [...words, '--json', ...named], settings);
    return stdout.trim() === '' ? undefined : JSON.parse(stdout);
  }

  /** A client for an application at an origin, with `more` of what the command takes. */
  createClient(name, origin, more = {}) {
    return this.command(['client', 'create'], {
      name,
      'redirect-uri': `${origin}/auth/callback`,
      'post-logout-redirect-uri': `${origin}/`,
      'backchannel-logout-uri': `${origin}/auth/backchannel-logout`,
      'backchannel-logout-session-required': true,
      'grant-type': ['authorization_code', 'refresh_token'],
      scope: 'openid profile email offline_access',
      'claims-in-id-token': true,
      'id-token-signed-response-alg': 'ES256',
      ...more,
    });
  }

  async stop() {
    await this.end?.();
    if (this.folder) await rm(this.folder, { recursive: true, force: true });
  }
}
