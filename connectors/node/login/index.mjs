import login from './index.js';

export const { Login, LoginError, MemoryStore, RedisStore, Refused, Session, SessionEnded, TokenExpired, Unavailable } =
  login;
