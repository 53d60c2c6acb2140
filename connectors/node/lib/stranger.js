'use strict';

// Refuses tokens of issuers that nobody here knows. A validator reads `iss` only once the signature is verified, for
// which it may fetch; and a stranger's token is no reason to ask anybody. So the answer is that of a validator to a
// token of its own making, in which nothing but `iss` is wrong: challenge and status are what they would be.

const { createHmac } = require('node:crypto');
const { Validator } = require('@credenza/validator');

const { withoutStore } = require('./config.js');

const NAME = 'https://nobody.invalid';
const CLAIMS = { iss: 'https://stranger.invalid', sub: 'stranger', client_id: 'stranger', aud: NAME, jti: 'stranger' };
/** The end of the year 2999. */
const NEVER = 32_503_679_999;

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

function decoded(part) {
  try {
    return Object(JSON.parse(Buffer.from(part ?? '', 'base64url').toString()));
  } catch {
    return {};
  }
}

function signed(secret) {
  const input = `${encoded({ typ: 'at+jwt', alg: 'HS256' })}.${encoded({ ...CLAIMS, iat: 0, exp: NEVER })}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

/** What a log is told: what the token says of itself, where it says so in the right kind. */
function detailOf(token, issuers) {
  const [{ kid }, { iss, exp }] = token.split('.').map(decoded);
  const named = {
    kid: typeof kid === 'string' ? kid : undefined,
    iss: typeof iss === 'string' ? iss : undefined,
    exp: typeof exp === 'number' ? exp : undefined,
  };
  const reason = `iss: found ${JSON.stringify(named.iss) ?? 'nothing'}, wanted one of ${JSON.stringify(issuers)}`;
  return {
    reason,
    member: 'iss',
    problem: 'other',
    found: named.iss === undefined ? [] : [named.iss],
    wanted: issuers,
    ...named,
  };
}

/** Stands where a validator would. */
class Stranger {
  #validator;
  #token;
  #issuers;

  constructor(issuers, secret) {
    const [{ realm, resourceMetadata, dpop, clock }] = issuers;
    const settings = { issuer: NAME, audience: NAME, realm, resourceMetadata, dpop: withoutStore(dpop), clock };
    this.#validator = new Validator({ ...settings, secret });
    this.#token = signed(secret);
    this.#issuers = issuers.map(({ issuer }) => issuer);
  }

  async check(given, requirement, seen, field) {
    const [scheme, token] = field?.split(/ +/) ?? [];
    if (token === undefined) return this.#validator.check(given, requirement, seen);
    const decision = await this.#validator.check({ authorization: `${scheme} ${this.#token}` }, requirement);
    if (decision.rule === 'iss') decision.detail = detailOf(token, this.#issuers);
    return decision;
  }
}

module.exports = { Stranger };
