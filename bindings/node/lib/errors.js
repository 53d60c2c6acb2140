'use strict';

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

const camelCase = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());

/** Calls the native part, whose errors read `setting: reason`. */
function callNative(call) {
  try {
    return call();
  } catch (error) {
    const parts = error instanceof Error && /^([a-z_.]+): (.*)$/s.exec(error.message);
    throw parts ? new SettingsError(camelCase(parts[1]), parts[2]) : error;
  }
}

module.exports = { NeedsFetch, SettingsError, callNative };
