'use strict';

const native = require('./native.js');
const { callNative } = require('./errors.js');
const { requirementJson } = require('./options.js');

/** How many plain objects are cached, by their content. */
const REMEMBERED = 1000;

const read = (json) => callNative(() => new native.NativeRequirement(json));
const known = new Map();
let nativeOf;

/** What a route asks for, read once. */
class Requirement {
  #native;

  constructor(needs = {}) {
    this.#native = read(requirementJson(needs));
  }

  static {
    nativeOf = (requirement) => requirement.#native;
  }
}

const NOTHING = new Requirement();

/** The native form. A plain object is serialised at every call, as it may have changed, and looked up by its content. */
function nativeRequirement(requirement = NOTHING) {
  if (requirement instanceof Requirement) {
    return nativeOf(requirement);
  }
  const json = requirementJson(requirement);
  let found = known.get(json);
  if (found === undefined) {
    found = read(json);
    if (known.size >= REMEMBERED) known.clear();
    known.set(json, found);
  }
  return found;
}

module.exports = { Requirement, nativeRequirement };
