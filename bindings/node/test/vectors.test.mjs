// The cases that every language runs: tests/vectors/validator/README.md tells how they are written.
//
// Chart 282: The validator for Node | ESM and CommonJS, Node 20 and later, Linux; every vector

import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import { Denied, SettingsError, Validator, jose } from '@credenza/validator';

const folder = join(import.meta.dirname, '../../../tests/vectors/validator');

const camelCase = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());

/** Members by the names that JavaScript has for them; a key set is left as it is. */
function camelCased(value, name) {
  if (Array.isArray(value)) return value.map((item) => camelCased(item));
  if (typeof value !== 'object' || value === null || name === 'keys') return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [camelCase(key), camelCased(member, key)]));
}

/** How a client fails by each cause; by any other, like none that is known. */
const FAILURES = {
  timeout: () => new DOMException('late', 'TimeoutError'),
  cancelled: () => new DOMException('gone', 'AbortError'),
  connect: () => coded('ECONNREFUSED'),
  dns: () => coded('ENOTFOUND'),
  tls: () => coded('CERT_HAS_EXPIRED'),
  tls_name: () => coded('ERR_TLS_CERT_ALTNAME_INVALID'),
};

const coded = (code) => new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
const failureOf = (cause) => FAILURES[cause]?.() ?? new Error('out of reach');

/** An answer that the host itself finds fault with. */
const FAULTY = {
  redirect: () => Object.defineProperty(new Response('{}'), 'redirected', { value: true }),
  too_large: () => new Response(' '.repeat(1024 * 1024)),
};

/** Answers what a validator fetches. */
class Host {
  fetches = [];
  posts = [];
  #responses;
  #asked = new Map();
  #underWay = [];

  constructor(responses = {}) {
    this.#responses = responses;
  }

  fetch = (url, init) => {
    const answer = this.#answer(url, init);
    this.#underWay.push(answer.catch(() => {}));
    return answer;
  };

  /** Waits until what goes on in the background has ended. */
  async rest() {
    for (let last = -1; last !== this.#underWay.length;) {
      last = this.#underWay.length;
      await Promise.all(this.#underWay);
      await turn();
    }
  }

  resolve = async (issuer) => {
    const response = this.#next(`resolve:${issuer}`);
    return response.status === 404 ? undefined : camelCased(JSON.parse(response.body));
  };

  async remember(name, until) {
    assert.match(name, /^replay:/);
    assert.ok(until > 0);
    return this.#next('remember').status === 200;
  }

  /** The functions of the host that a case needs. */
  of(needs) {
    return { resolve: needs === 'resolve' ? this.resolve : undefined, replays: needs === 'remember' ? this : undefined };
  }

  #next(url) {
    this.fetches.push(url);
    const turns = [this.#responses[url] ?? { fails: true }].flat();
    const asked = this.#asked.get(url) ?? 0;
    this.#asked.set(url, asked + 1);
    const response = turns[asked] ?? turns.at(-1);
    if (response.fails && FAULTY[response.cause]) return FAULTY[response.cause]();
    if (response.fails) throw failureOf(response.cause);
    return response;
  }

  async #answer(url, { method, headers, body }) {
    if (method === 'POST') this.posts.push({ authorization: new Headers(headers).get('authorization'), body });
    const response = this.#next(url);
    if (response instanceof Response) return response;
    const fields = Object.entries({ 'content-type': response.content_type, 'cache-control': response.cache_control });
    const { status } = response;
    return new Response(response.body + ' '.repeat(response.padding ?? 0), {
      status,
      headers: fields.filter(([, value]) => value !== undefined),
    });
  }
}

/** The bearer token of a request that has nothing else. */
function bearer({ authorization = [], dpop = [], certificate_thumbprint: certificate }) {
  const alone = authorization.length === 1 && dpop.length === 0 && certificate === undefined;
  return alone ? /^Bearer ([^ \t]+)$/.exec(authorization[0])?.[1] : undefined;
}

