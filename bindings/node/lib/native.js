'use strict';

// The native part, from the package for this platform. Each name is written out, within a `try`: so whatever collects
// the files of a program finds the packages that are here, and does without the others.

const { target } = require('./target.js');

const name = target();

function load() {
  try {
    switch (name) {
      case 'darwin-arm64':
        return require('@credenza/validator-darwin-arm64');
      case 'darwin-x64':
        return require('@credenza/validator-darwin-x64');
      case 'linux-arm64-gnu':
        return require('@credenza/validator-linux-arm64-gnu');
      case 'linux-arm64-musl':
        return require('@credenza/validator-linux-arm64-musl');
      case 'linux-x64-gnu':
        return require('@credenza/validator-linux-x64-gnu');
      case 'linux-x64-musl':
        return require('@credenza/validator-linux-x64-musl');
      case 'win32-x64-msvc':
        return require('@credenza/validator-win32-x64-msvc');
    }
  } catch (cause) {
    const missing = `@credenza/validator has no native part for ${name}: is @credenza/validator-${name} installed?`;
    const why = 'An installation without optional dependencies, or one made on another platform, does not have it.';
    throw new Error(`${missing} ${why}`, { cause });
  }
  throw new Error(`@credenza/validator has no native part for ${name}: it is not built for that platform`);
}

module.exports = load();
