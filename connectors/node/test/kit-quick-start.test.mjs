// Chart 985

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { here } from '../scripts/tarballs.mjs';
import { ask, post, until } from './kit/applications.mjs';
import { startRedis } from './kit/redis.mjs';
import { World } from './kit/world.mjs';
import { askOnce, freePort, makeProject, startIn } from './project.mjs';

const readme = readFileSync(join(here, 'README.md'), 'utf8');
const frameworks = ['express', 'fastify', 'hono', '@hono/node-server', '@nestjs/common', '@nestjs/core'];
const more = ['@nestjs/platform-express', 'reflect-metadata', 'rxjs', '@types/node', 'redis', '@redis/client'];
const clients = ['openid-client', 'oauth4webapi', 'jose', 'cluster-key-slot'];
const project = makeProject(...frameworks, ...more, ...clients);
const WEBHOOK = Buffer.from('a secret of the tests of webhooks');
const env = {
  SECRET: 'a secret of the tests that has 32 bytes and more',
  CLIENT_SECRET: 'appsecret',
  WEBHOOK_SECRET: `whsec_${WEBHOOK.toString('base64')}`,
};

/** The program below a heading, in the world of the test. */
async function placed(t, heading) {
  const program = new RegExp(`^###? ${heading}\n.*?^\`\`\`[jt]s\n(.*?)^\`\`\``, 'ms').exec(readme)[1];
  const [world, port] = [await World.start(t), await freePort()];
  const text = program
    .replaceAll('https://id.example', world.url)
    .replaceAll('https://stock.example', `${world.url}/orders`)
    .replace('8000', String(port));
  return { world, url: `http://127.0.0.1:${port}`, text };
}

/** What every quick start of the kit does. */
async function tryIt({ world, url }) {
  const refused = await askOnce(`${url}/orders`, {});
  assert.ok([401, 404].includes(refused.status));
  const made = await post(`${url}/orders`, { a: 1 }, world.bearer({ roles: ['editor'], plan: 'pro' }));
  assert.deepEqual([made.status < 300, made.body], [true, { a: 1 }], made.text);
  assert.equal(made.headers.get('strict-transport-security'), 'max-age=31536000');
  const denied = await post(`${url}/orders`, { a: 1 }, world.bearer({ plan: 'pro' }));
  assert.deepEqual([denied.status, denied.body.type], [403, 'urn:problem:permission_missing']);
  const anonymous = await post(`${url}/orders`, { a: 1 });
  assert.deepEqual([anonymous.status, anonymous.body.status], [401, 401]);
  assert.equal((await ask(`${url}/readyz`)).status, 200);
}

for (const name of ['Express', 'Fastify', 'Hono']) {
  test(`the kit with ${name} runs as printed`, async (t) => {
    const made = await placed(t, `Kit with ${name}`);
    writeFileSync(join(project, `kit-${name}.mjs`), made.text);
    startIn(t, project, env, `kit-${name}.mjs`);
    await tryIt(made);
    if (name !== 'Express') return;
    const page = await ask(`${made.url}/orders?limit=3`, { headers: made.world.bearer() });
    assert.deepEqual(page.body.items, [0, 1, 2]);
    assert.equal(page.headers.get('ratelimit'), '"caller";r=4;t=1');
  });
}

test('the kit with NestJS runs as printed', async (t) => {
  const made = await placed(t, 'Kit with NestJS');
  writeFileSync(join(project, 'kit-nest.mts'), made.text);
  const strict = ['--strict', '--skipLibCheck', '--experimentalDecorators', '--emitDecoratorMetadata'];
  const modules = ['--module', 'nodenext', '--target', 'es2023', '--types', 'node'];
  const tsc = join(here, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, ...strict, ...modules, 'kit-nest.mts'], { cwd: project, stdio: 'inherit' });
  startIn(t, project, env, 'kit-nest.mjs');
  await tryIt(made);
});

test('calls of other services run as printed', async (t) => {
  const { world, text } = await placed(t, 'Calling other services');
  const { authorization } = world.bearer();
  const request = `const request = new Request('${world.url}', { headers: { authorization: '${authorization}' } });\n`;
  writeFileSync(join(project, 'service.mjs'), text.replace(/^const client/m, `${request}const client`));
  // Not synchronously, as this process answers it.
  const program = spawn(process.execPath, ['service.mjs'], { cwd: project, env: { ...process.env, ...env } });
  let output = '';
  program.stdout.on('data', (part) => (output += part));
  await new Promise((resolve) => program.once('close', resolve));
  assert.match(output, /Bearer machine-1[\s\S]*Bearer ey[\s\S]*\nada\n/);
});

test('webhooks run as printed', async (t) => {
  const { url, text } = await placed(t, 'Webhooks');
  writeFileSync(join(project, 'webhooks.mjs'), text);
  startIn(t, project, env, 'webhooks.mjs');
  const [id, timestamp, body] = [randomUUID(), String(Math.floor(Date.now() / 1000)), '{"type":"user.created"}'];
  const signature = createHmac('sha256', WEBHOOK).update(`${id}.${timestamp}.${body}`).digest('base64');
  const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
  await askOnce(url, {});
  const send = () => ask(`${url}/hooks`, { method: 'POST', body, headers });
  assert.deepEqual([(await send()).status, (await send()).status], [204, 200]);
});

test('the Redis Stream is read as printed', async (t) => {
  const [{ text }, { client, url }] = [await placed(t, 'Redis Stream'), await startRedis(t)];
  const body = JSON.stringify({ id: '1', type: 'user.created', subject: 'ada' });
  await client.xAdd('credenza:events', '*', { id: '1', type: 'user.created', tenant: 't1', body });
  writeFileSync(join(project, 'stream.mjs'), text);
  const program = spawn(process.execPath, ['stream.mjs'], { cwd: project, env: { ...process.env, REDIS_URL: url } });
  let output = '';
  program.stdout.on('data', (part) => (output += part));
  await until(() => output.includes('user.created t1 ada'), 'an event');
  program.kill();
  assert.equal(await new Promise((resolve) => program.once('close', resolve)), 0);
});
