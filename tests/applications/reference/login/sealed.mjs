// Values that only this application can read and write: AES-256-GCM with the cookie's name as associated data.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

import { makes } from '../mutation.mjs';
import { config } from './config.mjs';

const keys = config.secrets.map((secret) =>
  Buffer.from(hkdfSync('sha256', secret, '', 'cookies of the application', 32)),
);
const BYTES = { nonce: 12, tag: 16 };

const associated = (name) => Buffer.from(makes('cookie-name-not-bound') ? '' : name);

/** Seals a value under the first secret. */
export function seal(name, value) {
  const text = JSON.stringify(value);
  if (makes('cookie-not-encrypted')) return Buffer.from(text).toString('base64url');
  const nonce = randomBytes(BYTES.nonce);
  const cipher = createCipheriv('aes-256-gcm', keys[0], nonce).setAAD(associated(name));
  const sealed = Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]);
  return sealed.toString('base64url');
}

function openedBy(key, name, bytes) {
  const nonce = bytes.subarray(0, BYTES.nonce);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: BYTES.tag }).setAAD(associated(name));
  decipher.setAuthTag(bytes.subarray(-BYTES.tag));
  const text = decipher.update(bytes.subarray(BYTES.nonce, -BYTES.tag)).toString();
  if (!makes('cookie-tag-not-checked')) decipher.final();
  return JSON.parse(text);
}

/** Opens what one of the secrets sealed; undefined for everything else. */
export function open(name, text) {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text) return undefined;
  if (makes('cookie-not-encrypted')) return attempt(() => JSON.parse(bytes));
  for (const key of makes('old-secrets-ignored') ? keys.slice(0, 1) : keys) {
    const value = attempt(() => openedBy(key, name, bytes));
    if (value !== undefined) return value;
  }
  return undefined;
}

function attempt(work) {
  try {
    return work();
  } catch {
    return undefined;
  }
}
