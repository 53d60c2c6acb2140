'use strict';

// What sign-in is told: four settings and a secret, and defaults for the rest.

const { SettingsError } = require('@credenza/validator');

const { RULE, Sealer, secretsOf } = require('../lib/sealed.js');
const { isClientKey } = require('./client_key.js');
const { Cookies } = require('./cookies.js');
const { MemoryStore } = require('./store.js');

const SCOPE = 'openid profile email offline_access';
const LIFETIME = 8 * 60 * 60;
const KNOWN = [
  ...['issuer', 'clientId', 'clientSecret', 'clientKey', 'origin', 'secret', 'path', 'scope', 'resource', 'maxAge'],
  ...['acrValues', 'prompt', 'lifetime', 'idle', 'sessions', 'ended', 'afterLogout', 'signedIn', 'onError', 'logger'],
  ...['fetch'],
];
const METHODS = ['get', 'put', 'delete', 'deleteBy', 'lock'];

const isLoopback = (host) => /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(host);

function need(isRight, name, problem) {
  if (!isRight) throw new SettingsError(name, problem);
}

const isText = (value) => typeof value === 'string' && value !== '';

/** Scheme and host as browsers see them. */
function readOrigin(origin) {
  const url = isText(origin) && URL.canParse(origin) ? new URL(origin) : undefined;
  const isRight = url !== undefined && [url.origin, `${url.origin}/`].includes(origin);
  need(isRight, 'origin', 'has to be scheme and host as browsers see them, such as https://app.example');
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
  need(isSafe, 'origin', 'has to begin with https://, but on this machine');
  return url.origin;
}

/** What seals with the first of the secrets, and opens with all of them. */
function readSealer(secret) {
  need(secretsOf(secret) !== undefined, 'secret', RULE);
  return new Sealer(secret, 'credenza login 1');
}

/** How the client authenticates: by a secret, or by a private key. */
function readClient({ clientId, clientSecret, clientKey }) {
  need(isText(clientId), 'clientId', 'has to be the identifier that the provider has given this application');
  need(
    (clientSecret === undefined) !== (clientKey === undefined),
    'clientSecret',
    'or clientKey is needed, and not both',
  );
  need(clientSecret === undefined || isText(clientSecret), 'clientSecret', 'has to be a text');
  const isRight = clientKey === undefined || isClientKey(clientKey);
  need(isRight, 'clientKey', 'has to be a private key that signs, as a JWK or as a CryptoKey');
}

function readPath(path, name) {
  const isRight = isText(path) && /^\/(?!\/)[\w\-./~%]*$/.test(path) && (path === '/' || !path.endsWith('/'));
  need(isRight, name, 'has to be a path that begins with one slash and does not end with one');
  return path;
}

/** Seconds, and undefined where they may be absent. */
function readSeconds(value, name, least) {
  need(
    value === undefined || (Number.isInteger(value) && value >= least),
    name,
    `has to be seconds, ${least} at least`,
  );
  return value;
}

function readWords(value, name) {
  const words = typeof value === 'string' ? value.split(' ').filter((word) => word !== '') : value;
  const isRight = words === undefined || (Array.isArray(words) && words.every((word) => isText(word)));
  need(isRight, name, 'has to be a text with spaces between its words, or a list');
  return words?.length === 0 ? undefined : words;
}

function readStore(store, name) {
  need(
    METHODS.every((method) => typeof store?.[method] === 'function'),
    name,
    `has to be a store, with ${METHODS.join(', ')}`,
  );
  return store;
}

/** A store in memory. `_name` is for those who have to find the same one again. */
const usualMemory = (_name, most) => new MemoryStore({ most });

/**
 * The store of sessions, where they are not in cookies, and the store of what all instances have to know. In memory they
 * are two, so that no number of sign-ins that fail makes room by ending sessions.
 */
function readStores({ sessions = 'cookie', ended }, memory) {
  const named = sessions === 'memory' ? memory('sessions', 10_000) : sessions;
  const store = named === 'cookie' ? undefined : readStore(named, 'sessions');
  const isAlone = ended === undefined && (store === undefined || store instanceof MemoryStore);
  return { store, shared: isAlone ? memory('shared', 100_000) : readStore(ended ?? store, 'ended') };
}

function readFunction(value, name) {
  need(value === undefined || typeof value === 'function', name, 'has to be a function');
  return value;
}

/** Where to write: `info` and `warn` of a logger; nowhere for `false`. */
function readLogger(logger = console) {
  if (logger === false) return { info: () => {}, warn: () => {} };
  need(typeof logger?.info === 'function', 'logger', 'has to have a function `info`, or to be false');
  return {
    info: (record, message) => logger.info(record, message),
    warn: (record, message) => (typeof logger.warn === 'function' ? logger.warn(record, message) : undefined),
  };
}

/** The settings, read and completed; a SettingsError names the one that is wrong. */
function readConfig(options, memory = usualMemory) {
  need(typeof options === 'object' && options !== null, 'options', 'have to be an object with `issuer` and others');
  const unknown = Object.keys(options).find((name) => !KNOWN.includes(name));
  need(unknown === undefined, unknown, 'is not an option');
  need(isText(options.issuer), 'issuer', 'has to be the URL of the provider');
  readClient(options);
  const origin = readOrigin(options.origin);
  const scope = readWords(options.scope ?? SCOPE, 'scope');
  need(scope?.includes('openid'), 'scope', 'has to contain openid');
  const { issuer, clientId, clientSecret, clientKey, resource, prompt, fetch } = options;
  need(resource === undefined || URL.canParse(resource), 'resource', 'has to be a URL');
  need(prompt === undefined || isText(prompt), 'prompt', 'has to be a text');
  const [path, afterLogout] = [
    readPath(options.path ?? '/auth', 'path'),
    readPath(options.afterLogout ?? '/', 'afterLogout'),
  ];
  need(path !== '/', 'path', 'has to be longer than a slash');
  return {
    ...{ issuer, clientId, clientSecret, clientKey, resource, prompt, origin, path, afterLogout },
    scope: scope.join(' '),
    redirectUri: `${origin}${path}/callback`,
    maxAge: readSeconds(options.maxAge, 'maxAge', 0),
    acrValues: readWords(options.acrValues, 'acrValues'),
    lifetime: readSeconds(options.lifetime ?? LIFETIME, 'lifetime', 1) * 1000,
    idle: options.idle === undefined ? undefined : readSeconds(options.idle, 'idle', 1) * 1000,
    cookies: new Cookies(origin),
    sealer: readSealer(options.secret),
    ...readStores(options, memory),
    signedIn: readFunction(options.signedIn, 'signedIn'),
    onError: readFunction(options.onError, 'onError'),
    logger: readLogger(options.logger),
    fetch: readFunction(fetch, 'fetch'),
  };
}

module.exports = { readConfig };
