// Finds the native part: the package of this platform, or what `npm run build` has put into its folder here.
'use strict';

const { existsSync } = require('node:fs');
const { join } = require('node:path');

/** The name of this platform, as the packages have it: linux-x64-gnu, darwin-arm64, win32-x64-msvc. */
function platform() {
  const { platform, arch } = process;
  if (platform === 'linux') {
    const { glibcVersionRuntime } = process.report.getReport().header;
    return `linux-${arch}-${glibcVersionRuntime ? 'gnu' : 'musl'}`;
  }
  return platform === 'win32' ? `win32-${arch}-msvc` : `${platform}-${arch}`;
}

function load() {
  const name = platform();
  const built = join(__dirname, 'npm', name, 'credenza-testing.node');
  if (existsSync(built)) {
    return require(built);
  }
  try {
    return require(`@credenza/testing-${name}`);
  } catch (cause) {
    throw new Error(`@credenza/testing has no native part for ${name}; build it with "npm run build"`, { cause });
  }
}

module.exports = { native: load, platform };
