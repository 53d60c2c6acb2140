// Chart 985

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { BadRequestException, InternalServerErrorException, NotImplementedException } from '@nestjs/common';
import { Features, Log, MemoryCounters, Pages, Problem, problemOf, RateLimits } from '@credenza/connectors/kit';
import { Kit } from '@credenza/connectors/kit/express';
import express from 'express';
import { HTTPException } from 'hono/http-exception';

import { ask, post } from './kit/applications.mjs';
import { serve } from './support.mjs';

const silent = () => new Log({ write: () => {} });

/** An exchange of a caller. */
const exchangeOf = (caller) => {
  const fields = {};
  return {
    caller,
    path: '/x',
    query: new URLSearchParams(),
    fields,
    setHeader: (name, value) => (fields[name] = value),
  };
};

test('errors of frameworks keep the status of a mistake, and say what was meant for clients alone', () => {
  const told = (error) => {
    const { status, problem, detail } = problemOf(error);
    return [status, problem, detail];
  };
  assert.deepEqual(told(new BadRequestException(['a is missing', 'b is missing'])), [
    400,
    undefined,
    'a is missing; b is missing',
  ]);
  assert.deepEqual(told(new NotImplementedException('not here')), [501, undefined, undefined]);
  assert.deepEqual(told(new InternalServerErrorException('inside')), [500, 'internal_error', undefined]);
  assert.deepEqual(told(new HTTPException(409, { message: 'taken' })), [409, undefined, 'taken']);
  assert.deepEqual(told(Object.assign(new Error('meant'), { status: 418, expose: true })), [418, undefined, 'meant']);
  assert.deepEqual(told(Object.assign(new Error('inside'), { status: 404 })), [404, undefined, undefined]);
  const odd = Object.assign(new Error('inside'), { type: 'constructor' });
  for (const error of [
    odd,
    new Error('inside'),
    Object.assign(new Error('inside'), { status: 502 }),
    'inside',
    undefined,
  ]) {
    assert.deepEqual(told(error), [500, 'internal_error', undefined]);
  }
  const own = new Problem(409, 'name_taken', { detail: 'ada', members: { name: 'ada' } });
  assert.deepEqual(own.body('1'), {
    type: 'urn:problem:name_taken',
    title: 'Conflict',
    status: 409,
    detail: 'ada',
    request_id: '1',
    name: 'ada',
  });
});

test('another parser is held to the limit too, and what a handler sets stays', async (t) => {
  const kit = new Kit({ bodyLimit: 100, log: silent() });
  const app = express();
  app.use(kit.start());
  app.use(express.json());
  app.post('/', (request, response) => response.json(request.body));
  app.get('/page', (_request, response) => response.type('html').send('<p>'));
  app.get('/own', (_request, response) => {
    response.writeHead(200, { 'Content-Security-Policy': "default-src 'self'", 'Referrer-Policy': 'origin' }).end();
  });
  app.get('/half', (_request, response) => {
    response.write('half');
    throw new Error('inside');
  });
  app.use(kit.errors());
  const url = await serve(t, (await import('node:http')).createServer(app));
  assert.deepEqual((await post(url, { a: 1 })).body, { a: 1 });
  const large = await post(url, { a: 'x'.repeat(100) });
  assert.deepEqual([large.status, large.body.type], [413, 'urn:problem:body_too_large']);
  const bad = await ask(url, { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } });
  assert.deepEqual([bad.status, bad.body.type], [400, 'urn:problem:invalid_json']);
  assert.equal((await ask(`${url}/page`)).headers.get('content-security-policy'), null);
  const { headers } = await ask(`${url}/own`);
  assert.equal(headers.get('content-security-policy'), "default-src 'self'");
  assert.equal(headers.get('referrer-policy'), 'origin');
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
  await assert.rejects(ask(`${url}/half`), TypeError);
});

