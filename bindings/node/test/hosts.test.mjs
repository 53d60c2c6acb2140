// Fetches over real connections: what is sent, what is decoded, through which proxy, trusting whom, and why they fail.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTls } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';

import { SettingsError, Validator } from '@credenza/validator';
import { TestIssuer } from '@credenza/validator/testing';

import { listen, serve } from './project.mjs';
import { API, pair } from './support.mjs';

const file = (name) => join(import.meta.dirname, 'certificates', name);
const TLS = { cert: readFileSync(file('server.pem')), key: readFileSync(file('server-key.pem')) };

/** An issuer behind `answer(request, response, body)`, where `body` is what the issuer would answer. */
async function issuerBehind(t, answer) {
  const made = {};
  const port = await listen(t, async (request, response) => {
    const fine = await made.issuer.fetch(made.issuer.issuer + request.url);
    response.statusCode = fine.status;
    await answer(request, response, Buffer.from(await fine.text()));
  });
  made.issuer = new TestIssuer(`http://127.0.0.1:${port}`);
  made.mint = () => made.issuer.mint({ audience: API });
  return made;
}

async function issuerWithTls(t) {
  const made = {};
  const server = createTls(TLS, async (request, response) => {
    response.end(await (await made.issuer.fetch(made.issuer.issuer + request.url)).text());
  });
  made.port = await serve(t, server);
  made.issuer = new TestIssuer(`https://localhost:${made.port}`);
  made.mint = () => made.issuer.mint({ audience: API });
  return made;
}

/** Sets variables of the environment for one test. */
function environment(t, variables) {
  const before = Object.keys(variables).map((name) => [name, process.env[name]]);
  Object.assign(process.env, variables);
  t.after(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });
}

const validatorFor = ({ issuer }, options) => new Validator({ issuer: issuer.issuer, audience: API, ...options });
const troubleOf = async (made, options) => {
  const decision = await validatorFor(made, options).check({ authorization: `Bearer ${made.mint()}` });
  assert.deepEqual([decision.status, decision.rule], [503, 'keys_unavailable'], String(decision));
  return decision.detail.trouble;
};

test('a host is told who asks', async (t) => {
  const agents = new Set();
  const made = await issuerBehind(t, (request, response, body) => {
    agents.add(request.headers['user-agent']);
    response.end(body);
  });
  assert.equal((await validatorFor(made).validate(made.mint())).sub, 'user');
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  assert.deepEqual([...agents], [`credenza-validator-node/${version}`]);
});

for (const [coding, encode] of Object.entries({ gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync })) {
  test(`an answer by ${coding} is decoded`, async (t) => {
    const made = await issuerBehind(t, (_, response, body) =>
      response.writeHead(200, { 'content-encoding': coding }).end(encode(body)),
    );
    assert.equal((await validatorFor(made).validate(made.mint())).sub, 'user');
  });
}

test('a234 what is decoded counts, not what was sent', async (t) => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 32));
  assert.ok(bomb.length < 100 * 1024);
  const made = await issuerBehind(t, (_, response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
  );
  const before = process.memoryUsage().arrayBuffers;
  assert.equal((await troubleOf(made)).cause, 'too_large');
  assert.ok(process.memoryUsage().arrayBuffers - before < 16 * 1024 * 1024);
});

test('a236 a redirect is refused with that word, wherever it leads', async (t) => {
  for (const status of [301, 302, 307, 308]) {
    let asked = 0;
    const made = await issuerBehind(t, (request, response) => {
      asked += 1;
      response.writeHead(status, { location: `/moved${request.url}` }).end();
    });
    const { cause, url } = await troubleOf(made);
    assert.equal(cause, 'redirect');
    assert.ok(url.startsWith(made.issuer.issuer), url);
    // Both places of the metadata, and no place that an answer names.
    assert.equal(asked, 2);
  }
});

