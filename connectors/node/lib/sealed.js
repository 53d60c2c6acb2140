'use strict';

// Values that leave this program sealed, in cookies, URLs and stores: encrypted and authenticated by AES-256-GCM, and bound to
// the name they are kept under.

const { createCipheriv, createDecipheriv, hkdfSync, randomBytes } = require('node:crypto');

const LEAST = 32;
const [SALT, TAG] = [16, 16];

/** What a secret is, for those who were given another. */
const RULE = `has to be a random text of ${LEAST} bytes at least, or a list of such texts`;

/** The bytes of each secret; undefined where one is too short, or there is none. */
function secretsOf(secret) {
  const all = [secret ?? []].flat().map((one) => (typeof one === 'string' ? Buffer.from(one) : one));
  const isRight = all.length > 0 && all.every((one) => one instanceof Uint8Array && one.length >= LEAST);
  return isRight ? all : undefined;
}

/**
 * Key and nonce of one message. Each message has its own, from a random salt: the number of messages is not bounded by the
 * 96 bits that a nonce has beside one key.
 */
function keysOf(secret, salt, purpose) {
  const bytes = Buffer.from(hkdfSync('sha256', secret, salt, purpose, 44));
  return { key: bytes.subarray(0, 32), nonce: bytes.subarray(32) };
}

/** The text in `parts`: nonce, ciphertext and tag. Throws where another key has sealed it, or for another name. */
function decrypt(key, name, { nonce, ciphertext, tag }) {
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG });
  decipher.setAAD(Buffer.from(name)).setAuthTag(tag);
  return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString();
}

/** Seals with the first of the secrets, and opens what any of them has sealed, so that secrets can be replaced. */
class Sealer {
  #secrets;
  #purpose;
  #openers;

  /**
   * `secret` is as `RULE` says. `purpose` tells apart what one secret seals. `openEarlier(secret, name, bytes)` opens what
   * versions before have sealed in another format, and throws at anything else.
   */
  constructor(secret, purpose, { openEarlier } = {}) {
    this.#secrets = secretsOf(secret);
    if (this.#secrets === undefined) throw new TypeError(`secret ${RULE}`);
    this.#purpose = purpose;
    this.#openers = [(...told) => this.#open(...told), ...(openEarlier ? [openEarlier] : [])];
  }

  /** The text for a value of JSON, which can be opened under the same name alone. */
  seal(name, value) {
    const salt = randomBytes(SALT);
    const { key, nonce } = keysOf(this.#secrets[0], salt, this.#purpose);
    const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG }).setAAD(Buffer.from(name));
    const parts = [salt, cipher.update(JSON.stringify(value)), cipher.final(), cipher.getAuthTag()];
    return Buffer.concat(parts).toString('base64url');
  }

  /** The value; undefined for a text that none of the secrets has sealed under this name. */
  open(name, text) {
    if (typeof text !== 'string') return undefined;
    const bytes = Buffer.from(text, 'base64url');
    if (bytes.length <= SALT + TAG || bytes.toString('base64url') !== text) return undefined;
    for (const secret of this.#secrets) {
      for (const open of this.#openers) {
        try {
          return JSON.parse(open(secret, name, bytes));
        } catch {
          // Another secret may have sealed it.
        }
      }
    }
    return undefined;
  }

  #open(secret, name, bytes) {
    const { key, nonce } = keysOf(secret, bytes.subarray(0, SALT), this.#purpose);
    return decrypt(key, name, { nonce, ciphertext: bytes.subarray(SALT, -TAG), tag: bytes.subarray(-TAG) });
  }
}

module.exports = { RULE, Sealer, decrypt, secretsOf };
