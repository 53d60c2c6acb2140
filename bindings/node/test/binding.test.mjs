// Sender-constrained tokens, and the kinds of requests.

import assert from 'node:assert/strict';
import { createServer, get } from 'node:http';
import { once } from 'node:events';
import { test } from 'node:test';

import { certificateThumbprint } from '@credenza/validator';

import { API, denial, dpopClient, pair, pinned } from './support.mjs';

const REQUEST = { method: 'GET', url: `${API}/things?q=1` };

test('rfc9449_4_3 a bound token passes with a proof, once', async () => {
  const { validator, mint } = pair({ dpop: {} });
  const client = dpopClient();
  const token = mint({ claims: { cnf: { jkt: client.jkt } } });
  const request = { ...REQUEST, authorization: `DPoP ${token}`, dpop: client.proof(token) };
  const first = await validator.check(request, { bound: true });
  assert.ok(first.allowed, String(first));
  assert.equal(first.claims.cnf.jkt, client.jkt);
  assert.equal((await validator.check(request)).rule, 'dpop_replay');
  const again = await validator.check({ ...request, dpop: [client.proof(token)] });
  assert.ok(again.allowed);
});

test('rfc9449_7_2 a bound token is no bearer token', async () => {
  const { validator, mint } = pinned({ dpop: {} });
  const client = dpopClient();
  const token = mint({ claims: { cnf: { jkt: client.jkt } } });
  const request = { ...REQUEST, dpop: client.proof(token) };
  assert.equal(validator.checkSync({ ...request, authorization: `Bearer ${token}` }).rule, 'dpop_scheme');
  assert.throws(() => validator.validateSync(token), denial('dpop_scheme'));
  const other = { ...request, url: `${API}/others`, authorization: `DPoP ${token}` };
  assert.equal(validator.checkSync(other).rule, 'dpop_htu');
  const many = { ...request, authorization: `DPoP ${token}`, dpop: [client.proof(token), client.proof(token)] };
  assert.equal(validator.checkSync(many).rule, 'dpop_many');
  assert.ok(validator.checkSync({ ...request, authorization: `DPoP ${token}` }).allowed);
});

test('rfc9449_9 a nonce is asked for, taken, and answered anew before it is old', async () => {
  const { validator, mint, time } = pair({ dpop: { nonce: true } });
  const client = dpopClient();
  const token = mint({ claims: { cnf: { jkt: client.jkt } } });
  const request = (claims) => ({ ...REQUEST, authorization: `DPoP ${token}`, dpop: client.proof(token, claims) });
  const asked = await validator.check(request());
  assert.equal(asked.rule, 'dpop_nonce');
  assert.equal(asked.error, 'use_dpop_nonce');
  const nonce = asked.headers['DPoP-Nonce'];
  assert.equal(nonce, asked.dpopNonce);
  assert.ok((await validator.check(request({ nonce }))).allowed);
  time.now += 50;
  const late = await validator.check(request({ nonce, iat: time.now }));
  assert.ok(late.allowed);
  assert.notEqual(late.headers['DPoP-Nonce'], undefined);
  assert.notEqual(late.dpopNonce, nonce);
});

test('rfc8705_3 a token that is bound to a certificate passes with it alone', () => {
  const { validator, mint } = pinned();
  const der = Buffer.from('3003020105', 'hex');
  const pem = `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`;
  const name = certificateThumbprint(der);
  assert.equal(certificateThumbprint(pem), name);
  assert.throws(() => certificateThumbprint(''), /certificate/);
  const authorization = `Bearer ${mint({ claims: { cnf: { 'x5t#S256': name } } })}`;
  assert.ok(validator.checkSync({ authorization, certificateThumbprint: name }, { bound: true }).allowed);
  assert.equal(validator.checkSync({ authorization }).rule, 'certificate_missing');
  const other = certificateThumbprint(Buffer.from('00', 'hex'));
  assert.equal(validator.checkSync({ authorization, certificateThumbprint: other }).rule, 'certificate_binding');
});

test('checkRequest reads every line of a request of node:http', async (t) => {
  const { validator, mint } = pair({ dpop: {} });
  const server = createServer(async (request, response) => {
    const decision = await validator.checkRequest(request, undefined, { origin: API });
    response.writeHead(decision.allowed ? 200 : decision.status, decision.headers).end(decision.rule);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const ask = async (headers) => {
    const [response] = await once(
      get({ port: server.address().port, path: '/things?q=1', headers, agent: false }),
      'response',
    );
    return [response.statusCode, (await response.toArray()).join(''), response.headers['www-authenticate']];
  };
  const client = dpopClient();
  const token = mint({ claims: { cnf: { jkt: client.jkt } } });
  const authorization = `DPoP ${token}`;
  assert.deepEqual((await ask({ authorization, dpop: client.proof(token) }))[0], 200);
  assert.deepEqual((await ask({ Authorization: [authorization, authorization] })).slice(0, 2), [
    400,
    'credentials_many',
  ]);
  const twice = [client.proof(token), client.proof(token)];
  assert.deepEqual((await ask({ authorization, DPoP: twice })).slice(0, 2), [401, 'dpop_many']);
  const [status, rule, challenge] = await ask({});
  assert.deepEqual([status, rule], [401, 'token_missing']);
  assert.match(challenge, /^DPoP .*, Bearer$/);
});

test('checkRequest reads a Request', async () => {
  const { validator, mint } = pair({ dpop: {} });
  const client = dpopClient();
  const token = mint({ claims: { cnf: { jkt: client.jkt } } });
  const request = (...proofs) => {
    const headers = new Headers({ authorization: `DPoP ${token}` });
    proofs.forEach((proof) => headers.append('dpop', proof));
    return new Request('http://inside:8080/things', { headers });
  };
  const seen = { origin: API };
  assert.ok((await validator.checkRequest(request(client.proof(token)), {}, seen)).allowed);
  assert.equal((await validator.checkRequest(request(client.proof(token)))).rule, 'dpop_htu');
  const two = request(client.proof(token), client.proof(token));
  assert.equal((await validator.checkRequest(two, {}, seen)).rule, 'dpop_many');
  assert.equal((await validator.checkRequest(new Request(API))).rule, 'token_missing');
  const headers = new Headers([
    ['authorization', `DPoP ${token}`],
    ['authorization', `DPoP ${token}`],
  ]);
  assert.equal((await validator.checkRequest(new Request(API, { headers }))).rule, 'credentials_many');
});
