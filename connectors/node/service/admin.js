'use strict';

// What all parts of the provider's admin API share.

const { randomUUID } = require('node:crypto');

const { NotFound } = require('./errors.js');
const { Service } = require('./service.js');
const { ClientToken } = require('./token.js');

/** The admin API of an issuer, called with tokens for this scope. */
function adminOf({ issuer, scope, timeout, fetch: custom, ...client }) {
  const base = String(issuer ?? '').replace(/\/+$/, '');
  const token = new ClientToken({ issuer, scope, resource: `${base}/admin`, fetch: custom, ...client });
  return new Service({ url: `${base}/admin/v1`, token, timeout, fetch: custom });
}

/** A request that makes something, once: with the same key, it may be repeated. */
function creating(body, { idempotencyKey = randomUUID() } = {}) {
  return { method: 'POST', headers: { 'Idempotency-Key': idempotencyKey }, body };
}

/** An id as one part of a path. Dots alone would be a step in it, whatever is done to encode them, and are nobody's id. */
function segment(id) {
  if (/^\.{0,2}$/.test(String(id))) throw new NotFound('there is no such id', { type: 'not-found' });
  return encodeURIComponent(id);
}

module.exports = { adminOf, creating, segment };
