// What the core asks for is fetched once, without redirects, within its limits.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import { NeedsFetch, Validator } from '@credenza/validator';
import { TestIssuer } from '@credenza/validator/testing';

import { API, ISSUER, denial, pair } from './support.mjs';

const { version } = createRequire(import.meta.url)('../package.json');
const METADATA = `${ISSUER}/.well-known/openid-configuration`;
const KEYS = `${ISSUER}/jwks`;

/** A server on this machine that answers by `answer(path)`; the issuer behind it is made with its origin. */
async function served(t, answer) {
  const server = createServer((request, response) => answer(request.url, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.closeAllConnections() ?? server.close());
  const origin = `http://127.0.0.1:${server.address().port}`;
  const issuer = new TestIssuer(origin);
  const mint = () => issuer.mint({ audience: API });
  return { issuer, mint, origin, validator: new Validator({ issuer: origin, audience: API }) };
}

test('64 callers at once make one fetch of each kind', async () => {
  const { validator, mint, fetched } = pair();
  const token = mint();
  const all = await Promise.all(Array.from({ length: 64 }, () => validator.validate(token)));
  assert.equal(all.length, 64);
  assert.ok(all.every(({ sub }) => sub === 'user'));
  assert.deepEqual(fetched, [METADATA, KEYS]);
});

test('a235 unknown keys cause one fetch in a cool-down, and known ones go on', async () => {
  const { validator, mint, fetched, time } = pair();
  const token = mint();
  await validator.validate(token);
  const { mint: mintElsewhere } = pair();
  time.now += 31;
  for (let count = 0; count < 100; count += 1) {
    await assert.rejects(validator.validate(mintElsewhere()), denial('kid'));
  }
  assert.deepEqual(fetched, [METADATA, KEYS, KEYS]);
  assert.equal((await validator.validate(token)).sub, 'user');
});

test('keys that age are fetched in the background, once, while they serve', async () => {
  const { validator, mint, fetched, time } = pair();
  const token = mint({ lifetime: 10_000 });
  await validator.validate(token);
  time.now += 400;
  for (let count = 0; count < 10; count += 1) assert.equal(validator.validateSync(token).sub, 'user');
  await turn();
  assert.deepEqual(fetched, [METADATA, KEYS, KEYS]);
});

test('a237 a failure in the background is nobody’s rejection; old keys serve up to a limit, then none passes', async () => {
  let down = false;
  const { issuer, mint, time } = pair();
  const fetch = async (url) => {
    if (down) throw new Error('down');
    return issuer.fetch(url);
  };
  const validator = new Validator({ issuer: ISSUER, audience: API, fetch, clock: () => time.now * 1000 });
  const token = mint({ lifetime: 100_000 });
  await validator.validate(token);
  down = true;
  for (const age of [400, 700, 3500]) {
    time.now += age - (time.now % 100_000);
    assert.equal((await validator.validate(token)).sub, 'user', `age ${age}`);
    await turn();
  }
  time.now += 3700;
  await assert.rejects(validator.validate(token), (error) => denial('keys_unavailable')(error) && error.status === 503);
});

test('the global fetch is used by default, as it is at that time', async (t) => {
  const { issuer, mint, validator } = await served(t, async (path, response) => {
    const answer = await issuer.fetch(issuer.issuer + path);
    response.writeHead(answer.status).end(await answer.text());
  });
  assert.equal((await validator.validate(mint())).sub, 'user');
});

test('a236 redirects are not followed', async (t) => {
  let asked = 0;
  const { issuer, mint, validator } = await served(t, async (path, response) => {
    asked += 1;
    const answer = await issuer.fetch(issuer.issuer + path.replace('/moved', ''));
    if (path === '/jwks') response.writeHead(302, { location: '/moved/jwks' }).end();
    else response.writeHead(answer.status).end(await answer.text());
  });
  await assert.rejects(validator.validate(mint()), denial('keys_unavailable'));
  assert.equal(asked, 2);
});

test('a236 a hook that followed a redirect is not believed', async () => {
  const { issuer, mint } = pair();
  const fetch = async (url) => Object.defineProperty(await issuer.fetch(url), 'redirected', { value: true });
  const validator = new Validator({ issuer: ISSUER, audience: API, fetch });
  await assert.rejects(validator.validate(mint()), denial('keys_unavailable'));
});

test('a234 an answer that is too long is not read to its end', async (t) => {
  let written = 0;
  const { mint, validator } = await served(t, (_, response) => {
    const chunk = Buffer.alloc(64 * 1024, 32);
    const more = () => {
      while (written < 64 * 1024 * 1024 && response.write(chunk)) written += chunk.length;
    };
    response.on('drain', more);
    more();
  });
  await assert.rejects(validator.validate(mint()), denial('keys_unavailable'));
  assert.ok(written < 16 * 1024 * 1024, `${written} bytes`);
});

test('a236 a hook that never answers is given up', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const signals = [];
  const fetch = (_, { signal }) => new Promise(() => signals.push(signal));
  const validator = new Validator({ issuer: ISSUER, audience: API, fetch });
  const refused = assert.rejects(validator.validate(pair().mint()), denial('keys_unavailable'));
  while (signals.length < 2) {
    t.mock.timers.tick(5000);
    await turn();
  }
  t.mock.timers.tick(5000);
  await refused;
  assert.ok(signals.every((signal) => signal.aborted));
});

