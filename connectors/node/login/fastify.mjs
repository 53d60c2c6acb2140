import fastify from './fastify.js';

export const {
  Login,
  LoginError,
  MemoryStore,
  RedisStore,
  Refused,
  Session,
  SessionEnded,
  TokenExpired,
  Unavailable,
  credenzaLogin,
} = fastify;
