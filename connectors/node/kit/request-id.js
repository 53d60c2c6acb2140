'use strict';

const { randomUUID } = require('node:crypto');

/** The field by which requests are known across services. */
const FIELD = 'X-Request-Id';
const ACCEPTED = /^[A-Za-z0-9._-]{1,128}$/;

/** The id of a request: its caller's, where that is one which can go into a log, or a new UUID. */
const requestIdOf = (given) => (typeof given === 'string' && ACCEPTED.test(given) ? given : randomUUID());

module.exports = { FIELD, requestIdOf };
