'use strict';

// Why a fetch has failed, by the names that the core has for it. Clients tell that by codes of Node, of OpenSSL or of
// undici, and wrap them into each other.

/** A failure that was found here, with its cause. */
class Failure extends Error {
  constructor(cause, message) {
    super(message);
    this.failure = cause;
  }
}

const CAUSES = [
  ['tls_name', /^(ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/],
  [
    'tls',
    /^(ERR_TLS|ERR_SSL|CERT_|CRL_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|EPROTO)/,
  ],
  ['dns', /^(ENOTFOUND|EAI_|ENODATA|ESERVFAIL)/],
  ['timeout', /^(ETIMEDOUT|UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT)$/],
  // undici's ABORTED is a proxy that refuses to connect.
  ['connect', /^(ECONN|EHOST|ENET|EPIPE|EADDR|EACCES|UND_ERR_(SOCKET|CLOSED|DESTROYED|ABORTED))/],
];

/** The error and those within it, from the outside in; causes may form a circle. */
function chain(error) {
  const all = [];
  for (let next = error; next instanceof Error && !all.includes(next);) {
    all.push(next);
    next = next.cause ?? next.errors?.[0];
  }
  return all;
}

const named = (code) => CAUSES.find(([, codes]) => codes.test(code))?.[0];

/** The cause of a failed fetch, and what its client said of it. */
function readFailure(error) {
  const errors = chain(error);
  const found = errors.find((it) => it instanceof Failure);
  if (found !== undefined) return { cause: found.failure, message: found.message };
  const known = errors.find(({ code }) => typeof code === 'string' && named(code) !== undefined);
  if (known !== undefined) return { cause: named(known.code), message: `${known.code}: ${known.message}` };
  const message = errors.length > 0 ? errors.map((it) => it.message).join(': ') : String(error);
  const names = errors.map(({ name }) => name);
  if (names.includes('TimeoutError')) return { cause: 'timeout', message };
  return { cause: names.includes('AbortError') ? 'cancelled' : 'other', message };
}

module.exports = { Failure, readFailure };
