'use strict';

// What seals cursors.

const { hkdfSync } = require('node:crypto');

const { Sealer, decrypt } = require('../lib/sealed.js');

const [NONCE, TAG] = [12, 16];

/** Opens a cursor that was sealed before each had a key of its own: a nonce, the tag, and the ciphertext. */
function openEarlier(secret, context, bytes) {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'credenza pages', 32));
  const [nonce, tag] = [bytes.subarray(0, NONCE), bytes.subarray(NONCE, NONCE + TAG)];
  return decrypt(key, context, { nonce, tag, ciphertext: bytes.subarray(NONCE + TAG) });
}

/** Seals cursors, by a secret as the sealer's rule says. */
const cursorSealer = (secret) => new Sealer(secret, 'credenza pages 1', { openEarlier });

module.exports = { cursorSealer };