test('what a hook answers badly is a failure, and no error of its own', async () => {
  for (const answer of [undefined, null, 5, {}, { status: 200 }, new Response('{', { status: 200 })]) {
    const validator = new Validator({ issuer: ISSUER, audience: API, fetch: async () => answer });
    await assert.rejects(validator.validate(pair().mint()), denial('keys_unavailable'));
  }
  const throwing = () => {
    throw new Error('at once');
  };
  const validator = new Validator({ issuer: ISSUER, audience: API, fetch: throwing });
  await assert.rejects(validator.validate(pair().mint()), denial('keys_unavailable'));
});

test('the hook is called as fetch is', async () => {
  const { issuer, mint } = pair();
  const calls = [];
  const fetch = async (...call) => {
    calls.push(call);
    return issuer.fetch(call[0]);
  };
  const validator = new Validator({ issuer: ISSUER, audience: API, fetch });
  assert.equal((await validator.validate(mint({ lifetime: 1e9 })).catch((error) => error)).rule, 'iat');
  const [[url, { method, headers, body, redirect, signal }]] = calls;
  assert.equal(url, METADATA);
  assert.deepEqual(
    { method, headers, body, redirect },
    {
      method: 'GET',
      headers: [
        ['Accept', 'application/json'],
        ['User-Agent', `credenza-validator-node/${version}`],
      ],
      body: null,
      redirect: 'manual',
    },
  );
  assert.ok(signal instanceof AbortSignal);
});

test('rfc7662_2_1 introspection is a POST, and its answer the claims', async () => {
  const posts = [];
  const { issuer } = pair();
  const fetch = async (url, { method, body }) => {
    if (method === 'GET') return issuer.fetch(url);
    posts.push([url, body]);
    return new Response(JSON.stringify({ active: body.includes('good'), sub: 'ada', scope: 'read' }));
  };
  const introspection = { endpoint: `${ISSUER}/introspect`, clientId: 'api', clientSecret: 'secret' };
  const optionalClaims = ['aud'];
  const validator = new Validator({ issuer: ISSUER, audience: API, introspection, optionalClaims, fetch });
  assert.equal((await validator.validate('opaque-good', { scopes: ['read'] })).sub, 'ada');
  await assert.rejects(validator.validate('opaque-bad'), denial('inactive'));
  assert.equal(posts.length, 2);
  assert.throws(() => validator.validateSync('opaque-third'), NeedsFetch);
});
