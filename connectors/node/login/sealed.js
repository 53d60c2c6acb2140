'use strict';

// Values that leave this program sealed: encrypted and authenticated by AES-256-GCM, bound to the name they are kept under.

const { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } = require('node:crypto');

const SALT = 16;
const TAG = 16;
const INFO = 'credenza login 1';

/** A random text of 256 bits, which can stand in a cookie or a URL. */
const random = () => randomBytes(32).toString('base64url');

/** A text by which something can be found again, and which does not tell what it is. */
const hashOf = (...parts) => createHash('sha256').update(JSON.stringify(parts)).digest('base64url');

/**
 * Key and nonce of one message. Each message has its own, from a random salt: the number of messages is not bounded by the
 * 96 bits that a nonce has beside one key.
 */
function keysOf(secret, salt) {
  const bytes = Buffer.from(hkdfSync('sha256', secret, salt, INFO, 44));
  return { key: bytes.subarray(0, 32), nonce: bytes.subarray(32) };
}

/** Seals with the first of the secrets, and opens what any of them has sealed. */
class Sealer {
  #secrets;

  constructor(secrets) {
    this.#secrets = secrets;
  }

  /** The text for a value of JSON, which can be opened under the same name alone. */
  seal(name, value) {
    const salt = randomBytes(SALT);
    const { key, nonce } = keysOf(this.#secrets[0], salt);
    const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG }).setAAD(Buffer.from(name));
    const parts = [salt, cipher.update(JSON.stringify(value)), cipher.final(), cipher.getAuthTag()];
    return Buffer.concat(parts).toString('base64url');
  }

  /** The value; undefined for a text that none of the secrets has sealed under this name. */
  open(name, text) {
    if (typeof text !== 'string' || !/^[\w-]+$/.test(text)) return undefined;
    const bytes = Buffer.from(text, 'base64url');
    if (bytes.length <= SALT + TAG) return undefined;
    for (const secret of this.#secrets) {
      const opened = openWith(secret, name, bytes);
      if (opened !== undefined) return opened;
    }
    return undefined;
  }
}

function openWith(secret, name, bytes) {
  const { key, nonce } = keysOf(secret, bytes.subarray(0, SALT));
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG }).setAAD(Buffer.from(name));
    decipher.setAuthTag(bytes.subarray(-TAG));
    return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(SALT, -TAG)), decipher.final()]).toString());
  } catch {
    return undefined;
  }
}

module.exports = { Sealer, hashOf, random };
