// What a developer and an operator hear: details, channels, lines of a log, and what is wrong at the start.

import assert from 'node:assert/strict';
import { channel } from 'node:diagnostics_channel';
import { test } from 'node:test';

import { IssuerError, SettingsError, Validator } from '@credenza/validator';

import { API, ISSUER, NOW, pair, pinned } from './support.mjs';

/** A logger that keeps its lines. */
function recorder() {
  const lines = [];
  return {
    lines,
    warn: (...words) => lines.push(['warn', ...words]),
    info: (...words) => lines.push(['info', ...words]),
  };
}

function listenTo(t, name) {
  const heard = [];
  const listener = (message) => heard.push(message);
  channel(name).subscribe(listener);
  t.after(() => channel(name).unsubscribe(listener));
  return heard;
}

test('a denial says what was found and what was wanted, but not to the client', async () => {
  const { validator, mint } = pinned();
  const denied = await validator.check({ authorization: `Bearer ${mint({ typ: 'JWT' })}` });
  assert.equal(denied.detail.member, 'typ');
  assert.deepEqual([denied.detail.found, denied.detail.wanted], [['JWT'], ['at+jwt']]);
  assert.match(denied.detail.reason, /typ.*JWT.*at\+jwt/);
  assert.equal(denied.detail.iss, ISSUER);
  for (const sent of [JSON.stringify(denied), JSON.stringify(denied.headers)]) assert.ok(!sent.includes('JWT'), sent);
  assert.deepEqual(JSON.parse(JSON.stringify(denied)), {
    status: 401,
    rule: 'typ',
    section: denied.section,
    error: 'invalid_token',
  });
});

test('a cause that lasts is one line a minute, and each cause has its own', () => {
  const logger = recorder();
  const { validator, mint, time } = pinned({ logger });
  const tokens = [mint({ typ: 'JWT' }), mint({ audience: 'https://other.example' })];
  const refuse = () =>
    tokens.forEach((token) => assert.equal(validator.checkSync({ authorization: `Bearer ${token}` }).allowed, false));
  for (let count = 0; count < 100; count += 1) refuse();
  assert.deepEqual(
    logger.lines.map(([level]) => level),
    ['info', 'info'],
  );
  assert.match(logger.lines[0][1], /^credenza: denied by typ \(RFC 8725 section 3\.11\): .*"JWT"/);
  assert.match(logger.lines[1][1], /denied by aud .*other\.example/);
  time.now += 59;
  refuse();
  assert.equal(logger.lines.length, 2);
  time.now += 1;
  refuse();
  assert.equal(logger.lines.length, 4);
  assert.ok(tokens.every((token) => !JSON.stringify(logger.lines).includes(token)));
});

test('trouble with the issuer is a warning with its cause', async () => {
  const logger = recorder();
  const { mint } = pair();
  const fetch = async () => new Response('no', { status: 403 });
  const validator = new Validator({ issuer: ISSUER, audience: API, fetch, clock: () => NOW * 1000, logger });
  const token = mint();
  for (let count = 0; count < 5; count += 1) {
    const denied = await validator.check({ authorization: `Bearer ${token}` });
    assert.deepEqual([denied.status, denied.detail.trouble.status], [503, 403], JSON.stringify(denied.detail));
  }
  const warnings = logger.lines.filter(([, line]) => line.includes('http_status'));
  assert.ok(warnings.length > 0 && warnings.every(([level, line]) => level === 'warn' && line.includes('403')));
  assert.equal(new Set(warnings.map(([, line]) => line)).size, warnings.length);
});

test('a logger that fails turns nobody away, and one that is none makes no validator', () => {
  const failing = () => {
    throw new Error('the disk is full');
  };
  const { validator, mint } = pinned({ logger: { warn: failing, info: failing } });
  assert.equal(validator.checkSync({ authorization: 'Bearer x' }).allowed, false);
  assert.equal(validator.validateSync(mint()).sub, 'user');
  const silent = pinned({ logger: { warn: failing } });
  assert.equal(silent.validator.checkSync({ authorization: 'Bearer x' }).allowed, false);
  for (const logger of [null, 'console', {}, { warn: true }, () => {}]) {
    assert.throws(
      () => pinned({ logger }),
      (error) => error instanceof SettingsError && error.setting === 'logger',
    );
  }
  assert.ok(pinned({ logger: console }));
});

test('every denial and every trouble is published on its channel', async (t) => {
  const [denials, troubles] = [listenTo(t, 'credenza:denied'), listenTo(t, 'credenza:trouble')];
  const { validator, mint } = pinned();
  for (let count = 0; count < 3; count += 1) validator.checkSync({ authorization: `Bearer ${mint({ typ: 'JWT' })}` });
  assert.deepEqual(
    denials.map(({ issuer, denied }) => [issuer, denied.rule]),
    Array(3).fill([ISSUER, 'typ']),
  );
  assert.equal(validator.validateSync(mint()).sub, 'user');
  assert.equal(denials.length, 3);
  const fetch = async () => new Response('<html>', { headers: { 'content-type': 'text/html' } });
  const other = new Validator({ issuer: ISSUER, audience: API, fetch });
  assert.equal((await other.check({ authorization: `Bearer ${mint()}` })).status, 503);
  assert.ok(troubles.length > 0);
  assert.ok(troubles.every(({ issuer, trouble }) => issuer === ISSUER && trouble.cause === 'html'));
});

