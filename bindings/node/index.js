'use strict';

const native = require('./lib/native.js');
const { Allowed, Denied } = require('./lib/decision.js');
const { IssuerError, NeedsFetch, SettingsError, callNative } = require('./lib/errors.js');
const jose = require('./lib/jose.js');
const { Requirement } = require('./lib/requirement.js');
const { Validator } = require('./lib/validator.js');

function certificateThumbprint(certificate) {
  const bytes = typeof certificate === 'string' ? Buffer.from(certificate) : certificate;
  return callNative(() => native.certificateThumbprint(bytes));
}

module.exports = {
  Allowed,
  Denied,
  IssuerError,
  NeedsFetch,
  Requirement,
  SettingsError,
  Validator,
  certificateThumbprint,
  jose,
};
