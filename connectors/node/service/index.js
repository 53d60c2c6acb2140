'use strict';

const { errorOf: _errorOf, retryAfterOf: _retryAfterOf, ...errors } = require('./errors.js');
const { Service } = require('./service.js');
const { ClientToken } = require('./token.js');
const { Users } = require('./users.js');

module.exports = { ClientToken, Service, Users, ...errors };
