// A sender of webhooks, as Standard Webhooks has it.
import { createHmac, createPublicKey, generateKeyPairSync, randomBytes, randomUUID, sign } from 'node:crypto';

/** A secret of HMAC-SHA256, as `whsec_…`. */
export function newSecret(bytes = randomBytes(24)) {
  return {
    text: `whsec_${bytes.toString('base64')}`,
    sign: (input) => `v1,${createHmac('sha256', bytes).update(input).digest('base64')}`,
  };
}

/** A key pair of Ed25519, whose public half is `whpk_…`. */
export function newKeyPair() {
  const { privateKey } = generateKeyPairSync('ed25519');
  const raw = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
  return {
    text: `whpk_${raw.toString('base64')}`,
    sign: (input) => `v1a,${sign(null, Buffer.from(input), privateKey).toString('base64')}`,
  };
}

/** An event as the provider words it. */
export const newEvent = (type, data = {}, id = randomUUID()) => ({
  specversion: '1.0',
  id,
  source: 'credenza',
  type,
  subject: 'x',
  time: new Date().toISOString(),
  datacontenttype: 'application/json',
  tenantid: 'acme',
  data,
});

/** A signed message: `{ id, headers, body }`. `change` alters id, timestamp, body or signature after signing. */
export function message(
  signers,
  event,
  { age = 0, names = 'webhook', change = {}, body = JSON.stringify(event) } = {},
) {
  const timestamp = String(Math.floor(Date.now() / 1000) - age);
  const signature = [signers]
    .flat()
    .map((signer) => signer.sign(`${event.id}.${timestamp}.${body}`))
    .join(' ');
  const sent = { id: event.id, timestamp, signature, body, ...change };
  const fields = { id: sent.id, timestamp: sent.timestamp, signature: sent.signature };
  const headers = { 'Content-Type': 'application/cloudevents+json' };
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) headers[`${names}-${name}`] = value;
  return { id: event.id, headers, body: sent.body };
}
