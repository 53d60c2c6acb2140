// A real provider, Chromium, and applications behind TLS, each at a host other than that of the next.
import { createHash, randomBytes, X509Certificate } from 'node:crypto';

import { chromium } from 'playwright-core';

import { startInstances } from '../runner/application.mjs';
import { startFront } from '../together/front.mjs';
import { RealProvider } from '../together/provider.mjs';
import { Person } from './person.mjs';

const HOSTS = ['localhost', '127.0.0.1'];
const SESSIONS = ['cookie', 'memory'];
/** Tokens are refreshed in their last 30 seconds, which begin when they are this old. */
export const FRESH = 11_000;
const LIFETIME = 40;
const PATIENCE = 30_000;

/** The flag by which Chromium trusts a certificate. An error that is ignored would keep pages out of its cache. */
function trusting({ cert }) {
  const key = new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'der' });
  return `--ignore-certificate-errors-spki-list=${createHash('sha256').update(key).digest('base64')}`;
}

export class Stage {
  #stops = [];
  #people = 0;

  async start(binary, commands) {
    this.provider = new RealProvider(binary);
    this.#later(() => this.provider.stop());
    await this.provider.start();
    this.browser = await chromium.launch({
      executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
      args: [trusting(this.provider.certificate), ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    });
    this.#later(() => this.browser.close());
    this.apps = await Promise.all(commands.map((command, at) => this.#startApplication(command, at)));
  }

  /** Somebody with an account at the provider, and a fresh profile. */
  async person() {
    this.#people += 1;
    const account = { username: `person-${this.#people}`, password: randomBytes(18).toString('base64url') };
    await this.provider.command(['user', 'create'], account);
    // The policy of a page may allow no scripts; those of the tests run nevertheless.
    const context = await this.browser.newContext({ bypassCSP: true, locale: 'en-GB' });
    context.setDefaultTimeout(PATIENCE);
    return new Person(context, account);
  }

  async stop() {
    for (const stop of this.#stops) await stop();
  }

  #later(stop) {
    this.#stops.unshift(stop);
  }

  async #startApplication(command, at) {
    let client;
    const origin = async (ports) => {
      const front = await startFront(this.provider.certificate, ports);
      this.#later(front.stop);
      const found = `https://${HOSTS[at % 2]}:${front.port}`;
      client = await this.provider.createClient(`Application ${at + 1}`, found, {
        'access-token-lifetime': `${LIFETIME}`,
      });
      return found;
    };
    const env = () => ({
      ISSUER: this.provider.issuer,
      CLIENT_ID: client.client_id,
      CLIENT_SECRET: client.client_secret,
      SECRET: randomBytes(32).toString('base64url'),
      SESSIONS: SESSIONS[at % 2],
    });
    const app = await startInstances(command, [env], { origin });
    this.#later(app.stop);
    return app;
  }
}
