'use strict';

const { Caller } = require('./lib/caller.js');
const { Guard } = require('./lib/guard.js');
const { Refusal } = require('./lib/refusal.js');

module.exports = { Caller, Guard, Refusal };
