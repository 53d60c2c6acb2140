// Who calls: access tokens of RFC 9068, by ES256.
import { createPublicKey, verify } from 'node:crypto';

import { makes } from '../mutation.mjs';
import { config } from './config.mjs';
import { Problem } from './problem.mjs';

let keys = [];

/** Fetches the keys of the issuer; throws where that fails. */
export async function fetchKeys() {
  const document = await (await fetch(`${config.issuer}/.well-known/openid-configuration`)).json();
  keys = (await (await fetch(document.jwks_uri)).json()).keys;
}

/** Whether the keys are there. */
export const hasKeys = () => keys.length > 0;

const refusal = (description) =>
  new Problem(401, undefined, {
    headers: {
      'WWW-Authenticate': description ? `Bearer error="invalid_token", error_description="${description}"` : 'Bearer',
    },
  });

async function keyOf(kid) {
  const known = () => keys.find((key) => key.kid === kid);
  if (known()) return known();
  try {
    await fetchKeys();
  } catch {
    throw new Problem(503, 'issuer_unavailable', { headers: { 'Retry-After': '5' } });
  }
  return known();
}

function read(token) {
  try {
    const [header, payload, signature] = token.split('.');
    const json = (part) => JSON.parse(Buffer.from(part, 'base64url'));
    return {
      fields: json(header),
      claims: json(payload),
      input: `${header}.${payload}`,
      signature: Buffer.from(signature, 'base64url'),
    };
  } catch {
    throw refusal('not a JWT');
  }
}

async function demandSignature({ fields, input, signature }) {
  const jwk = fields.alg === 'ES256' ? await keyOf(fields.kid) : undefined;
  const key = jwk && { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' };
  if (!key || !verify('sha256', Buffer.from(input), key, signature)) throw refusal('signature');
}

/** The claims of the caller's token; throws a `Problem`. */
export async function callerOf({ headers }) {
  const [, token] = /^Bearer (.+)$/i.exec(headers.authorization ?? '') ?? [];
  if (!token) throw refusal();
  const { fields, claims, ...signed } = read(token);
  await demandSignature({ fields, ...signed });
  const isMeant = [claims.aud].flat().includes(config.audience) || makes('audience-ignored');
  const isGood = fields.typ === 'at+jwt' && claims.iss === config.issuer && isMeant && claims.exp > Date.now() / 1000;
  if (!isGood) throw refusal('not for this service');
  return { ...claims, token };
}
