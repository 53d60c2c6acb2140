// What the cases of one setup share: a provider, the application in one or more instances, and what stands beside them.
import { randomBytes } from 'node:crypto';

import { Browser } from '../browser/browser.mjs';
import { Provider } from '../provider/provider.mjs';
import { startNats } from '../servers/nats.mjs';
import { startRedis } from '../servers/redis.mjs';
import { Wire } from '../servers/wire.mjs';
import { startInstances } from './application.mjs';
import { SETUPS } from './setups.mjs';

const newSecret = () => randomBytes(32).toString('base64url');

class Stage {
  #stops = [];
  #isStopped = false;

  constructor(command, setup) {
    this.command = command;
    this.setup = setup;
    this.secret = newSecret();
  }

  async start(redis) {
    const { setup } = this;
    this.provider = new Provider({ metadata: setup.metadata });
    await this.provider.start();
    await this.#keep(() => this.provider.stop());
    if (setup.redis) {
      this.redis = await redis();
      this.wire = await new Wire(this.redis.port).start();
      await this.#keep(() => this.wire.cut());
    }
    if (setup.nats) {
      this.nats = await startNats();
      await this.#keep(() => this.nats.stop());
      this.natsWire = await new Wire(this.nats.port).start();
      await this.#keep(() => this.natsWire.cut());
    }
    this.servers = (await setup.servers?.(this)) ?? {};
    for (const server of Object.values(this.servers)) await this.#keep(() => server.stop());
    await setup.before?.(this);
    if (setup.providerIsDown) await this.provider.stop();
    const environments = Array.from({ length: setup.instances ?? 1 }, (_, at) => this.environment(at));
    if (!setup.startsNothing) {
      this.app = await startInstances(this.command, environments, { origin: setup.origin });
      await this.#keep(() => this.app.stop());
    }
    return this;
  }

  // What is started after somebody has given up waiting is stopped at once.
  async #keep(stop) {
    if (this.#isStopped) {
      await stop();
      throw new Error('stopped while it started');
    }
    this.#stops.unshift(stop);
  }

  /** The environment of an instance, without its port and origin. */
  environment(at) {
    const { issuer, client } = this.provider;
    const common = { ISSUER: issuer, CLIENT_ID: client.id, CLIENT_SECRET: client.secret, SECRET: this.secret };
    return { ...common, ...this.setup.env?.(this, at) };
  }

  get redisUrl() {
    return `redis://127.0.0.1:${this.wire.port}`;
  }

  get output() {
    return this.app?.instances.map(({ output }) => output).join('') ?? '';
  }

  /** Stops everything, the application first; what fails to stop holds up nothing else. */
  async stop() {
    this.#isStopped = true;
    const failures = [];
    for (const stop of this.#stops.splice(0)) await Promise.resolve(stop()).catch((error) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }
}

/** What the steps of a case are given. */
export class Context {
  constructor(stage) {
    this.stage = stage;
    const { provider, app, redis, wire, nats, natsWire, servers, command } = stage;
    Object.assign(this, { provider, app, redis, wire, nats, natsWire, servers, command });
  }

  /** A new browser, without cookies, in front of the application. */
  browser() {
    return new Browser({ origin: this.app.origin, instances: this.app.ports });
  }

  /** What the application has printed so far, all instances. */
  get output() {
    return this.stage.output;
  }
}

/** Starts what a case needs, when it is its turn, and keeps it for the cases of the same setup that follow. */
export class Stages {
  #current;
  /** Why a setup cannot be had; it is not tried again. */
  #failures = new Map();
  #redis;

  constructor(command) {
    this.command = command;
  }

  async context({ part, setup }) {
    const wanted = SETUPS[part]?.[setup];
    if (!wanted) throw new Error(`no such setup: ${setup}`);
    if (wanted !== this.#current?.setup && !this.#failures.has(wanted)) await this.#change(wanted);
    if (this.#failures.has(wanted)) throw this.#failures.get(wanted);
    const stage = this.#current;
    await stage.wire?.mend();
    await stage.natsWire?.mend();
    if (!stage.setup.providerIsDown) await stage.provider.start();
    stage.provider.reset();
    for (const server of Object.values(stage.servers)) await server.reset();
    return new Context(stage);
  }

  output() {
    return this.#current?.output ?? '';
  }

  /** Starts anew with the next case, as the last one still does something. */
  async abandon() {
    const stage = this.#current;
    this.#current = undefined;
    await stage?.stop();
  }

  async close() {
    await this.abandon();
    await this.#redis?.then((redis) => redis.stop());
    this.#redis = undefined;
  }

  async #change(setup) {
    await this.abandon();
    const stage = new Stage(this.command, setup);
    this.#current = stage;
    this.#failures.set(setup, new Error('the setup never came to an end'));
    try {
      await stage.start(() => (this.#redis ??= startRedis()));
      this.#failures.delete(setup);
    } catch (error) {
      this.#failures.set(setup, error);
      await stage.stop();
    }
  }
}
