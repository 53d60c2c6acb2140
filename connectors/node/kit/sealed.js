'use strict';

// Values that clients keep and give back, and can neither read nor change: AES-256-GCM.

const { createCipheriv, createDecipheriv, hkdfSync, randomBytes } = require('node:crypto');

const LEAST = 32;
const [IV, TAG] = [12, 16];

/** A key for one purpose, of a secret that may have several. */
function keyOf(secret, purpose) {
  const bytes = Buffer.from(secret ?? '');
  if (bytes.length < LEAST) throw new TypeError(`secret has to have ${LEAST} bytes at least`);
  return Buffer.from(hkdfSync('sha256', bytes, '', purpose, 32));
}

/** Seals by the first secret, and opens by any of them, so that secrets can be replaced. */
class Sealer {
  #keys;

  constructor(secrets, purpose) {
    this.#keys = [secrets].flat().map((secret) => keyOf(secret, purpose));
    if (this.#keys.length === 0) throw new TypeError('secret is needed');
  }

  /** Seals a text for a context: elsewhere it does not open. */
  seal(text, context) {
    const iv = randomBytes(IV);
    const cipher = createCipheriv('aes-256-gcm', this.#keys[0], iv).setAAD(Buffer.from(context));
    const sealed = [cipher.update(text, 'utf8'), cipher.final()];
    return Buffer.concat([iv, cipher.getAuthTag(), ...sealed]).toString('base64url');
  }

  /** The text, or undefined where it is not one that was sealed for this context. */
  open(sealed, context) {
    const bytes = Buffer.from(sealed, 'base64url');
    if (bytes.length < IV + TAG || bytes.toString('base64url') !== sealed) return undefined;
    for (const key of this.#keys) {
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV), { authTagLength: TAG });
        decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(IV, IV + TAG));
        return decipher.update(bytes.subarray(IV + TAG), undefined, 'utf8') + decipher.final('utf8');
      } catch {
        // Another key may have sealed it.
      }
    }
    return undefined;
  }
}

module.exports = { Sealer };
