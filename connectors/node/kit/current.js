'use strict';

// The request that is being answered, for what is called on its behalf: lines of the log, calls of other services.

const { AsyncLocalStorage } = require('node:async_hooks');

const storage = new AsyncLocalStorage();

/** The exchange under way, if this is part of one. */
const current = () => storage.getStore();

/** Runs a function as part of an exchange. */
const within = (exchange, run) => storage.run(exchange, run);

module.exports = { current, within };
