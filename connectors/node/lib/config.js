'use strict';

// What a guard is told: a few settings of its own, and those of the validators behind it, under the validators' names.

const { SettingsError } = require('@credenza/validator');

/** What is an issuer's own; the rest of the settings is about this service, whoever issues a token. */
const OWN = [
  ...[
    'clientId',
    'clientIds',
    'tenants',
    'profile',
    'algorithms',
    'secret',
    'secretText',
    'keys',
    'keysPem',
    'jwksUri',
  ],
  ...['tokenTypes', 'optionalClaims', 'introspection', 'revocations', 'claimNames'],
];

/** The settings of every issuer: of the first, and of further ones with what they share, as a validator for each needs them. */
function readIssuers(issuers, issuerOf, settings) {
  if (issuerOf !== undefined && typeof issuerOf !== 'function') {
    throw new SettingsError('issuerOf', 'has to be a function from a request to the name of an issuer');
  }
  if (issuerOf !== undefined && settings.resolve !== undefined) {
    throw new SettingsError('resolve', 'does not go with `issuerOf`');
  }
  if (issuers === undefined) return [settings];
  if (!Array.isArray(issuers))
    throw new SettingsError('issuers', 'has to be a list of settings, each with its `issuer`');
  const shared = Object.fromEntries(Object.entries(settings).filter(([name]) => !OWN.includes(name)));
  const all = [settings, ...issuers.map((own) => ({ ...shared, issuer: undefined, ...own }))];
  const twice = all.find(({ issuer }, at) => all.findIndex((other) => other.issuer === issuer) !== at);
  if (twice !== undefined) throw new SettingsError('issuers', `name ${twice.issuer} twice`);
  return all;
}

/** Scheme, host and prefix of the URLs that clients see, without a slash at the end. */
function readOrigin(origin) {
  if (origin === undefined) return undefined;
  const url = typeof origin === 'string' && URL.canParse(origin) ? new URL(origin) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    throw new SettingsError('origin', 'has to be a URL without a query, such as https://api.example/v1');
  }
  return origin.replace(/\/+$/, '');
}

/** A setting that is true or false, and false where it is absent. */
function readSwitch(value, name) {
  if (value === undefined || typeof value === 'boolean') return value ?? false;
  throw new SettingsError(name, 'has to be true or false');
}

/** What is told of refusals; `false` for nobody. */
function readLogger(logger) {
  if (logger === undefined || logger === false || typeof logger?.info === 'function') return logger;
  throw new SettingsError('logger', 'has to have a function `info`, or to be false');
}

/** The settings of a guard, the settings of every issuer, and `further` as they were given. */
function readConfig(options) {
  if (typeof options !== 'object' || options === null) {
    throw new SettingsError('options', 'have to be an object with `issuer` and `audience`');
  }
  const { issuers, issuerOf, origin, certificate, preflight, debug, logger, ...settings } = options;
  if (certificate !== undefined && typeof certificate !== 'function') {
    throw new SettingsError('certificate', 'has to be a function from a request to the thumbprint of a certificate');
  }
  return {
    issuers: readIssuers(issuers, issuerOf, settings),
    further: issuers,
    issuerOf,
    origin: readOrigin(origin),
    certificate,
    preflight: readSwitch(preflight, 'preflight'),
    debug: readSwitch(debug, 'debug'),
    logger: readLogger(logger),
  };
}

/** DPoP for a validator that is asked for its challenges alone, and so for no store of proofs. */
function withoutStore(dpop) {
  if (dpop === undefined) return undefined;
  const { sharedReplays: _store, ...rest } = dpop;
  return rest;
}

module.exports = { readConfig, readSwitch, withoutStore };
