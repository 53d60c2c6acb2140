'use strict';

const { errorOf: _errorOf, retryAfterOf: _retryAfterOf, ...errors } = require('./errors.js');
const { Invitations } = require('./invitations.js');
const { Service } = require('./service.js');
const { SignInLink, SignInLinks } = require('./sign-in-links.js');
const { ClientToken } = require('./token.js');
const { Users } = require('./users.js');

module.exports = { ClientToken, Invitations, Service, SignInLink, SignInLinks, Users, ...errors };
