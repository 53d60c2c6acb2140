'use strict';

// What a guard is told: a few settings of its own, and those of the validators behind it, under the validators' names.

const { SettingsError } = require('@credenza/validator');

/** Which of several issuers a request is for: by a function, or by the token. */
function readIssuers(issuers, issuerOf, settings) {
  if (issuerOf !== undefined && typeof issuerOf !== 'function') {
    throw new SettingsError('issuerOf', 'has to be a function from a request to the name of an issuer');
  }
  if (issuers === undefined) {
    if (issuerOf !== undefined) throw new SettingsError('issuerOf', 'chooses among `issuers`, which are missing');
    return [settings];
  }
  if (settings.issuer !== undefined) throw new SettingsError('issuers', 'stand in place of `issuer`, not beside it');
  if (!Array.isArray(issuers) || issuers.length === 0) {
    throw new SettingsError('issuers', 'has to be a list of settings, each with its `issuer`');
  }
  const all = issuers.map((own) => ({ ...settings, ...own }));
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

/** The settings of a guard, and a list of those of its validators. */
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
    issuerOf,
    origin: readOrigin(origin),
    certificate,
    preflight: readSwitch(preflight, 'preflight'),
    debug: readSwitch(debug, 'debug'),
    logger: readLogger(logger),
  };
}

module.exports = { readConfig, readSwitch };
