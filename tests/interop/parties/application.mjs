// An application of one folder, on a free port of the loopback, against the provider under test.
//
// The files of the folder are those that the manual shows. In a copy, their placeholders are replaced by the provider,
// the port, and a client that is made by the folder's client.sh.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { issuer } from '../provider.mjs';

const PATIENCE = 30_000;
/** What the settings of a proxy name as the application behind it. */
const UPSTREAM = 'http://127.0.0.1:8081';

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Copies the folder to where its programs find what is installed. */
async function copyOf(source) {
  const parent = join(process.env.INTEROP_PARTIES, 'running');
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, 'party-'));
  await cp(source, folder, { recursive: true });
  return folder;
}

async function fill(folder, replacements) {
  for (const name of await readdir(folder)) {
    let text = await readFile(join(folder, name), 'utf8');
    for (const [placeholder, value] of Object.entries(replacements)) text = text.replaceAll(placeholder, value);
    await writeFile(join(folder, name), text);
  }
}

/** Runs the folder's client.sh as an operator would. */
async function register(folder) {
  const script = 'credenza() { "$INTEROP_BIN" "$@" --json; }\n. ./client.sh';
  const { stdout } = await promisify(execFile)('sh', ['-euc', script], { cwd: folder });
  return JSON.parse(stdout);
}

const answers = (origin) => fetch(origin, { redirect: 'manual' }).then(() => true, () => false);

/** Starts a command, and waits until it answers at the origin. */
async function start({ argv: [program, ...rest], env }, { folder, origin }) {
  const child = spawn(program, rest, {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
  child.on('error', (error) => (output += error));
  const running = () => child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  const kill = () => child.kill();
  process.once('exit', kill);
  const stop = async () => {
    process.off('exit', kill);
    if (!running()) return;
    kill();
    await once(child, 'exit');
  };
  const deadline = Date.now() + PATIENCE;
  while (!(await answers(origin))) {
    if (!running() || Date.now() > deadline) {
      await stop();
      throw new Error(`${program} does not answer: ${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { stop, output: () => output };
}

/**
 * Serves a copy of the folder `source`, with the secret of its client, or another. `closing` collects what has to be
 * called at the end, in reverse.
 */
export async function serve(source, { run, beside }, closing, secret) {
  const port = await freePort();
  // By another name than the provider's, so that the browser keeps their cookies apart.
  const origin = `http://localhost:${port}`;
  const upstream = await beside?.();
  if (upstream) closing.push(upstream.close);
  const folder = await copyOf(source);
  closing.push(() => rm(folder, { recursive: true, force: true }));
  await fill(folder, {
    'https://id.example.com': issuer,
    'id.example.com': new URL(issuer).host,
    'https://app.example.com': origin,
    [UPSTREAM]: upstream?.origin ?? UPSTREAM,
  });
  const client = await register(folder);
  await fill(folder, { 'your-client-id': client.client_id, 'your-client-secret': secret ?? client.client_secret });
  const { stop, output } = await start(run({ port, folder }), { folder, origin });
  closing.push(stop);
  return { origin, folder, output };
}
