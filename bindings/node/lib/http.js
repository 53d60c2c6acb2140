'use strict';

// The HTTP client: the global `fetch`, as it is at that time, so that it can be replaced. It knows neither proxies nor
// further authorities in every version of Node: where these are asked for, undici's, which is the same in all.

const { readFileSync } = require('node:fs');
const { X509Certificate } = require('node:crypto');
const { getCACertificates, rootCertificates } = require('node:tls');

const { SettingsError } = require('./errors.js');

const globalFetch = globalThis.fetch;

/** Whether the environment names a proxy. */
const hasProxy = () => ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY'].some((name) => process.env[name]);

/** The certificates in a file of PEM. */
function readCertificates(path) {
  if (typeof path !== 'string') throw new SettingsError('caFile', 'has to be the path of a file');
  try {
    const blocks = readFileSync(path, 'utf8').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
    blocks?.forEach((pem) => new X509Certificate(pem));
    if (blocks !== null) return blocks;
  } catch (error) {
    throw new SettingsError('caFile', `cannot be read (${error.code ?? error.message})`);
  }
  throw new SettingsError('caFile', 'has no certificate in it');
}

/** A fetch that goes through the proxies of the environment, and trusts these authorities beside Node's. */
function withAgent(certificates) {
  // Loaded here, as most services need none of it.
  const { EnvHttpProxyAgent, fetch } = require('undici');
  const usual = getCACertificates?.('default') ?? rootCertificates;
  const tls = certificates && { ca: [...usual, ...certificates] };
  const dispatcher = new EnvHttpProxyAgent({ connect: tls, requestTls: tls, proxyTls: tls });
  return (url, init) => fetch(url, { ...init, dispatcher });
}

/** The client of a validator; the file is read at once, so that a wrong one shows at the start. */
function httpClient(caFile) {
  const certificates = caFile === undefined ? undefined : readCertificates(caFile);
  let own;
  return (url, init) => {
    const replaced = globalThis.fetch !== globalFetch;
    if (certificates === undefined && (replaced || !hasProxy())) return globalThis.fetch(url, init);
    own ??= withAgent(certificates);
    return own(url, init);
  };
}

module.exports = { httpClient };
