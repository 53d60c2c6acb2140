'use strict';

const { lineOf } = require('./trouble.js');

/** A setting, requirement or option that is not accepted; `setting` names it. */
class SettingsError extends TypeError {
  constructor(setting, reason) {
    super(`${setting}: ${reason}`);
    this.name = 'SettingsError';
    this.setting = setting;
  }
}

/** `validateSync` and `checkSync` cannot decide until something is fetched. */
class NeedsFetch extends Error {
  constructor(url) {
    super(`${url} has to be fetched first: await validate() or check()`);
    this.name = 'NeedsFetch';
    this.url = url;
  }
}

/** The issuer's metadata, keys, or what else is needed, cannot be had or cannot be used. */
class IssuerError extends Error {
  constructor(trouble) {
    super(lineOf(trouble));
    this.name = 'IssuerError';
    this.trouble = trouble;
  }
}

/** Calls the native part, whose errors read `setting: reason`. */
function callNative(call) {
  try {
    return call();
  } catch (error) {
    const parts = error instanceof Error && /^([\w.]+): (.*)$/s.exec(error.message);
    throw parts ? new SettingsError(parts[1], parts[2]) : error;
  }
}

module.exports = { IssuerError, NeedsFetch, SettingsError, callNative };
