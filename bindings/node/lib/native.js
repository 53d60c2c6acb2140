'use strict';

// The native part: the one built here, or that of the package for this platform.

const { existsSync } = require('node:fs');
const { join } = require('node:path');

const { target } = require('./target.js');

function load() {
  const name = target();
  const built = join(__dirname, '..', `credenza.${name}.node`);
  if (existsSync(built)) {
    return require(built);
  }
  try {
    return require(`@credenza/validator-${name}`);
  } catch (cause) {
    throw new Error(`@credenza/validator has no native part for ${name}: is @credenza/validator-${name} installed?`, {
      cause,
    });
  }
}

module.exports = load();
