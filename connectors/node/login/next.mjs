import next from './next.js';

export const { Login, LoginError, MemoryStore, RedisStore, Refused, Session, SessionEnded, TokenExpired, Unavailable } =
  next;
