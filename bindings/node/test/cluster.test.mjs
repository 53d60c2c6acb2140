import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { makeProject, serveIssuer } from './project.mjs';

const project = makeProject();

const SERVICE = `
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Validator } from '@credenza/validator';

const validator = new Validator({ issuer: process.argv[2], audience: 'https://api.example', cacheSize: 10 });
if (cluster.isPrimary) {
  // The primary has used its validator before the others exist.
  const { allowed } = await validator.check({ authorization: 'Bearer ' + process.argv[3] });
  const workers = Array.from({ length: 3 }, () => cluster.fork());
  const [{ port }] = await Promise.all(workers.map(async (worker) => (await once(worker, 'listening'))[0]));
  process.send({ port, allowed });
  process.once('message', () => cluster.disconnect(() => process.exit()));
} else {
  const server = createServer(async (request, response) => {
    const decision = await validator.check(request, { scopes: ['read'] });
    response.writeHead(decision.allowed ? 200 : decision.status, { 'x-worker': process.pid }).end();
  });
  server.listen(0, '127.0.0.1');
}
`;

test('a242 the processes of a cluster check, each with its own validator', async (t) => {
  const issuer = await serveIssuer(t);
  const mint = (scope) => issuer.mint({ audience: 'https://api.example', claims: { scope } });
  writeFileSync(join(project, 'service.mjs'), SERVICE);
  const service = fork(join(project, 'service.mjs'), [issuer.issuer, mint('read')], { cwd: project });
  t.after(() => service.kill());
  const [{ port, allowed }] = await once(service, 'message');
  assert.equal(allowed, true);
  const [read, write] = [mint('read'), mint('write')];
  const ask = (token) =>
    fetch(`http://127.0.0.1:${port}`, { headers: { authorization: `Bearer ${token}`, connection: 'close' } });
  const answers = await Promise.all(Array.from({ length: 30 }, (_, at) => ask(at % 3 === 0 ? write : read)));
  assert.deepEqual(
    answers.map(({ status }) => status),
    Array.from(answers, (_, at) => (at % 3 === 0 ? 403 : 200)),
  );
  assert.ok(new Set(answers.map(({ headers }) => headers.get('x-worker'))).size > 1);
  service.send('stop');
  assert.deepEqual(await once(service, 'exit'), [0, null]);
});
