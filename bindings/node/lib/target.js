'use strict';

/** Linux has two C libraries, and a program of one does not load what is built for the other. */
function libc() {
  const { glibcVersionRuntime } = process.report.getReport().header;
  return glibcVersionRuntime === undefined ? 'musl' : 'gnu';
}

/** The name of this platform, as in the names of the platform packages. */
function target() {
  const name = `${process.platform}-${process.arch}`;
  switch (process.platform) {
    case 'linux':
      return `${name}-${libc()}`;
    case 'win32':
      return `${name}-msvc`;
    default:
      return name;
  }
}

module.exports = { target };
