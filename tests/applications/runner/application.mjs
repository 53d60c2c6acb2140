// The application under test: one process, or several, of the command.
import { spawn } from 'node:child_process';

import { freePort } from '../servers/ports.mjs';

const START = Number(process.env.APPLICATION_START_SECONDS ?? 60) * 1000;
const STOP = 5_000;

/** What programs say when somebody else has taken their port since it was found free. */
const TAKEN = /EADDRINUSE|address( is)? already in use|address in use|errno 98/i;

/** What runs now. Nothing of it outlives the runner, however that ends. */
const running = new Set();
process.on('exit', () => running.forEach((instance) => instance.kill()));

export class Instance {
  output = '';

  constructor(command, env) {
    const options = { shell: true, detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } };
    this.child = spawn(command, options);
    this.port = Number(env.PORT);
    running.add(this);
    this.ended = new Promise((resolve) => {
      this.child.on('error', (error) => resolve({ code: error.code }));
      this.child.on('exit', (code, signal) => resolve({ code, signal }));
    });
    this.ended.then(() => running.delete(this));
    // What a program has said may come after the news of its end.
    this.said = new Promise((resolve) => {
      this.child.on('close', resolve);
      this.child.on('error', resolve);
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => {
        this.output += text;
      });
    }
  }

  /** Waits for the line that says that it listens; throws with its output where it ends before. */
  async ready() {
    const until = Date.now() + START;
    let code;
    this.ended.then((end) => {
      code = end;
    });
    while (!/listening on http/.test(this.output)) {
      if (code) throw new Error(`the application ended (${code.code ?? code.signal}):\n${this.output}`);
      if (Date.now() > until) throw new Error(`no line "listening on" in ${START / 1000} s:\n${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return this;
  }

  /** SIGTERM to the whole group (a shell may be in between), and SIGKILL to what does not end. */
  async stop() {
    this.#signal('SIGTERM');
    const late = setTimeout(() => this.#signal('SIGKILL'), STOP);
    await this.ended;
    clearTimeout(late);
    this.#signal('SIGKILL');
    await Promise.race([this.said, new Promise((resolve) => setTimeout(resolve, STOP).unref())]);
  }

  /** Ends at once, as by a power cut. */
  kill() {
    this.#signal('SIGKILL');
    return this.ended;
  }

  #signal(name) {
    if (this.child.pid === undefined) return;
    try {
      process.kill(-this.child.pid, name);
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  }
}

/**
 * Starts one process of the command for each environment; all have the same `ORIGIN`. It may be a function of their ports,
 * and an environment one that is called once the origin is known. Where a port was taken in the meantime, all begin again.
 */
export async function startInstances(command, environments, { origin } = {}) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await startOnce(command, environments, origin);
    } catch (error) {
      if (tries === 3 || !TAKEN.test(error.message)) throw error;
    }
  }
}

async function startOnce(command, environments, origin) {
  const ports = [];
  for (const _ of environments) ports.push(await freePort());
  const ORIGIN = typeof origin === 'function' ? await origin(ports) : (origin ?? `http://127.0.0.1:${ports[0]}`);
  const known = environments.map((env) => (typeof env === 'function' ? env() : env));
  const instances = known.map((env, at) => new Instance(command, { ...env, ORIGIN, PORT: String(ports[at]) }));
  try {
    await Promise.all(instances.map((instance) => instance.ready()));
  } catch (error) {
    await Promise.all(instances.map((instance) => instance.stop()));
    throw error;
  }
  return { origin: ORIGIN, ports, instances, stop: () => Promise.all(instances.map((instance) => instance.stop())) };
}
