'use strict';

const { LoginError, Refused, SessionEnded, TokenExpired, Unavailable } = require('./errors.js');
const { Login } = require('./login.js');
const { Session } = require('./session.js');
const { MemoryStore, RedisStore } = require('./store.js');

module.exports = {
  Login,
  LoginError,
  MemoryStore,
  RedisStore,
  Refused,
  Session,
  SessionEnded,
  TokenExpired,
  Unavailable,
};
