// Webhooks as Standard Webhooks has them, or with the names of Svix.
import { createHmac, createPublicKey, timingSafeEqual, verify } from 'node:crypto';

import { makes } from '../mutation.mjs';
import { dropFeatures } from './access.mjs';
import { config } from './config.mjs';
import { Problem } from './problem.mjs';

const TOLERANCE = 300;
const ED25519 = Buffer.from('302a300506032b6570032100', 'hex');

const rawOf = (secret) => Buffer.from(secret.slice(secret.indexOf('_') + 1), 'base64');
const withPrefix = (prefix) => config.webhookSecrets.filter((secret) => secret.startsWith(prefix));
const secrets = withPrefix('whsec_').map(rawOf);
const keys = withPrefix('whpk_').map((key) =>
  createPublicKey({ key: Buffer.concat([ED25519, rawOf(key)]), format: 'der', type: 'spki' }),
);

const byMac = (input, signature) =>
  secrets.some((secret) => {
    const mac = createHmac('sha256', secret).update(input).digest();
    return mac.length === signature.length && timingSafeEqual(mac, signature);
  });
const byKey = (input, signature) => keys.some((key) => verify(null, input, key, signature));
const VERSIONS = new Map([
  ['v1', byMac],
  ['v1a', byKey],
]);

function isSigned(input, field) {
  if (makes('webhook-signature-not-compared')) return field !== undefined;
  return field.split(' ').some((one) => {
    const [version, signature = ''] = one.split(',');
    return VERSIONS.get(version)?.(input, Buffer.from(signature, 'base64')) ?? false;
  });
}

function verified({ headers }, body) {
  const names = headers['webhook-id'] !== undefined ? 'webhook' : 'svix';
  const [id, timestamp, signature] = ['id', 'timestamp', 'signature'].map((name) => headers[`${names}-${name}`]);
  const refusal = new Problem(400, 'invalid_signature');
  if (!id || !/^[0-9]+$/.test(timestamp ?? '') || signature === undefined) throw refusal;
  const isNear = Math.abs(Date.now() / 1000 - Number(timestamp)) <= TOLERANCE || makes('webhook-timestamp-ignored');
  if (!isNear) throw refusal;
  const signed = makes('webhook-parsed-before') ? JSON.stringify(JSON.parse(body)) : body;
  if (!isSigned(Buffer.from(`${id}.${timestamp}.${signed}`), signature)) throw refusal;
  return id;
}

const seen = new Set();

/** `POST /hooks/credenza`: the status. */
export function receive(request, body) {
  const id = verified(request, body);
  if (seen.has(id) && !makes('webhook-handled-again')) return 200;
  let event;
  try {
    event = JSON.parse(body);
  } catch {
    throw new Problem(400, 'invalid_json');
  }
  if (makes('webhook-handled-again')) handledAgain.push(id);
  seen.add(id);
  if (event.type === 'features.changed') dropFeatures(event.data?.plan);
  return 204;
}

const handledAgain = [];

/** The ids that were handled, in order. */
export const handled = () => (makes('webhook-handled-again') ? handledAgain : [...seen]);
