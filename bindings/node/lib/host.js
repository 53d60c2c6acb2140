'use strict';

// What the core asks of the host itself, and not of a server: which issuers there are, and which proofs were used.

const { SettingsError } = require('./errors.js');
const { Failure } = require('./failure.js');
const { issuerJson } = require('./options.js');

const answer = (status, text = '') => ({ head: { status }, body: Buffer.from(text) });

/** The settings of an issuer, as `resolve` gave them. */
function settingsOf(value) {
  try {
    return issuerJson(value);
  } catch (error) {
    if (error instanceof SettingsError) throw new Failure('malformed', error.message);
    throw error;
  }
}

/** The functions of the host, by the methods of what the core asks for. */
function hostOf(resolve, replays) {
  return {
    ...(resolve && {
      RESOLVE: async ({ url }) => {
        const settings = await resolve(url);
        return settings === undefined || settings === null ? answer(404) : answer(200, settingsOf(settings));
      },
    }),
    ...(replays && {
      REMEMBER: async ({ key, body }) => answer((await replays.remember(key, Number(body))) === true ? 200 : 409),
    }),
  };
}

/** The settings with what the host is asked; refused where nobody would answer, or nothing is asked. */
function asking(settings, resolve, replays) {
  if (resolve !== undefined && typeof resolve !== 'function') {
    throw new SettingsError('resolve', 'has to be a function');
  }
  if (replays !== undefined && typeof replays?.remember !== 'function') {
    throw new SettingsError('replays', 'has to have a function `remember`');
  }
  if (replays !== undefined && settings.dpop === undefined) {
    throw new SettingsError('replays', 'goes with `dpop`');
  }
  if (settings.resolveIssuers === true && resolve === undefined) {
    throw new SettingsError('resolveIssuers', 'needs the function `resolve`');
  }
  if (settings.dpop?.sharedReplays === true && replays === undefined) {
    throw new SettingsError('dpop.sharedReplays', 'needs the store `replays`');
  }
  return {
    ...settings,
    ...(resolve && { resolveIssuers: true }),
    ...(replays && { dpop: { ...settings.dpop, sharedReplays: true } }),
  };
}

module.exports = { asking, hostOf };