const ANSWERS = {
  http_status: (response) => response.writeHead(403).end('no'),
  html: (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><p>Sign in</p>'),
  not_json: (response) => response.end('keys'),
  malformed: (response) => response.end('{}'),
  connect: (response) => response.destroy(),
};

for (const [cause, answer] of Object.entries(ANSWERS)) {
  test(`trouble by ${cause} says so`, async (t) => {
    const made = await issuerBehind(t, (_, response) => answer(response));
    const trouble = await troubleOf(made);
    assert.equal(trouble.cause, cause, JSON.stringify(trouble));
    assert.equal(trouble.status, cause === 'http_status' ? 403 : trouble.status);
  });
}

test('an issuer whose metadata differ by a slash is told so', async (t) => {
  const made = await issuerBehind(t, ({ url }, response, body) => {
    const isMetadata = url === '/.well-known/openid-configuration';
    response.end(isMetadata ? JSON.stringify({ ...JSON.parse(body), issuer: `${made.issuer.issuer}/` }) : body);
  });
  const { cause, hint } = await troubleOf(made);
  assert.equal(cause, 'issuer_mismatch');
  assert.match(hint, /slash/);
});

test('nobody there, and no such host', async (t) => {
  const gone = createServer();
  const port = await serve(t, gone);
  gone.close();
  const nobody = { issuer: new TestIssuer(`http://127.0.0.1:${port}`) };
  const nowhere = { issuer: new TestIssuer('https://host.invalid') };
  for (const made of [nobody, nowhere]) made.mint = () => made.issuer.mint({ audience: API });
  assert.equal((await troubleOf(nobody)).cause, 'connect');
  assert.equal((await troubleOf(nowhere)).cause, 'dns');
});

test('a CA file is trusted beside the others; without it TLS fails, and a certificate for another name does always', async (t) => {
  const made = await issuerWithTls(t);
  assert.equal((await troubleOf(made)).cause, 'tls');
  assert.equal((await validatorFor(made, { caFile: file('ca.pem') }).validate(made.mint())).sub, 'user');
  const other = { issuer: new TestIssuer(`https://127.0.0.1:${made.port}`) };
  other.mint = () => other.issuer.mint({ audience: API });
  assert.equal((await troubleOf(other, { caFile: file('ca.pem') })).cause, 'tls_name');
});

test('a CA file that is none makes no validator', () => {
  const options = { issuer: 'https://id.example', audience: API };
  for (const caFile of [join(tmpdir(), 'absent.pem'), file('server-key.pem'), tmpdir(), '', 5, null]) {
    assert.throws(
      () => new Validator({ ...options, caFile }),
      (error) => error instanceof SettingsError && error.setting === 'caFile',
    );
  }
  const both = { ...options, caFile: file('ca.pem'), fetch: globalThis.fetch };
  assert.throws(() => new Validator(both), /caFile/);
  assert.ok(new Validator({ ...options, caFile: file('ca.pem') }));
});

/** A proxy that connects to a port of this machine, whatever it is asked for. */
async function proxy(t, to) {
  const asked = [];
  const server = createServer().on('connect', (request, socket) => {
    asked.push(request.url);
    const through = connect(to, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      through.pipe(socket).pipe(through);
    });
    for (const end of [socket, through]) end.on('error', () => [socket, through].forEach((it) => it.destroy()));
  });
  return { asked, url: `http://127.0.0.1:${await serve(t, server)}` };
}

test('the proxies of the environment are used, and NO_PROXY says where not', async (t) => {
  const made = await issuerWithTls(t);
  const through = await proxy(t, made.port);
  environment(t, { HTTPS_PROXY: through.url, HTTP_PROXY: through.url, NO_PROXY: '' });
  const options = { caFile: file('ca.pem') };
  assert.equal((await validatorFor(made, options).validate(made.mint())).sub, 'user');
  assert.deepEqual(new Set(through.asked), new Set([`localhost:${made.port}`]));
  // Without a CA file too: there it is the certificate that fails.
  assert.equal((await troubleOf(made)).cause, 'tls');
  const count = through.asked.length;
  assert.ok(count > 1);
  process.env.NO_PROXY = 'localhost';
  assert.equal((await validatorFor(made, options).validate(made.mint())).sub, 'user');
  assert.equal(through.asked.length, count);
});

test('a proxy that is not there is trouble, and no way around it', async (t) => {
  const made = await issuerBehind(t, (_, response, body) => response.end(body));
  environment(t, { HTTP_PROXY: 'http://127.0.0.1:9', NO_PROXY: '' });
  assert.equal((await troubleOf(made)).cause, 'connect');
  process.env.NO_PROXY = '127.0.0.1';
  assert.equal((await validatorFor(made).validate(made.mint())).sub, 'user');
});

test('a global fetch that was replaced is used, proxy or not', async (t) => {
  environment(t, { HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: '' });
  const { issuer, mint } = pair();
  t.mock.method(globalThis, 'fetch', issuer.fetch);
  const validator = new Validator({ issuer: issuer.issuer, audience: API, clock: () => 1_800_000_000_000 });
  assert.equal((await validator.validate(mint())).sub, 'user');
});
