// The quick starts of the README, as they are printed, but for the address of the issuer and the port.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { here, makeProject, serveIssuer } from './project.mjs';

const project = makeProject('express', 'fastify');
const readme = readFileSync(join(here, 'README.md'), 'utf8');

/** The first program below a heading. */
const programOf = (heading) => new RegExp(`^### ${heading}\n.*?^\`\`\`js\n(.*?)^\`\`\``, 'ms').exec(readme)[1];

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

/** Asks until the server is there. */
async function ask(port, headers) {
  for (let tries = 0; ; tries += 1) {
    try {
      return await fetch(`http://127.0.0.1:${port}/`, { headers });
    } catch (error) {
      if (tries === 100) throw error;
      await sleep(100);
    }
  }
}

for (const heading of ['node:http', 'Express', 'Fastify']) {
  test(`the quick start for ${heading} runs`, async (t) => {
    const program = programOf(heading);
    const lines = program.split('\n').filter((line) => line.trim() !== '');
    assert.ok(lines.length <= 10, `${lines.length} lines`);
    const [issuer, port] = [await serveIssuer(t), await freePort()];
    const placed = program.replaceAll('https://id.example', issuer.issuer).replaceAll('8000', port);
    const file = `${heading.replace(':', '-')}.mjs`;
    writeFileSync(join(project, file), placed);
    const server = spawn(process.execPath, [file], { cwd: project, stdio: 'inherit' });
    t.after(() => server.kill());
    const mint = (scope) => issuer.mint({ audience: 'https://api.example', claims: { sub: 'ada', scope } });
    const good = await ask(port, { authorization: `Bearer ${mint('read')}` });
    assert.deepEqual([good.status, await good.text()], [200, 'ada']);
    const narrow = await ask(port, { authorization: `Bearer ${mint('write')}` });
    assert.equal(narrow.status, 403);
    assert.match(narrow.headers.get('www-authenticate'), /insufficient_scope/);
    const bad = await ask(port, {});
    assert.deepEqual([bad.status, bad.headers.get('www-authenticate')], [401, 'Bearer scope="read"']);
    assert.equal(await bad.text(), '');
  });
}