test('ready says at the start what is wrong', async () => {
  const good = pair();
  const token = good.mint();
  await good.validator.ready();
  assert.equal(good.fetched.length, 2);
  assert.equal(good.validator.validateSync(token).sub, 'user');
  await good.validator.ready();
  assert.equal(good.fetched.length, 2);
  await pinned().validator.ready();

  const answers = {
    http_status: () => new Response('', { status: 500 }),
    issuer_mismatch: async () => new Response(JSON.stringify({ issuer: `${ISSUER}/`, jwks_uri: `${ISSUER}/jwks` })),
    connect: async () => {
      throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    },
    cancelled: async () => {
      throw new DOMException('gone', 'AbortError');
    },
  };
  for (const [cause, fetch] of Object.entries(answers)) {
    const validator = new Validator({ issuer: ISSUER, audience: API, fetch });
    await assert.rejects(validator.ready(), (error) => {
      assert.ok(error instanceof IssuerError, String(error));
      assert.equal(error.trouble.cause, cause);
      assert.match(error.message, new RegExp(cause));
      return true;
    });
  }
});

test('a caller who stops waiting is no failure of the issuer', async () => {
  const { issuer, mint, time } = pair();
  const gates = [];
  const fetch = async (url) => {
    await new Promise((open) => gates.push(open));
    return issuer.fetch(url);
  };
  const validator = new Validator({ issuer: ISSUER, audience: API, fetch, clock: () => time.now * 1000 });
  const [token, stop] = [mint(), new AbortController()];
  const request = { authorization: `Bearer ${token}` };
  const stopped = [
    validator.validate(token, {}, { signal: stop.signal }),
    validator.check(request, {}, { signal: stop.signal }),
    validator.ready({ signal: stop.signal }),
  ].map((call) => assert.rejects(call, { name: 'AbortError' }));
  const waiting = validator.validate(token);
  stop.abort();
  await Promise.all(stopped);
  await assert.rejects(validator.check(request, {}, { signal: stop.signal }), { name: 'AbortError' });
  assert.equal(gates.length, 1);
  gates[0]();
  while (gates.length < 2) await new Promise(setImmediate);
  gates[1]();
  assert.equal((await waiting).sub, 'user');
  assert.equal((await validator.check(request, {}, { signal: stop.signal })).allowed, true);
});

test('a client that was cancelled is no failure of the issuer, and is asked once more', async () => {
  const { issuer, mint } = pair();
  let [asked, cancelled] = [0, true];
  const fetch = async (url) => {
    asked += 1;
    if (cancelled) throw new DOMException('the program ends', 'AbortError');
    return issuer.fetch(url);
  };
  const validator = new Validator({ issuer: ISSUER, audience: API, fetch, clock: () => NOW * 1000 });
  const denied = await validator.check({ authorization: `Bearer ${mint()}` });
  assert.deepEqual([denied.status, denied.detail.trouble.cause, asked], [503, 'cancelled', 2]);
  cancelled = false;
  assert.equal((await validator.validate(mint())).sub, 'user');
});

test('errors of settings name them as JavaScript does', () => {
  const good = { issuer: ISSUER, audience: API };
  for (const [options, setting, reason] of [
    [{ maxTokenAge: 'x' }, 'maxTokenAge', /whole number/],
    [{ maxTokenAge: 1.5 }, 'maxTokenAge', /whole number/],
    [{ maxTokenAge: Infinity }, 'maxTokenAge', /finite/],
    [{ leeway: '30' }, 'leeway', /whole number/],
    [{ keyCache: { refreshAfter: true } }, 'keyCache.refreshAfter', /whole number/],
    [{ keyCache: { refreshAfter: NaN } }, 'keyCache.refreshAfter', /finite/],
    [{ dpop: { maxAge: [] } }, 'dpop.maxAge', /whole number/],
    [{ allowHttp: 1 }, 'allowHttp', /true or false/],
    [{ decryptionKeys: [{ alg: 'ECDH-ES', pem: 5 }] }, 'decryptionKeys.0.pem', /text/],
    [{ profile: 'other' }, 'profile', /one of/],
    [{ dpop: 5 }, 'dpop', /object/],
  ]) {
    assert.throws(
      () => new Validator({ ...good, ...options }),
      (error) => {
        assert.ok(error instanceof SettingsError, String(error));
        assert.equal(error.setting, setting, error.message);
        assert.match(error.message, reason);
        return !error.message.includes('_');
      },
      JSON.stringify(options),
    );
  }
  assert.throws(() => new Validator({}), /^SettingsError: issuer/);
});
