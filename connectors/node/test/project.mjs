// An empty project into which the packages are installed, as a user has them, and an issuer that answers by HTTP.

import { execFileSync, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { TestIssuer } from '@credenza/connectors/testing';

import { here, tarball, validators } from '../scripts/tarballs.mjs';

/** Makes a project with the packages, and with these of the development's packages beside them. */
export function makeProject(...beside) {
  const folder = mkdtempSync(join(tmpdir(), 'credenza-connectors-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  const flags = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'];
  const all = [tarball(), ...validators()];
  execFileSync('npm', ['install', ...flags, ...all], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const name of beside) {
    const place = join(folder, 'node_modules', name);
    // What the validator depends on is there.
    if (existsSync(place)) continue;
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(join(here, 'node_modules', name), place);
  }
  return folder;
}

/** Runs a program in a project, and answers what it prints. */
export const runIn = (folder, ...args) =>
  execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' }).trim();

/** How long a program may take to end, in milliseconds. */
const PATIENCE = 10_000;

/** Ends a program, if it has not ended by itself, and waits until it is gone. One that does not listen is killed. */
export async function end(program, signal = 'SIGTERM') {
  if (program.pid === undefined || program.exitCode !== null || program.signalCode !== null) return;
  const gone = once(program, 'exit');
  const late = setTimeout(() => program.kill('SIGKILL'), PATIENCE);
  program.kill(signal);
  await gone;
  clearTimeout(late);
}

/** Starts a program that runs until the test has ended. */
export function startIn(t, folder, env, ...args) {
  const program = spawn(process.execPath, args, { cwd: folder, env: { ...process.env, ...env }, stdio: 'ignore' });
  t.after(() => end(program));
}

/** A port that nobody listens on, below those that the system gives to the other tests meanwhile. */
export async function freePort() {
  const server = createServer();
  try {
    server.listen(randomInt(12_000, 30_000), '127.0.0.1');
    await once(server, 'listening');
    return server.address().port;
  } catch {
    return freePort();
  } finally {
    server.close();
  }
}

/** Asks until the server is there. */
export async function askOnce(url, headers) {
  for (let tries = 0; ; tries += 1) {
    try {
      const response = await fetch(url, { headers });
      return { status: response.status, body: await response.text(), headers: response.headers };
    } catch (error) {
      if (tries === 300) throw error;
      await sleep(100);
    }
  }
}

/** An issuer that answers by HTTP. */
export async function serveIssuer(t, audience) {
  const server = createServer(async (request, response) => {
    const answer = await issuer.fetch(issuer.issuer + request.url);
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const issuer = new TestIssuer(audience, { issuer: `http://127.0.0.1:${server.address().port}` });
  return issuer;
}
