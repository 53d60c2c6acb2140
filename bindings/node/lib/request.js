'use strict';

// The parts of a request that a check reads, as the native part takes them.

function lines(value, name) {
  if (value === undefined || value === null) return [];
  const all = Array.isArray(value) ? value : [value];
  if (all.every((line) => typeof line === 'string')) return all;
  throw new TypeError(`${name} has to be a text, or a list of texts`);
}

function text(value, name, absent) {
  if (value === undefined || value === null) return absent;
  if (typeof value === 'string') return value;
  throw new TypeError(`${name} has to be a text`);
}

/** The parts in their native form. */
function nativeParts({ authorization, dpop, method, url, certificateThumbprint }) {
  return {
    authorization: lines(authorization, 'authorization'),
    dpop: lines(dpop, 'dpop'),
    method: text(method, 'method', ''),
    url: text(url, 'url', ''),
    certificateThumbprint: text(certificateThumbprint, 'certificateThumbprint', undefined),
  };
}

/** The token of a request with nothing else to check: the common case, which takes a faster path. */
function bearerAlone({ authorization, dpop, certificateThumbprint }) {
  if (authorization.length !== 1 || dpop.length > 0 || certificateThumbprint !== undefined) return undefined;
  const [field] = authorization;
  const token = field.slice('Bearer '.length);
  // White space at its ends, and a token that is none, the core judges by the whole field.
  return field.startsWith('Bearer ') && token !== '' && token.trim() === token ? token : undefined;
}

module.exports = { bearerAlone, nativeParts };
