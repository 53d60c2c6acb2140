'use strict';

const { createHash, randomBytes } = require('node:crypto');

/** A random text of 256 bits, which can stand in a cookie or a URL. */
const random = () => randomBytes(32).toString('base64url');

/** A text by which something can be found again, and which does not tell what it is. */
const hashOf = (...parts) => createHash('sha256').update(JSON.stringify(parts)).digest('base64url');

module.exports = { hashOf, random };