test('a log has the stack of an error and of its cause, and never fails', () => {
  const lines = [];
  const log = new Log({ write: (line) => lines.push(JSON.parse(line)), level: 'warn' });
  log.info({}, 'too little');
  log.error({ err: new Error('outer', { cause: new Error('inner') }) }, 'failed');
  const ring = {};
  ring.ring = ring;
  log.warn({ ring, big: 1n }, 'a ring');
  assert.equal(lines.length, 2);
  assert.match(lines[0].err.stack, /outer[\s\S]*caused by: Error: inner/);
  assert.deepEqual([lines[1].message, typeof lines[1].unwritable], ['a ring', 'string']);
});

test('features are stale rather than absent, and an answer from before a change is not kept', async () => {
  let now = 0;
  let answer = async () => ({ exports: true });
  let calls = 0;
  const load = (plan) => {
    calls += 1;
    return answer(plan);
  };
  const features = new Features({ load, clock: () => now });
  assert.deepEqual(await features.of('pro'), { exports: true });
  now = 299_000;
  await features.of('pro');
  assert.equal(calls, 1);
  now = 301_000;
  answer = async () => {
    throw new Error('down');
  };
  assert.deepEqual(await features.of('pro'), { exports: true });
  await features.of('pro');
  assert.equal(calls, 2);
  features.drop('pro');
  await assert.rejects(features.of('pro'), { status: 503, problem: 'features_unavailable' });
  answer = async () => [];
  await assert.rejects(features.of('pro'), { status: 503 });
  let finish;
  answer = () => new Promise((resolve) => (finish = resolve));
  const early = features.of('pro');
  features.drop('pro');
  const late = features.of('pro');
  const finishLate = finish;
  answer = async () => ({ exports: false });
  finishLate({ exports: 'new' });
  assert.deepEqual(await late, { exports: 'new' });
  void early;
  assert.deepEqual(await features.of('pro'), { exports: 'new' });
  assert.throws(() => new Features({}), TypeError);
});

test('a caller who is refused takes nothing from others of the tenant', async () => {
  let now = 0;
  const limits = [
    { name: 'caller', quota: 2, window: 10 },
    { name: 'tenant', quota: 4, window: 10 },
  ];
  const gate = new RateLimits({ limits, counters: new MemoryCounters({ clock: () => now }) }).gate();
  const pass = async (sub) => {
    const exchange = exchangeOf({ sub, tenant: 't', claims: { iss: 'i' } });
    const error = await gate(exchange).then(
      () => undefined,
      (it) => it,
    );
    return { ...exchange.fields, status: error?.status ?? 200, retryAfter: error?.headers['Retry-After'] };
  };
  for (let count = 0; count < 2; count += 1) assert.equal((await pass('ada')).status, 200);
  now = 4500;
  for (let count = 0; count < 5; count += 1) {
    const { status, retryAfter } = await pass('ada');
    assert.deepEqual([status, retryAfter], [429, '6']);
  }
  assert.equal((await pass('bob')).RateLimit, '"caller";r=1;t=10, "tenant";r=1;t=6');
  assert.equal((await pass('bob')).status, 200);
  assert.equal((await pass('eve')).status, 429);
  now = 10_000;
  assert.equal((await pass('eve')).status, 200);
  const nobody = exchangeOf(null);
  await gate(nobody);
  assert.deepEqual(nobody.fields, {});
  assert.throws(() => new RateLimits({ limits: [{ name: 'address', quota: 1, window: 1 }] }), TypeError);
});

test('a cursor of a secret from before opens, and one of another secret does not', () => {
  const [old, current, other] = ['o', 'c', 'x'].map((letter) => letter.repeat(32));
  const cursorBy = (secret) => new Pages({ secret }).of(exchangeOf(null)).envelope([], { at: 7 }).next_cursor;
  const read = (cursor) => {
    const exchange = exchangeOf(null);
    exchange.query.set('cursor', cursor);
    return new Pages({ secret: [current, old] }).of(exchange).position;
  };
  assert.deepEqual(read(cursorBy(old)), { at: 7 });
  assert.deepEqual(read(cursorBy(current)), { at: 7 });
  assert.throws(() => read(cursorBy(other)), { problem: 'invalid_cursor' });
  assert.throws(() => new Pages({ secret: 'short' }), /secret/);
});
