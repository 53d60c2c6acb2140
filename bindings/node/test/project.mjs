// An empty project into which the packages of dist/ are installed, as a user has them, and an issuer to ask.

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

import { TestIssuer } from '@credenza/validator/testing';

export const here = join(import.meta.dirname, '..');

/** What `npm run package` has made. */
export const tarballs = () => {
  const dist = join(here, 'dist');
  const found = existsSync(dist) ? readdirSync(dist).filter((name) => name.endsWith('.tgz')) : [];
  if (found.length === 0) throw new Error('nothing is packed: npm run package');
  return found.map((name) => join(dist, name));
};

/** Makes a project with the packages, and with these of the development's packages beside them. */
export function makeProject(...beside) {
  const folder = mkdtempSync(join(tmpdir(), 'credenza-validator-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const flags = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'];
  execFileSync('npm', ['install', ...flags, ...tarballs()], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const name of beside) symlinkSync(join(here, 'node_modules', name), join(folder, 'node_modules', name));
  return folder;
}

/** Runs a program in a project, and answers what it prints. */
export const runIn = (folder, ...args) =>
  execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' }).trim();

/** Lets a server listen on a port of this machine until the test has ended; answers the port. */
export async function serve(t, server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return server.address().port;
}

/** The same for a handler. */
export const listen = (t, handler) => serve(t, createServer(handler));

/** An issuer that answers by HTTP. */
export async function serveIssuer(t) {
  let issuer;
  const port = await listen(t, async (request, response) => {
    const answer = await issuer.fetch(issuer.issuer + request.url);
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  });
  issuer = new TestIssuer(`http://127.0.0.1:${port}`);
  return issuer;
}
