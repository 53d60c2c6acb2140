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

  constructor(command, setup) {
    this.command = command;
    this.setup = setup;
    this.secret = newSecret();
  }

  async start(redis) {
    const { setup } = this;
    this.provider = new Provider({ metadata: setup.metadata });
    await this.provider.start();
    this.#stops.push(() => this.provider.stop());
    if (setup.redis) {
      this.redis = await redis();
      this.wire = await new Wire(this.redis.port).start();
      this.#stops.push(() => this.wire.cut());
    }
    if (setup.nats) {
      this.nats = await startNats();
      this.natsWire = await new Wire(this.nats.port).start();
      this.#stops.push(
        () => this.natsWire.cut(),
        () => this.nats.stop(),
      );
    }
    this.servers = (await setup.servers?.(this)) ?? {};
    this.#stops.push(...Object.values(this.servers).map((server) => () => server.stop()));
    await setup.before?.(this);
    if (setup.providerIsDown) await this.provider.stop();
    const environments = Array.from({ length: setup.instances ?? 1 }, (_, at) => this.environment(at));
    if (!setup.startsNothing) {
      this.app = await startInstances(this.command, environments, { origin: setup.origin });
      this.#stops.unshift(() => this.app.stop());
    }
    return this;
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

  async stop() {
    for (const stop of this.#stops.splice(0)) await stop();
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
  #failure;
  #redis;

  constructor(command) {
    this.command = command;
  }

  async context({ part, setup }) {
    const wanted = SETUPS[part]?.[setup];
    if (!wanted) throw new Error(`no such setup: ${setup}`);
    if (wanted !== this.#current?.setup) await this.#change(wanted);
    if (this.#failure) throw this.#failure;
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

  async close() {
    await this.#current?.stop();
    this.#current = undefined;
    await this.#redis?.then((redis) => redis.stop());
    this.#redis = undefined;
  }

  async #change(setup) {
    await this.#current?.stop();
    this.#failure = undefined;
    const stage = new Stage(this.command, setup);
    this.#current = stage;
    try {
      await stage.start(() => (this.#redis ??= startRedis()));
    } catch (error) {
      this.#failure = error;
      await stage.stop();
    }
  }
}
