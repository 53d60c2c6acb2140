// The provider under test and its command line, as `run` set them up: clients and users are made as an
// operator would, while the server runs.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';

const setting = (name) => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: start the tests with tests/interop/run`);
  return value;
};

/** The issuer URL: all that a relying party is told. */
export const issuer = setting('CREDENZA_ISSUER');

/** The person who signs in. */
export const person = {
  username: setting('INTEROP_USERNAME'),
  password: setting('INTEROP_PASSWORD'),
  email: setting('INTEROP_EMAIL'),
};

/** The API that access tokens are asked for. */
export const resource = 'https://api.example.test';

const dashed = (name) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

// { redirectUri: 'x', grantType: ['a', 'b'], public: true } -> --redirect-uri=x --grant-type=a --grant-type=b --public
// A value may begin with a hyphen, and is no option by that.
const asArguments = (options) =>
  Object.entries(options).flatMap(([name, value]) =>
    [value].flat().flatMap((item) => (item === true ? dashed(name) : `${dashed(name)}=${item}`)),
  );

/** `credenza NOUN VERB… --json`, with its options by their names: answers with what it prints. */
export const command = async (words, options) => {
  const { stdout } = await promisify(execFile)(
    setting('INTEROP_BIN'),
    [...words, '--json', ...asArguments(options)],
  );
  return JSON.parse(stdout);
};

/** `credenza client create`: answers with client_id and, unless public, client_secret. */
export const createClient = (options) => command(['client', 'create'], options);

/** `credenza user create`. */
export const createUser = (options) => command(['user', 'create'], options);

/** `credenza tenant update default --set NAME=VALUE`. */
export const setTenant = (setting_) =>
  promisify(execFile)(setting('INTEROP_BIN'), ['tenant', 'update', 'default', '--set', setting_]);

const without = (prefix) => Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith(prefix)));

/** Runs a command in a folder, as whoever runs `credenza dev` there does: answers with what it prints. */
export const commandIn = async (cwd, words) => {
  const { stdout } = await promisify(execFile)(setting('INTEROP_BIN'), words, { cwd, env: without('CREDENZA_') });
  return stdout.trim();
};

/** A command that works on the database that it finds in this folder, without the settings of the other server. */
export function runIn(cwd, words) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('CREDENZA_')));
  return promisify(execFile)(setting('INTEROP_BIN'), words, { cwd, env });
}

/** Starts another server, such as `credenza dev`; `output()` is what it has printed so far. */
export function startServer(verb, { cwd, env }) {
  const child = spawn(setting('INTEROP_BIN'), [verb], {
    cwd,
    env: { ...without('CREDENZA_'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
  return {
    output: () => output,
    running: () => child.exitCode === null && child.signalCode === null,
    async stop() {
      if (!this.running()) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
