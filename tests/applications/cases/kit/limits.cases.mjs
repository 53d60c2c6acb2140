// Chart 967
import { randomUUID } from 'node:crypto';

import { equal, header, ok, problem, status } from '../../runner/expect.mjs';
import { test } from '../../runner/suite.mjs';
import { call, eventually, post, sleep, tokenFor } from './steps.mjs';

const TYPE = { 'Content-Type': 'application/json' };
const textOf = (bytes) => `"${'x'.repeat(bytes - 2)}"`;
const raw = (t, path, body, more = {}) => call(t, path, { method: 'POST', headers: TYPE, body, ...more });

test('a body of 1,024 bytes is taken, and one more is not', { setup: 'one' }, async (t) => {
  equal((await post(t, '/echo', { a: [1, 'é'] })).json(), { a: [1, 'é'] }, 'the echo');
  status(await raw(t, '/echo', textOf(1024)), 200, '1,024 bytes');
  problem(await raw(t, '/echo', textOf(1025)), 413, 'body_too_large', '1,025 bytes');
});

test('a body in chunks is counted', { setup: 'one' }, async (t) => {
  status(await raw(t, '/echo', textOf(1024), { chunked: true }), 200, '1,024 bytes');
  problem(await raw(t, '/echo', textOf(1025), { chunked: true }), 413, 'body_too_large', '1,025 bytes');
});

test('a route’s own body limit replaces the outer one', { setup: 'one' }, async (t) => {
  for (const chunked of [false, true]) {
    status(await raw(t, '/upload', textOf(65_536), { chunked }), 200, '65,536 bytes');
    problem(await raw(t, '/upload', textOf(65_537), { chunked }), 413, 'body_too_large', '65,537 bytes');
  }
});

test('what is no JSON is refused', { setup: 'one' }, async (t) => {
  for (const body of ['{', '', '{"a":1,}', 'nothing', '{"a":1}{"b":2}'])
    problem(await raw(t, '/echo', body), 400, 'invalid_json', `body ${body}`);
  status(await raw(t, '/echo', '{"a":1}'), 200, 'JSON');
});

test('another media type is refused', { setup: 'one' }, async (t) => {
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jsonx',
    'multipart/form-data; boundary=a',
  ]) {
    problem(
      await call(t, '/echo', { method: 'POST', headers: { 'Content-Type': type }, body: '{"a":1}' }),
      415,
      undefined,
      type,
    );
  }
  status(
    await raw(t, '/echo', '{"a":1}', { headers: { 'Content-Type': 'application/json; charset=utf-8' } }),
    200,
    'with a charset',
  );
});

test('a request that takes too long is answered 503', { setup: 'one' }, async (t) => {
  status(await call(t, '/slow?ms=20'), 200, '20 ms');
  const begun = Date.now();
  const answer = await call(t, '/slow?ms=8000');
  problem(answer, 503, 'timeout', '8 s');
  header(answer, 'retry-after', /^\d+$/);
  const took = Date.now() - begun;
  ok(took >= 250 && took < 6_000, 'milliseconds until the answer', took);
});

test('a route’s own timeout replaces the outer one', { setup: 'one' }, async (t) => {
  status(await call(t, '/slower?ms=500'), 200, '500 ms');
  problem(await call(t, '/slower?ms=8000'), 503, 'timeout', '8 s');
});

const many = (count, work) => Promise.all(Array.from({ length: count }, (_, at) => work(at)));
const limited = (t, token, instance = 0) => call(t, '/limited', { token, instance });
const accepted = (answers) => answers.filter((answer) => status(answer, [200, 429], '/limited').status === 200).length;

/** Repeats an experiment on a window of time that may begin in the midst of it. */
async function counts(expected, what, experiment) {
  const found = [];
  for (let tries = 0; tries < 4; tries += 1) {
    found.push(await experiment());
    if (found.at(-1) === expected) return;
  }
  ok(false, `${what}: ${expected} accepted`, found);
}

test('a caller has five requests in two seconds', { setup: ['one', 'redis'] }, async (t) => {
  await counts(5, 'of nine', async () => {
    const token = tokenFor(t);
    return accepted(await many(9, () => limited(t, token)));
  });
});

test('the limits are told', { setup: ['one', 'redis'] }, async (t) => {
  const token = tokenFor(t);
  const answer = status(await limited(t, token), 200, 'the first');
  header(answer, 'ratelimit-policy', '"caller";q=5;w=2, "tenant";q=20;w=2');
  header(answer, 'ratelimit', /^"caller";r=4;t=[012], "tenant";r=19;t=[012]$/);
});

test('a refusal says when to come back, and then it is true', { setup: ['one', 'redis'] }, async (t) => {
  const token = tokenFor(t);
  const answers = await many(16, () => limited(t, token));
  const refused = answers.find((answer) => answer.status === 429);
  ok(
    refused,
    'one of sixteen is refused',
    answers.map((answer) => answer.status),
  );
  problem(refused, 429, 'rate_limited', '429');
  header(refused, 'retry-after', /^[12]$/);
  header(refused, 'ratelimit', /"caller";r=0;/);
  await sleep(Number(refused.headers['retry-after']) * 1000 + 1_100);
  status(await limited(t, token), 200, 'after that time');
});

test('callers do not use up each other’s requests', { setup: 'one' }, async (t) => {
  const token = tokenFor(t);
  await many(9, () => limited(t, token));
  status(await limited(t, tokenFor(t)), 200, 'another caller');
});

test('another token is no other caller', { setup: 'one' }, async (t) => {
  await counts(5, 'of nine, each with a token of its own', async () => {
    const who = { sub: `same-${randomUUID()}`, tenant: randomUUID() };
    return accepted(await many(9, () => limited(t, tokenFor(t, who))));
  });
});

test('the callers of a tenant have twenty requests in two seconds', { setup: ['one', 'redis'] }, async (t) => {
  await counts(20, 'of thirty', async () => {
    const tenant = `tenant-${randomUUID()}`;
    const tokens = Array.from({ length: 10 }, () => tokenFor(t, { tenant }));
    return accepted(await many(30, (at) => limited(t, tokens[at % 10])));
  });
});

test('instances share the limits', { setup: 'redis' }, async (t) => {
  await counts(5, 'of ten at two instances', async () => {
    const token = tokenFor(t);
    return accepted(await many(10, (at) => limited(t, token, at % 2)));
  });
});

test('limits go on in memory while Redis is lost', { attacks: ['A251'], setup: 'redis' }, async (t) => {
  status(await limited(t, tokenFor(t)), 200, 'before');
  await t.wire.cut();
  status(await limited(t, tokenFor(t)), 200, 'without Redis');
  await counts(5, 'of nine without Redis', async () => {
    const token = tokenFor(t);
    return accepted(await many(9, () => limited(t, token)));
  });
  const unready = await eventually(async () => {
    const answer = await call(t, '/readyz');
    return answer.status === 503 && answer;
  }, 10_000);
  ok(unready, '/readyz is 503');
  ok(unready.json().checks.redis !== 'ok' && unready.json().checks.issuer === 'ok', 'checks', unready.text);
  await t.wire.mend();
  ok(
    await eventually(async () => (await call(t, '/readyz')).status === 200, 15_000),
    '/readyz is 200 when Redis is back',
  );
  // Each instance finds that out for itself, and not with each request.
  const areShared = async () => {
    const token = tokenFor(t);
    return accepted(await many(10, (at) => limited(t, token, at % 2))) === 5;
  };
  ok(await eventually(areShared, 10_000), 'of ten at two instances, when Redis is back: 5 accepted');
});
