'use strict';

// Webhooks as Standard Webhooks signs them: those of Credenza, of Svix, and of whoever uses Svix (Clerk).

const { createHmac, createPublicKey, timingSafeEqual, verify } = require('node:crypto');

const { Problem } = require('../kit/problem.js');
const { MemorySeen } = require('./seen.js');

/** How old a message may be, and how far its clock may be ahead, in seconds. */
const TOLERANCE = 300;
/** How many signatures of a message are looked at. */
const MOST = 20;
/** What stands before the 32 bytes of an Ed25519 key in a SubjectPublicKeyInfo (RFC 8410 section 4). */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

const invalid = (detail) => new Problem(400, 'invalid_signature', { detail });

/** The bytes of base64; undefined for what is none. */
function decoded(text) {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}

/** What checks signatures by one secret: the version, and whether a signature is that of a message. */
function checkOf(secret) {
  const [, kind, text] = /^(whsec|whpk)_(.+)$/s.exec(secret ?? '') ?? [];
  const bytes = decoded(text ?? '');
  if (kind === 'whpk' && bytes?.length === 32) {
    const key = createPublicKey({ key: Buffer.concat([SPKI, bytes]), format: 'der', type: 'spki' });
    return { version: 'v1a', isOf: (signature, message) => verify(null, message, key, signature) };
  }
  if (kind !== 'whsec' || bytes === undefined || bytes.length < 16) {
    throw new TypeError('secrets have to begin with whsec_ or whpk_, with base64 after that');
  }
  const isOf = (signature, message) => {
    const own = createHmac('sha256', bytes).update(message).digest();
    return own.length === signature.length && timingSafeEqual(own, signature);
  };
  return { version: 'v1', isOf };
}

/** The three fields of a message, by the names of Standard Webhooks or those of Svix. */
function fieldsOf(header) {
  const [id, timestamp, signature] = ['id', 'timestamp', 'signature'].map(
    (name) => header(`webhook-${name}`) ?? header(`svix-${name}`),
  );
  if (!/^[^\s.]{1,256}$/.test(id ?? '')) throw invalid('the id is missing or malformed');
  if (!/^\d{1,12}$/.test(timestamp ?? '')) throw invalid('the timestamp is missing or malformed');
  return { id, timestamp, signatures: (signature ?? '').split(' ').slice(0, MOST) };
}

/** Reads fields of a request of Node, of the Fetch standard, an exchange, or of an object of fields. */
function headerOf(given) {
  if (typeof given === 'function') return given;
  if (typeof given?.get === 'function') return (name) => given.get(name) ?? undefined;
  return (name) => [given[name]].flat()[0];
}

/** Verifies messages, and sees to it that each is handled once. */
class Webhooks {
  #checks;
  #tolerance;
  #seen;
  #clock;

  /** `secrets`: `whsec_…` or `whpk_…`, any of which may have signed; `tolerance` in seconds; `seen`: in memory by default. */
  constructor({ secrets, tolerance = TOLERANCE, seen = new MemorySeen(), clock = () => Date.now() }) {
    this.#checks = [secrets ?? []].flat().map(checkOf);
    if (this.#checks.length === 0) throw new TypeError('secrets are needed');
    this.#tolerance = tolerance;
    this.#seen = seen;
    this.#clock = clock;
  }

  /** The message of a body as it came (bytes) and its fields; throws 400 `invalid_signature`. */
  verify(body, headers) {
    if (!(body instanceof Uint8Array))
      throw new TypeError('a webhook is verified by the bytes of its body as they came');
    const { id, timestamp, signatures } = fieldsOf(headerOf(headers));
    const age = Math.abs(this.#clock() / 1000 - Number(timestamp));
    const message = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
    if (!signatures.some((signature) => this.#isSigned(signature, message))) throw invalid('no signature is good');
    if (age > this.#tolerance) throw invalid('the message is too old, or of the future');
    return { id, timestamp: Number(timestamp), event: parsed(body) };
  }

  /**
   * Verifies a message and handles it, unless that was done: resolves to the status of the answer. A message whose handler
   * fails is handled when it comes again; one that somebody is handling is answered 409, so that it does.
   */
  async receive(body, headers, handle) {
    const message = this.verify(body, headers);
    const found = await this.#seen.claim(message.id);
    if (found === 'seen') return 200;
    if (found === 'busy') throw new Problem(409, 'being_handled', { headers: { 'Retry-After': '1' } });
    try {
      await handle(message.event, message);
    } catch (error) {
      await this.#seen.release(message.id);
      throw error;
    }
    await this.#seen.done(message.id);
    return 204;
  }

  #isSigned(signature, message) {
    const [version, text = ''] = signature.split(/,(.*)/s);
    const bytes = decoded(text);
    if (bytes === undefined) return false;
    return this.#checks.some((check) => check.version === version && check.isOf(bytes, message));
  }
}

/** The event that a body is; it is read once its signature was good. */
function parsed(body) {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    throw new Problem(400, 'invalid_json', { cause });
  }
}

module.exports = { Webhooks };
