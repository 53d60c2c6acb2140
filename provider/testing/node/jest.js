// Jest: its hooks are globals, or come from @jest/globals where injectGlobals is off.
'use strict';

const { hooked } = require('./index.js');

function useProvider(options) {
  return hooked('beforeAll' in globalThis ? globalThis : require('@jest/globals'), options);
}

module.exports = { useProvider };
