'use strict';

// Turns options, as JavaScript writes them, into the documents that the core reads from every language. Whatever JSON
// would silently drop or change (functions, NaN, Sets, getters of classes) is refused: it may be a requirement.

const { SettingsError } = require('./errors.js');
const { isPlain } = require('./plain.js');

const VALUE = Symbol('a text, number, truth value, or list of texts');
const BYTES = Symbol('base64url, or the bytes themselves');
const DOCUMENT = Symbol('a JSON document that is passed on as it is');

const of = (kind, ...names) => Object.fromEntries(names.map((name) => [name, kind]));
const values = (...names) => of(VALUE, ...names);

const CLAIM_NAMES = values('tenant', 'organization', 'roles', 'permissions', 'plan', 'scope', 'client');

const ISSUER = {
  ...values('issuer', 'audience', 'clientId', 'clientIds', 'tenants', 'profile', 'algorithms', 'jwksUri', 'tokenTypes'),
  ...values('optionalClaims', 'secretText', 'keysPem'),
  secret: BYTES,
  keys: DOCUMENT,
  introspection: values('endpoint', 'clientId', 'clientSecret', 'cacheSeconds', 'cacheSize', 'always', 'signed'),
  revocations: values('uri', 'interval', 'maxStale'),
  claimNames: CLAIM_NAMES,
};

const SETTINGS = {
  ...ISSUER,
  ...values('leeway', 'maxTokenAge', 'maxTokenBytes', 'realm', 'resourceMetadata', 'cacheSize', 'allowHttp'),
  ...values('resolveIssuers'),
  dpop: { ...values('required', 'nonce', 'maxAge', 'algorithms', 'replays', 'sharedReplays'), nonceSecret: BYTES },
  keyCache: values('refreshAfter', 'maxAge', 'cooldown', 'maxStale'),
  decryptionKeys: [values('alg', 'pem')],
  issuers: [ISSUER],
};

const REQUIREMENT = {
  ...values('scopes', 'anyScope', 'clientIds', 'tenants', 'organizations', 'roles', 'anyRole', 'permissions'),
  ...values('anyPermission', 'plans', 'acrValues', 'maxAge', 'maxTokenAge', 'bound'),
};

const EXPECTATIONS = values('nonce', 'maxAge', 'acrValues', 'accessToken', 'code');

const MINT = { ...values('audience', 'typ', 'alg', 'lifetime'), claims: DOCUMENT };

const snakeCase = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** `within` is the path of an object, with a full stop at its end; of a whole document it is empty. */
function object(value, shape, name, within) {
  if (!isPlain(value)) {
    throw new SettingsError(name, 'has to be a plain object');
  }
  const written = {};
  for (const key of Object.keys(value)) {
    if (!Object.hasOwn(shape, key)) {
      throw new SettingsError(within + key, `is not known in ${name}`);
    }
    if (value[key] !== undefined) {
      written[snakeCase(key)] = write(value[key], shape[key], within + key);
    }
  }
  return written;
}

function list(value, shape, name) {
  if (!Array.isArray(value)) {
    throw new SettingsError(name, 'has to be a list');
  }
  return value.map((item, at) => object(item, shape, `${name}.${at}`, `${name}.${at}.`));
}

function plainValue(value, name) {
  const isTexts = Array.isArray(value) && value.every((item) => typeof item === 'string');
  if (isTexts || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) {
    return value;
  }
  throw new SettingsError(name, 'has to be a text, a finite number, a truth value or a list of texts');
}

function write(value, shape, name) {
  if (Array.isArray(shape)) return list(value, shape[0], name);
  if (shape === DOCUMENT && isPlain(value)) return value;
  if (shape === BYTES && value instanceof Uint8Array) return Buffer.from(value).toString('base64url');
  return typeof shape === 'object' ? object(value, shape, name, `${name}.`) : plainValue(value, name);
}

const writer = (shape, name) => (value) => JSON.stringify(object(value, shape, name, ''));

module.exports = {
  expectationsJson: writer(EXPECTATIONS, 'expectations'),
  issuerJson: writer(ISSUER, 'issuer'),
  mintJson: writer(MINT, 'options'),
  requirementJson: writer(REQUIREMENT, 'requirement'),
  settingsJson: writer(SETTINGS, 'settings'),
  // For the tests, which hold them to what the core reads.
  shapes: { settings: SETTINGS, requirement: REQUIREMENT, id_token_expectations: EXPECTATIONS },
};
