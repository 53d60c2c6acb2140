import hono from './hono.js';

export const { Login, LoginError, MemoryStore, RedisStore, Refused, Session, SessionEnded, TokenExpired, Unavailable } =
  hono;
