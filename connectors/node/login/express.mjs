import express from './express.js';

export const { Login, LoginError, MemoryStore, RedisStore, Refused, Session, SessionEnded, TokenExpired, Unavailable } =
  express;