/** How an access token is checked: by its request, or by itself where that is all there is. */
const WAYS = {
  check: (validator, { request = {}, requirement }) => validator.check(camelCased(request), camelCased(requirement)),
  validate: async (validator, step) => {
    const token = bearer(step.request ?? {});
    if (token === undefined) return WAYS.check(validator, step);
    try {
      return { allowed: true, claims: await validator.validate(token, camelCased(step.requirement)) };
    } catch (error) {
      if (error instanceof Denied) return error;
      throw error;
    }
  },
};

function decide(validator, step, way) {
  switch (step.check) {
    case 'id_token':
      return validator.checkIdToken(step.token, camelCased(step.expectations));
    case 'logout_token':
      return validator.checkLogoutToken(step.token);
    default:
      return WAYS[way](validator, step);
  }
}

const present = (members) => Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));

/** A decision as the files write it. */
function told(decision) {
  const { dpopNonce: dpop_nonce, wwwAuthenticate: www_authenticate } = decision;
  if (decision.allowed) return present({ allow: decision.claims, dpop_nonce });
  const { status, rule, error } = decision;
  return { deny: present({ status, www_authenticate, dpop_nonce, rule, error }) };
}

/** Whether a detail has all of these members. */
function assertDetail(detail, { trouble, ...members }, where) {
  for (const [name, value] of Object.entries(members)) assert.deepEqual(detail[name], value, `${name} ${where}`);
  for (const [name, value] of Object.entries(trouble ?? {})) {
    assert.deepEqual(detail.trouble?.[name], value, `trouble.${name} ${where}`);
  }
}

async function runSteps({ settings, responses, steps, needs }, way, cacheSize) {
  const host = new Host(responses);
  let now = 0;
  const options = { cacheSize, ...camelCased(settings), fetch: host.fetch, clock: () => now * 1000, ...host.of(needs) };
  const validator = new Validator(options);
  for (const [at, step] of steps.entries()) {
    now = step.now;
    [host.fetches, host.posts] = [[], []];
    const decision = await decide(validator, step, way);
    await host.rest();
    assert.deepEqual(told(decision), step.expected, `step ${at}`);
    if (step.detail !== undefined) assertDetail(decision.detail, step.detail, `of step ${at}`);
    assert.deepEqual(host.fetches, step.fetches ?? [], `fetches of step ${at}`);
    if (step.posts !== undefined) assert.deepEqual(host.posts, step.posts, `posts of step ${at}`);
  }
}

function runSettings({ settings, expected }) {
  assert.throws(
    () => new Validator(camelCased(settings)),
    (error) => {
      assert.ok(error instanceof SettingsError, String(error));
      return error.setting === camelCase(expected.settings_error);
    },
  );
}

function payloadOf({ jose: what, token, jwks, secret, key, algorithms }) {
  switch (what) {
    case 'verify':
      return jose.verify(token, jwks, algorithms);
    case 'verify_hmac':
      return jose.verifyHmac(token, Buffer.from(secret, 'base64url'), algorithms);
    default:
      return jose.decrypt(token, key?.alg, key?.pem);
  }
}

function runJose(vector) {
  if (vector.expected.refused) assert.throws(() => payloadOf(vector));
  else assert.equal(Buffer.from(payloadOf(vector)).toString('base64url'), vector.expected.payload);
}

async function run(vector) {
  if (vector.jose !== undefined) return runJose(vector);
  if (vector.steps === undefined) return runSettings(vector);
  await runSteps(vector, 'check', undefined);
  await runSteps(vector, 'validate', undefined);
  await runSteps(vector, 'validate', 16);
}

assert.ok(existsSync(folder), 'the vectors are missing');
for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
  const { section, cases } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  describe(`${file}: ${section}`, () => {
    for (const vector of cases) test(vector.name, () => run(vector));
  });
}
